import numpy as np
import pytest
from numba import TypingError, njit

from segkit.typing_tool.models.lanes import reached_leaves
from segkit.typing_tool.models.lines import side_by_side


@njit
def leaves_of(lines, places):
    out = np.empty((len(places), 8), np.uint64)
    for row in range(len(places)):
        a, b, c, d, e, f, g, h = reached_leaves(lines, places, row)
        out[row, 0], out[row, 1], out[row, 2], out[row, 3] = a, b, c, d
        out[row, 4], out[row, 5], out[row, 6], out[row, 7] = e, f, g, h
    return out


def test_the_lowest_bit_that_all_groups_leave_open():
    rng = np.random.default_rng(0)
    for n_groups, kind in ((1, np.uint16), (2, np.uint32), (7, np.uint16)):
        cells = rng.integers(0, 2**63, (8, 40), dtype=np.uint64) | np.uint64(2**63)
        lines = side_by_side(cells)[0]
        places = rng.integers(0, 40, (100, n_groups)).astype(kind)
        masks = np.bitwise_and.reduce(cells[:, places], axis=2).T
        expected = np.bitwise_count(masks ^ (masks - np.uint64(1))) - 1
        np.testing.assert_array_equal(leaves_of(lines, places), expected)


@pytest.mark.parametrize(
    "turned", [np.asfortranarray, lambda values: np.repeat(values, 2, 1)[:, ::2]]
)
def test_arrays_in_another_order_are_refused_when_compiling(turned):
    lines, places = np.ones((4, 8), np.uint64), np.zeros((3, 2), np.uint16)
    for arguments in ((turned(lines), places), (lines, turned(places))):
        with pytest.raises(TypingError, match="expects lines and places that are C-contiguous"):
            leaves_of(*arguments)
