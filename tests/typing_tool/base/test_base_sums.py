import numpy as np
import pytest

from segkit.typing_tool.base.base_sums import SAMPLE, BaseSums, _at_ranks
from segkit.typing_tool.models.calibration import Calibration, Decision


def decided(n, seed=0):
    votes = np.random.default_rng(seed).integers(1, 4096, (n, 3))
    return Calibration.neutral(3).decide(votes, cut=600_000)


def taken(decision, rows):
    return Decision(*(getattr(decision, name)[rows] for name in NAMES))


NAMES = ("first", "second", "kept", "probabilities")


def test_sums_of_parts_add_up():
    decision = decided(50)
    whole = BaseSums.of(decision, 50)
    parts = BaseSums.of(taken(decision, np.arange(20)), 50) + BaseSums.of(
        taken(decision, np.arange(20, 50)), 50
    )
    for name in ("counts", "first", "total", "products", "sample"):
        np.testing.assert_allclose(getattr(whole, name), getattr(parts, name))
    assert whole.n == 50
    np.testing.assert_allclose(whole.mean, decision.probabilities.mean(axis=0))
    np.testing.assert_allclose(
        whole.spread, np.cov(decision.probabilities.T, bias=True) / 50, atol=1e-12
    )


def test_the_untagged_count_by_their_likeliest_segment_too():
    decision = decided(500)
    sums = BaseSums.of(decision, 500)
    assert sums.counts[-1] == (~decision.kept).sum() > 50
    np.testing.assert_array_equal(sums.first, np.bincount(decision.first))


def test_a_large_base_is_sampled_whatever_the_order_of_its_rows():
    decision = decided(60_000)
    order = np.random.default_rng(1).permutation(60_000)
    one, other = (BaseSums.of(d, 60_000).sample for d in (decision, taken(decision, order)))
    assert one.shape == (SAMPLE, 3)
    np.testing.assert_array_equal(one, other)
    # as a random sample: means within three standard errors
    gap = one.mean(axis=0) - decision.probabilities.mean(axis=0)
    error = decision.probabilities.std(axis=0) / np.sqrt(SAMPLE)
    assert (np.abs(gap) < 3 * error).all()


def test_equal_customers_get_their_share_of_the_sample():
    decision = decided(60_000)
    same = np.arange(60_000)
    same[20_000:] = 0  # two thirds are one and the same
    sample = BaseSums.of(taken(decision, same), 60_000).sample
    share = (sample == decision.probabilities[0]).all(axis=1).mean()
    assert share == pytest.approx(2 / 3, abs=0.001)


def test_parts_of_a_large_base_give_a_sample_of_the_same_size():
    decision = decided(60_000)
    parts = [
        BaseSums.of(taken(decision, np.arange(at, at + 10_000)), 60_000)
        for at in range(0, 60_000, 10_000)
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    assert abs(len(total.sample) - SAMPLE) <= 6


def test_rows_at_ranks_are_those_of_a_full_sort():
    rng = np.random.default_rng(0)
    for keys in (
        rng.integers(0, 2**64, 5000, dtype=np.uint64),
        rng.integers(0, 5, 5000).astype(np.uint64) << np.uint64(50),  # many equal ones
        np.full(5000, 7, np.uint64),
    ):
        for ranks in (np.array([0, 4999]), np.arange(0, 5000, 37), np.empty(0, int)):
            expected = np.argsort(keys, kind="stable")[ranks]
            np.testing.assert_array_equal(_at_ranks(keys, ranks), expected)
    assert _at_ranks(np.empty(0, np.uint64), np.empty(0, int)).size == 0
