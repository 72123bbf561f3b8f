"""Segments for people whom a fit has not seen, where the model itself cannot place them."""

from typing import Any

import numpy as np

from segkit._frames import n_rows, take
from segkit.segments.ensembles.refitting import predicts

__all__ = ["placed", "placing"]

PREDICT, NEIGHBOUR = "predict", "nearest neighbour"


def placing(model: Any) -> str:
    """Say how a model places people whom its fit has not seen.

    Examples
    --------
    >>> from sklearn.cluster import AgglomerativeClustering
    >>> placing(AgglomerativeClustering(3))
    'nearest neighbour'
    """
    return PREDICT if predicts(model) else NEIGHBOUR


def placed(fitted: Any, X: Any, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give everybody outside a fit the segment of the nearest person inside.

    Parameters
    ----------
    fitted : estimator
        The fitted model; the distance is taken after the earlier steps of a pipeline.
    X : frame or array of shape (n, n_items)
        Everybody.
    rows : ndarray of shape (n_drawn,)
        The positions that were fitted.
    labels : ndarray of shape (n,)
        The segments of those; the rest is overwritten.

    Returns
    -------
    ndarray of shape (n,)
        As `labels`, with nobody left out; somebody nearest to a person in no segment (-1)
        is in no segment either. Where the table is not all numbers, unchanged.

    Notes
    -----
    One neighbour, Euclidean: clusterers without ``predict`` (hierarchical, density) join
    people who are near each other, whatever the shape, which a centre would not follow.
    Among equally near people the one that comes first in the canonical order of the
    rows decides.
    """
    outside = np.setdiff1d(np.arange(n_rows(X)), rows)
    table = _numbers(fitted, X)
    if table is None or outside.size == 0:
        return labels
    from sklearn.neighbors import NearestNeighbors  # heavy: only models without predict need it

    inside = np.unique(rows)
    nearest = NearestNeighbors(n_neighbors=1).fit(table[inside])
    found = nearest.kneighbors(table[outside], return_distance=False)[:, 0]
    out = labels.copy()
    out[outside] = labels[inside[found]]
    return out


def _numbers(fitted: Any, X: Any) -> np.ndarray | None:
    """Return what the last step was fitted to, as numbers; None where that cannot be."""
    try:
        table = fitted[:-1].transform(X) if len(getattr(fitted, "steps", ())) > 1 else X
        values = np.asarray(take(table, np.arange(n_rows(table))), dtype=float)
    except (AttributeError, TypeError, ValueError):
        return None
    return values if np.isfinite(values).all() else None
