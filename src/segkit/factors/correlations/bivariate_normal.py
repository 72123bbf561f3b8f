"""The bivariate normal: its density and its distribution function, many at once.

The distribution function is the integral of the density over the correlation
(Plackett 1954). With r = sin(theta) it is smooth, and a Gauss-Legendre rule of 12
or 20 nodes is exact to about 1e-14 up to abs(rho) = .925 (Drezner & Wesolowsky
1990). Beyond that the integral runs from rho to 1 instead: its steep part is
integrated in closed form and only the small rest by the rule (Genz 2004).

References
----------
Plackett, R. L. (1954). A reduction formula for normal multivariate integrals. Biometrika 41.
Drezner, Z. & Wesolowsky, G. O. (1990). On the computation of the bivariate normal integral.
    Journal of Statistical Computation and Simulation 35.
Genz, A. (2004). Numerical computation of rectangular bivariate and trivariate normal and t
    probabilities. Statistics and Computing 14, section 2.
"""

from functools import lru_cache

import numpy as np
from scipy.special import ndtr

__all__ = ["bivariate_normal_cdf", "bivariate_normal_pdf"]

# up to these correlations, so many nodes; beyond the last the tail form takes over
_BANDS = ((0.0, 0.75, 12), (0.75, 0.925, 20))
_TAIL_NODES = 20


def bivariate_normal_pdf(h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Density at (h, k) of the standard bivariate normal with correlation rho.

    Parameters
    ----------
    h, k, rho : ndarray
        Points and correlations, abs(rho) < 1; they broadcast.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> float(bivariate_normal_pdf(np.array(0.0), np.array(0.0), np.array(0.6)))
    0.198943...
    """
    rest = (1.0 - rho) * (1.0 + rho)
    exponent = (h * h - 2.0 * rho * h * k + k * k) / (-2.0 * rest)
    return np.asarray(np.exp(exponent) / (2.0 * np.pi * np.sqrt(rest)))


def bivariate_normal_cdf(h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Probability that both variables stay below h and k.

    Parameters
    ----------
    h, k : ndarray of shape (m, c)
        Points; finite (beyond 9 standard deviations nothing changes).
    rho : ndarray of shape (m,)
        One correlation a row, abs(rho) < 1.

    Returns
    -------
    ndarray of shape (m, c)

    Examples
    --------
    At the origin the probability is 1/4 + asin(rho) / (2 pi) (Sheppard 1899):

    >>> zero = np.zeros((1, 1))
    >>> float(bivariate_normal_cdf(zero, zero, np.array([0.5]))[0, 0])
    0.333333...
    """
    out = np.empty(np.broadcast_shapes(h.shape, k.shape))
    strength = np.abs(rho)
    for low, high, n_nodes in _BANDS:
        rows = (strength >= low) & (strength < high)
        if rows.any():
            out[rows] = _from_zero(h[rows], k[rows], rho[rows], n_nodes)
    rows = strength >= _BANDS[-1][1]
    if rows.any():
        out[rows] = _from_one(h[rows], k[rows], rho[rows])
    return np.clip(out, 0.0, 1.0)


@lru_cache
def _rule(n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights of the Gauss-Legendre rule on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    return (nodes + 1.0) / 2.0, weights / 2.0


def _from_zero(h: np.ndarray, k: np.ndarray, rho: np.ndarray, n_nodes: int) -> np.ndarray:
    """Phi(h) Phi(k) + 1/(2 pi) times the integral over theta from 0 to asin(rho)."""
    nodes, weights = _rule(n_nodes)
    angle = np.arcsin(rho)[:, None]
    sine = np.sin(angle * nodes)[:, :, None]
    half_squares, product = (h * h + k * k) / 2.0, h * k
    exponent = product[:, None, :] * sine
    exponent -= half_squares[:, None, :]
    exponent /= 1.0 - sine * sine
    np.exp(exponent, out=exponent)
    integral = angle * np.einsum("n,mnc->mc", weights, exponent)
    return ndtr(h) * ndtr(k) + integral / (2.0 * np.pi)


def _from_one(h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Comonotone probability minus the integral from rho to 1; a negative rho mirrors k."""
    negative = (rho < 0)[:, None]
    k = np.where(negative, -k, k)
    upper = ndtr(np.minimum(h, k)) - _tail_integral(h, k, np.abs(rho)) / (2.0 * np.pi)
    return np.where(negative, ndtr(h) - upper, upper)


def _tail_integral(h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Integrate exp(-b^2 / (2 x^2)) g(x) over x from 0 to a, where x = cos(theta).

    Here a = sqrt(1 - rho^2), b = abs(h - k), and the smooth factor is
    g(x) = exp(-h k / (1 + sqrt(1 - x^2))) / sqrt(1 - x^2). Its expansion in x^2 up to
    the fourth power of x is integrated in closed form, what is left by the rule.
    """
    a = np.sqrt((1.0 - rho) * (1.0 + rho))[:, None]
    b, product = np.abs(h - k), h * k
    second = (4.0 - product) / 8.0
    fourth = second * (12.0 - product) / 16.0
    # moments of x^0, x^2, x^4 against exp(-b^2 / (2 x^2)), each by parts from the one before
    edge = np.exp(-np.square(b / a) / 2.0)
    zeroth = a * edge - b * np.sqrt(2.0 * np.pi) * ndtr(-b / a)
    moment2 = (a**3 * edge - b * b * zeroth) / 3.0
    moment4 = (a**5 * edge - b * b * moment2) / 5.0
    # for h k << 0 the factor alone would overflow where the moments have long vanished
    with np.errstate(over="ignore", invalid="ignore"):
        known = np.exp(-product / 2.0) * (zeroth + second * moment2 + fourth * moment4)
    known = np.where(edge > 0.0, known, 0.0)
    nodes, weights = _rule(_TAIL_NODES)
    for node, weight in zip(nodes, weights, strict=True):
        square = np.square(a * node)
        root = np.sqrt(1.0 - square)
        common = np.square(b) / (2.0 * square)
        true = np.exp(-common - product / (1.0 + root)) / root
        series = np.exp(-common - product / 2.0) * (1.0 + square * (second + square * fourth))
        known = known + a * weight * (true - series)
    return np.asarray(known)
