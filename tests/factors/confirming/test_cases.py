import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.measurement_model import Directions, Entries, Matrices

NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def values():
    rng = np.random.default_rng(0)
    return rng.normal(size=(200, 1)) + rng.normal(size=(200, 3))


def test_moments_of_everybody_are_those_of_numpy(values):
    w = np.random.default_rng(1).integers(1, 4, 200).astype(float)
    got = Cases.of(values, w).moments(NAMES)
    assert_allclose(got.mean, np.average(values, axis=0, weights=w))
    assert_allclose(got.covariance, np.cov(values.T, aweights=w, ddof=0), rtol=1e-10)
    assert_allclose(got.n, w.sum() ** 2 / (w**2).sum())


def test_gaps_leave_each_pair_to_those_who_answered_both(values):
    holed = values.copy()
    holed[:50, 0] = np.nan
    got = Cases.of(holed, np.ones(200)).moments(NAMES)
    d = holed - np.nanmean(holed, axis=0)
    assert_allclose(got.covariance[0, 1], (d[50:, 0] * d[50:, 1]).mean())
    assert_allclose(got.covariance[1, 2], (d[:, 1] * d[:, 2]).mean())


def test_who_answered_nothing_does_not_count(values):
    silent = np.vstack([values, np.full((5, 3), np.nan)])
    assert Cases.of(silent, np.ones(205)).moments(NAMES).n == pytest.approx(200)


def test_the_path_with_gaps_equals_the_path_without(values):
    entries = Entries.of(
        [("loadings", i, 0, i) for i in range(3)]
        + [("residual_covariances", i, i, 3 + i) for i in range(3)]
        + [("intercepts", i, 0, 6 + i) for i in range(3)]
    )
    at = Matrices(np.ones((3, 1)), np.eye(1), np.eye(3), np.zeros(3), np.zeros(1))
    directions, inverse = Directions.of(at, entries), np.linalg.inv(at.covariance())
    cases = Cases.of(values, np.linspace(1, 2, 200))
    moments = cases.moments(NAMES)
    plain, size = cases.contributions(moments, inverse, directions, with_means=True)
    # one gap in a respondent who hardly counts: nearly nothing may change
    holed = np.vstack([values, [[np.nan, 0.0, 0.0]]])
    other = Cases.of(holed, np.append(np.linspace(1, 2, 200), 1e-9))
    got, got_size = other.contributions(other.moments(NAMES), inverse, directions, with_means=True)
    assert_allclose(got[:200], plain, atol=1e-9)
    assert_allclose(got_size, size, rtol=1e-6)
    # each respondent's part in the moments adds up to nothing
    assert_allclose(plain.sum(axis=0), 0, atol=1e-12)


def test_what_has_no_moments_is_refused(values):
    flat, apart = values.copy(), values.copy()
    flat[:, 1] = 3.0
    apart[:100, 0], apart[100:, 2] = np.nan, np.nan
    with pytest.raises(SegkitError, match=r"`b` in group m has the same answer everywhere"):
        Cases.of(flat, np.ones(200)).moments(NAMES, "group m")
    with pytest.raises(SegkitError, match=r"Nobody in X answered both `a` and `c`"):
        Cases.of(apart, np.ones(200)).moments(NAMES)
    with pytest.raises(SegkitError, match=r"combinations of each other"):
        Cases.of(values[:, [0, 1, 0]], np.ones(200)).moments(NAMES)


def test_covariances_that_do_not_fit_together_are_repaired_and_said():
    x = np.array([1.0, 2, 3, 4, 5, 6])
    gap = np.full(6, np.nan)
    values = np.vstack([
        np.column_stack([x, x + 0.1 * (x == 1), gap]),
        np.column_stack([x, gap, x + 0.1 * (x == 2)]),
        np.column_stack([gap, x, -x + 0.1 * (x == 3)]),
    ])  # fmt: skip
    with pytest.warns(SegkitWarning, match=r"pairwise covariances of X do not fit together"):
        moments = Cases.of(values, np.ones(18)).moments(NAMES)
    assert np.linalg.eigvalsh(moments.covariance)[0] > 0
