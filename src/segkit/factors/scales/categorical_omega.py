"""Categorical omega: reliability of the sum of ordinal answers, from a model of what is behind.

A factor model of polychoric correlations speaks of latent answers that nobody sees. Green &
Yang carry it over to the answers as they were given: through the thresholds it implies how
the sum would correlate with that of a second, parallel set of answers.

References
----------
Green, S. B. & Yang, Y. (2009). Reliability of summed item scores using structural equation
    modeling: an alternative to coefficient alpha. Psychometrika 74, equation 21.
"""

import numpy as np
from scipy.special import ndtr

from segkit.factors.correlations.bivariate_normal import bivariate_normal_cdf

__all__ = ["categorical_omega"]

_FAR = 9.0  # stands for a threshold that an item does not have


def categorical_omega(
    correlations: np.ndarray,
    loadings: np.ndarray,
    thresholds: list[np.ndarray],
    steps: list[np.ndarray],
) -> float:
    """Compute the reliability of the observed sum.

    Parameters
    ----------
    correlations : ndarray of shape (n_items, n_items)
        Polychoric correlations.
    loadings : ndarray of shape (n_items,)
        Loadings of the latent answers on one factor.
    thresholds : list of ndarray of shape (n_categories - 1,)
        Thresholds of each item.
    steps : list of ndarray of shape (n_categories - 1,)
        What the answer gains at each threshold: ones for 1, 2, 3, ...

    Returns
    -------
    float
        Covariance of the sum with a parallel sum over the variance of the sum. An answer is
        its lowest code plus the steps of the thresholds that the latent answer passes, so the
        covariance of items j and k at a latent correlation r is
        sum over c, d of step_jc step_kd (Phi2(t_jc, t_kd; r) - Phi(t_jc) Phi(t_kd)),
        with r = loading_j loading_k above, and below the polychoric correlation (an item with
        itself: 1).

    Examples
    --------
    Two halves, split at the median, of a latent answer that loads .8 on the factor: the
    answers of a parallel set correlate asin(.64) / (pi / 2) with each other.

    >>> R = np.array([[1.0, 0.64], [0.64, 1.0]])
    >>> cuts, steps = [np.zeros(1)] * 2, [np.ones(1)] * 2
    >>> each = 2 / np.pi * np.arcsin(0.64)
    >>> value = categorical_omega(R, np.array([0.8, 0.8]), cuts, steps)
    >>> bool(np.isclose(value, 2 * each / (1 + each)))
    True
    """
    cuts, weights = _padded(thresholds, _FAR), _padded(steps, 0.0)
    first, second = np.triu_indices(len(thresholds), 1)
    off = _covariances(cuts, weights, first, second, correlations[first, second])
    every = np.arange(len(thresholds))
    parallel = _covariances(
        cuts,
        weights,
        np.concatenate([first, every]),
        np.concatenate([second, every]),
        np.concatenate([loadings[first] * loadings[second], np.square(loadings)]),
    )
    shared = 2.0 * parallel[: first.size].sum() + parallel[first.size :].sum()
    return float(shared / (2.0 * off.sum() + _variances(cuts, weights).sum()))


def _padded(rows: list[np.ndarray], filler: float) -> np.ndarray:
    out = np.full((len(rows), max(row.size for row in rows)), filler)
    for k, row in enumerate(rows):
        out[k, : row.size] = row
    return out


def _covariances(
    cuts: np.ndarray, weights: np.ndarray, first: np.ndarray, second: np.ndarray, r: np.ndarray
) -> np.ndarray:
    """Covariance of the answers of each pair of items whose latent answers correlate r."""
    c = cuts.shape[1]
    h, k = np.repeat(cuts[first], c, axis=1), np.tile(cuts[second], (1, c))
    gain = np.repeat(weights[first], c, axis=1) * np.tile(weights[second], (1, c))
    apart = ndtr(h) * ndtr(k)
    return np.asarray((gain * (bivariate_normal_cdf(h, k, r) - apart)).sum(axis=1))


def _variances(cuts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Variance of each item's answers: two thresholds are both passed where the higher one is."""
    below = ndtr(cuts)
    both = np.minimum(below[:, :, None], below[:, None, :])
    gain = weights[:, :, None] * weights[:, None, :]
    return np.asarray((gain * (both - below[:, :, None] * below[:, None, :])).sum(axis=(1, 2)))
