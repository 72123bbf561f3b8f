import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as st

from segkit.segments.describing.contrasts import Group, adjusted, contrasts, newcombe, wilson

RNG = np.random.default_rng(0)
CODES = RNG.integers(0, 3, 400)
NUMBERS = RNG.normal(50 + 5 * CODES, 10 + CODES)
YES = (RNG.random(400) < 0.2 + 0.2 * CODES).astype(float)
VALUES = np.column_stack([NUMBERS, YES])
SHARES = np.array([False, True])


def figures(values=VALUES, codes=CODES, w=None, shares=SHARES):
    w = np.ones(len(codes)) if w is None else w
    return contrasts(values, shares, codes, int(codes.max()) + 1, w)


def test_means_agree_with_the_welch_test_of_scipy():
    found = figures()
    for k in range(3):
        inside = k == CODES
        here, rest = NUMBERS[inside], NUMBERS[~inside]
        test = st.ttest_ind(here, rest, equal_var=False)
        interval = test.confidence_interval(0.95)
        assert found.p[k, 0] == pytest.approx(test.pvalue, rel=1e-9)
        assert found.difference[k, 0] == pytest.approx(here.mean() - rest.mean())
        assert_allclose([found.low[k, 0], found.high[k, 0]], [interval.low, interval.high])
        alone = st.ttest_1samp(here, 0).confidence_interval(0.95)
        assert_allclose([found.value_low[k, 0], found.value_high[k, 0]], [alone.low, alone.high])


def test_effects_by_hand():
    found = figures()
    here, rest = NUMBERS[CODES == 2], NUMBERS[CODES != 2]
    n, m = len(here), len(rest)
    pooled = ((n - 1) * here.var(ddof=1) + (m - 1) * rest.var(ddof=1)) / (n + m - 2)
    assert found.effect[2, 0] == pytest.approx((here.mean() - rest.mean()) / np.sqrt(pooled))
    p, q = YES[CODES == 2].mean(), YES[CODES != 2].mean()
    h = 2 * np.arcsin(np.sqrt(p)) - 2 * np.arcsin(np.sqrt(q))
    assert found.effect[2, 1] == pytest.approx(h)


def test_the_spread_within_a_segment_by_hand():
    assert figures().sd[2, 0] == pytest.approx(NUMBERS[CODES == 2].std(ddof=1))


def test_shares_agree_with_the_score_interval_and_the_z_test_of_scipy():
    found = figures()
    here, rest = YES[CODES == 1], YES[CODES != 1]
    expected = st.binomtest(int(here.sum()), len(here)).proportion_ci(method="wilson")
    assert_allclose([found.value_low[1, 1], found.value_high[1, 1]], [expected.low, expected.high])
    table = [[here.sum(), len(here) - here.sum()], [rest.sum(), len(rest) - rest.sum()]]
    assert found.p[1, 1] == pytest.approx(st.chi2_contingency(table, correction=False).pvalue)


def test_the_published_example_of_newcombe():
    # 56 of 70 against 48 of 80: method 10 gives 0.0524 to 0.3339 (Newcombe 1998, table II)
    first = Group(np.array(70.0), np.array(56 / 70), np.array(0.0))
    second = Group(np.array(80.0), np.array(48 / 80), np.array(0.0))
    assert_allclose(newcombe(first, second), [0.0524, 0.3339], atol=5e-5)


def test_a_share_of_nobody_has_an_interval_within_zero_and_one():
    low, high = wilson(Group(np.array([8.0, 8.0]), np.array([0.0, 1.0]), np.zeros(2)))
    assert_allclose([low[0], high[1]], [0, 1], atol=1e-12)
    assert high[0] < 0.4
    assert low[1] > 0.6


def test_whole_weights_repeat_people_in_the_point_estimates():
    w = RNG.integers(0, 4, 400)
    weighted = figures(w=w.astype(float))
    repeated = figures(np.repeat(VALUES, w, axis=0), np.repeat(CODES, w))
    for name in ("value", "overall", "difference"):
        assert_allclose(getattr(weighted, name), getattr(repeated, name))


def test_the_unit_of_the_weights_changes_nothing():
    w = RNG.random(400)
    one, other = figures(w=w), figures(w=250 * w)
    for name in ("value", "difference", "low", "high", "effect", "p", "n_effective", "n"):
        assert_allclose(getattr(one, name), getattr(other, name))


def test_unit_weights_and_gaps_by_hand():
    gaps = VALUES.copy()
    gaps[::3] = np.nan
    kept = ~np.isnan(gaps[:, 0])
    one, other = figures(gaps), figures(VALUES[kept], CODES[kept])
    for name in ("n", "value", "difference", "low", "high", "effect", "p"):
        assert_allclose(getattr(one, name), getattr(other, name))


def test_noise_belongs_to_nobody_and_not_to_everybody():
    codes = np.where(np.arange(400) < 50, -1, CODES)
    one, other = figures(codes=codes), figures(VALUES[50:], CODES[50:])
    assert_allclose(one.overall, other.overall)
    assert_allclose(one.p, other.p)


def test_a_large_constant_costs_no_digits():
    far = figures(VALUES + np.array([1e9, 0]))
    near = figures()
    assert_allclose(far.p, near.p, rtol=1e-5)
    assert_allclose(far.effect, near.effect, rtol=1e-5)


def test_a_single_answer_has_a_value_but_no_interval():
    values = np.array([[1.0], [2.0], [3.0], [4.0]])
    found = contrasts(values, np.array([False]), np.array([0, 1, 1, 1]), 2, np.ones(4))
    assert found.value[0, 0] == 1
    assert np.isnan(found.low[0, 0])
    assert np.isnan(found.p[0, 0])


def test_adjusting_leaves_gaps_and_orders_nothing():
    p = np.array([0.04, np.nan, 0.001, 0.5])
    assert_allclose(adjusted(p), [0.06, np.nan, 0.003, 0.5])
    assert np.isnan(adjusted(np.array([np.nan]))).all()


def coverage(n_runs, kind, weighted, seed):
    """How often the interval of the first segment's difference holds the truth."""
    rng = np.random.default_rng(seed)
    n, hits = 300, 0
    for _ in range(n_runs):
        codes = (rng.random(n) < 0.6).astype(int)
        w = rng.gamma(2.0, 0.5, n) if weighted else np.ones(n)
        if kind == "share":
            values = (rng.random(n) < np.where(codes == 0, 0.15, 0.3)).astype(float)
        else:
            values = np.where(codes == 0, rng.exponential(1.0, n), 1.15 + rng.normal(0, 0.5, n))
        found = contrasts(values[:, None], np.array([kind == "share"]), codes, 2, w)
        hits += bool(found.low[0, 0] <= -0.15 <= found.high[0, 0])
    return hits


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", ["share", "mean"])
def test_intervals_cover(kind, weighted):
    hits = coverage(120, kind, weighted, seed=1)
    assert st.binomtest(hits, 120, 0.95).proportion_ci(0.99).high >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", ["share", "mean"])
def test_intervals_cover_at_the_nominal_rate(kind, weighted, simulated):
    simulated("coverage", coverage(2000, kind, weighted, seed=2), 2000, 0.95)
