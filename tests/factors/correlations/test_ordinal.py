import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError
from segkit.factors.correlations.ordinal import mixed_estimate, polychoric_estimate
from segkit.factors.correlations.product_moment import pearson_matrix
from segkit.factors.sample import read_sample


def test_empty_cells_and_categories_are_reported():
    X = np.array([[1.0, 1], [1, 2], [2, 2], [3, 2], [3, 1], [1, 1]])
    estimate = polychoric_estimate(read_sample(X))
    assert estimate.empty_cells[0, 1] == 1
    assert_array_equal(estimate.categories["x1"], [1, 2, 3])
    assert estimate.thresholds["x2"].shape == (1,)


def test_answers_that_are_no_categories_are_refused_by_name():
    X = np.array([[1.0, 1], [2, 2.5], [1, 3]])
    with pytest.raises(SegkitError, match=r"`x2` in X holds 2\.5 in row 1; expected whole-number"):
        polychoric_estimate(read_sample(X))
    wide = np.column_stack([np.arange(40.0), np.arange(40) % 3])
    with pytest.raises(SegkitError, match=r"`x1` in X takes 40 different values; expected at most"):
        polychoric_estimate(read_sample(wide))


def test_mixed_correlations_recover_the_latent_ones():
    rng = np.random.default_rng(0)
    R = np.array([[1, 0.6, 0.4], [0.6, 1, 0.5], [0.4, 0.5, 1]])
    latent = rng.multivariate_normal(np.zeros(3), R, 20_000)
    X = latent.copy()
    X[:, 0] = np.digitize(latent[:, 0], [-0.5, 0.8])
    X[:, 1] = np.digitize(latent[:, 1], [0.3])
    estimate = mixed_estimate(read_sample(X), np.array([True, True, False]))
    assert_allclose(estimate.matrix, R, atol=0.03)


def test_without_continuous_items_mixed_is_polychoric(answers):
    sample = read_sample(answers)
    estimate = mixed_estimate(sample, np.ones(9, dtype=bool))
    assert_allclose(estimate.matrix, polychoric_estimate(sample).matrix)


def test_without_ordinal_items_mixed_is_pearson():
    X = np.random.default_rng(1).normal(size=(30, 3))
    sample = read_sample(X)
    estimate = mixed_estimate(sample, np.zeros(3, dtype=bool))
    assert_array_equal(estimate.matrix, pearson_matrix(sample.values, sample.w))


def test_polyserial_values_beyond_one_are_held_and_reported():
    x = np.array([-1.0, -1, -1, 1, 1, 1])
    X = np.column_stack([x + np.linspace(-0.01, 0.01, 6), x, np.tile([0.0, 1], 3)])
    estimate = mixed_estimate(read_sample(X), np.array([False, True, True]))
    assert estimate.bounded[0, 1] == 1
    assert estimate.matrix[0, 1] == estimate.matrix[1, 0] == 0.9999
