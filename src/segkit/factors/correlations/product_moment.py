"""Product-moment correlations with weights and pairwise missing answers; midranks.

Every sum over the respondents who answered both items of a pair is one entry of a
matrix product, so missing answers cost three more products and no loop.
"""

import numpy as np

from segkit._weights import standardised

__all__ = ["PairMoments", "midranks", "pair_moments", "pearson_matrix"]


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
    # centred and scaled first: the sums of squares then lose no digits
    scaled = standardised(values, w)
    seen = ~np.isnan(scaled)
    return PairMoments(seen, w).correlation(np.where(seen, scaled, 0.0))


class PairMoments:
    """Correlations of many tables whose answers stand, and are missing, in the same places.

    What depends on the places and the weights alone is computed once.

    Parameters
    ----------
    seen : ndarray of bool of shape (n_respondents, n_items)
        Where answers stand.
    w : ndarray of shape (n_respondents,)
        Weights.
    """

    def __init__(self, seen: np.ndarray, w: np.ndarray) -> None:
        self.w = w
        self.even = bool((w == w[0]).all())
        self.complete = bool(seen.all())
        mask = seen.astype(float)
        self.total = self._cross(mask)
        # sums over those who answered are sums over all less those over rows with a gap, where
        # these are few; with many gaps the sums are taken as they are, to lose no digits
        gaps = np.flatnonzero(~seen.all(axis=1))
        self.few_gaps = 2 * gaps.size < seen.shape[0]
        self.rows = gaps if self.few_gaps else slice(None)
        weight = w[self.rows, None]
        self.parts = (1.0 - mask[self.rows]) * weight if self.few_gaps else mask * weight

    def correlation(self, filled: np.ndarray) -> np.ndarray:
        """Correlate every pair over those who answered both.

        Parameters
        ----------
        filled : ndarray of shape (n_respondents, n_items)
            Answers about their means, 0 where missing.

        Returns
        -------
        ndarray of shape (n_items, n_items)
            NaN where an item does not vary among those who answered the other.
        """
        if self.complete:
            return self._of_all(filled)
        mean, variance = self.about_each(filled)
        variance[variance < 1e-12] = np.nan
        with np.errstate(invalid="ignore", divide="ignore"):
            cross = self._cross(filled) / self.total
            return _unit((cross - mean * mean.T) / np.sqrt(variance * variance.T))

    def about_each(self, filled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return means and variances: entry (i, j) of item i, over those who answered j too."""
        some = filled[self.rows]
        first, second = some.T @ self.parts, np.square(some).T @ self.parts
        if self.few_gaps:
            first = (self.w @ filled)[:, None] - first
            second = (self.w @ np.square(filled))[:, None] - second
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = first / self.total
            return mean, second / self.total - np.square(mean)

    def _of_all(self, filled: np.ndarray) -> np.ndarray:
        total = self.w.sum()
        mean = (self.w @ filled) / total
        cross = self._cross(filled) / total - np.outer(mean, mean)
        size = np.sqrt(cross.diagonal())
        return _unit(cross / np.outer(size, size))

    def _cross(self, filled: np.ndarray) -> np.ndarray:
        # the product of a matrix with itself takes half the work of two different ones
        if self.even:
            return np.asarray(self.w[0] * (filled.T @ filled))
        return np.asarray(filled.T @ (filled * self.w[:, None]))


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
    moments = PairMoments(seen, w)
    return moments.total, *moments.about_each(np.where(seen, values, 0.0))


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
