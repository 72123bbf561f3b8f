"""What one respondent more would move of each correlation: influence functions.

A two-step correlation depends on a respondent directly, through the likelihood of the pair,
and through the thresholds (means, standard deviations) of the two items, which were estimated
first. Both parts are linear to first order; their sums of squares and products over the
respondents are the covariance of the estimates, whether or not the model holds and whatever
the weights and the holes (Muthen 1984; Joreskog 1994).

For a pair of ordinal items a respondent's influence depends on the two answers only, so it is
a table of (widest + 1)^2 numbers a pair, missing being one more answer.

References
----------
Muthen, B. (1984). A general structural equation model with dichotomous, ordered categorical, and
    continuous latent variable indicators. Psychometrika 49.
Joreskog, K. G. (1994). On the estimation of polychoric correlations and their asymptotic
    covariance matrix. Psychometrika 59.
Browne, M. W. & Shapiro, A. (1986). The asymptotic covariance matrix of sample correlation
    coefficients under general conditions. Linear Algebra and its Applications 82.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from segkit._weights import standardised
from segkit.factors.correlations.polychoric import (
    OrdinalItems,
    PairTables,
    pair_tables,
    thresholds_of,
)
from segkit.factors.correlations.polyserial import brackets, conditional_slopes
from segkit.factors.correlations.product_moment import pair_moments

__all__ = ["Influence", "ordinal_influence", "pearson_influence", "polyserial_influence"]

_CELLS_AT_ONCE = 1_000_000
_PAIRS_AT_ONCE = 2_000


@dataclass(frozen=True, eq=False)
class Influence:
    """Influence of every respondent on every pair, in blocks of respondents.

    Attributes
    ----------
    n_respondents, n_pairs : int
        The shape of the whole.
    of_rows : callable
        Takes a slice of respondents and returns their rows; each includes the respondent's
        weight, and the sum over all respondents is 0.
    """

    n_respondents: int
    n_pairs: int
    of_rows: Callable[[slice], np.ndarray]

    def blocks(self, least: int = 1) -> Iterator[np.ndarray]:
        """Yield the rows of all respondents, some at a time, but at least so many."""
        step = max(least, _CELLS_AT_ONCE // max(self.n_pairs, 1))
        for begin in range(0, self.n_respondents, step):
            yield self.of_rows(slice(begin, min(begin + step, self.n_respondents)))

    def squares(self) -> np.ndarray:
        """Return the variance of each estimate, shape (n_pairs,)."""
        return np.asarray(sum(np.square(block).sum(axis=0) for block in self.blocks()))


def ordinal_influence(
    items: OrdinalItems, w: np.ndarray, rho: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Influence:
    """Influence on the polychoric correlations.

    Parameters
    ----------
    items : OrdinalItems
        The answers.
    w : ndarray of shape (n_respondents,)
        Weights.
    rho : ndarray of shape (n_pairs,)
        The estimates, in the order of ``numpy.triu_indices(n_items, 1)``.
    first, second : ndarray of int of shape (n_pairs,)
        That order.

    Returns
    -------
    Influence
    """
    n_categories = np.array([c.size for c in items.categories])
    margins, tables = pair_tables(items, w)
    thresholds = thresholds_of(margins, n_categories)
    moved = _threshold_influence(margins, thresholds)
    lookup = np.concatenate(
        [
            _pair_lookup(tables[part], thresholds, moved, rho[part], first[part], second[part])
            for part in _parts(rho.size)
        ]
    )
    width = items.widest + 1
    start = np.arange(rho.size) * width**2

    def of_rows(rows: slice) -> np.ndarray:
        answers = items.codes[rows].astype(np.intp) + 1
        at = answers[:, first] * width + answers[:, second] + start
        return lookup.ravel()[at] * w[rows, None]

    return Influence(w.size, rho.size, of_rows)


def pearson_influence(
    values: np.ndarray, w: np.ndarray, rho: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Influence:
    """Influence on Pearson's correlations: z_i z_j - r (z_i^2 + z_j^2) / 2, over the weight.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN; z is standardised over those who answered both items.
    w, rho, first, second : ndarray
        As `ordinal_influence` takes them.

    Returns
    -------
    Influence
    """
    scaled = standardised(values, w)
    total, mean, variance = pair_moments(scaled, w)
    spread = np.sqrt(variance)

    def of_rows(rows: slice) -> np.ndarray:
        block = scaled[rows]
        z_i = (block[:, first] - mean[first, second]) / spread[first, second]
        z_j = (block[:, second] - mean[second, first]) / spread[second, first]
        moved = z_i * z_j - rho / 2.0 * (np.square(z_i) + np.square(z_j))
        return np.nan_to_num(moved) * (w[rows, None] / total[first, second])

    return Influence(w.size, rho.size, of_rows)


def polyserial_influence(
    items: OrdinalItems, values: np.ndarray, w: np.ndarray, rho: np.ndarray
) -> Influence:
    """Influence on the polyserial correlations.

    Parameters
    ----------
    items : OrdinalItems
        The answers to the ordinal items.
    values : ndarray of shape (n_respondents, n_continuous)
        The answers to the continuous ones, missing as NaN.
    w : ndarray of shape (n_respondents,)
        Weights.
    rho : ndarray of shape (n_ordinal, n_continuous)
        The estimates; pairs are taken in its row order.

    Returns
    -------
    Influence
    """
    n_categories = np.array([c.size for c in items.categories])
    margins, _ = pair_tables(items, w)
    pairs = _PolyserialPairs(
        items.codes,
        standardised(values, w),
        w,
        rho,
        thresholds_of(margins, n_categories),
        margins,
    )
    return Influence(w.size, rho.size, pairs.of_rows)


def _parts(n: int) -> list[slice]:
    return [slice(b, min(b + _PAIRS_AT_ONCE, n)) for b in range(0, n, _PAIRS_AT_ONCE)]


def _threshold_influence(margins: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """How an answer moves its item's thresholds: (1{a <= c} - P_c) / (phi(t_c) W).

    Shape (n_items, widest, widest - 1): item, answer a, threshold c; 0 where there is none.
    """
    total = margins.sum(axis=1)
    c = margins.shape[1]
    share = np.cumsum(margins, axis=1)[:, None, :-1] / total[:, None, None]
    below = np.arange(c)[:, None] <= np.arange(c - 1)
    density = _density(thresholds)[:, None, :] * total[:, None, None]
    moved = below - share
    return np.divide(moved, density, out=np.zeros_like(moved), where=density > 0)


def _pair_lookup(
    tables: np.ndarray,
    thresholds: np.ndarray,
    moved: np.ndarray,
    rho: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
) -> np.ndarray:
    """Influence of each pair of answers, the first row and column being missing answers."""
    cells, slopes = PairTables(tables, thresholds[first], thresholds[second]).cells(
        rho, np.arange(rho.size)
    )
    score = slopes / cells
    information = (tables * np.square(score)).sum(axis=(1, 2))
    scale = 1.0 / np.maximum(information, 1e-300)
    pull = tables * score / cells
    by_i = _threshold_slopes(thresholds[first], thresholds[second], rho)
    by_j = _threshold_slopes(thresholds[second], thresholds[first], rho)
    # products of the scores along rho and along each threshold, summed over the respondents
    cross_i = (by_i * -np.diff(pull, axis=1)).sum(axis=2)
    cross_j = (by_j * -np.diff(pull.transpose(0, 2, 1), axis=1)).sum(axis=2)
    through_i = -np.einsum("mac,mc->ma", moved[first], cross_i) * scale[:, None]
    through_j = -np.einsum("mac,mc->ma", moved[second], cross_j) * scale[:, None]
    lookup = np.zeros((rho.size, score.shape[1] + 1, score.shape[1] + 1))
    lookup[:, 1:, 1:] = score * scale[:, None, None]
    lookup[:, 1:] += through_i[:, :, None]
    lookup[:, :, 1:] += through_j[:, None, :]
    return lookup


def _threshold_slopes(own: np.ndarray, other: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Slope along an item's threshold of the probability below it, by answers to the other item.

    Shape (n_pairs, widest - 1, widest): phi(t) (Phi(u_b) - Phi(u_{b-1})) with
    u = (other threshold - rho t) / sqrt(1 - rho^2) (Olsson 1979).
    """
    r = rho[:, None, None]
    edge = np.full((other.shape[0], 1), np.inf)
    grid = np.hstack([-edge, other, edge])[:, None, :]
    finite = np.isfinite(own)
    t = np.where(finite, own, 0.0)[:, :, None]
    below = ndtr((grid - r * t) / np.sqrt((1.0 - r) * (1.0 + r)))
    return np.where(finite, _density(own), 0.0)[:, :, None] * np.diff(below, axis=2)


@dataclass(eq=False)
class _PolyserialPairs:
    codes: np.ndarray
    z: np.ndarray
    w: np.ndarray
    rho: np.ndarray
    thresholds: np.ndarray
    margins: np.ndarray

    def __post_init__(self) -> None:
        self.ordinal, self.continuous = (i.ravel() for i in np.indices(self.rho.shape))
        self.total = self.w @ ~np.isnan(self.z)
        information, cross, by_mean, by_sd = self._sums()
        self.scale = 1.0 / np.maximum(information, 1e-300)
        moved = _threshold_influence(self.margins, self.thresholds)[self.ordinal]
        through = np.einsum("mac,mc->ma", moved, cross)
        self.through = np.hstack([np.zeros((through.shape[0], 1)), through])
        self.by_mean, self.by_sd = (
            by / self.total[self.continuous] for by in (by_mean, by_sd / 2.0)
        )

    def of_rows(self, rows: slice) -> np.ndarray:
        """Return each respondent's influence on the polyserial correlations."""
        z, score = self._scores(rows)[:2]
        every = np.arange(self.ordinal.size)
        through = self.through[every, self.codes[rows][:, self.ordinal] + 1]
        seen = ~np.isnan(self.z[rows])[:, self.continuous]
        moved = score - through - seen * (self.by_mean * z + self.by_sd * (np.square(z) - 1.0))
        return np.asarray(moved * self.scale * self.w[rows, None])

    def _scores(self, rows: slice) -> tuple[np.ndarray, ...]:
        """Return z and the scores along rho, the thresholds and z; 0 where an answer is missing."""
        codes, z = self.codes[rows], self.z[rows][:, self.continuous]
        low, high = (b[:, self.ordinal] for b in brackets(codes, self.thresholds))
        both = (codes[:, self.ordinal] >= 0) & ~np.isnan(z)
        z = np.nan_to_num(z)
        slopes = conditional_slopes(low, high, z, self.rho.ravel())[1:]
        score, by_low, by_high = (np.where(both, s, 0.0) for s in slopes)
        by_z = -self.rho.ravel() * (by_high + by_low)
        return z, score, by_low, by_high, by_z

    def _sums(self) -> tuple[np.ndarray, ...]:
        """Products of the score along rho with itself and with those of the first step."""
        m, c = self.ordinal.size, self.margins.shape[1]
        information, by_mean, by_sd = np.zeros((3, m))
        cross = np.zeros((m, c + 1))
        every = np.arange(m)
        step = max(1, _CELLS_AT_ONCE // m)
        for begin in range(0, self.w.size, step):
            rows = slice(begin, begin + step)
            z, score, by_low, by_high, by_z = self._scores(rows)
            pull = score * self.w[rows, None]
            information += (pull * score).sum(axis=0)
            by_mean += (pull * -by_z).sum(axis=0)
            by_sd += (pull * (-z * by_z)).sum(axis=0)
            answers = np.maximum(self.codes[rows][:, self.ordinal], 0)
            for at, by in ((answers, by_low), (answers + 1, by_high)):
                np.add.at(cross, (np.broadcast_to(every, at.shape), at), pull * by)
        return information, cross[:, 1:-1], by_mean, by_sd


def _density(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-np.square(x) / 2.0) / np.sqrt(2.0 * np.pi))
