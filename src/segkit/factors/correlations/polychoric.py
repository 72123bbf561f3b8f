"""Polychoric correlation of all pairs of ordinal items at once.

Each answer is seen as a normal variable cut at thresholds. The thresholds come from
each item's own margin; the correlation of a pair then maximises the likelihood of its
contingency table (the two-step estimate of Olsson 1979). One product of one-hot
matrices yields every table, where a missing answer is a row of zeros; all pairs
climb their likelihoods together by Fisher scoring.

References
----------
Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient.
    Psychometrika 44.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from segkit.factors.correlations.bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf

__all__ = [
    "LARGEST",
    "OrdinalItems",
    "PairTables",
    "PolychoricFit",
    "category_scores",
    "climb",
    "code_items",
    "pair_tables",
    "polychoric_pairs",
    "thresholds_of",
]

LARGEST = 0.9999
"""The largest absolute correlation that is estimated: a table without contrary answers has none."""

_FAR = 9.0  # beyond this nothing lies
_TINY = 1e-13  # the least probability of a cell that holds answers
_ENOUGH = 1e-9  # a step this small ends the search
_MOST_STEPS = 100
_CELLS_AT_ONCE = 2_000_000
_MOST_SPAN = 1_000
_PAIRS_AT_ONCE = 2_000


@dataclass(frozen=True)
class OrdinalItems:
    """Items as category codes.

    Attributes
    ----------
    codes : ndarray of shape (n_respondents, n_items)
        Position of the answer among the item's categories; -1 where missing.
    categories : tuple of ndarray
        The answers that occur, in ascending order, one array an item.
    """

    codes: np.ndarray
    categories: tuple[np.ndarray, ...]

    @property
    def widest(self) -> int:
        """The number of categories of the item that has most."""
        return max(c.size for c in self.categories)


@dataclass(frozen=True)
class PolychoricFit:
    """Estimates of pairs, in the order of their tables.

    Attributes
    ----------
    rho : ndarray of shape (n_pairs,)
        The correlations.
    n_steps : int
        Steps until the slowest pair stood still.
    converged : ndarray of shape (n_pairs,)
        Whether the pair stood still.
    """

    rho: np.ndarray
    n_steps: int
    converged: np.ndarray


def code_items(values: np.ndarray) -> OrdinalItems:
    """Translate answers (floats, NaN missing) into category codes."""
    codes = np.full(values.shape, -1, dtype=np.int16)
    categories = []
    for j, column in enumerate(values.T):
        seen = ~np.isnan(column)
        found, code = _code(column[seen])
        codes[seen, j] = code
        categories.append(found)
    return OrdinalItems(codes, tuple(categories))


def pair_tables(items: OrdinalItems, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted margins of the items and the tables of all pairs.

    Parameters
    ----------
    items : OrdinalItems
        The answers.
    w : ndarray of shape (n_respondents,)
        Weights.

    Returns
    -------
    margins : ndarray of shape (n_items, widest)
        Sum of weights a category, over all who answered the item.
    tables : ndarray of shape (n_pairs, widest, widest)
        Sum of weights a pair of answers, over all who answered both items.
    """
    p, c = items.codes.shape[1], items.widest
    even = bool((w == w[0]).all())
    gram = np.zeros((c * p, c * p))
    step = max(1, _CELLS_AT_ONCE // (c * p))
    for begin in range(0, w.size, step):
        rows = slice(begin, begin + step)
        # of few rows single precision counts exactly, at half the price
        hot = _one_hot(items.codes[rows], c, np.float32 if even else np.float64)
        gram += hot @ hot.T if even else (hot * w[rows]) @ hot.T
    blocks = (w[0] * gram if even else gram).reshape(c, p, c, p)
    first, second = np.triu_indices(p, 1)
    every = np.arange(p)
    margins = blocks[:, every, :, every].diagonal(axis1=1, axis2=2)
    return margins, blocks[:, first, :, second]


def thresholds_of(margins: np.ndarray, n_categories: np.ndarray) -> np.ndarray:
    """Return thresholds of the latent normal, shape (n_items, widest - 1), inf where none."""
    share = np.cumsum(margins, axis=1) / margins.sum(axis=1, keepdims=True)
    thresholds = ndtri(np.clip(share[:, :-1], 0.0, 1.0))
    thresholds[np.arange(thresholds.shape[1]) >= n_categories[:, None] - 1] = np.inf
    return np.asarray(thresholds)


def category_scores(thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the latent normal within each category, and the variance of these means.

    Parameters
    ----------
    thresholds : ndarray of shape (n_items, widest - 1)
        Thresholds.

    Returns
    -------
    scores : ndarray of shape (n_items, widest)
        (phi(t_{a-1}) - phi(t_a)) / (Phi(t_a) - Phi(t_{a-1})) of category a; 0 where there is none.
    kept : ndarray of shape (n_items,)
        The share of the latent variance that the categories keep. To first order a
        correlation of the scores is the latent correlation times sqrt(kept_i kept_j).
    """
    p = thresholds.shape[0]
    edge = np.full((p, 1), np.inf)
    grid = np.hstack([-edge, thresholds, edge])
    density = np.exp(-np.square(grid) / 2.0) / np.sqrt(2.0 * np.pi)
    share = np.diff(ndtr(grid), axis=1)
    drop = -np.diff(density, axis=1)
    scores = np.divide(drop, share, out=np.zeros_like(drop), where=share > 0)
    return scores, (scores * drop).sum(axis=1)


def polychoric_pairs(
    tables: np.ndarray,
    thresholds: np.ndarray,
    start: np.ndarray | None = None,
    enough: float = _ENOUGH,
    pairs: tuple[np.ndarray, np.ndarray] | None = None,
) -> PolychoricFit:
    """Estimate the correlation of every pair from its table and the thresholds.

    Parameters
    ----------
    tables : ndarray of shape (n_pairs, widest, widest)
        Contingency tables, one a pair.
    thresholds : ndarray of shape (n_items, widest - 1)
        Thresholds, inf beyond an item's last category.
    start : ndarray of shape (n_pairs,) or None
        Where the search starts; the end does not depend on it.
    enough : float
        A pair whose step is this small stands still.
    pairs : tuple of two ndarray of int of shape (n_pairs,), or None
        The items of each pair; all pairs in the order of ``numpy.triu_indices(n_items, 1)``
        when None.

    Returns
    -------
    PolychoricFit
    """
    first, second = np.triu_indices(thresholds.shape[0], 1) if pairs is None else pairs
    rho, converged, steps = np.empty(first.size), np.empty(first.size, dtype=bool), 0
    if start is None:
        start = _first_order(tables, thresholds, first, second)
    for begin in range(0, first.size, _PAIRS_AT_ONCE):
        part = slice(begin, begin + _PAIRS_AT_ONCE)
        likelihood = PairTables(tables[part], thresholds[first[part]], thresholds[second[part]])
        rho[part], converged[part], taken = climb(likelihood, start[part], likelihood.total, enough)
        steps = max(steps, taken)
    return PolychoricFit(rho, steps, converged)


def climb(
    likelihood: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    start: np.ndarray,
    total: np.ndarray,
    enough: float = _ENOUGH,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Climb the likelihoods of many pairs; a pair that went downhill returns half the way.

    Parameters
    ----------
    likelihood : callable
        Takes correlations and the positions of their pairs; returns log likelihoods and steps.
    start : ndarray of shape (n_pairs,)
        Correlations to start from.
    total : ndarray of shape (n_pairs,)
        Sum of weights of each pair.
    enough : float
        A pair whose step is this small stands still.

    Returns
    -------
    rho : ndarray of shape (n_pairs,)
        The correlations, held within `LARGEST`.
    converged : ndarray of bool of shape (n_pairs,)
        Which pairs stood still.
    n_steps : int
        Steps of the slowest pair.
    """
    rho, best, height = start.copy(), start.copy(), np.full(start.size, -np.inf)
    moving = np.ones(start.size, dtype=bool)
    for step in range(1, _MOST_STEPS + 1):
        at = np.flatnonzero(moving)
        log_lik, move = likelihood(rho[at], at)
        fell = log_lik < height[at] - 1e-10 * total[at]
        height[at] = np.where(fell, height[at], log_lik)
        old_best = best[at]
        best[at] = np.where(fell, old_best, rho[at])
        onward = np.clip(rho[at] + move, -LARGEST, LARGEST)
        target = np.where(fell, (old_best + rho[at]) / 2.0, onward)
        moving[at] = np.abs(target - rho[at]) > enough
        rho[at] = target
        if not moving.any():
            return rho, ~moving, step
    return best, ~moving, _MOST_STEPS


def _code(answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the answers that occur, and the position of each answer among them."""
    low = answers.min(initial=np.inf)
    span = answers.max(initial=-np.inf) - low
    if not 0 <= span < _MOST_SPAN or (answers != np.rint(answers)).any():
        return np.unique(answers, return_inverse=True)
    # whole numbers close together need no sorting
    above = (answers - low).astype(np.int16)
    occurs = np.bincount(above, minlength=int(span) + 1) > 0
    return low + np.flatnonzero(occurs), (np.cumsum(occurs) - 1).astype(np.int16)[above]


def _one_hot(codes: np.ndarray, c: int, dtype: type) -> np.ndarray:
    """Return ones where an item has an answer, shape (c * n_items, n_respondents)."""
    n, p = codes.shape
    columns = np.ascontiguousarray(codes.T)
    hot: np.ndarray = np.empty((c, p, n), dtype=dtype)
    for category in range(c):
        hot[category] = columns == category
    return hot.reshape(c * p, n)


def _first_order(
    tables: np.ndarray, thresholds: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """One step of Fisher scoring from rho = 0: a correlation of category scores, widened."""
    scores, kept = category_scores(thresholds)
    cross = np.einsum("ma,mab,mb->m", scores[first], tables, scores[second])
    rho = cross / (tables.sum(axis=(1, 2)) * kept[first] * kept[second])
    return np.clip(rho, -0.95, 0.95)


class PairTables:
    """Tables of pairs and their likelihood.

    Parameters
    ----------
    tables : ndarray of shape (n_pairs, widest, widest)
        Contingency tables.
    thresholds_i, thresholds_j : ndarray of shape (n_pairs, widest - 1)
        Thresholds of the first and the second item of each pair.
    """

    def __init__(
        self, tables: np.ndarray, thresholds_i: np.ndarray, thresholds_j: np.ndarray
    ) -> None:
        c = tables.shape[1]
        self.tables = tables
        self.total = tables.sum(axis=(1, 2))
        # an infinite threshold stands where nothing lies beyond
        finite_i, finite_j = (np.clip(t, -_FAR, _FAR) for t in (thresholds_i, thresholds_j))
        self.h = np.repeat(finite_i, c - 1, axis=1)
        self.k = np.tile(finite_j, (1, c - 1))
        self.edges = _edges(finite_i), _edges(finite_j)
        self.shape = (c - 1, c - 1)

    def cells(self, rho: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the probabilities of the cells of the pairs `at`, and their slopes along rho."""
        h, k = self.h[at], self.k[at]
        inner = bivariate_normal_cdf(h, k, rho).reshape(-1, *self.shape)
        slope = bivariate_normal_pdf(h, k, rho[:, None]).reshape(-1, *self.shape)
        cells = np.maximum(self._cells(inner, at), _TINY)
        # the slope of a cell's probability is the density at its corners (Olsson 1979)
        return cells, _differences(np.pad(slope, ((0, 0), (1, 1), (1, 1))))

    def __call__(self, rho: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log likelihoods of the pairs `at`, and the steps score / information."""
        tables = self.tables[at]
        cells, slopes = self.cells(rho, at)
        score = (tables * slopes / cells).sum(axis=(1, 2))
        information = self.total[at] * (slopes * slopes / cells).sum(axis=(1, 2))
        log_lik = (tables * np.log(cells)).sum(axis=(1, 2))
        return log_lik, score / np.maximum(information, 1e-300)

    def _cells(self, inner: np.ndarray, at: np.ndarray) -> np.ndarray:
        rows, cols = self.edges[0][at], self.edges[1][at]
        grid = np.zeros((at.size, rows.shape[1], cols.shape[1]))
        grid[:, 1:-1, 1:-1] = inner
        grid[:, :, -1] = rows
        grid[:, -1, :] = cols
        return _differences(grid)


def _edges(thresholds: np.ndarray) -> np.ndarray:
    """Cumulative margins from 0 to 1."""
    ends = np.zeros((thresholds.shape[0], 1))
    return np.hstack([ends, ndtr(thresholds), ends + 1.0])


def _differences(grid: np.ndarray) -> np.ndarray:
    return np.diff(np.diff(grid, axis=1), axis=2)
