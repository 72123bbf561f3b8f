"""The segments under test: those of a fitted model, or of a fit to everybody."""

from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from segkit._checks import check_labels
from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import known_labels, refit, seeded

__all__ = ["by_size", "coded", "labels_under_test"]


def labels_under_test(
    model: Any, X: Any, *, w: np.ndarray, order: np.ndarray, weighted: bool, seed: int
) -> np.ndarray:
    """Return everybody's segment, -1 for none.

    Parameters
    ----------
    model : estimator
        A fitted model keeps its own numbers. An unfitted one is fitted to the rows with
        weight, in canonical order, and numbered by size, largest 0.
    X : frame or array of shape (n, n_items)
        Everybody.
    w : ndarray of shape (n,)
        Weights.
    order : ndarray of shape (n,)
        The canonical order of the rows.
    weighted : bool
        Hand the weights to the fit.
    seed : int
        For a model without a seed of its own.

    Returns
    -------
    ndarray of shape (n,)
    """
    known = known_labels(model, X)
    if known is not None:
        return known
    rows = order[w[order] > 0]
    try:
        with threadpool_limits(limits=1):
            fitted = refit(seeded(model, seed, keep=True), X, rows, w[rows] if weighted else None)
    except ValueError as error:
        raise SegkitError(f"The {type(model).__name__} cannot be fitted to X: {error}") from error
    return by_size(fitted.labels, w, order)


def coded(labels: np.ndarray) -> tuple[tuple[int, ...], np.ndarray]:
    """Return the segments' numbers and each respondent's position among them, -1 for none.

    Raises
    ------
    SegkitError
        When there are fewer than two segments.

    Examples
    --------
    >>> coded(np.array([4, 2, -1, 4]))
    ((2, 4), array([ 1,  0, -1,  1]))
    """
    check_labels(labels[labels >= 0], what="the model's answer")
    segments = np.unique(labels[labels >= 0])
    codes = np.where(labels >= 0, np.searchsorted(segments, labels), -1)
    return tuple(int(s) for s in segments), codes


def by_size(labels: np.ndarray, w: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Renumber so that the heaviest segment is 0; ties: the one that comes first in `order`.

    Examples
    --------
    >>> by_size(np.array([4, 2, -1, 2]), np.ones(4), np.arange(4))
    array([ 1,  0, -1,  0])
    """
    found, first, codes = np.unique(labels[order], return_index=True, return_inverse=True)
    mass = np.bincount(codes, weights=w[order])
    ranked = np.lexsort([first, -mass])
    ranked = ranked[found[ranked] >= 0]
    number = np.full(found.size, -1)
    number[ranked] = np.arange(ranked.size)
    out = np.empty_like(labels)
    out[order] = number[codes]
    return out
