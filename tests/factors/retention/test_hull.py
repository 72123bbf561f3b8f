import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.factors.retention.hull import Hull, hull

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]


@pytest.mark.parametrize(("source", "suggested"), list(zip(SOURCES, [5, 6, 6], strict=True)))
def test_the_fit_of_each_model_equals_rs(correlations, r_rules, source, suggested):
    found = hull(correlations.matrix(source), r_rules[source]["n"], bound=6)
    assert_allclose(found.fit, r_rules[source]["rni"], atol=2e-6)
    assert found.suggested == suggested


def test_parameters_elbows_and_corners_follow_their_definition(correlations, r_rules):
    fit = r_rules["pearson_complete"]["rni"]
    found = hull(correlations.matrix("pearson_complete"), 2436, bound=6)
    assert_array_equal(found.parameters, [0, 25, 49, 72, 94, 115, 135, 154])
    # from 3 factors on to 5 the fit rises more steeply than from 3 to 4
    assert_array_equal(found.on_hull, [True, True, True, True, False, True, True, True])
    at_five = ((fit[5] - fit[3]) / (115 - 72)) / ((fit[6] - fit[5]) / (135 - 115))
    assert_allclose(found.elbow[5], at_five, rtol=1e-4)
    assert np.isnan(found.elbow[[0, 4, 7]]).all()


def test_the_bound_is_one_more_than_parallel_analysis_gives_and_three_at_least(correlations):
    R = correlations.matrix("pearson_complete")
    assert hull(R, 2436, bound=5).fit.size == 7
    assert hull(R, 2436, bound=0).fit.size == 4


def test_a_model_that_nothing_improves_upon_is_chosen():
    """Correlations of exactly two factors: a third gains nothing."""
    loadings = np.kron(np.eye(2), np.full((4, 1), 0.7))
    found = hull(loadings @ loadings.T + 0.51 * np.eye(8), 200, bound=2)
    assert found.suggested == 2
    assert found.fit[3] < found.fit[2]


def test_too_few_items_for_three_models_have_no_elbow():
    found = hull(np.full((4, 4), 0.5) + 0.5 * np.eye(4), 200, bound=1)
    assert isinstance(found, Hull)
    assert found.suggested is None
    assert found.fit.size == 2


@pytest.mark.parametrize("n_needs", [2, 4])
def test_made_needs_are_counted(n_needs):
    rng = np.random.default_rng(n_needs)
    needs = np.repeat(rng.normal(size=(600, n_needs)), 5, axis=1)
    R = np.corrcoef(needs + rng.normal(size=needs.shape), rowvar=False)
    assert hull(R, 600, bound=n_needs).suggested == n_needs


def test_permuted_items_change_nothing(correlations):
    R = correlations.matrix("pearson_complete")
    order = np.random.default_rng(0).permutation(25)
    plain, moved = (hull(M, 2436, 6) for M in (R, R[np.ix_(order, order)]))
    assert_allclose(moved.fit, plain.fit, atol=1e-6)
