"""The null of parallel analysis: eigenvalues of the same answers, shuffled within each item.

Shuffling keeps every margin and where answers are missing, and breaks every connection
between items (Buja & Eyuboglu 1992). With polychoric correlations the shuffled tables have
rho near 0, where one step of Fisher scoring is the estimate: Pearson's correlation of the
categories' latent means, divided by what these means keep of the latent variance. So a
polychoric replicate costs as little as a Pearson one.

References
----------
Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
    Psychometrika 30.
Buja, A. & Eyuboglu, N. (1992). Remarks on parallel analysis. Multivariate Behavioral Research 27.
"""

from typing import Any

import numpy as np

from segkit._progress import track
from segkit._resample import canonical_order, spawn_seeds
from segkit._threads import one_blas_thread
from segkit._weights import standardised, weighted_counts
from segkit.factors.correlations.correlation import is_ordinal
from segkit.factors.correlations.polychoric import category_scores, code_items, thresholds_of
from segkit.factors.correlations.product_moment import PairMoments, midranks
from segkit.factors.sample import Sample

__all__ = ["ShuffledAnswers", "null_eigenvalues"]

_KEYS = 2**16


def null_eigenvalues(
    sample: Sample, method: str, n_iter: int, random_state: Any, *, what: str = "parallel analysis"
) -> np.ndarray:
    """Return the eigenvalues of shuffled answers, largest first.

    Parameters
    ----------
    sample : Sample
        The answers. Weights stay with the rows, so the null has the effective n of the sample.
    method : str
        How the items are correlated, as in `Correlation.method`.
    n_iter : int
        The number of shuffles.
    random_state : int, RandomState or None
        The seed. The order of the rows does not matter.
    what : str
        The words beside the progress bar.

    Returns
    -------
    ndarray of shape (n_iter, n_items)
    """
    order = canonical_order(sample.values, sample.w)
    values, w = sample.values[order], sample.w[order]
    scored, widening = _scored(Sample(values, sample.names, w, sample.origin), method)
    seen = ~np.isnan(scored)
    first, *seeds = spawn_seeds(random_state, n_iter + 1).tolist()
    answers = ShuffledAnswers(standardised(scored, w), seen, first)
    moments, out = PairMoments(seen, w), np.empty((n_iter, scored.shape[1]))
    with one_blas_thread():
        for i, seed in enumerate(track(seeds, what=what, total=n_iter)):
            # a pair that too few answered to vary says nothing: no correlation
            matrix = np.nan_to_num(moments.correlation(answers.draw(seed))) * widening
            np.fill_diagonal(matrix, 1.0)
            out[i] = np.linalg.eigvalsh(matrix)[::-1]
    return out


class ShuffledAnswers:
    """Answers that are shuffled within each item, 0 where missing.

    One shuffle of the usual kind is made first; every later one sorts it by random numbers of 16
    bits, which takes half the time. Numbers that are equal keep the first shuffle's order, so
    each result is as random as the first.

    Parameters
    ----------
    centred : ndarray of shape (n_respondents, n_items)
        Answers about their means, missing as NaN.
    seen : ndarray of bool of shape (n_respondents, n_items)
        Where answers stand.
    seed : int
        The seed of the first shuffle.
    """

    def __init__(self, centred: np.ndarray, seen: np.ndarray, seed: int) -> None:
        rng = np.random.default_rng(seed)
        # one item after the other in memory: shuffling then reads and writes in a row
        self.places = [np.flatnonzero(column) for column in seen.T]
        self.first = [rng.permutation(v[p]) for v, p in zip(centred.T, self.places, strict=True)]
        self.shape = seen.T.shape

    def draw(self, seed: int) -> np.ndarray:
        """Return one shuffle, of shape (n_respondents, n_items)."""
        keys = np.random.default_rng(seed).integers(0, _KEYS, self.shape, dtype=np.uint16)
        out = np.zeros(self.shape)
        for j, (values, places) in enumerate(zip(self.first, self.places, strict=True)):
            drawn = values.take(keys[j, : values.size].argsort(kind="stable"))
            if values.size < out[j].size:
                out[j][places] = drawn
            else:
                out[j] = drawn
        return out.T


def _scored(sample: Sample, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Values whose Pearson correlation, times the second answer, is the method's under the null."""
    p = sample.values.shape[1]
    if method == "pearson":
        return sample.values, np.ones((p, p))
    if method == "spearman":
        return midranks(sample.values, sample.w), np.ones((p, p))
    ordinal = np.ones(p, dtype=bool) if method == "polychoric" else is_ordinal(sample.values)
    kept = np.ones(p)
    values = sample.values.copy()
    values[:, ordinal], kept[ordinal] = _latent_means(sample.values[:, ordinal], sample.w)
    root = np.sqrt(kept)
    return values, 1.0 / np.outer(root, root)


def _latent_means(values: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the latent normal in the answer's category, and the variance of these means."""
    items = code_items(values)
    n_categories = np.array([c.size for c in items.categories])
    margins = np.array([weighted_counts(c, w, items.widest) for c in items.codes.T])
    scores, kept = category_scores(thresholds_of(margins, n_categories))
    out = scores[np.arange(values.shape[1]), np.maximum(items.codes, 0)]
    return np.where(items.codes < 0, np.nan, out), kept
