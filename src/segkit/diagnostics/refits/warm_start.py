"""Begin a fit where another solution ended: from its segments, or from their means.

Means are taken in the sample's own space, after the earlier steps of a pipeline
were fitted to the sample, so that factors may turn and change sign without harm.
"""

import warnings
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.base import clone
from sklearn.utils.validation import has_fit_parameter

from segkit._frames import take
from segkit.segments.agreement import contingency
from segkit.segments.ensembles.refitting import number_of_segments, seeded

__all__ = ["can_start_warm", "starts_at_means", "warm_labels"]


def can_start_warm(model: Any) -> bool:
    """Say whether a model's last step can begin at given segments or at their means.

    Examples
    --------
    >>> from sklearn.cluster import AgglomerativeClustering, KMeans
    >>> can_start_warm(KMeans(3)), can_start_warm(AgglomerativeClustering(3))
    (True, False)
    """
    last = _last(model)
    return starts_at_means(last) or has_fit_parameter(last, "start")


def starts_at_means(last: Any) -> bool:
    """Say whether an estimator can begin at means of segments."""
    return _start_parameter(last) is not None


def warm_labels(
    fitted: Any, X: Any, rows: np.ndarray, w: np.ndarray | None, codes: np.ndarray, seed: int
) -> np.ndarray | None:
    """Fit the last step again from the segments under test and label everybody.

    Parameters
    ----------
    fitted : estimator
        The model as fitted to the sample from fresh starts; earlier steps are kept.
    X : frame or array of shape (n, n_items)
        Everybody.
    rows : ndarray of shape (n_drawn,)
        The positions of the sample.
    w : ndarray of shape (n_drawn,) or None
        Weights of these rows.
    codes : ndarray of shape (n,)
        The segments under test from 0; -1 for none.
    seed : int
        The seed.

    Returns
    -------
    ndarray of shape (n,) or None
        None where a segment under test has nobody in the sample, or where the model has
        another number of segments.
    """
    table = fitted[:-1].transform(X) if len(getattr(fitted, "steps", ())) > 1 else X
    part = take(table, rows)
    last = seeded(clone(_last(fitted)), seed)
    k = int(codes.max()) + 1
    if has_fit_parameter(last, "start"):
        return _begun_at(last, table, part, w, codes, rows)
    start = _start_parameter(last)
    means = _means(np.asarray(part, dtype=float), w, codes[rows], k)
    if start is None or means is None or number_of_segments(last) != k:
        return None
    last.set_params(**{start: means, "n_init": 1})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the fresh fit complains of the same things
        last.fit(part) if w is None else last.fit(part, sample_weight=w)
    return np.asarray(last.predict(table))


def _begun_at(
    last: Any, table: Any, part: Any, w: np.ndarray | None, codes: np.ndarray, rows: np.ndarray
) -> np.ndarray | None:
    """Fit a model that takes the segments themselves, and give its own their numbers."""
    k, start = int(codes.max()) + 1, codes[rows]
    weights = np.ones(rows.size) if w is None else w
    if number_of_segments(last) != k or np.unique(start[(start >= 0) & (weights > 0)]).size < k:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        last.fit(part, sample_weight=weights, start=start)
    labels = np.asarray(last.predict(table))
    theirs, ours = linear_sum_assignment(
        contingency(labels[rows], start, k, k, weights), maximize=True
    )
    return np.asarray(ours[np.argsort(theirs)][labels])


def _last(model: Any) -> Any:
    return model.steps[-1][1] if hasattr(model, "steps") else model


def _start_parameter(last: Any) -> str | None:
    """Return the name of the parameter that takes means of shape (n_segments, n_items)."""
    if not (hasattr(last, "predict") and hasattr(last, "get_params")):
        return None
    if "means_init" in last.get_params(deep=False):
        return "means_init"
    from sklearn.cluster import KMeans, MiniBatchKMeans  # heavy

    # other estimators have an `init` too, which takes no centres
    return "init" if isinstance(last, KMeans | MiniBatchKMeans) else None


def _means(part: np.ndarray, w: np.ndarray | None, codes: np.ndarray, k: int) -> np.ndarray | None:
    weights = np.ones(len(part)) if w is None else w
    inside = codes >= 0
    hot = (codes[inside, None] == np.arange(k)) * weights[inside, None]
    mass = hot.sum(axis=0)
    if not np.isfinite(part).all() or (mass <= 0).any():
        return None
    return np.asarray((hot.T @ part[inside]) / mass[:, None])
