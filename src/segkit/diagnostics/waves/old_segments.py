"""The old wave's segments, and where its model puts the people of the new wave."""

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from segkit._frames import column_names, is_frame, matrix, take
from segkit._resample import canonical_order
from segkit._threads import one_blas_thread
from segkit.diagnostics.refits.transfer import placed
from segkit.diagnostics.refits.under_test import by_size
from segkit.diagnostics.refits.warm_start import starts_at_means
from segkit.diagnostics.waves.two_waves import TwoWaves, Wave
from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import (
    known_labels,
    predicts,
    refit,
    seeded,
    takes_weights,
)

__all__ = ["OldSegments", "Seen", "check_segmentation", "divide"]


@dataclass(frozen=True, eq=False)
class Seen:
    """One wave as the step that makes the segments sees it.

    Attributes
    ----------
    table : frame or array of shape (n, n_needs)
        The needs: what the earlier steps of the model make of the items, or the items.
    values : ndarray of shape (n, n_needs)
        The same as numbers.
    w : ndarray of shape (n,)
        Weights.
    order : ndarray of shape (n,)
        The canonical order of the rows.
    codes : ndarray of shape (n,)
        Positions of the old model's segments; -1 for none.
    """

    table: Any
    values: np.ndarray
    w: np.ndarray
    order: np.ndarray
    codes: np.ndarray


@dataclass(frozen=True, eq=False)
class OldSegments:
    """The segments of the old wave, in both waves.

    Attributes
    ----------
    segments : tuple of int
        Their numbers.
    needs : tuple of str
        What the segments are made of.
    last : estimator
        The step that makes them, fitted.
    weighted : bool
        Hand weights to its fits.
    takes_weights : bool
        It could take them.
    old, new : Seen
        The waves.
    was_fitted : bool
        The model came fitted.
    """

    segments: tuple[int, ...]
    needs: tuple[str, ...]
    last: Any
    weighted: bool
    takes_weights: bool
    old: Seen
    new: Seen
    was_fitted: bool


def check_segmentation(model: Any) -> None:
    """Refuse what finds no segments: no model, one that is told them, or a step before them."""
    is_model = hasattr(model, "fit") and hasattr(model, "get_params")
    if isinstance(model, type) or not is_model or not _finds_segments(model):
        raise SegkitError(
            f"model is a {type(model).__name__}; expected a segmentation, such as KMeans(4) or "
            "make_pipeline(FactorModel(5), KMeans(4))."
        )


def _finds_segments(model: Any) -> bool:
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if not hasattr(last, "fit"):  # a pipeline may end in "passthrough"
        return False
    _, *more = inspect.signature(last.fit).parameters.values()
    is_told = any(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in more)
    is_step = hasattr(last, "transform") and not (predicts(last) or hasattr(last, "fit_predict"))
    return not is_told and not is_step


def divide(model: Any, waves: TwoWaves, seed: int) -> OldSegments:
    """Give everybody in both waves a segment of the old model.

    Parameters
    ----------
    model : estimator
        Fitted (it keeps its numbers) or not (it is fitted to the old wave, and its segments are
        numbered by size).
    waves : TwoWaves
        The answers.
    seed : int
        For a model without a seed of its own.

    Returns
    -------
    OldSegments
    """
    weighted = waves.weighted and takes_weights(model)
    try:
        with threadpool_limits(limits=1):
            fitted, labels, was_fitted = _fitted(model, waves.old, weighted, seed)
            tables = [_needs(fitted, wave.table) for wave in (waves.old, waves.new)]
            values = [matrix(t, what="the needs").values for t in tables]
            new = _place(fitted, waves, values, labels)
    except SegkitError:
        raise
    except ValueError as error:
        raise SegkitError(
            f"The {type(model).__name__} cannot be used on these waves: {error}"
        ) from error
    if not was_fitted:
        order = canonical_order(waves.old.values, waves.old.w)
        labels, new = _renumbered(labels, by_size(labels, waves.old.w, order), new)
    segments = np.unique(labels[labels >= 0])
    if segments.size == 0:
        raise SegkitError(
            f"The {type(model).__name__} puts nobody of X_old into a segment; expected one "
            "segment at least. Loosen its settings."
        )
    last = fitted.steps[-1][1] if hasattr(fitted, "steps") else fitted
    names = _need_names(fitted, tables[0], waves)
    if starts_at_means(last):
        tables = values  # k-means and mixtures ask for no names, and arrays are read faster
    seen = [
        Seen(table, v, wave.w, canonical_order(v, wave.w), _codes(found, segments))
        for table, v, wave, found in zip(
            tables, values, (waves.old, waves.new), (labels, new), strict=True
        )
    ]
    return OldSegments(
        segments=tuple(int(s) for s in segments),
        needs=names,
        last=last,
        weighted=weighted,
        takes_weights=takes_weights(model),
        old=seen[0],
        new=seen[1],
        was_fitted=was_fitted,
    )


def _fitted(model: Any, old: Wave, weighted: bool, seed: int) -> tuple[Any, np.ndarray, bool]:
    known = known_labels(model, old.table)
    if known is not None:
        return model, known, True
    order = canonical_order(old.values, old.w)
    rows = order[old.w[order] > 0]
    found = refit(
        seeded(model, seed, keep=True), old.table, rows, old.w[rows] if weighted else None
    )
    return found.model, found.labels, False


def _needs(fitted: Any, table: Any) -> Any:
    return fitted[:-1].transform(table) if len(getattr(fitted, "steps", ())) > 1 else table


def _place(fitted: Any, waves: TwoWaves, needs: list[np.ndarray], labels: np.ndarray) -> np.ndarray:
    """Return the old model's segments of the new wave; the nearest person's without `predict`."""
    if predicts(fitted):
        return np.asarray(fitted.predict(waves.new.table)).astype(np.intp)
    everybody = np.vstack(needs)
    n_old = len(needs[0])
    both = np.concatenate([labels, np.full(len(needs[1]), -1, dtype=np.intp)])
    rows = np.flatnonzero(waves.old.w > 0)
    with one_blas_thread():
        return placed(None, everybody, rows, both)[n_old:]


def _renumbered(
    labels: np.ndarray, numbered: np.ndarray, new: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    number = dict(zip(labels.tolist(), numbered.tolist(), strict=True)) | {-1: -1}
    return numbered, np.array([number.get(label, -1) for label in new.tolist()], dtype=np.intp)


def _codes(labels: np.ndarray, segments: np.ndarray) -> np.ndarray:
    at = np.minimum(np.searchsorted(segments, labels), segments.size - 1)
    return np.where(segments[at] == labels, at, -1)


def _need_names(fitted: Any, table: Any, waves: TwoWaves) -> tuple[str, ...]:
    if is_frame(table):
        return column_names(table)
    if len(getattr(fitted, "steps", ())) <= 1:
        return waves.items
    try:
        return tuple(str(n) for n in fitted[:-1].get_feature_names_out())
    except (AttributeError, ValueError):
        return tuple(f"need_{j + 1}" for j in range(np.shape(take(table, np.arange(1)))[1]))
