import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as st

from segkit.segments.describing.contrasts import contrasts
from segkit.segments.describing.soft_contrasts import soft_contrasts
from segkit.segments.three_step.bch import corrected_weights

RNG = np.random.default_rng(0)
N = 400
CODES = RNG.integers(0, 3, N)
VALUES = np.column_stack([RNG.normal(50 + 5 * CODES, 10), RNG.random(N) < 0.2 + 0.2 * CODES])
VALUES[::7, 0] = np.nan
SHARES = np.array([False, True])
ONES = np.ones(N)
ERROR = np.array([[0.8, 0.2], [0.3, 0.7]])


def inside(codes, k):
    return (codes[:, None] == np.arange(k)).astype(float)


def names():
    return [f.name for f in dataclasses.fields(soft_contrasts(VALUES, SHARES, ONES[:, None], ONES))]


def test_whole_members_are_compared_as_segments_are():
    soft = soft_contrasts(VALUES, SHARES, inside(CODES, 3), ONES)
    hard = contrasts(VALUES, SHARES, CODES, 3, ONES)
    for name in names():
        assert_allclose(getattr(soft, name), getattr(hard, name), rtol=1e-9, err_msg=name)


def test_a_share_of_nobody_keeps_its_interval():
    values = np.zeros((N, 1))
    values[CODES > 0] = RNG.random(((CODES > 0).sum(), 1)) < 0.5
    soft = soft_contrasts(values, SHARES[1:], inside(CODES, 3), ONES)
    hard = contrasts(values, SHARES[1:], CODES, 3, ONES)
    assert soft.value[0, 0] == 0
    for name in ("value_low", "value_high", "low", "high", "p"):
        assert_allclose(getattr(soft, name), getattr(hard, name), rtol=1e-9, atol=1e-12)


def test_the_variance_of_a_difference_by_hand():
    member, w = RNG.random(N), RNG.random(N)
    x = RNG.normal(size=N)
    found = soft_contrasts(x[:, None], SHARES[:1], (w * member)[:, None], w)
    v, u = w * member, w * (1 - member)
    here, rest = np.average(x, weights=v), np.average(x, weights=u)
    n, m = v.sum() ** 2 / (v**2).sum(), u.sum() ** 2 / (u**2).sum()
    a, b = v * (x - here) / v.sum(), u * (x - rest) / u.sum()
    va, vb = (a @ a) * n / (n - 1), (b @ b) * m / (m - 1)
    df = (va + vb) ** 2 / (va**2 / (n - 1) + vb**2 / (m - 1))
    reach = st.t.ppf(0.975, df) * np.sqrt(va + vb - 2 * a @ b)
    assert_allclose(
        [found.difference[0, 0], found.low[0, 0], found.high[0, 0]],
        [here - rest, here - rest - reach, here - rest + reach],
    )


def test_only_the_ratios_of_weights_and_no_order_count():
    member, w = RNG.random((N, 2)), RNG.random(N)
    order = RNG.permutation(N)
    one = soft_contrasts(VALUES, SHARES, w[:, None] * member, w)
    others = (
        soft_contrasts(VALUES, SHARES, 9 * w[:, None] * member, 9 * w),
        soft_contrasts(VALUES[order], SHARES, (w[:, None] * member)[order], w[order]),
    )
    for other in others:
        for name in names():
            assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, err_msg=name)


def test_whole_weights_are_repeated_rows_in_the_point_estimates():
    member, w = RNG.random((N, 2)), RNG.integers(0, 4, N)
    one = soft_contrasts(VALUES, SHARES, w[:, None] * member, w.astype(float))
    rows = np.repeat(np.arange(N), w)
    other = soft_contrasts(VALUES[rows], SHARES, member[rows], np.ones(len(rows)))
    for name in ("value", "overall", "difference"):
        assert_allclose(getattr(one, name), getattr(other, name))


def test_a_large_constant_costs_no_digits():
    member = RNG.random((N, 2))
    near = soft_contrasts(VALUES, SHARES, member, ONES)
    far = soft_contrasts(VALUES + np.array([1e9, 0]), SHARES, member, ONES)
    assert_allclose(far.p, near.p, rtol=1e-5)


def misplaced(rng, n=400):
    """People of two segments, put into the wrong one at known rates, with two outcomes."""
    truth = (rng.random(n) < 0.4).astype(int)
    put = np.where(rng.random(n) < ERROR[truth, 1], 1, 0)
    number = np.where(truth == 1, rng.normal(3, 1, n), rng.exponential(2.0, n))
    yes = rng.random(n) < np.where(truth == 1, 0.6, 0.2)
    w = rng.gamma(4.0, 0.25, n)
    return corrected_weights(inside(put, 2), ERROR, w), np.column_stack([number, yes]), w


def coverage(n_runs, seed):
    """How often intervals of difference (2 outcomes) and value hold the truth."""
    rng = np.random.default_rng(seed)
    hits = np.zeros((2, 2), dtype=int)
    for _ in range(n_runs):
        weights, values, w = misplaced(rng)
        found = soft_contrasts(values, SHARES, weights, w)
        hits[0] += (found.low[1] <= [1.0, 0.4]) & (found.high[1] >= [1.0, 0.4])
        hits[1] += (found.value_low[1] <= [3.0, 0.6]) & (found.value_high[1] >= [3.0, 0.6])
    return hits.ravel().tolist()


def test_corrected_figures_find_the_truth_behind_the_errors():
    weights, values, w = misplaced(np.random.default_rng(1), n=200_000)
    found = soft_contrasts(values, SHARES, weights, w)
    assert_allclose(found.value, [[2.0, 0.2], [3.0, 0.6]], atol=0.03)
    assert_allclose(found.sd[:, 0], [2.0, 1.0], atol=0.05)


def test_corrected_intervals_cover():
    for hits in coverage(150, seed=2):
        assert st.binomtest(hits, 150, 0.95).proportion_ci(0.99).high >= 0.95


@pytest.mark.slow
def test_corrected_intervals_cover_at_the_nominal_rate():
    for hits in coverage(2000, seed=3):
        interval = st.binomtest(hits, 2000, 0.95).proportion_ci(0.99)
        assert interval.low <= 0.95 <= interval.high
