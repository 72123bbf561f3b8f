"""The groups that a table is counted by: its segments, and last whoever is untagged."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_same_rows
from segkit._frames import Column, Origin, is_frame, is_missing, n_rows, typed_column
from segkit.diagnostics.counting.field_bins import value_text
from segkit.diagnostics.counting.fields import NO_FIELDS
from segkit.exceptions import SegkitError

__all__ = [
    "MOST_SEGMENTS",
    "UNTAGGED",
    "check_segment_kind",
    "group_text",
    "order_groups",
    "read_groups",
]

UNTAGGED = "untagged"
MOST_SEGMENTS = 1000


def read_groups(
    table: Any, segments: Any, *, what: str = "the table"
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the groups' names, and the number of each row's group.

    Parameters
    ----------
    table : frame of shape (n_rows, n_columns)
        The table.
    segments : str, array-like of shape (n_rows,) or None
        The column of the segments, or labels; a missing or empty one is untagged. None:
        everybody is in one group, "untagged".
    what : str
        What messages call the table.

    Raises
    ------
    SegkitError
        For an absent column, a wrong length, dates, or more than a thousand segments.

    Examples
    --------
    >>> import pandas as pd
    >>> read_groups(pd.DataFrame({"tag": ["b", None, "a"]}), "tag")
    (('a', 'b', 'untagged'), array([1, 2, 0]))
    """
    n = n_rows(table)
    if segments is None:
        return (UNTAGGED,), np.zeros(n, dtype=np.intp)
    if isinstance(segments, str):
        check_columns(table, [segments], what=what)
        column = typed_column(table, segments, what=what)
    else:
        column = _labels(segments, n, what)
    texts, at = _texts(column, what)
    names = order_groups(texts)
    place = {name: i for i, name in enumerate(names)}
    lookup = np.array([place[text] for text in texts] + [len(names) - 1], dtype=np.intp)
    return names, lookup[at]


def order_groups(names: Iterable[str]) -> tuple[str, ...]:
    """Return distinct names in order, numbers by size, and "untagged" last.

    Raises
    ------
    SegkitError
        For more than a thousand: these are no segments.

    Examples
    --------
    >>> order_groups(["10", "9", "untagged"])
    ('9', '10', 'untagged')
    """
    found = set(names) - {UNTAGGED}
    if len(found) > MOST_SEGMENTS:
        raise SegkitError(
            f"segments holds more than {MOST_SEGMENTS} different values, such as "
            f"`{min(found)}`; expected a segment a row. Give the column of the tags."
        )
    return (*sorted(found, key=_number_or_text), UNTAGGED)


def group_text(label: Any) -> str:
    """Return a label as the name of a group; a missing or empty one as untagged.

    Examples
    --------
    >>> group_text(2.0), group_text("loyal"), group_text(None)
    ('2', 'loyal', 'untagged')
    """
    if is_missing(label) or label == "":
        return UNTAGGED
    # texts are names as they are; a yes/no column has the names of its two values
    return str(label) if isinstance(label, bool | str) else value_text(label)


def check_segment_kind(name: str, kind: str, dtype: str, what: str = "the table") -> None:
    """Refuse dates and what is no column of labels at all."""
    if kind in NO_FIELDS:
        raise SegkitError(
            f"segments (`{name}`) of {what} holds {kind} values ({dtype}); expected numbers or "
            "text. Give the column of the tags."
        )


def _labels(segments: Any, n: int, what: str) -> Column:
    values = np.asarray(segments, dtype=object)
    if is_frame(segments) or values.ndim != 1:
        raise SegkitError(
            f"segments of {what} is a {type(segments).__name__} of shape {np.shape(segments)}; "
            "expected the name of a column, or one label a row."
        )
    check_same_rows(values.size, n, what=f"segments of {what}", other=what)
    return typed_column(Origin().frame({"segments": values}), "segments", what=what)


def _texts(column: Column, what: str) -> tuple[list[str], np.ndarray]:
    """Return the distinct names, and each row's position among them (-1: missing)."""
    check_segment_kind(column.name, column.kind, column.dtype, what)
    if column.levels:
        return [group_text(level) for level in column.levels], column.values.astype(np.intp)
    found, at = _distinct(column.values)
    return [group_text(v) for v in found.tolist()], at


def _distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct numbers and each row's position (-1: missing); quick for small codes."""
    there = ~np.isnan(values)
    if not there.all():
        at = np.full(values.size, -1)
        found, at[there] = _distinct(values[there])
        return found, at
    low, high = np.min(values, initial=0.0), np.max(values, initial=0.0)
    whole = values.astype(np.intp) if high - low < MOST_SEGMENTS else None
    if whole is None or (whole != values).any():
        return np.unique(values, return_inverse=True)
    whole -= int(low)
    sizes = np.bincount(whole)
    return np.flatnonzero(sizes) + low, (np.cumsum(sizes > 0) - 1)[whole]


def _number_or_text(name: str) -> tuple[bool, float, str]:
    try:
        return False, float(name), name
    except ValueError:
        return True, 0.0, name
