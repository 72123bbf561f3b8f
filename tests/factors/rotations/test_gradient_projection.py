import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.rotations.criteria import bifactor, geomin, quartimin
from segkit.factors.rotations.gradient_projection import Surface, descend, polish

each_kind = pytest.mark.parametrize("oblique", [False, True])


def random_axes(n, k, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, k, k)))[0]


@each_kind
@pytest.mark.parametrize("criterion", [quartimin, geomin])
def test_the_slope_along_the_axes_is_that_of_the_criterion(unrotated, criterion, oblique):
    surface = Surface(unrotated, criterion, oblique)
    axes = random_axes(3, 5)
    values, slopes = surface.look(axes)
    way = np.random.default_rng(1).normal(size=axes.shape)
    small = 1e-6
    there, back = surface.go(axes, -small * way), surface.go(axes, small * way)
    change = (surface.look(there)[0] - surface.look(back)[0]) / (2 * small)
    moved = (there - back) / (2 * small)
    assert_allclose((slopes * moved).sum(axis=(1, 2)), change, rtol=1e-5)
    assert values.shape == (3,)


@each_kind
def test_axes_stay_what_they_may_be(unrotated, oblique):
    end = descend(Surface(unrotated, quartimin, oblique), random_axes(6, 5), 1e-7)
    products = end.axes.swapaxes(1, 2) @ end.axes
    assert_allclose(np.einsum("skk->sk", products), 1, atol=1e-12)
    if not oblique:
        assert_allclose(products, np.tile(np.eye(5), (6, 1, 1)), atol=1e-12)
    assert end.settled.all()
    assert (end.steepness <= 1e-7).all()


def test_a_start_goes_the_same_way_alone_and_among_others(unrotated):
    surface, axes = Surface(unrotated, geomin, oblique=True), random_axes(8, 5)
    together = descend(surface, axes, 1e-7)
    for s in range(8):
        alone = descend(surface, axes[s : s + 1], 1e-7)
        assert_allclose(alone.axes[0], together.axes[s], atol=1e-7)


@pytest.mark.parametrize(
    ("key", "criterion", "oblique"),
    [("geomin_ort", geomin, False), ("bifactor_obl", bifactor, True)],
)
@pytest.mark.parametrize("rows", ["plain", "kaiser"])
def test_criteria_in_the_other_kind_of_rotation_equal_rs(
    unrotated, r_rotations, key, criterion, oblique, rows
):
    expected = r_rotations[rows][key]
    length = np.linalg.norm(unrotated, axis=1, keepdims=True) if rows == "kaiser" else 1.0
    surface = Surface(unrotated / length, criterion, oblique)
    end = descend(surface, np.eye(5)[None], 1e-8)
    assert end.settled.all()
    assert_allclose(end.values, expected["criterion"], rtol=1e-8)
    assert_allclose(surface.patterns(end.axes)[0] * length, expected["loadings"], atol=2e-5)


def test_no_start_ends_higher_than_it_began(unrotated):
    surface, axes = Surface(unrotated, geomin, oblique=True), random_axes(20, 5)
    assert (descend(surface, axes, 1e-4).values < surface.look(axes)[0]).all()


@each_kind
@pytest.mark.parametrize("criterion", [quartimin, geomin])
def test_polishing_goes_to_the_same_bottom_in_few_steps(unrotated, criterion, oblique):
    surface = Surface(unrotated, criterion, oblique)
    near = descend(surface, random_axes(1, 5), 1e-4).axes
    end = polish(surface, near, 1e-10)
    assert np.linalg.norm(surface.look(end)[1]) < 1e-9
    assert_allclose(end, descend(surface, near, 1e-9).axes, atol=1e-7)
    allowed = surface.go(end, np.zeros_like(end))
    assert_allclose(end, allowed, atol=1e-12)
