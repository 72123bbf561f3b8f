import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.extraction.extraction import (
    LEAST_UNIQUENESS,
    _least_squares,
    _likelihood,
    check_identified,
    extract,
    most_factors,
)

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]
MADE = np.array([[0.8, 0], [0.7, 0.1], [0.6, 0], [0, 0.7], [0.2, 0.6], [0, 0.5]])


def implied(loadings):
    R = loadings @ loadings.T
    np.fill_diagonal(R, 1.0)
    return R


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_unrotated_loadings_equal_rs(correlations, r_factors, source, method):
    found = extract(correlations.matrix(source), 5, method)
    expected = r_factors["fits"][source]["loadings"][f"{method} none"]
    assert found.converged
    assert_allclose(found.loadings, expected["loadings"], atol=2e-5)
    assert_allclose(1 - found.uniquenesses, expected["communalities"], atol=2e-5)


@pytest.mark.parametrize("method", ["minres", "ml", "paf", "wls"])
def test_a_made_structure_is_reproduced(method):
    found = extract(implied(MADE), 2, method)
    assert_allclose(implied(found.loadings), implied(MADE), atol=1e-6)
    assert_allclose(found.uniquenesses, 1 - (MADE**2).sum(axis=1), atol=1e-6)


@pytest.mark.parametrize("source", SOURCES)
def test_principal_axes_equal_rs_which_stop_earlier(correlations, r_factors, source):
    found = extract(correlations.matrix(source), 5, "paf")
    expected = r_factors["fits"][source]["loadings"]["paf none"]["loadings"]
    assert found.converged
    assert_allclose(found.loadings, expected, atol=2e-3)


def test_rs_uls_is_minres(correlations, r_factors):
    found = extract(correlations.matrix("pearson_complete"), 5, "minres")
    expected = r_factors["fits"]["pearson_complete"]["loadings"]["uls none"]["loadings"]
    assert_allclose(found.loadings, expected, atol=1e-5)


def weighted_misfit(R, loadings):
    """The criterion that R's psych states for fm = "wls"."""
    unexplained = 1 / np.diag(np.linalg.inv(R))
    residual = R - np.asarray(loadings) @ np.asarray(loadings).T
    np.fill_diagonal(residual, 0)
    return float((np.outer(unexplained, unexplained) * residual**2).sum())


def test_weighted_least_squares_reaches_a_lower_criterion_than_rs(correlations, r_factors):
    R = correlations.matrix("pearson_complete")
    fits = r_factors["fits"]["pearson_complete"]["loadings"]
    found = extract(R, 5, "wls")
    assert found.converged
    ours = weighted_misfit(R, found.loadings)
    # R's search stops above its own minres solution; the minimum is below both
    assert_allclose(ours, 0.18498, atol=1e-5)
    assert_allclose(weighted_misfit(R, fits["minres none"]["loadings"]), 0.19182, atol=1e-5)
    assert_allclose(weighted_misfit(R, fits["wls none"]["loadings"]), 0.19481, atol=1e-5)
    theirs = np.array(fits["wls none"]["loadings"])
    left, _, right = np.linalg.svd(found.loadings.T @ theirs)
    assert_allclose(found.loadings @ left @ right, theirs, atol=0.055)


def test_no_other_loadings_have_a_smaller_weighted_misfit(correlations):
    R = correlations.matrix("pearson_pairwise")
    found = extract(R, 5, "wls")
    rng, best = np.random.default_rng(1), weighted_misfit(R, found.loadings)
    for size in (1e-4, 1e-3, 1e-2):
        for _ in range(20):
            other = found.loadings + size * rng.normal(size=(25, 5))
            assert weighted_misfit(R, other) > best


def test_equal_weights_leave_least_squares():
    R = np.full((5, 5), 0.4) + 0.6 * np.eye(5)
    R[0, 1] = R[1, 0] = R[2, 3] = R[3, 2] = 0.4
    assert_allclose(extract(R, 1, "wls").loadings, extract(R, 1, "minres").loadings, atol=1e-8)


def test_principal_axes_iterated_to_the_end_are_minres(correlations):
    R = correlations.matrix("pearson_complete")
    assert_allclose(extract(R, 5, "paf").loadings, extract(R, 5, "minres").loadings, atol=1e-6)


@pytest.mark.parametrize("method", ["minres", "ml", "paf", "wls"])
def test_permuted_items_have_permuted_loadings(correlations, method):
    R = correlations.matrix("polychoric_pairwise")
    order = np.random.default_rng(0).permutation(25)
    moved = extract(R[np.ix_(order, order)], 5, method)
    assert_allclose(moved.loadings, extract(R, 5, method).loadings[order], atol=1e-6)


def test_no_other_uniquenesses_leave_smaller_residuals(correlations):
    R = correlations.matrix("pearson_pairwise")
    found = extract(R, 5, "minres")
    rng = np.random.default_rng(1)

    def residual(psi):
        values = np.linalg.eigvalsh(R - np.diag(psi))[:-5]
        return np.square(values).sum()

    best = residual(found.uniquenesses)
    for _ in range(50):
        other = np.clip(found.uniquenesses + rng.normal(0, 0.01, 25), 0.01, 1)
        assert residual(other) > best


def test_columns_have_positive_sums_and_descending_size(correlations):
    found = extract(correlations.matrix("pearson_complete"), 5, "minres")
    assert (found.loadings.sum(axis=0) > 0).all()
    assert (np.diff(np.square(found.loadings).sum(axis=0)) < 0).all()


@pytest.mark.parametrize("method", ["minres", "ml", "paf", "wls"])
def test_a_heywood_case_is_marked(method):
    # three items whose single factor would need a loading of 1.2
    R = np.array([[1, 0.84, 0.84], [0.84, 1, 0.49], [0.84, 0.49, 1]])
    found = extract(R, 1, method)
    assert found.heywood.tolist() == [True, False, False]
    assert found.uniquenesses[0] < 2 * LEAST_UNIQUENESS


def test_the_number_of_factors_is_bounded_by_the_degrees_of_freedom():
    for p in range(3, 40):
        k = most_factors(p)
        assert (p - k) ** 2 >= p + k
        assert (p - k - 1) ** 2 < p + k + 1


def test_more_factors_than_the_items_tell_apart_are_refused():
    check_identified(3, 6)
    with pytest.raises(SegkitError, match=r"n_factors=4 was asked of 6 .* at most 3 factors apart"):
        check_identified(4, 6)
    with pytest.raises(SegkitError, match=r"X has 2 feature\(s\) .*expected at least 3"):
        check_identified(2, 2)
    with pytest.warns(SegkitWarning, match="Both loadings are taken to be equal"):
        check_identified(1, 2)


@pytest.mark.parametrize("loss", [_least_squares, _likelihood])
def test_slope_and_curvature_are_those_of_the_loss(correlations, loss):
    R = correlations.matrix("pearson_complete")[:8, :8]
    rng = np.random.default_rng(0)
    x = np.log(rng.uniform(0.3, 0.8, 8)) if loss is _likelihood else rng.uniform(0.3, 0.8, 8)
    _, slope, curvature = loss(x, R, 2)
    for i in range(8):
        step = 1e-5 * np.eye(8)[i]
        up, down = loss(x + step, R, 2), loss(x - step, R, 2)
        assert_allclose(slope[i], (up[0] - down[0]) / 2e-5, rtol=1e-6, atol=1e-9)
        assert_allclose(curvature[i], (up[1] - down[1]) / 2e-5, rtol=1e-5, atol=1e-7)
