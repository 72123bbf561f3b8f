"""Which columns are compared, and reading them: numbers, text and yes/no, with gaps."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._checks import check_columns, check_names, name_list
from segkit._frames import Column, column_names, typed_column
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.fields import ID_NAME

__all__ = ["NO_FIELDS", "choose_fields", "no_field", "read_field"]

NO_FIELDS = ("date", "other")
TAGGED = ("probability", "second", "reason", "set")
"""What `tag` writes beside the segment and the probabilities: no fields of the customers."""
FEW = 20  # below this many values nothing can be said about an id


def choose_fields(
    reference: Any, current: Any, names: Sequence[str] | None, tag: str | None
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Read the reference's fields that are to be compared.

    Parameters
    ----------
    reference, current : frame
        The tables.
    names : sequence of str or None
        The fields asked for; None: every column but dates, ids and the tag.
    tag : str or None
        The column of the segments.

    Returns
    -------
    columns : tuple of Column
        The fields, in order.
    left_out : tuple of str
        What is not compared, with the reason.

    Raises
    ------
    SegkitError
        For an absent field, a date that was asked for, or nothing to compare.
    """
    if names is not None:
        names = check_names(names, name="fields")
        for table, what in ((reference, "reference"), (current, "current")):
            check_columns(table, names, what=what)
        columns = [read_field(reference, name, what="reference") for name in names]
        return _some(columns, {}), ()
    there = column_names(reference)
    written = _written_by_tagging(there)
    left_out: dict[str, str] = {}
    columns = []
    for column in (typed_column(reference, name, what="reference") for name in there):
        if column.name == tag:
            continue
        if why := "written by tagging" if column.name in written else _no_field(column):
            left_out[column.name] = why
        else:
            columns.append(_finite(column, "reference"))
    check_columns(current, [c.name for c in columns], what="current")
    return _some(columns, left_out), tuple(f"`{c}` ({why})" for c, why in left_out.items())


def read_field(table: Any, name: str, *, what: str, first_row: int = 0) -> Column:
    """Read one field; refuse dates, other kinds and infinite numbers.

    `first_row` is the number of the first row in the whole table, where `table` is a part of it.
    """
    column = typed_column(table, name, what=what)
    if column.kind in NO_FIELDS:
        raise no_field(name, column.kind, column.dtype, what)
    return _finite(column, what, first_row)


def no_field(name: str, kind: str, dtype: str, what: str) -> SegkitError:
    """Word the error of a column of dates or another kind that is no field."""
    return SegkitError(
        f"`{name}` in {what} holds {kind} values ({dtype}); expected numbers, "
        "text or yes/no. Turn it into one of these (days since a fixed day), or leave it out."
    )


def _written_by_tagging(names: Sequence[str]) -> set[str]:
    """Return the columns that `tag` added to a table, if it did."""
    if not {"segment", "probability", "second", "reason"} <= set(names):
        return set()
    return {n for n in names if n in ("segment", *TAGGED) or n.startswith("probability_")}


def _no_field(column: Column) -> str:
    """Say why a column describes nobody; empty for a field."""
    if column.kind in NO_FIELDS:
        return f"{column.kind} values"
    may_be_id = bool(ID_NAME.search(column.name))
    if column.kind != "text" and not may_be_id:
        return ""
    there = column.values[column.values >= 0] if column.levels else column.values
    there = there[~np.isnan(there)]
    distinct = np.unique(there).size
    is_text_id = column.kind == "text" and distinct > 0.9 * there.size
    is_number_id = may_be_id and distinct == there.size
    return "an id" if there.size >= FEW and (is_text_id or is_number_id) else ""


def _finite(column: Column, what: str, first_row: int = 0) -> Column:
    if column.kind == "number" and np.isinf(column.values).any():
        rows = np.flatnonzero(np.isinf(column.values))
        raise SegkitError(
            f"`{column.name}` in {what} holds infinity in row {first_row + rows[0]} "
            f"({rows.size} such rows); expected finite numbers or missing. Replace infinity "
            "by a missing value."
        )
    return column


def _some(columns: list[Column], left_out: dict[str, str]) -> tuple[Column, ...]:
    if not columns:
        raise SegkitError(
            f"No field is left to compare ({name_list(list(left_out)) or 'fields is empty'}); "
            "expected at least one column of numbers, text or yes/no that describes customers. "
            "Name the columns with fields=[...]."
        )
    return tuple(columns)
