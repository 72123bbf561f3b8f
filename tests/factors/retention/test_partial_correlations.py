import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.retention.partial_correlations import average_partials

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]


@pytest.mark.parametrize("source", SOURCES)
def test_both_powers_equal_rs(correlations, r_retention, r_rules, source):
    R = correlations.matrix(source)
    assert_allclose(average_partials(R)[1:11], r_retention["map"][source], atol=1e-9)
    assert_allclose(average_partials(R, power=4)[:11], r_rules[source]["map4"], atol=1e-11)
    assert np.argmin(average_partials(R)) == np.argmin(average_partials(R, power=4)) == 5


def test_the_first_average_is_that_of_the_correlations(correlations):
    R = correlations.matrix("pearson_complete")
    pairs = R[np.triu_indices(25, 1)]
    assert_allclose(average_partials(R)[0], np.mean(pairs**2))
    assert_allclose(average_partials(R, power=4)[0], np.mean(pairs**4))


def test_one_component_out_of_three_items_by_hand():
    """R = .5: the first component has loadings sqrt(2/3), what is left -1/6 over 1/3."""
    R = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    assert_allclose(average_partials(R), [0.25, 0.25])
    assert_allclose(average_partials(R, power=4), [0.0625, 0.0625])


def test_components_that_leave_an_item_nothing_end_the_search():
    R = np.kron(np.eye(2), np.ones((2, 2)))
    assert average_partials(R).size == 1


def test_permuted_items_change_nothing(correlations):
    R = correlations.matrix("pearson_complete")
    order = np.random.default_rng(0).permutation(25)
    assert_allclose(average_partials(R[np.ix_(order, order)], 4), average_partials(R, 4))
