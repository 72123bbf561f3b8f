"""Product-moment correlations with weights and pairwise missing answers; midranks.

Every sum over the respondents who answered both items of a pair is one entry of a
matrix product, so missing answers cost three more products and no loop.
"""

import numpy as np

from segkit._weights import weighted_mean, weighted_sd

__all__ = ["midranks", "pair_moments", "pearson_matrix"]


def pearson_matrix(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Pearson correlation of every pair over those who answered both.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN.
    w : ndarray of shape (n_respondents,)
        Weights.

    Returns
    -------
    ndarray of shape (n_items, n_items)
        NaN where an item does not vary among those who answered the other.
    """
    # centred and scaled first: the sums of squares below then lose no digits
    scaled = (values - weighted_mean(values, w)) / weighted_sd(values, w)
    seen = ~np.isnan(scaled)
    if seen.all():
        return _unit(scaled.T @ (scaled * w[:, None]) / w.sum())
    total, mean, square = pair_moments(scaled, w)
    filled = np.where(seen, scaled, 0.0)
    cross = filled.T @ (filled * w[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        square[square < 1e-12] = np.nan
        return _unit((cross / total - mean * mean.T) / np.sqrt(square * square.T))


def pair_moments(values: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weight, mean and variance of each item over those who answered another item as well.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN.
    w : ndarray of shape (n_respondents,)
        Weights.

    Returns
    -------
    total, mean, variance : ndarray of shape (n_items, n_items)
        Entry (i, j) is about item i, over those who answered item j too.
    """
    seen = ~np.isnan(values)
    filled, mask = np.where(seen, values, 0.0), seen.astype(float)
    weighted = mask * w[:, None]
    total = mask.T @ weighted
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (filled.T @ weighted) / total
        variance = (np.square(filled).T @ weighted) / total - np.square(mean)
    return total, mean, variance


def midranks(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Rank each column by weight: the weight below plus half the weight that is tied.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN (and so are their ranks).
    w : ndarray of shape (n_respondents,)
        Weights.
    """
    out = np.full(values.shape, np.nan)
    for j, column in enumerate(values.T):
        seen = ~np.isnan(column)
        _, level = np.unique(column[seen], return_inverse=True)
        tied = np.bincount(level, weights=w[seen])
        out[seen, j] = (np.cumsum(tied) - tied / 2.0)[level]
    return out


def _unit(matrix: np.ndarray) -> np.ndarray:
    """Make the diagonal exactly 1 and hold rounding within [-1, 1]."""
    out = np.clip((matrix + matrix.T) / 2.0, -1.0, 1.0)
    np.fill_diagonal(out, 1.0)
    return out
