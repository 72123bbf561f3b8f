import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as st

from segkit.segments.three_step.bch import (
    corrected_weights,
    segment_means,
    share_interval,
    wald_test,
)

RNG = np.random.default_rng(0)
ERROR = np.array([[0.9, 0.1], [0.2, 0.8]])
TRUTH = RNG.random(400) < 0.4
put = np.where(RNG.random(400) < ERROR[TRUTH.astype(int), TRUTH.astype(int)], TRUTH, ~TRUTH)
PLACES = np.eye(2)[put.astype(int)]
Y = (TRUTH + RNG.normal(size=400))[:, None]


def test_corrected_weights_sum_to_the_survey_weight_and_undo_the_errors():
    w = RNG.random(400)
    weights = corrected_weights(PLACES, ERROR, w)
    assert_allclose(weights.sum(axis=1), w)
    assert_allclose(ERROR @ corrected_weights(np.eye(2), ERROR, np.ones(2)), np.eye(2), atol=1e-12)


def test_without_errors_means_have_the_standard_errors_of_the_textbook():
    found = segment_means(Y, PLACES)
    for t in (0, 1):
        inside = Y[put == t, 0]
        assert found.value[t, 0] == pytest.approx(inside.mean())
        assert found.covariance[t, t] == pytest.approx(inside.var(ddof=1) / len(inside))
        assert found.n_effective[t] == pytest.approx(len(inside))
    assert found.covariance[0, 1] == pytest.approx(0, abs=1e-15)


def test_zeros_and_ones_have_the_standard_error_of_a_share():
    share = (Y > 0).astype(float)
    found = segment_means(share, PLACES, numbers=False)
    p, n = share[put == 1].mean(), (put == 1).sum()
    assert found.covariance[1, 1] == pytest.approx(p * (1 - p) / n)


def test_errors_that_are_known_cost_less_than_errors_that_are_estimated():
    weights = corrected_weights(PLACES, ERROR, np.ones(400))
    influence = np.zeros((400, 4))
    influence[:, 0], influence[:, 1] = 0.002, -0.002
    influence[::2] *= -1
    known = segment_means(Y, weights)
    same = segment_means(Y, weights, ERROR, np.zeros((400, 4)))
    assert_allclose(same.covariance, known.covariance)
    estimated = segment_means(Y, weights, ERROR, influence)
    # the errors of segment 0 stand between the two means: they move the one of segment 1
    assert estimated.covariance[1, 1] > known.covariance[1, 1]
    assert_allclose(estimated.value, known.value)


def test_means_move_with_the_errors_as_differences_say():
    step = np.zeros((2, 2))
    step[0] = 1e-5, -1e-5
    ends = [
        segment_means(Y, corrected_weights(PLACES, ERROR + s * step, np.ones(400))).value
        for s in (1, -1)
    ]
    moved = (ends[0] - ends[1])[:, 0] / 2
    # a single respondent who moves the errors by that step, and does not count otherwise
    seen = np.vstack([Y, [[np.nan]]])
    weights = np.vstack([corrected_weights(PLACES, ERROR, np.ones(400)), np.zeros(2)])
    influence = np.vstack([np.zeros((400, 4)), 1e4 * step.ravel()])
    plain = segment_means(seen, weights).covariance
    added = segment_means(seen, weights, ERROR, influence).covariance - plain
    assert_allclose(added, 1e8 * np.outer(moved, moved), rtol=1e-5, atol=1e-9)


def test_rows_with_a_missing_value_are_left_out():
    gaps = Y.copy()
    gaps[:50] = np.nan
    found, without = segment_means(gaps, PLACES), segment_means(Y[50:], PLACES[50:])
    assert_allclose(found.value, without.value)
    assert_allclose(found.covariance, without.covariance)


def test_a_segment_in_which_nobody_has_the_outcome_has_no_figure():
    gaps = np.where(put[:, None], np.nan, Y)
    found = segment_means(gaps, PLACES)
    assert np.isnan(found.value[1, 0])
    assert found.n_effective[1] == 0
    assert np.isfinite(found.value[0, 0])


def test_share_intervals_are_wilsons_and_plain_beyond_the_ends():
    n, p = 80, 0.3
    low, high = share_interval(np.array([p, -0.05]), np.array([np.sqrt(p * (1 - p) / n), 0.02]))
    exact = st.binomtest(24, n).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((exact.low, exact.high))
    assert (low[1], high[1]) == pytest.approx((-0.05 - 1.96 * 0.02, -0.05 + 1.96 * 0.02), abs=1e-4)


def test_the_wald_test_counts_the_directions_that_there_are():
    square = np.array([[1.0, -1.0], [-1.0, 1.0]])
    statistic, freedom, p = wald_test(np.array([2.0, -2.0]), square)
    assert (statistic, freedom) == pytest.approx((4.0, 1))
    assert p == pytest.approx(st.chi2.sf(4, 1))
    assert np.isnan(wald_test(np.array([np.nan, 1.0]), np.eye(2))[0])
