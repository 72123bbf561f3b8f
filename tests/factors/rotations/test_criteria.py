import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.rotations.criteria import (
    CRITERIA,
    bifactor,
    geomin,
    partial_target,
    quartimin,
    varimax,
)

PATTERNS = np.random.default_rng(3).normal(size=(4, 7, 3))
TARGET = np.where(np.random.default_rng(4).random((7, 3)) < 0.5, np.nan, 0.3)
FUNCTIONS = {name: c.function for name, c in CRITERIA.items()} | {
    "target": partial_target(TARGET),
}
each_criterion = pytest.mark.parametrize("name", FUNCTIONS)


@each_criterion
def test_the_slope_is_that_of_the_value(name):
    values, slopes = FUNCTIONS[name](PATTERNS)
    assert values.shape == (4,)
    step = np.zeros_like(PATTERNS)
    for place in np.ndindex(7, 3):
        step[:] = 0
        step[:, *place] = 1e-6
        up, down = FUNCTIONS[name](PATTERNS + step)[0], FUNCTIONS[name](PATTERNS - step)[0]
        assert_allclose(slopes[:, *place], (up - down) / 2e-6, rtol=1e-5, atol=1e-7)


@each_criterion
def test_starts_do_not_know_of_each_other(name):
    together = FUNCTIONS[name](PATTERNS)
    for s in range(4):
        alone = FUNCTIONS[name](PATTERNS[s : s + 1])
        assert_allclose(alone[0][0], together[0][s], rtol=1e-12)
        assert_allclose(alone[1][0], together[1][s], rtol=1e-12)


@pytest.mark.parametrize("name", CRITERIA)
def test_reflected_factors_have_the_same_value(name):
    reflected = PATTERNS * [-1, 1, -1]
    assert_allclose(FUNCTIONS[name](reflected)[0], FUNCTIONS[name](PATTERNS)[0], rtol=1e-12)


def test_values_of_a_pattern_worked_out_by_hand():
    L = np.array([[[0.8, 0.1], [0.2, 0.6]]])
    assert_allclose(quartimin(L)[0], (0.64 * 0.01 + 0.04 * 0.36) / 2)
    assert_allclose(geomin(L)[0], np.sqrt(0.65 * 0.02) + np.sqrt(0.05 * 0.37))
    assert_allclose(varimax(L)[0], -(2 * 0.3**2 + 2 * 0.175**2) / 4)
    assert_allclose(bifactor(L)[0], 0)
    assert_allclose(partial_target(np.array([[0.7, np.nan], [np.nan, 0]]))(L)[0], 0.1**2 + 0.6**2)


def test_one_factor_an_item_is_as_simple_as_quartimin_can_tell():
    assert quartimin(np.kron(np.eye(3), np.ones((4, 1)))[None])[0] == 0
