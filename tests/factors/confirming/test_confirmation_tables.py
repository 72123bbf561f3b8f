import numpy as np
from numpy.testing import assert_allclose

from segkit._frames import Origin
from segkit.factors.confirming.confirmation_tables import correlations_frame, loadings_columns
from segkit.factors.confirming.likelihood_fit import maximise
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.robust_errors import estimate_covariances
from segkit.factors.confirming.structure import confirmatory_design, read_structure

ITEMS = list("abcdef")
STRUCTURE = read_structure({"y": ["d", "e", "f"], "x": ["a", "b", "c"]}, ITEMS)


def fitted():
    loading = STRUCTURE.pattern * np.array([0.8, 0.7, 0.6, 0.8, 0.7, 0.6])[:, None]
    matrix = loading @ np.array([[1.0, 0.4], [0.4, 1.0]]) @ loading.T
    np.fill_diagonal(matrix, 1.0)
    moments = GroupMoments(np.zeros(6), 4.0 * matrix, 400.0)
    fit = maximise(confirmatory_design(STRUCTURE, moments), [moments])
    return fit, estimate_covariances(fit)


def test_loadings_stand_factor_by_factor_in_the_order_given():
    columns = loadings_columns(fitted()[0], STRUCTURE, fitted()[1], fixed=False)
    assert columns["item"] == ["d", "e", "f", "a", "b", "c"]
    assert columns["factor"] == ["y"] * 3 + ["x"] * 3
    assert_allclose(columns["loading"], [0.8, 0.7, 0.6] * 2, atol=1e-6)
    assert_allclose(columns["raw"], 2.0 * columns["loading"], atol=1e-5)
    assert_allclose(columns["explained"], np.square(columns["loading"]), atol=1e-6)


def test_raw_loadings_of_items_with_variance_1_are_the_loadings():
    columns = loadings_columns(fitted()[0], STRUCTURE, fitted()[1], fixed=True)
    assert_allclose(columns["loading"], columns["raw"])
    assert_allclose(columns["se"], columns["raw_se"])


def test_correlations_name_their_factors():
    frame = correlations_frame(*[fitted()[0], STRUCTURE, fitted()[1]], Origin())
    assert frame[["a", "b"]].iloc[0].tolist() == ["y", "x"]
    assert_allclose(frame["correlation"], 0.4, atol=1e-6)
    assert ((frame["low"] < 0.4) & (frame["high"] > 0.4)).all()
