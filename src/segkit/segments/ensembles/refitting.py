"""Fit one model again on part of the people: seeds, weights, number of segments, labels.

Everything asks the model what it can do (scikit-learn's conventions) and never what
it is, so that k-means, mixtures, hierarchical clustering, pipelines and segkit's own
segmentations are all treated alike.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError as SklearnNotFittedError
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from segkit._checks import check_integer, check_model
from segkit._frames import n_rows, take
from segkit.exceptions import SegkitError

__all__ = [
    "Refit",
    "known_labels",
    "labels_of",
    "number_of_segments",
    "predicts",
    "refit",
    "seeded",
    "takes_weights",
    "weight_parameters",
    "with_n_init",
    "with_n_segments",
]

SEGMENT_PARAMETERS = ("n_segments", "n_clusters", "n_components")


@dataclass(frozen=True)
class Refit:
    """What one fit says.

    Attributes
    ----------
    labels : ndarray of shape (n_rows,)
        The segment of each row by the model's own numbers; -1 for none (noise, or a
        row the fit has not seen and the model cannot predict).
    complaints : tuple of str
        The kinds of warnings that the fit raised.
    model : estimator
        The fitted model.
    """

    labels: np.ndarray
    complaints: tuple[str, ...] = ()
    model: Any = None


def seeded(model: Any, seed: int, *, keep: bool = False) -> Any:
    """Return an unfitted copy whose every `random_state` is set from `seed`.

    Parameters
    ----------
    model : estimator
        Any scikit-learn estimator, a pipeline included.
    seed : int
        The seed.
    keep : bool
        Leave seeds that the user has set.
    """
    copy = clone(model)
    parameters = copy.get_params(deep=True)
    names = sorted(n for n in parameters if n.split("__")[-1] == "random_state")
    drawn = np.random.default_rng(seed).integers(0, 2**31 - 1, size=len(names))
    free = {
        n: int(s) for n, s in zip(names, drawn, strict=True) if not keep or parameters[n] is None
    }
    return copy.set_params(**free) if free else copy


def with_n_segments(model: Any, n_segments: Any) -> Any:
    """Return an unfitted copy with another number of segments.

    Raises
    ------
    SegkitError
        When `n_segments` is no whole number of at least two, or the model has no
        parameter for it.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> with_n_segments(KMeans(n_clusters=8), 3).n_clusters
    3
    """
    check_model(model)
    wanted = check_integer(n_segments, name="n_segments", low=2)
    return _with(model, SEGMENT_PARAMETERS, wanted, asked=f"n_segments={wanted}")


def with_n_init(model: Any, n_init: Any) -> Any:
    """Return an unfitted copy with another number of starts.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> with_n_init(KMeans(n_init=50), 5).n_init
    5
    """
    wanted = check_integer(n_init, name="n_init")
    return _with(model, ("n_init",), wanted, asked=f"n_init={wanted}")


def number_of_segments(model: Any) -> int | None:
    """Return the number of segments that a model is set to; None where it finds the number.

    Examples
    --------
    >>> from sklearn.cluster import DBSCAN, KMeans
    >>> number_of_segments(KMeans(5)), number_of_segments(DBSCAN())
    (5, None)
    """
    check_model(model)
    parameters = _last_step(model)[1].get_params(deep=False)
    return next((parameters[n] for n in SEGMENT_PARAMETERS if n in parameters), None)


def takes_weights(model: Any) -> bool:
    """Say whether the step that makes the segments can be fitted with weights."""
    return bool(has_fit_parameter(_last_step(model)[1], "sample_weight"))


def predicts(model: Any) -> bool:
    """Say whether a model can place people whom its fit has not seen."""
    # HDBSCAN and DBSCAN of scikit-learn have fit_predict only; so has AgglomerativeClustering
    return hasattr(model, "predict")


def known_labels(model: Any, X: Any) -> np.ndarray | None:
    """Return the labels of a model that was fitted before; None for an unfitted one."""
    try:
        check_is_fitted(model)
    except (SklearnNotFittedError, TypeError):
        return None
    n = n_rows(X)
    return labels_of(model, X, np.arange(n), n)


def refit(model: Any, X: Any, rows: np.ndarray, w: np.ndarray | None) -> Refit:
    """Fit a copy of the model on some rows and label every row it can.

    Parameters
    ----------
    model : estimator
        Unfitted.
    X : frame or array of shape (n, n_items)
        Everybody.
    rows : ndarray of shape (n_drawn,)
        The positions to fit on; a repeated position is a repeated person.
    w : ndarray of shape (n_drawn,) or None
        Weights of these rows; None fits without.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        parameters = weight_parameters(model, w)
        part = take(X, rows)
        if predicts(model):
            model.fit(part, **parameters)
            labels = labels_of(model, X, rows, n_rows(X))
        else:
            labels = _scattered(_fit_predict(model, part, parameters), rows, n_rows(X))
    return Refit(labels, tuple(type(c.message).__name__ for c in caught), model)


def labels_of(fitted: Any, X: Any, rows: np.ndarray, n: int) -> np.ndarray:
    """Label everybody by `predict`, or the fitted rows by `labels_` where there is none."""
    if predicts(fitted):
        return _codes(fitted.predict(X))
    last = _last_step(fitted)[1]
    labels = getattr(last, "labels_", None)
    if labels is None or len(labels) != rows.size:
        raise SegkitError(
            f"The fitted {type(last).__name__} has neither `predict` nor `labels_` of {rows.size} "
            "rows; expected the labels of X. Give the unfitted model, or fit it on this X."
        )
    return _scattered(labels, rows, n)


def weight_parameters(model: Any, w: np.ndarray | None) -> dict[str, np.ndarray]:
    """Return the keywords that hand weights to a fit: to every step of a pipeline that can.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.pipeline import make_pipeline
    >>> list(weight_parameters(make_pipeline(KMeans(2)), np.ones(3)))
    ['kmeans__sample_weight']
    """
    if w is None:
        return {}
    if not hasattr(model, "steps"):
        return {"sample_weight": w}
    # every step that can be weighted is: a scaler then sees the same people as the segments
    return {
        f"{name}__sample_weight": w
        for name, step in model.steps
        if has_fit_parameter(step, "sample_weight")
    }


def _with(model: Any, names: tuple[str, ...], value: int, *, asked: str) -> Any:
    prefix, last = _last_step(model)
    for name in names:
        if name in last.get_params(deep=False):
            return clone(model).set_params(**{prefix + name: value})
    raise SegkitError(
        f"{asked} was given, but {type(last).__name__} has none of the parameters "
        f"{', '.join(names)}. Set it in the model, and leave it out here."
    )


def _last_step(model: Any) -> tuple[str, Any]:
    """Return the step of a pipeline that makes the segments, and how its parameters are named."""
    if hasattr(model, "steps"):
        name, step = model.steps[-1]
        return f"{name}__", step
    return "", model


def _fit_predict(model: Any, part: Any, parameters: dict[str, np.ndarray]) -> np.ndarray:
    if hasattr(model, "fit_predict"):
        return _codes(model.fit_predict(part, **parameters))
    fitted = model.fit(part, **parameters)
    return _codes(_last_step(fitted)[1].labels_)


def _scattered(labels: Any, rows: np.ndarray, n: int) -> np.ndarray:
    out = np.full(n, -1, dtype=np.intp)
    out[rows] = _codes(labels)
    return out


def _codes(labels: Any) -> np.ndarray:
    values = np.asarray(labels)
    if values.ndim != 1 or values.dtype.kind not in "iuf" or not np.isfinite(values).all():
        raise SegkitError(
            f"The model labels people with {values.dtype} of shape {values.shape}; expected one "
            "whole number a row (-1 for none)."
        )
    return values.astype(np.intp)
