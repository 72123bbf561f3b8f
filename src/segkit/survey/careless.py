"""Indices of careless answering, as pure functions on float arrays (missing as NaN).

All are computed for every respondent at once; none loops over respondents.

References
----------
Meade, A. W. & Craig, S. B. (2012). Identifying careless responses in survey data.
Psychological Methods 17, 437-455. Curran, P. G. (2016). Methods for the detection of
carelessly invalid responses in survey data. Journal of Experimental Social Psychology 66, 4-19.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = [
    "Distance",
    "even_odd",
    "intra_individual_variability",
    "longest_alternation",
    "longest_run",
    "mahalanobis",
    "pair_consistency",
    "pairwise_covariance",
    "repeats",
    "synonym_pairs",
]

_EIGEN_FLOOR = 1e-6
"""Smallest eigenvalue of a correlation matrix that counts as more than rounding."""

_BATCH_NUMBERS = 2_000_000
"""Numbers held at once when incomplete rows are solved (16 MB)."""


@dataclass(frozen=True)
class Distance:
    """Squared Mahalanobis distances over the answers that each respondent gave.

    Attributes
    ----------
    squared : ndarray of shape (n,)
        Distance of the observed answers from the mean; NaN without any answer.
    n_answered : ndarray of shape (n,)
        How many items the distance stands on: its degrees of freedom.
    repaired : bool
        True when the covariance was not positive definite and had to be lifted.
    """

    squared: np.ndarray
    n_answered: np.ndarray
    repaired: bool


def longest_run(values: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """Length of the longest stretch of equal answers in a row (1 1 1).

    Parameters
    ----------
    values : ndarray of shape (n, p)
        Codes in questionnaire order. A missing answer ends a stretch.
    groups : ndarray of shape (p,) or None
        A stretch ends where the group changes (another scale).

    Returns
    -------
    ndarray of shape (n,)
        Whole numbers; 0 without any answer.

    Examples
    --------
    >>> longest_run(np.array([[1.0, 2.0, 2.0, 2.0], [1.0, 5.0, 1.0, 5.0]]))
    array([3, 1])
    """
    return _longest_stretch(repeats(values, 1, groups), 1, values)


def longest_alternation(values: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """Length of the longest stretch that goes back and forth between two answers (1 5 1 5).

    Parameters and the return are those of `longest_run`; a stretch of equal answers is
    no alternation.

    Examples
    --------
    >>> longest_alternation(np.array([[1.0, 2.0, 2.0, 2.0], [1.0, 5.0, 1.0, 5.0]]))
    array([2, 4])
    """
    return _longest_stretch(repeats(values, 2, groups), 2, values)


def repeats(values: np.ndarray, period: int, groups: np.ndarray | None = None) -> np.ndarray:
    """Say which answers repeat the answer `period` items before (and, beyond 1, not the last)."""
    same = np.zeros(values.shape, dtype=bool)
    same[:, period:] = values[:, period:] == values[:, :-period]
    if period > 1:
        same[:, period:] &= values[:, period:] != values[:, period - 1 : -1]
    if groups is not None:
        same[:, period:] &= groups[period:] == groups[:-period]
    return same


def intra_individual_variability(values: np.ndarray) -> np.ndarray:
    """Return the sd of each respondent's answers (denominator n - 1), missing left out.

    References
    ----------
    Dunn, A. M., Heggestad, E. D., Shanock, L. R. & Theilgard, N. (2018). Intra-individual
    response variability as an indicator of insufficient effort responding. Journal of
    Business and Psychology 33, 105-121.
    """
    seen = ~np.isnan(values)
    n_seen = seen.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(seen, values, 0.0).sum(axis=1) / n_seen
        squares = np.where(seen, np.square(values - mean[:, None]), 0.0).sum(axis=1)
        return np.where(n_seen > 1, np.sqrt(squares / np.maximum(n_seen - 1, 1)), np.nan)


def pairwise_covariance(values: np.ndarray) -> np.ndarray:
    """Covariance of each two items over the respondents who answered both (0 where nobody did)."""
    seen = ~np.isnan(values)
    s = seen.astype(float)
    # centred on the column means first: the products stay small and exact
    x = np.where(seen, values - np.nanmean(values, axis=0), 0.0)
    n_both = s.T @ s
    sums = x.T @ s  # of the row's item over those who answered the column's item too
    with np.errstate(invalid="ignore", divide="ignore"):
        cov = (x.T @ x - sums * sums.T / n_both) / (n_both - 1)
    return np.where(n_both > 1, cov, 0.0)


def mahalanobis(values: np.ndarray) -> Distance:
    """Squared distance of each respondent's answers from the mean, d2 = z' S^-1 z.

    z are the centred answers that the respondent gave and S the pairwise covariance of
    those items alone, so a missing answer adds nothing and needs no filling. Items that
    do not vary are left out. Without missing answers this is the classical distance.
    """
    values = values[:, np.nanmax(values, axis=0) > np.nanmin(values, axis=0)]
    seen = ~np.isnan(values)
    cov = pairwise_covariance(values)
    scale = np.sqrt(np.diag(cov))
    corr, repaired = _positive_definite(cov / np.outer(scale, scale))
    z = np.where(seen, (values - np.nanmean(values, axis=0)) / scale, 0.0)
    complete = seen.all(axis=1)
    squared = np.empty(len(values))
    squared[complete] = np.einsum("ij,ij->i", z[complete], np.linalg.solve(corr, z[complete].T).T)
    partial = np.flatnonzero(~complete)
    size = max(1, _BATCH_NUMBERS // max(1, corr.size))
    for start in range(0, partial.size, size):
        rows = partial[start : start + size]
        squared[rows] = _observed_distance(z[rows], seen[rows], corr)
    n_answered = seen.sum(axis=1)
    return Distance(np.where(n_answered > 0, squared, np.nan), n_answered, repaired)


def even_odd(values: np.ndarray, scales: Sequence[np.ndarray]) -> np.ndarray:
    """Consistency between the odd and the even items of each scale, within each respondent.

    Parameters
    ----------
    values : ndarray of shape (n, p)
        Keyed answers.
    scales : sequence of ndarray
        The columns of each scale in order, at least two each.

    Returns
    -------
    ndarray of shape (n,)
        Correlation over the scales of the odd half's mean with the even half's,
        stepped up by Spearman and Brown (2r / (1 + r)) and held at -1 or more. High is
        consistent. NaN where a half does not vary or fewer than three scales are answered.

    References
    ----------
    Jackson, D. N. (1976), in Johnson, J. A. (2005). Ascertaining the validity of individual
    protocols from Web-based personality inventories. Journal of Research in Personality 39.
    """
    odd = np.column_stack([_row_mean(values[:, cols[0::2]]) for cols in scales])
    even = np.column_stack([_row_mean(values[:, cols[1::2]]) for cols in scales])
    r = row_correlation(odd, even)
    with np.errstate(invalid="ignore", divide="ignore"):
        stepped = 2 * r / (1 + r)
    # at r = -1 the formula has no value; its limit from above is below -1
    return np.where(r <= -1 / 3, -1.0, stepped)


def synonym_pairs(values: np.ndarray, at_least: float) -> list[tuple[int, int, float]]:
    """Pairs of items whose answers correlate at `at_least` or more over respondents.

    Returns
    -------
    list of (i, j, r)
        Column numbers with i > j, strongest first.
    """
    cov = pairwise_covariance(values)
    scale = np.sqrt(np.diag(cov))
    with np.errstate(invalid="ignore", divide="ignore"):
        corr = np.nan_to_num(cov / np.outer(scale, scale))
    rows, cols = np.tril_indices(len(corr), -1)
    strong = corr[rows, cols] >= at_least
    found = zip(rows[strong], cols[strong], corr[rows, cols][strong], strict=True)
    return sorted(((int(i), int(j), float(r)) for i, j, r in found), key=lambda pair: -pair[2])


def pair_consistency(values: np.ndarray, pairs: Sequence[tuple[int, int, float]]) -> np.ndarray:
    """Correlation, within each respondent, of the first with the second items of the pairs.

    NaN where fewer than three pairs are answered or one side does not vary.
    """
    if not pairs:
        return np.full(len(values), np.nan)
    first, second = np.array([(i, j) for i, j, _ in pairs]).T
    return row_correlation(values[:, first], values[:, second])


def row_correlation(a: np.ndarray, b: np.ndarray, fewest: int = 3) -> np.ndarray:
    """Pearson correlation of two rows each, over the columns that both hold."""
    both = ~(np.isnan(a) | np.isnan(b))
    n_both = both.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        da, db = _centred(a, both, n_both), _centred(b, both, n_both)
        va, vb = np.square(da).sum(axis=1), np.square(db).sum(axis=1)
        r = (da * db).sum(axis=1) / np.sqrt(va * vb)
    varies = (va > 1e-12) & (vb > 1e-12) & (n_both >= fewest)
    return np.where(varies, np.clip(r, -1.0, 1.0), np.nan)


def _longest_stretch(same: np.ndarray, period: int, values: np.ndarray) -> np.ndarray:
    # a stretch is as long as the way back to the last column that repeated nothing
    position = np.arange(same.shape[1])
    last_break = np.maximum.accumulate(np.where(same, -1, position), axis=1)
    longest = (position - last_break).max(axis=1, initial=0) + period
    return np.asarray(np.minimum(longest, (~np.isnan(values)).sum(axis=1)))


def _centred(x: np.ndarray, keep: np.ndarray, n: np.ndarray) -> np.ndarray:
    mean = np.where(keep, x, 0.0).sum(axis=1) / n
    return np.where(keep, x - mean[:, None], 0.0)


def _row_mean(values: np.ndarray) -> np.ndarray:
    seen = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(seen, values, 0.0).sum(axis=1) / seen.sum(axis=1))


def _positive_definite(corr: np.ndarray) -> tuple[np.ndarray, bool]:
    """Lift eigenvalues below the floor: pairwise matrices need not be positive definite."""
    roots, vectors = np.linalg.eigh(corr)
    if roots[0] >= _EIGEN_FLOOR:
        return corr, False
    lifted = (vectors * np.maximum(roots, _EIGEN_FLOOR)) @ vectors.T
    scale = np.sqrt(np.diag(lifted))
    return lifted / np.outer(scale, scale), True


def _observed_distance(z: np.ndarray, seen: np.ndarray, corr: np.ndarray) -> np.ndarray:
    """Distance over the observed items of each row.

    An unobserved item gets z = 0 and is cut loose from the others (its row and column
    become those of the identity), so it adds exactly nothing.
    """
    both = seen[:, :, None] & seen[:, None, :]
    blocks = np.where(both, corr, 0.0)
    diagonal = np.arange(corr.shape[0])
    blocks[:, diagonal, diagonal] = 1.0
    solved = np.linalg.solve(blocks, z[:, :, None])[:, :, 0]
    return np.asarray((z * solved).sum(axis=1))
