"""Begin a fit where another solution ended: from the means of its segments.

The means are taken in the sample's own space, after the earlier steps of a pipeline
were fitted to the sample, so that factors may turn and change sign without harm.
"""

import warnings
from typing import Any

import numpy as np
from sklearn.base import clone

from segkit._frames import take
from segkit.segments.ensembles.refitting import number_of_segments, seeded

__all__ = ["can_start_warm", "warm_labels"]


def can_start_warm(model: Any) -> bool:
    """Say whether a model's last step can begin at given means.

    Examples
    --------
    >>> from sklearn.cluster import AgglomerativeClustering, KMeans
    >>> can_start_warm(KMeans(3)), can_start_warm(AgglomerativeClustering(3))
    (True, False)
    """
    return _start_parameter(_last(model)) is not None


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
    start, k = _start_parameter(last), int(codes.max()) + 1
    means = _means(np.asarray(part, dtype=float), w, codes[rows], k)
    if start is None or means is None or number_of_segments(last) != k:
        return None
    last.set_params(**{start: means, "n_init": 1})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the fresh fit complains of the same things
        last.fit(part) if w is None else last.fit(part, sample_weight=w)
    return np.asarray(last.predict(table))


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
