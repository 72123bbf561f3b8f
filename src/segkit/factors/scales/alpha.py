"""Alpha and its kin, from a covariance matrix: what items share by their covariances alone.

References
----------
Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16.
Guttman, L. (1945). A basis for analyzing test-retest reliability. Psychometrika 10 (lambda 6).
"""

from dataclasses import dataclass

import numpy as np

from segkit.factors.sample import Sample

__all__ = [
    "alpha_from",
    "alpha_without",
    "contrary_items",
    "guttman6",
    "item_rest",
    "pairwise_covariances",
]

_SINGULAR = 1e-10
# standard errors of a correlation of zero: signs that follow the data make room for chance, yet
# of 10 items that share nothing one is found in about 1 % of samples
_BEYOND_CHANCE = 3.5


@dataclass(frozen=True)
class _Sums:
    total: np.ndarray
    trace: np.ndarray


def alpha_from(matrix: np.ndarray) -> np.ndarray:
    """Cronbach's alpha, k / (k - 1) (1 - sum of variances / variance of the sum).

    Parameters
    ----------
    matrix : ndarray of shape (..., n_items, n_items)
        Covariances give raw alpha, correlations the standardised one; leading axes are
        replicates.

    Returns
    -------
    ndarray of shape (...)

    Examples
    --------
    Two items that correlate .5 (the Spearman-Brown formula, 2 r / (1 + r)):

    >>> float(alpha_from(np.array([[1.0, 0.5], [0.5, 1.0]])))
    0.666...
    """
    k = matrix.shape[-1]
    sums = _sums(matrix)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(k / (k - 1.0) * (1.0 - sums.trace / sums.total))


def alpha_without(matrix: np.ndarray) -> np.ndarray:
    """Alpha of the scale without each item; NaN where a single item would be left."""
    k = matrix.shape[0]
    if k < 3:
        return np.full(k, np.nan)
    trace = matrix.trace() - np.diag(matrix)
    total = matrix.sum() - 2.0 * matrix.sum(axis=0) + np.diag(matrix)
    return np.asarray((k - 1.0) / (k - 2.0) * (1.0 - trace / total))


def guttman6(correlations: np.ndarray) -> float:
    """Guttman's lambda 6: one minus the variance that no item's regression on the others explains.

    NaN where the matrix has no inverse.
    """
    if np.linalg.eigvalsh(correlations)[0] < _SINGULAR:
        return np.nan
    left = 1.0 / np.diag(np.linalg.inv(correlations))
    return float(1.0 - left.sum() / correlations.sum())


def item_rest(matrix: np.ndarray) -> np.ndarray:
    """Correlation of each item with the sum of the others, shape (n_items,)."""
    own = np.diag(matrix)
    shared = matrix.sum(axis=0) - own
    rest = matrix.sum() - 2.0 * shared - own
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(rest > 0, shared / np.sqrt(own * rest), np.nan))


def contrary_items(correlations: np.ndarray, n: float) -> np.ndarray:
    """Say of each item whether it runs against its scale, as a reverse keyed item does.

    Such an item has another sign than the majority on the first principal component, and
    correlates negatively, beyond chance, with the sum of that majority.

    Parameters
    ----------
    correlations : ndarray of shape (n_items, n_items)
        Correlations of the items as they are scored.
    n : float
        Respondents (the effective number).

    Returns
    -------
    ndarray of bool of shape (n_items,)
    """
    leading = np.linalg.eigh(correlations)[1][:, -1]
    if (_side(leading), round(float(leading.sum()), 10), leading[0]) < (0, 0.0, 0.0):
        leading = -leading
    with_scale = (leading >= 0).astype(float)
    spread = np.sqrt(with_scale @ correlations @ with_scale)
    shared = correlations @ with_scale / max(spread, np.finfo(float).tiny)
    return (leading < 0) & (shared < -_BEYOND_CHANCE / np.sqrt(n))


def pairwise_covariances(sample: Sample) -> np.ndarray:
    """Covariance of every pair over those who answered both, shape (n_items, n_items).

    The denominator is the sum of weights, which drops out of every ratio here.
    """
    seen = ~np.isnan(sample.values)
    weight = sample.w[:, None]
    mask = seen.astype(float)
    centre = (sample.w @ np.where(seen, sample.values, 0.0)) / (sample.w @ mask)
    filled = np.where(seen, sample.values - centre, 0.0)
    total = mask.T @ (mask * weight)
    cross = filled.T @ (filled * weight)
    sums = (filled * weight).T @ mask
    return np.asarray(cross / total - (sums / total) * (sums / total).T)


def _sums(matrix: np.ndarray) -> _Sums:
    total = matrix.sum(axis=(-2, -1))
    return _Sums(total, np.trace(matrix, axis1=-2, axis2=-1))


def _side(values: np.ndarray) -> int:
    """Return how many more values are positive than negative."""
    return int((values > 0).sum()) - int((values < 0).sum())
