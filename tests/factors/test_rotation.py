import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import MissingExtraError
from segkit.factors.congruence import congruence
from segkit.factors.rotation import ROTATIONS, rotate

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]
each_rotation = pytest.mark.parametrize("method", ROTATIONS)


@pytest.fixture
def unrotated(r_factors):
    return np.array(r_factors["rotations"]["unrotated"])


def borrowed(method):
    if method not in (None, "oblimin", "varimax"):
        pytest.importorskip("factor_analyzer")


def in_order_of(loadings, expected):
    """Reorder and reflect R's columns, which its rotation functions leave as they come."""
    pairs = congruence(loadings, expected).query("matched")
    columns = [int(b.removeprefix("factor_")) - 1 for b in pairs["b"]]
    return np.array(expected)[:, columns] * np.sign(pairs["congruence"].to_numpy())


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("method", ["oblimin", "varimax", "promax"])
def test_loadings_and_phi_equal_psychs(r_factors, source, method):
    borrowed(method)
    fits = r_factors["fits"][source]["loadings"]
    found = rotate(np.array(fits["minres none"]["loadings"]), method)
    expected = fits[f"minres {method}"]
    assert_allclose(found.loadings, expected["loadings"], atol=2e-3)
    phi = np.eye(5) if expected["phi"] is None else expected["phi"]
    assert_allclose(found.factor_correlations, phi, atol=2e-3)


@pytest.mark.parametrize(
    ("method", "atol"),
    [
        ("oblimin", 1e-6),
        ("varimax", 1e-8),
        ("promax", 1e-3),
        ("quartimax", 1e-5),
        ("equamax", 1e-5),
        ("geomin_obl", 1e-5),
        ("geomin_ort", 1e-5),
    ],
)
def test_loadings_equal_tightly_converged_ones(r_factors, unrotated, method, atol):
    borrowed(method)
    found = rotate(unrotated, method)
    expected = r_factors["rotations"][method]["loadings"]
    assert found.converged
    assert_allclose(found.loadings, in_order_of(found.loadings, expected), atol=atol)


@each_rotation
def test_rotation_leaves_communalities_and_reproduced_correlations(unrotated, method):
    borrowed(method)
    found = rotate(unrotated, method)
    reproduced = found.loadings @ found.factor_correlations @ found.loadings.T
    assert_allclose(reproduced, unrotated @ unrotated.T, atol=1e-8)
    assert_allclose(np.diag(found.factor_correlations), 1.0, atol=1e-8)


@pytest.mark.parametrize("method", ["oblimin", "varimax", None])
def test_signs_and_the_order_of_columns_do_not_matter(unrotated, method):
    expected = rotate(unrotated, method)
    changed = rotate(unrotated[:, [2, 0, 1, 4, 3]] * [1, -1, -1, 1, -1], method)
    assert_allclose(changed.loadings, expected.loadings, atol=1e-5)
    assert_allclose(changed.factor_correlations, expected.factor_correlations, atol=1e-5)


@pytest.mark.parametrize("method", ["oblimin", "varimax"])
def test_factors_are_reflected_and_sorted_by_share(unrotated, method):
    found = rotate(unrotated, method)
    share = np.diag(found.factor_correlations @ found.loadings.T @ found.loadings)
    assert (found.loadings.sum(axis=0) > 0).all()
    assert (np.diff(share) <= 0).all()


def test_simple_structure_with_correlated_factors_is_found_exactly():
    pattern = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    phi = np.array([[1, 0.4, 0.2], [0.4, 1, 0.3], [0.2, 0.3, 1]])
    found = rotate(pattern @ np.linalg.cholesky(phi), "oblimin")
    assert_allclose(found.loadings, pattern, atol=1e-7)
    assert_allclose(found.factor_correlations, phi, atol=1e-7)


def test_several_starts_find_the_same_optimum_and_count_it(unrotated):
    one, many = rotate(unrotated, "oblimin"), rotate(unrotated, "oblimin", 10, 0)
    assert many.n_optima == 1
    assert_allclose(many.loadings, one.loadings, atol=1e-6)


def test_one_factor_is_not_rotated():
    loadings = np.array([[0.5], [-0.6], [-0.7]])
    assert_allclose(rotate(loadings, "oblimin").loadings, -loadings)


def test_structure_is_pattern_times_phi(unrotated):
    found = rotate(unrotated, "oblimin")
    assert_allclose(found.structure, found.loadings @ found.factor_correlations)


def test_a_borrowed_rotation_without_its_package_says_how_to_get_it(unrotated, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "factor_analyzer", None)
    with pytest.raises(MissingExtraError, match=r"segkit\[rotations\]"):
        rotate(unrotated, "promax")
