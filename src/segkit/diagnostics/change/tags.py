"""Which segment each row of the two tables belongs to: given labels, a column, or a tool."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_same_rows, check_shared_names
from segkit._frames import column, is_frame, is_missing, n_rows
from segkit.exceptions import SegkitError

__all__ = ["Tags", "no_tags", "tags_from_labels", "tags_from_probabilities"]


@dataclass(frozen=True)
class Tags:
    """Segment codes of both tables.

    Attributes
    ----------
    segments : tuple of str
        The segments' names; empty where nobody is tagged.
    before, after : ndarray of shape (n_rows,)
        Codes from 0; the code after the last is "untagged".
    column : str or None
        The column they were read from, which is then no field.
    """

    segments: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    column: str | None = None


def no_tags(n: int, m: int) -> Tags:
    """Return tags of two tables that say nothing."""
    return Tags((), np.zeros(n, dtype=int), np.zeros(m, dtype=int))


def tags_from_labels(segments: Any, reference: Any, current: Any) -> Tags:
    """Read labels: the name of a column of both tables, or a pair of label arrays.

    Parameters
    ----------
    segments : str or pair of array-like
        A label may be missing (untagged).
    reference, current : frame
        The tables.

    Raises
    ------
    SegkitError
        For anything else, an absent column, a wrong length, no label at all, or labels of
        which the two tables share none.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"tag": [1.0, 0.0, None]})
    >>> tags_from_labels("tag", table, table).before
    array([1, 0, 2])
    """
    if isinstance(segments, str):
        for table, what in ((reference, "reference"), (current, "current")):
            check_columns(table, [segments], what=what)
        pair = [column(t, segments) for t in (reference, current)]
    elif isinstance(segments, Sequence) and len(segments) == 2 and not is_frame(segments):
        pair = [_labels(s) for s in segments]
        for labels, table, what in zip(
            pair, (reference, current), ("reference", "current"), strict=True
        ):
            check_same_rows(len(labels), n_rows(table), what=f"segments of {what}", other=what)
    else:
        raise SegkitError(
            f"segments is a {type(segments).__name__}; expected the name of a column that both "
            "tables have, or a pair (labels of reference, labels of current)."
        )
    names = _names(pair)
    one, other = (_names([labels]) if _any(labels) else () for labels in pair)
    check_shared_names(one, other, what="tables")
    place = {name: i for i, name in enumerate(names)}
    before, after = (
        np.array([len(names) if v is None else place[_text(v)] for v in labels], dtype=int)
        for labels in pair
    )
    return Tags(names, before, after, segments if isinstance(segments, str) else None)


def tags_from_probabilities(
    before: np.ndarray, after: np.ndarray, classes: Sequence[Any], abstain_below: float | None
) -> Tags:
    """Tag every row by its likeliest segment, unless that is too unsure.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.4, 0.6]])
    >>> tags_from_probabilities(p, p, [0, 1], 0.7).before
    array([0, 2])
    """
    names = tuple(_text(s) for s in classes)
    one, two = (
        np.where(p.max(axis=1) >= (abstain_below or 0.0), p.argmax(axis=1), len(names))
        for p in (before, after)
    )
    return Tags(names, one, two)


def _labels(labels: Any) -> np.ndarray:
    values = np.asarray(labels, dtype=object)
    if values.ndim != 1:
        raise SegkitError(f"segments has shape {values.shape}; expected one label a row.")
    out = np.empty(values.size, dtype=object)
    out[:] = [None if is_missing(v) else v for v in values]
    return out


def _any(labels: np.ndarray) -> bool:
    return any(v is not None for v in labels.tolist())


def _names(pair: Sequence[np.ndarray]) -> tuple[str, ...]:
    found = {v for labels in pair for v in labels.tolist() if v is not None}
    if not found:
        raise SegkitError(
            "segments is missing in every row of both tables; expected labels. Tag the tables "
            "first, or leave segments out."
        )
    numbers = all(isinstance(v, int | float | np.number) for v in found)
    ordered = sorted(found) if numbers else sorted(found, key=_text)
    return tuple(dict.fromkeys(_text(v) for v in ordered))


def _text(label: Any) -> str:
    # whole numbers come back as floats from columns with gaps
    if isinstance(label, float | np.floating) and float(label).is_integer():
        return str(int(label))
    return str(label)
