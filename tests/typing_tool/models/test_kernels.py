import numpy as np

from segkit.typing_tool.models.calibration import CUT_BITS, STEPS
from segkit.typing_tool.models.compiled import MANY_ROWS, loops
from segkit.typing_tool.models.engine import LANE
from segkit.typing_tool.models.lines import side_by_side

kernels = loops(MANY_ROWS)


def test_the_loops_use_the_numbers_of_the_rest():
    assert (kernels.STEPS, kernels.CUT_BITS) == (STEPS, CUT_BITS)
    assert kernels.LANE == LANE


def test_votes_of_all_trees_outgrow_the_bits_of_one_word():
    lines = side_by_side(np.full((2000, 1), 2**63, np.uint64))  # every tree ends in its last leaf
    leaves = np.zeros((250, 2, 8, 64), np.uint64)
    leaves[..., 63] = sum(votes << (16 * s) for s, votes in enumerate((4096, 1, 2, 3)))
    votes = np.full((3, 6), 7)
    kernels.add_votes(np.zeros((3, 1), np.uint16), lines, leaves, votes)
    assert votes.tolist() == [[7 + 2000 * v for v in (4096, 1, 2, 3, 4096, 1)]] * 3


def test_keys_are_numbered_in_the_order_in_which_they_appear():
    rng = np.random.default_rng(0)
    for keys in (
        rng.integers(0, 50, 1000).astype(np.uint64),
        (rng.integers(0, 50, 1000) << 40).astype(np.uint64),
        np.arange(1000, dtype=np.uint64),
        np.full(1000, 2**64 - 1, dtype=np.uint64),
    ):
        slots, number = np.empty(2048, np.int32), np.empty(1000, np.int32)
        rows = np.empty(1000, np.int32)
        found = kernels.number_keys(keys, slots, number, rows)
        assert found == np.unique(keys).size
        assert (np.diff(rows[:found]) > 0).all()
        np.testing.assert_array_equal(keys[rows[:found]][number], keys)


def test_the_plain_functions_do_what_the_compiled_do():
    votes = np.array([[5, 9, 9], [7, 7, 1], [0, 1, 2]])
    table = np.arange(1, STEPS + 2)
    for compiled, plain in zip(
        kernels.decide_votes(votes, np.ones(3, np.int64), table, 400_000),
        kernels.decide_votes.py_func(votes, np.ones(3, np.int64), table, 400_000),
        strict=True,
    ):
        np.testing.assert_array_equal(compiled, plain)


def test_numbers_fall_into_the_bins_that_numpy_finds():
    rng = np.random.default_rng(1)
    for n_edges in (0, 1, 2, 7, 59, 63):
        edges, codes = np.full(63, np.inf), rng.permutation(65).astype(np.uint8)
        edges[:n_edges] = np.sort(rng.normal(scale=100, size=n_edges))
        values = np.concatenate([rng.normal(scale=100, size=500), edges[:n_edges], [1e300, -1e300]])
        for numbers in (values, values[:-2].astype(np.int64), values[:-2].astype(np.int32)):
            expected = codes[np.searchsorted(edges[:n_edges], numbers, side="left")]
            np.testing.assert_array_equal(kernels.bin_numbers(numbers, edges, codes), expected)
        assert kernels.bin_numbers(np.array([np.nan]), edges, codes).tolist() == [codes[64]]
