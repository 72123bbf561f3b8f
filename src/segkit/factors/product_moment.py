"""Product-moment correlations with weights and pairwise missing answers; midranks.

Every sum over the respondents who answered both items of a pair is one entry of a
matrix product, so missing answers cost three more products and no loop.
"""

import numpy as np

from segkit._weights import weighted_mean, weighted_sd

__all__ = ["midranks", "pearson_matrix"]


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
    filled = np.where(seen, scaled, 0.0)
    weighted = filled * w[:, None]
    cross = filled.T @ weighted
    if seen.all():
        return _unit(cross / w.sum())
    mask = seen.astype(float)
    total = mask.T @ (mask * w[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        # entry (i, j): about item i, over those who answered item j as well
        mean = (weighted.T @ mask) / total
        square = (np.square(filled).T @ (mask * w[:, None])) / total - np.square(mean)
        square[square < 1e-12] = np.nan
        return _unit((cross / total - mean * mean.T) / np.sqrt(square * square.T))


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
