from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from segkit.factors.correlations.bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf

RHOS = [0.0, 0.2, -0.5, 0.7499, 0.75, -0.9, 0.9249, 0.925, -0.95, 0.99, 0.9999, -0.9999]
POINTS = [(0, 0), (1, 1), (1, 1.01), (-2, -2.1), (2, -2), (0.3, -0.7), (-3.5, -3), (5, -5)]


def by_quadrature(h, k, rho):
    """Integrate over the first variable, in pieces around where the second one turns."""
    spread = np.sqrt(1 - rho**2)
    turn = k / rho if rho else 0.0
    pieces = sorted({-9.5, h, *np.clip([turn + m * spread for m in (-8, -2, 0, 2, 8)], -9.5, h)})
    return sum(
        quad(lambda x: norm.pdf(x) * norm.cdf((k - rho * x) / spread), a, b, epsrel=1e-12)[0]
        for a, b in pairwise(pieces)
    )


@pytest.mark.parametrize("rho", RHOS)
def test_the_distribution_function_equals_numerical_integration(rho):
    h, k = np.array(POINTS, dtype=float).T
    got = bivariate_normal_cdf(h[None], k[None], np.array([rho]))[0]
    assert_allclose(got, [by_quadrature(a, b, rho) for a, b in POINTS], atol=1e-12)


def test_at_the_origin_sheppards_formula_holds():
    rho = np.linspace(-0.9999, 0.9999, 81)
    zero = np.zeros((81, 1))
    expected = 0.25 + np.arcsin(rho) / (2 * np.pi)
    assert_allclose(bivariate_normal_cdf(zero, zero, rho)[:, 0], expected, atol=1e-14)


def test_far_points_leave_the_margins():
    h = np.array([[-1.0, 0.5, 9.0]])
    for rho in (0.3, 0.95, -0.95):
        got = bivariate_normal_cdf(h, np.full((1, 3), 9.0), np.array([rho]))
        assert_allclose(got, norm.cdf(h), atol=1e-15)


def test_rows_do_not_depend_on_their_neighbours():
    rng = np.random.default_rng(0)
    h, k = rng.normal(size=(2, 40, 5))
    rho = rng.uniform(-0.99, 0.99, 40)
    together = bivariate_normal_cdf(h, k, rho)
    alone = [bivariate_normal_cdf(h[i : i + 1], k[i : i + 1], rho[i : i + 1])[0] for i in range(40)]
    assert_allclose(together, alone, rtol=0, atol=1e-16)


def test_the_density_equals_scipys():
    point = np.array([0.4, -1.1])
    expected = multivariate_normal([0, 0], [[1, -0.6], [-0.6, 1]]).pdf(point)
    assert_allclose(bivariate_normal_pdf(point[0], point[1], np.array(-0.6)), expected)
