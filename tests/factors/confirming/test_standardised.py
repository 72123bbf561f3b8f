import numpy as np
from numpy.testing import assert_allclose

from segkit.factors.confirming.likelihood_fit import maximise
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.robust_errors import estimate_covariances
from segkit.factors.confirming.standardised import (
    bounded_interval,
    correlation_estimates,
    loading_estimates,
)
from segkit.factors.confirming.structure import Structure, confirmatory_design

PATTERN = np.kron(np.eye(2, dtype=bool), np.ones((3, 1), dtype=bool))
STRUCTURE = Structure(tuple("abcdef"), ("x", "y"), PATTERN)


def fitted(sd):
    loading = PATTERN * np.array([0.8, 0.7, 0.6, 0.8, 0.7, 0.6])[:, None]
    matrix = loading @ np.array([[1.0, 0.4], [0.4, 1.0]]) @ loading.T
    np.fill_diagonal(matrix, 1.0)
    moments = GroupMoments(np.zeros(6), matrix * np.outer(sd, sd), 400.0)
    return maximise(confirmatory_design(STRUCTURE, moments), [moments])


def test_the_units_of_the_items_leave_standardised_loadings_and_their_errors():
    plain, scaled = fitted(np.ones(6)), fitted(np.array([1.0, 2, 3, 10, 0.1, 5]))
    pairs = STRUCTURE.pairs()
    (raw, error), (std, std_error) = loading_estimates(plain, estimate_covariances(plain), pairs)
    other = loading_estimates(scaled, estimate_covariances(scaled), pairs)
    assert_allclose(std, raw, atol=1e-6)
    assert_allclose(other[1][0], std, atol=1e-6)
    assert_allclose(other[1][1], std_error, atol=1e-6)
    assert_allclose(other[0][1][3], 10 * error[3], rtol=1e-5)
    # a standardised loading varies less: its item's variance moves with it
    assert (std_error < error).all()


def test_correlations_name_their_factors():
    fit = fitted(np.ones(6))
    first, second, (value, error) = correlation_estimates(fit, estimate_covariances(fit))
    assert first.tolist() == [0]
    assert second.tolist() == [1]
    assert_allclose(value, 0.4, atol=1e-6)
    assert 0.02 < error[0] < 0.1


def test_intervals_stay_within_bounds_and_are_plain_beyond():
    low, high = bounded_interval(np.array([0.0, 0.97, 1.02]), np.array([0.05, 0.05, 0.01]))
    assert_allclose([low[0], high[0]], [-0.098, 0.098], atol=1e-3)
    assert low[1] < 0.97 - 0.098 < high[1] < 1
    assert_allclose([low[2], high[2]], [1.0004, 1.0396], atol=1e-4)
