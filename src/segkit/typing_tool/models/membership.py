"""Reading the segments that a tool learns: labels, or probabilities of segments."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_labels, check_same_rows
from segkit._frames import is_frame, matrix
from segkit.exceptions import SegkitError
from segkit.segments import Scheme

__all__ = ["Membership", "read_membership", "refuse_odd_segments"]

MAX_SEGMENTS = 100
NUMBERED = re.compile(r"(?:[A-Za-z]+_)?(\d+)")  # "0", "segment_0", "probability_0"


@dataclass(frozen=True)
class Membership:
    """Each respondent's shares of the segments.

    Attributes
    ----------
    values : ndarray of shape (n_respondents, n_segments)
        Rows sum to 1.
    classes : ndarray of shape (n_segments,)
        The segments in order: whole numbers, or text.
    soft : bool
        Given as probabilities.
    """

    values: np.ndarray
    classes: np.ndarray
    soft: bool


def read_membership(segments: Any, n: int) -> Membership:
    """Read labels, a scheme of named segments, or membership probabilities.

    Parameters
    ----------
    segments : array-like of shape (n,), Scheme, or array or frame of shape (n, n_segments)
        One label a respondent (whole numbers or text); a `segkit.segments.Scheme`, whose names
        become the segments in its order; or one probability a segment.
    n : int
        The number of respondents.

    Returns
    -------
    Membership

    Raises
    ------
    SegkitError
        For a wrong number of rows, missing labels, labels of mixed kinds, noise (-1), one
        segment only, rows that do not sum to 1.
    """
    if isinstance(segments, Scheme):
        return _named(segments, n)
    if is_frame(segments):
        return _probabilities(segments, n)
    given = np.asarray(segments, dtype=object)
    if given.ndim == 2:
        return _probabilities(given, n)
    check_same_rows(given.size, n, what="segments", other="fields")
    labels = check_labels(segments, what="segments")
    if all(isinstance(v, str) for v in labels):
        _refuse_blank(labels)
        keys = labels.astype(str).astype(object)
    else:
        keys = _whole_numbers(labels)
    classes, at = np.unique(keys, return_inverse=True)
    return Membership(np.eye(classes.size)[at], classes, soft=False)


def refuse_odd_segments(values: np.ndarray, classes: np.ndarray, n_folds: int) -> None:
    """Refuse a segment with fewer respondents than folds, and more segments than make sense."""
    if classes.size > MAX_SEGMENTS:
        raise SegkitError(
            f"segments holds {classes.size} different labels; expected at most "
            f"{MAX_SEGMENTS}. Check that it is the column of segments, not of ids."
        )
    sizes = np.bincount(values.argmax(axis=1), minlength=classes.size)
    if np.count_nonzero(sizes) < 2:
        raise SegkitError(
            "segments holds one segment only (1 class) among respondents of positive weight; "
            "expected at least two. Check the weights."
        )
    small = np.flatnonzero(sizes < n_folds)
    if small.size:
        s = small[0]
        raise SegkitError(
            f"Segment {classes[s]!s} has {sizes[s]} respondent(s) of {sizes.sum()} "
            f"(n_samples={sizes.sum()}); expected at least {n_folds}, one a fold of the "
            "cross-validation. Merge it with another segment, leave its respondents out, or set "
            "a smaller n_folds."
        )


def _refuse_blank(labels: np.ndarray) -> None:
    blank = [row for row, label in enumerate(labels) if not label.strip()]
    if blank:
        raise SegkitError(
            f"segments is blank in {len(blank)} row(s) (first: row {blank[0]}); expected a label "
            "in each. Drop these rows from both tables."
        )


def _named(scheme: Scheme, n: int) -> Membership:
    check_same_rows(scheme.labels.size, n, what="segments", other="fields")
    _refuse_noise(scheme.labels)
    return Membership(
        np.eye(len(scheme.names))[scheme.labels], np.array(scheme.names, dtype=object), soft=False
    )


def _probabilities(segments: Any, n: int) -> Membership:
    table = matrix(segments, what="segments")
    values = table.values
    check_same_rows(len(values), n, what="segments", other="fields")
    if values.shape[1] < 2:
        raise SegkitError(
            "segments has one column of probabilities, hence one segment only; expected at least "
            "two. Give labels as one column of values, not as a frame."
        )
    total = values.sum(axis=1)
    bad = np.flatnonzero(~(np.abs(total - 1) < 1e-6) | (values < 0).any(axis=1))
    if bad.size:
        raise SegkitError(
            f"segments holds {np.round(values[bad[0]], 4).tolist()} in row {bad[0]} ({bad.size} "
            "such rows); expected probabilities of the segments, none negative, that sum to 1. "
            "Give labels as one column, or divide each row by its sum."
        )
    classes = _column_classes(table.names) if is_frame(segments) else np.arange(values.shape[1])
    order = np.argsort(classes, kind="stable")
    return Membership((values / total[:, None])[:, order], classes[order], soft=True)


def _column_classes(names: tuple[str, ...]) -> np.ndarray:
    found = [NUMBERED.fullmatch(name) for name in names]
    numbers = [int(m[1]) for m in found if m]
    if len(numbers) == len(names) and len(set(numbers)) == len(names):
        return np.array(numbers)
    return np.array(names, dtype=object)


def _whole_numbers(labels: np.ndarray) -> np.ndarray:
    kinds = (int, np.integer, float, np.floating)
    numbers = [isinstance(v, kinds) and not isinstance(v, bool) for v in labels]
    if not all(numbers):
        odd = labels[numbers.index(False)]
        raise SegkitError(
            f"segments holds {odd!r} ({type(odd).__name__}); expected whole numbers throughout or "
            "text throughout. Turn the labels into one kind. (Unknown label type: mixed.)"
        )
    values = np.array([float(v) for v in labels])
    broken = np.flatnonzero(values != np.round(values))
    if broken.size:
        raise SegkitError(
            f"segments holds {values[broken[0]]} in row {broken[0]}; expected whole numbers or "
            "text. Give membership probabilities as a table with one column a segment. "
            "(Unknown label type: continuous.)"
        )
    _refuse_noise(values)
    return values.astype(np.int64)


def _refuse_noise(values: np.ndarray) -> None:
    if (values == -1).any():
        raise SegkitError(
            f"segments holds -1 in {int((values == -1).sum())} rows: it stands for people in no "
            "segment, and for untagged customers. Drop these respondents from both tables, or "
            "give them a segment of their own."
        )
