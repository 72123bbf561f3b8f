import numpy as np
from numpy.testing import assert_allclose

from segkit.factors.rotations.promax import promax


def test_pattern_and_phi_equal_rs(r_rotations):
    pattern, phi = promax(np.array(r_rotations["varimax"]["loadings"]))
    expected = r_rotations["promax_of_varimax"]
    assert_allclose(pattern, expected["loadings"], atol=1e-5)
    assert_allclose(phi, expected["phi"], atol=1e-5)


def test_correlations_reproduced_stay_and_factors_have_variance_one(r_rotations):
    orthogonal = np.array(r_rotations["varimax"]["loadings"])
    pattern, phi = promax(orthogonal)
    assert_allclose(pattern @ phi @ pattern.T, orthogonal @ orthogonal.T, atol=1e-12)
    assert_allclose(np.diag(phi), 1)


def test_perfect_simple_structure_is_left_alone():
    simple = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6]]))
    pattern, phi = promax(simple)
    assert_allclose(pattern, simple, atol=1e-12)
    assert_allclose(phi, np.eye(3), atol=1e-12)
