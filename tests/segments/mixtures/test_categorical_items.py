import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from segkit.segments.mixtures.categorical_items import CategoricalItems, one_hot_answers, shares_of

ITEMS = CategoricalItems((np.array([1.0, 2.0]), np.array([1.0, 2.0, 5.0])))


def test_a_missing_answer_is_a_zero_row():
    hot = one_hot_answers(np.array([[1.0, 5.0], [np.nan, 2.0]]), ITEMS.categories)
    assert_array_equal(hot.T, [[1, 0, 0, 0, 1], [0, 0, 0, 1, 0]])


def test_starts_are_probabilities_of_each_item():
    theta = ITEMS.start(np.random.default_rng(0), 3)["theta"]
    assert theta.shape == (3, 5)
    assert_allclose([theta[:, :2].sum(axis=1), theta[:, 2:].sum(axis=1)], 1)


def test_the_m_step_is_the_share_of_each_answer_and_an_empty_segment_keeps_its_own():
    stats = np.array([[[3.0, 1, 2, 2, 0], [0, 0, 0, 0, 0]]])
    old = {"theta": np.full((1, 2, 5), 0.4)}
    new = ITEMS.update(stats, old)["theta"]
    assert_allclose(new[0, 0], [0.75, 0.25, 0.5, 0.5, 0])
    assert_allclose(new[0, 1], 0.4)


def test_an_extrapolation_beyond_the_simplex_is_brought_back():
    inside = {"theta": np.array([[[0.1, 0.9, 0.2, 0.3, 0.5]]])}
    guess = {"theta": np.array([[[-0.2, 1.2, 0.2, 0.3, 0.5]]])}
    theta = ITEMS.repair(guess, inside)["theta"][0, 0]
    assert (theta > 0).all()
    assert_allclose([theta[:2].sum(), theta[2:].sum()], 1)


def test_zero_probabilities_have_finite_logarithms():
    loadings, added = ITEMS.loadings({"theta": np.array([[[0.0, 1, 0, 0, 1]]])})
    assert np.isfinite(loadings).all()
    assert_array_equal(added, 0)


def test_parameters_are_counted():
    assert ITEMS.n_parameters(4) == 4 * (1 + 2)
    assert ITEMS.n_features == 5


def test_shares_of_nothing_are_the_fallback():
    assert_allclose(shares_of(np.zeros(2), np.array([0.3, 0.7]), np.zeros(2)), [0.3, 0.7])
