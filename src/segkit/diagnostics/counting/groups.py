"""The groups that a table is counted by: its segments, and last whoever is untagged."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_same_rows
from segkit._frames import Column, Origin, is_frame, is_missing, n_rows, typed_column
from segkit.diagnostics.counting.field_bins import value_text
from segkit.exceptions import SegkitError

__all__ = ["MOST_SEGMENTS", "UNTAGGED", "group_text", "order_groups", "read_groups"]

UNTAGGED = "untagged"
MOST_SEGMENTS = 1000


def read_groups(table: Any, segments: Any) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the groups' names, and the number of each row's group.

    Parameters
    ----------
    table : frame of shape (n_rows, n_columns)
        The table.
    segments : str, array-like of shape (n_rows,) or None
        The column of the segments, or labels; a missing or empty one is untagged. None:
        everybody is in one group, "untagged".

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
        check_columns(table, [segments], what="the table")
        column = typed_column(table, segments, what="the table")
    else:
        column = _labels(segments, n)
    texts, at = _texts(column)
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


def _labels(segments: Any, n: int) -> Column:
    values = np.asarray(segments, dtype=object)
    if is_frame(segments) or values.ndim != 1:
        raise SegkitError(
            f"segments is a {type(segments).__name__} of shape {np.shape(segments)}; expected the "
            "name of a column, or one label a row."
        )
    check_same_rows(values.size, n, what="segments", other="the table")
    return typed_column(Origin().frame({"segments": values}), "segments", what="segments")


def _texts(column: Column) -> tuple[list[str], np.ndarray]:
    """Return the distinct names, and each row's position among them (-1: missing)."""
    if column.kind in ("date", "other"):
        raise SegkitError(
            f"segments (`{column.name}`) holds {column.kind} values ({column.dtype}); expected "
            "numbers or text. Give the column of the tags."
        )
    if column.levels:
        return [group_text(level) for level in column.levels], column.values.astype(np.intp)
    found, at = np.unique(column.values, return_inverse=True)
    return [group_text(v) for v in found.tolist()], at


def _number_or_text(name: str) -> tuple[bool, float, str]:
    try:
        return False, float(name), name
    except ValueError:
        return True, 0.0, name
