"""Standardised loadings and factor correlations of a likelihood fit, with their errors.

The errors follow from those of the raw estimates by the delta method. Intervals are made on
Fisher's scale, where correlations are nearly normal: they stay within -1 and 1.

References
----------
Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation. Metron 1.
Bollen, K. A. (1989). Structural equations with latent variables. Wiley.
"""

import numpy as np
from scipy.stats import norm

from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.measurement_model import Directions

__all__ = ["bounded_interval", "correlation_estimates", "loading_estimates"]

_NORMAL_95 = float(norm.ppf(0.975))

Estimates = tuple[np.ndarray, np.ndarray]


def loading_estimates(
    fit: LikelihoodFit, covariances: np.ndarray, pairs: list[tuple[int, int]]
) -> tuple[Estimates, Estimates]:
    """Return raw and standardised loadings of the one group, each with standard errors.

    Parameters
    ----------
    fit : LikelihoodFit
        A model of one group whose factors have variance 1.
    covariances : ndarray of shape (n_parameters, n_parameters)
        Covariances of the estimates.
    pairs : list of (item, factor)
        Which loadings.
    """
    (matrices,), (entries,) = fit.matrices, fit.design.entries
    moves = Directions.of(matrices, entries)
    variance = np.diag(matrices.covariance())
    place = {
        (int(entries.row[k]), int(entries.col[k])): k for k in entries.where("loadings").tolist()
    }
    at = np.array([place[pair] for pair in pairs], dtype=int)
    item = entries.row[at]
    raw, sd = fit.theta[entries.parameter[at]], np.sqrt(variance[item])
    # d(l / sd) = dl / sd - l dvar / (2 sd^3); an entry moves the variance by 2 s x y
    moved = 2.0 * moves.s * moves.x * moves.y
    slope = np.zeros((at.size, fit.theta.size))
    slope[:, entries.parameter] = -(raw / (2.0 * sd**3))[:, None] * moved[item]
    slope[np.arange(at.size), entries.parameter[at]] += 1.0 / sd
    raw_error = np.sqrt(np.diag(covariances)[entries.parameter[at]])
    error = np.sqrt(np.einsum("ij,jk,ik->i", slope, covariances, slope))
    return (raw, raw_error), (raw / sd, error)


def correlation_estimates(
    fit: LikelihoodFit, covariances: np.ndarray
) -> tuple[np.ndarray, np.ndarray, Estimates]:
    """Return the pairs of factors, as two arrays, and their correlations with standard errors."""
    (entries,) = fit.design.entries
    at = entries.where("factor_covariances")
    number = entries.parameter[at]
    first = np.minimum(entries.row[at], entries.col[at])
    second = np.maximum(entries.row[at], entries.col[at])
    return first, second, (fit.theta[number], np.sqrt(np.diag(covariances)[number]))


def bounded_interval(value: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of 95 % intervals of correlations or standardised loadings.

    Parameters
    ----------
    value, error : ndarray
        Estimates and standard errors. An estimate at or beyond 1, which the model does not
        forbid, has a plain symmetric interval.
    """
    inside = np.abs(value) < 1.0
    held = np.where(inside, value, 0.0)
    half = _NORMAL_95 * error
    low, high = (np.tanh(np.arctanh(held) + sign * half / (1.0 - held**2)) for sign in (-1.0, 1.0))
    return np.where(inside, low, value - half), np.where(inside, high, value + half)
