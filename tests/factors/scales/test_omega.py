import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.scales.omega import omega_from, omega_gradient

ITEMS = [f"{scale}{j}" for scale in "ACENO" for j in range(1, 6)]


@pytest.mark.parametrize("scale", list("ACENO"))
def test_one_factor_is_that_of_r(r_reliability, r_matrices, scale):
    omega = omega_from(r_matrices(scale)[1], 1)
    assert_allclose(omega.total, r_reliability["complete"][scale]["omega_1"], atol=1e-6)
    assert omega.hierarchical == omega.total


# of scale O psych stands at a local optimum of minres, see the note of the file
@pytest.mark.parametrize("scale", list("ACEN"))
def test_two_group_factors_are_those_of_r(r_reliability, r_matrices, scale):
    omega = omega_from(r_matrices(scale)[1], 2)
    figures = r_reliability["complete"][scale]["omega_2"]
    assert_allclose(omega.total, figures["total"], atol=1e-4)
    assert_allclose(omega.hierarchical, figures["hierarchical"], atol=1e-4)


def test_five_group_factors_of_25_items_are_those_of_r(r_reliability, correlations):
    keys = [key for keys in r_reliability["keys"].values() for key in keys]
    turned = {key[1:] for key in keys if key.startswith("-")}
    turned |= set(r_reliability["omega_25"]["turned_too"])
    signs = np.array([-1.0 if item in turned else 1.0 for item in ITEMS])
    omega = omega_from(correlations.matrix("pearson_complete") * np.outer(signs, signs), 5)
    figures = r_reliability["omega_25"]
    assert_allclose(omega.total, figures["total"], atol=1e-6)
    assert_allclose(omega.hierarchical, figures["hierarchical"], atol=1e-5)
    assert_allclose(omega.general, figures["general"], atol=1e-4)


def test_a_made_hierarchy_is_found_again():
    general, group = np.full(9, 0.6), np.kron(np.eye(3), np.full((3, 1), 0.5))
    R = np.outer(general, general) + group @ group.T
    np.fill_diagonal(R, 1.0)
    omega = omega_from(R, 3)
    assert_allclose(omega.general, general, atol=1e-5)
    assert_allclose(omega.hierarchical, general.sum() ** 2 / R.sum(), atol=1e-5)
    assert_allclose(omega.total, 1 - 9 * (1 - 0.36 - 0.25) / R.sum(), atol=1e-5)


def test_equal_loadings_make_omega_alpha():
    R = 0.4 * np.ones((5, 5)) + 0.6 * np.eye(5)
    assert_allclose(omega_from(R, 1).total, 5 * 0.4 / (1 + 4 * 0.4), rtol=1e-8)


@pytest.mark.parametrize("n_factors", [1, 2, 3])
def test_the_slope_is_that_of_small_changes(n_factors):
    rng = np.random.default_rng(0)
    loadings = np.hstack(
        [rng.uniform(0.5, 0.7, (9, 1)), 0.4 * np.kron(np.eye(2), np.ones((5, 1)))[:9]]
    )
    sample = rng.multivariate_normal(np.zeros(9), loadings @ loadings.T + 0.5 * np.eye(9), 500)
    R = np.corrcoef(sample.T)
    slope = omega_gradient(R, omega_from(R, n_factors))
    for i, j in [(0, 1), (2, 7), (5, 8)]:
        around = []
        for step in (1e-4, -1e-4):
            moved = R.copy()
            moved[i, j] = moved[j, i] = R[i, j] + step
            around.append(omega_from(moved, n_factors).total)
        assert_allclose(2 * slope[i, j], (around[0] - around[1]) / 2e-4, atol=1e-5)


def test_items_move_with_their_loadings():
    R = np.corrcoef(
        np.random.default_rng(1).normal(size=(200, 1)).T
        + np.random.default_rng(2).normal(size=(6, 200))
    )
    order = np.array([3, 0, 5, 1, 4, 2])
    plain, moved = omega_from(R, 1), omega_from(R[np.ix_(order, order)], 1)
    assert_allclose(moved.general, plain.general[order], atol=1e-6)
    assert_allclose(moved.total, plain.total, atol=1e-9)
