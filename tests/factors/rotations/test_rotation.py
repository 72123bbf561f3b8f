import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError
from segkit.factors.congruence import congruence
from segkit.factors.rotations.criteria import CRITERIA
from segkit.factors.rotations.rotation import ROTATIONS, Rotation, check_rotation, rotate

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]
WITHOUT_TARGET = [r for r in ROTATIONS if r != "target"]
each_source = pytest.mark.parametrize("source", SOURCES)
each_extraction = pytest.mark.parametrize("extraction", ["minres", "ml", "paf"])
each_rotation = pytest.mark.parametrize("method", WITHOUT_TARGET)


def in_order_of(found, expected):
    """R's loadings and phi in our order and signs; its rotations leave them as they come."""
    pairs = congruence(found.loadings, expected["loadings"]).query("matched")
    columns = [int(b.removeprefix("factor_")) - 1 for b in pairs["b"]]
    signs = np.sign(pairs["congruence"].to_numpy())
    k = len(columns)
    phi = np.eye(k) if expected["phi"] is None else np.array(expected["phi"])
    phi = phi[np.ix_(columns, columns)] * np.outer(signs, signs)
    return np.array(expected["loadings"])[:, columns] * signs, phi


@each_source
@each_extraction
@pytest.mark.parametrize("method", ["oblimin", "varimax", "promax"])
def test_loadings_and_phi_equal_psychs(r_factors, source, extraction, method):
    fits = r_factors["fits"][source]["loadings"]
    found = rotate(np.array(fits[f"{extraction} none"]["loadings"]), method)
    expected = fits[f"{extraction} {method}"]
    assert_allclose(found.loadings, expected["loadings"], atol=2e-3)
    phi = np.eye(5) if expected["phi"] is None else expected["phi"]
    assert_allclose(found.factor_correlations, phi, atol=2e-3)


@each_source
@each_extraction
def test_geomin_from_the_unrotated_axes_equals_psychs(r_factors, source, extraction):
    fits = r_factors["fits"][source]["loadings"]
    unrotated = np.array(fits[f"{extraction} none"]["loadings"])
    expected = fits[f"{extraction} geomin"]
    one, many = rotate(unrotated, "geomin", n_starts=1), rotate(unrotated, "geomin")
    assert_allclose(one.loadings, expected["loadings"], atol=1e-3)
    assert_allclose(one.factor_correlations, expected["phi"], atol=1e-3)
    assert many.criterion <= one.criterion + 1e-10


@each_source
def test_bifactor_equals_psychs_with_its_general_factor_first(r_factors, source):
    fits = r_factors["fits"][source]["loadings"]
    found = rotate(np.array(fits["minres none"]["loadings"]), "bifactor")
    expected, _ = in_order_of(found, fits["minres bifactor"])
    assert_allclose(found.loadings, expected, atol=1e-3)
    assert (np.abs(found.loadings[:, 0]) > 0.1).mean() > 0.7


@pytest.mark.parametrize("method", list(CRITERIA))
@pytest.mark.parametrize("rows", ["plain", "kaiser"])
def test_loadings_equal_tightly_converged_ones(unrotated, r_rotations, method, rows):
    expected = r_rotations[rows][method]
    one = rotate(unrotated, method, n_starts=1, kaiser=rows == "kaiser")
    loadings, phi = in_order_of(one, expected)
    assert one.converged
    assert_allclose(one.loadings, loadings, atol=5e-6)
    assert_allclose(one.factor_correlations, phi, atol=5e-6)
    assert_allclose(one.criterion, expected["criterion"], rtol=1e-8)
    many = rotate(unrotated, method, kaiser=rows == "kaiser")
    assert many.criterion <= expected["criterion"] + 1e-8


def test_promax_equals_rs_whose_varimax_stops_earlier(unrotated, r_rotations):
    found = rotate(unrotated, "promax")
    loadings, phi = in_order_of(found, r_rotations["promax"])
    assert_allclose(found.loadings, loadings, atol=1e-3)
    assert_allclose(found.factor_correlations, phi, atol=1e-3)


@pytest.mark.parametrize("kind", ["zeros", "mixed"])
def test_a_target_is_reached_as_nearly_as_rs(unrotated, r_rotations, kind):
    expected = r_rotations["target"][kind]
    target = np.array(expected["target"], dtype=float)
    found = rotate(unrotated, "target", target=target)
    gap = np.nansum((found.loadings - target) ** 2)
    assert_allclose(found.criterion, gap, rtol=1e-10)
    assert_allclose(found.criterion, expected["criterion"], rtol=1e-7)
    signs = np.sign((found.loadings * np.array(expected["loadings"])).sum(axis=0))
    assert_allclose(found.loadings * signs, expected["loadings"], atol=1e-5)
    phi = found.factor_correlations * np.outer(signs, signs)
    assert_allclose(phi, expected["phi"], atol=1e-5)


def test_a_target_keeps_its_order_and_its_signs_where_it_has_any():
    pattern = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    target = np.where(pattern > 0, np.nan, 0)[:, [2, 0, 1]]
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    found = rotate(pattern @ turn, "target", target=target)
    assert_allclose(found.loadings, pattern[:, [2, 0, 1]], atol=1e-6)
    target[8:, 0] = -0.5
    assert_allclose(
        rotate(pattern @ turn, "target", target=target).loadings,
        pattern[:, [2, 0, 1]] * [-1, 1, 1],
        atol=1e-6,
    )


@each_rotation
@pytest.mark.parametrize("kaiser", [None, True, False])
def test_rotation_leaves_communalities_and_reproduced_correlations(unrotated, method, kaiser):
    found = rotate(unrotated, method, 3, kaiser=kaiser)
    reproduced = found.loadings @ found.factor_correlations @ found.loadings.T
    assert_allclose(reproduced, unrotated @ unrotated.T, atol=1e-8)
    assert_allclose(np.diag(found.factor_correlations), 1.0, atol=1e-8)


@each_rotation
def test_signs_and_the_order_of_columns_do_not_matter(unrotated, method):
    expected = rotate(unrotated, method)
    changed = rotate(unrotated[:, [2, 0, 1, 4, 3]] * [1, -1, -1, 1, -1], method)
    if method is None:
        changed, expected = (np.sort(np.abs(r.loadings)) for r in (changed, expected))
        assert_array_equal(changed, expected)
        return
    assert_allclose(changed.loadings, expected.loadings, atol=1e-5)
    assert_allclose(changed.factor_correlations, expected.factor_correlations, atol=1e-5)


@each_rotation
def test_permuted_items_have_permuted_loadings(unrotated, method):
    order = np.random.default_rng(3).permutation(25)
    found, moved = rotate(unrotated, method), rotate(unrotated[order], method)
    assert_allclose(moved.loadings, found.loadings[order], atol=1e-6)


@each_rotation
def test_the_seed_does_not_matter_where_one_solution_is_best(unrotated, method):
    one, other = (rotate(unrotated, method, random_state=seed) for seed in (0, 17))
    assert_allclose(one.loadings, other.loadings, atol=1e-6)


@pytest.mark.parametrize("method", ["oblimin", "varimax", "geomin", "promax"])
def test_factors_are_reflected_and_sorted_by_share(unrotated, method):
    found = rotate(unrotated, method)
    share = np.diag(found.factor_correlations @ found.loadings.T @ found.loadings)
    assert (found.loadings.sum(axis=0) > 0).all()
    assert (np.diff(share) <= 0).all()


# geomin's delta draws loadings a little towards each other
@pytest.mark.parametrize(("method", "atol"), [("oblimin", 1e-6), ("geomin", 0.01)])
def test_simple_structure_with_correlated_factors_is_found(method, atol):
    pattern = np.kron(np.diag([1, 0.9, 0.8]), np.array([[0.8], [0.7], [0.6], [0.5]]))
    phi = np.array([[1, 0.4, 0.2], [0.4, 1, 0.3], [0.2, 0.3, 1]])
    found = rotate(pattern @ np.linalg.cholesky(phi), method)
    assert_allclose(found.loadings, pattern, atol=atol)
    assert_allclose(found.factor_correlations, phi, atol=2 * atol)


def test_equal_shares_are_ordered_by_their_leading_items():
    pattern = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))[0]
    for method in ("varimax", "oblimin"):
        assert_allclose(rotate(pattern @ turn, method).loadings, pattern, atol=1e-6)


def test_a_made_bifactor_structure_is_found_exactly():
    groups = np.kron(np.eye(3), np.full((5, 1), 0.5))
    general = np.linspace(0.4, 0.8, 15)[:, None]
    pattern = np.hstack([general, groups])
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    found = rotate(pattern @ turn, "bifactor")
    assert_allclose(found.loadings[:, 0], general[:, 0], atol=1e-6)
    assert_allclose(np.sort(found.loadings[:, 1:]), np.sort(groups), atol=1e-6)


def test_starts_that_disagree_are_counted_and_a_rival_is_named(unrotated):
    # items of length 1 give geomin a second optimum within 1 %, where the unrotated axes lead
    one = rotate(unrotated, "geomin", n_starts=1, kaiser=True)
    many = rotate(unrotated, "geomin", kaiser=True)
    assert many.criterion < one.criterion - 1e-3
    assert many.n_optima == 2
    assert 0.5 < many.share_at_best < 1
    assert_allclose(many.rival, one.criterion, rtol=1e-6)
    assert (
        "another solution is nearly as good: its criterion is 1.376 against 1.369" in many.dispute
    )
    assert "starts reached the solution shown, the best of 2 found" in many.account


def test_starts_that_agree_say_so(unrotated):
    found = rotate(unrotated, "oblimin")
    assert (found.n_starts, found.n_optima, found.share_at_best) == (10, 1, 1.0)
    assert found.account == " All 10 starts of the rotation agree."
    assert found.dispute == rotate(unrotated, "oblimin", n_starts=1).account == ""
    assert rotate(unrotated, "geomin").n_starts == 100


def test_one_factor_is_not_rotated():
    loadings = np.array([[0.5], [-0.6], [-0.7]])
    assert_allclose(rotate(loadings, "oblimin").loadings, -loadings)


def test_an_item_without_loadings_stays_without():
    loadings = np.vstack([np.random.default_rng(0).normal(size=(6, 2)), np.zeros((1, 2))])
    for method in ("varimax", "promax", "oblimin"):
        assert_allclose(rotate(loadings, method).loadings[-1], 0, atol=1e-12)


def test_structure_is_pattern_times_phi(unrotated):
    found = rotate(unrotated, "oblimin")
    assert_allclose(found.structure, found.loadings @ found.factor_correlations)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "geomin_obl"}, r"rotation='geomin_obl' is not known; .* 'geomin', 'bifactor'"),
        ({"method": "bifactor", "n_factors": 2}, r"asked of 2 factors.*expected 3 factors or more"),
        ({"target": np.zeros((6, 3))}, r"target was given with rotation='oblimin', which does not"),
        ({"method": "target", "kaiser": True}, r"kaiser=True was given with rotation='target'"),
        ({"kaiser": "rows"}, r"kaiser='rows' was given; expected True or False"),
        ({"n_starts": 0}, r"n_starts=0 was given"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings, message):
    with pytest.raises(SegkitError, match=message):
        check_rotation(**{"method": "oblimin", "n_factors": 3, **settings})


@pytest.mark.parametrize("method", ["promax", "quartimax", "equamax", "varimax", "oblimin"])
def test_factor_analyzers_rotator_gives_the_same(unrotated, method):
    package = pytest.importorskip("factor_analyzer")
    # kappa = k / (2 p) is what makes it equamax; the package's own default is quartimax's
    rotator = package.Rotator(
        method=method,
        normalize=method in ("varimax", "promax"),
        max_iter=5_000,
        tol=1e-8,
        kappa=0.1,
    )
    loadings = rotator.fit_transform(unrotated)
    phi = rotator.phi_
    found = rotate(unrotated, method)
    theirs = Rotation(loadings, np.eye(5) if phi is None else phi)
    expected, _ = in_order_of(found, {"loadings": theirs.loadings, "phi": None})
    assert_allclose(found.loadings, expected, atol=2e-3)
