"""Fields as they arrive: numbers, text and yes/no, read once from a frame of any kind.

What cannot become a code is refused here, by name: dates, lists, infinite numbers,
columns that identify people instead of describing them.
"""

import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from segkit._checks import check_columns, name_list
from segkit._frames import Column, Origin, column_names, is_frame, matrix, typed_column
from segkit.exceptions import SegkitError, SegkitWarning

__all__ = ["check_fields", "fields_frame", "read_fields", "sort_keys", "take_rows"]

FEW = 20  # below this many values nothing can be said about an id
ID_NAME = re.compile(r"(^|[_\s.-])[iI][dD]$|[a-z]I[Dd]$")  # customer_id, customerID; not "paid"


def fields_frame(fields: Any, *, what: str) -> Any:
    """Return a frame; a numeric array becomes one with the columns ``x1``, ``x2``, ..."""
    if is_frame(fields):
        return fields
    table = matrix(fields, what=what)
    if not table.names:
        raise SegkitError(
            f"{what} has 0 feature(s) (shape={table.values.shape}) while a minimum of 1 is "
            "required. Check the selection that made it."
        )
    return Origin().frame({n: table.values[:, j] for j, n in enumerate(table.names)})


def read_fields(
    frame: Any, names: Sequence[str] | None = None, *, what: str = "fields", first_row: int = 0
) -> tuple[Column, ...]:
    """Read the named fields of a frame (all of them by default).

    Parameters
    ----------
    frame : frame
        A pandas, polars or pyarrow table; other columns are left alone.
    names : sequence of str, optional
        The fields to read, in this order.
    what : str
        How messages call the frame.
    first_row : int
        The number of the first row in the whole table, where `frame` is a part of it.

    Returns
    -------
    tuple of Column

    Raises
    ------
    SegkitError
        For an absent field, a date or another kind that is no field, an infinite number.
    """
    wanted = column_names(frame) if names is None else tuple(names)
    check_columns(frame, wanted, what=what)
    columns = tuple(typed_column(frame, name, what=what) for name in wanted)
    for field in columns:
        _refuse_kind(field, what)
        _refuse_infinite(field, what, first_row)
    return tuple(_blank_as_missing(field) for field in columns)


def take_rows(columns: Sequence[Column], rows: np.ndarray) -> tuple[Column, ...]:
    """Return the fields of the rows at these positions."""
    return tuple(replace(c, values=c.values[rows]) for c in columns)


def sort_keys(columns: Sequence[Column]) -> np.ndarray:
    """Return one column of numbers a field that sorts rows by content, whatever their order."""
    return np.column_stack([c.values.astype(float) for c in columns])


def check_fields(columns: Sequence[Column]) -> None:
    """Refuse a field that names people rather than describes them; warn of a constant one.

    Text that differs on nearly every row, and numbers that differ on every row under a
    name that ends in "id": a tool would learn its respondents by heart.

    Raises
    ------
    SegkitError
        For a field without any value, or one that identifies people.

    Warns
    -----
    SegkitWarning
        For a field with one value throughout: it stays, without any effect.
    """
    constant = []
    for field in columns:
        there = field.values[field.values >= 0] if field.levels else field.values
        there = there[~np.isnan(there)]
        if not there.size:
            raise SegkitError(
                f"`{field.name}` in fields holds no value at all; expected some. Leave the field "
                "out: nothing can be learned from it."
            )
        distinct = np.unique(there).size
        if distinct == 1 and there.size == field.values.size:
            constant.append(field.name)
        text_id = field.kind == "text" and distinct > 0.9 * there.size
        number_id = ID_NAME.search(field.name) is not None and distinct == there.size
        if there.size >= FEW and (text_id or (field.kind == "number" and number_id)):
            raise SegkitError(
                f"`{field.name}` has {distinct} different values in {there.size} rows: it tells "
                "people apart instead of describing them, so nothing learned from it would hold "
                "for anyone else. Leave it out of the fields (a tagged base keeps its id)."
            )
    if constant:
        warnings.warn(
            f"{name_list(constant)} in fields holds the same value everywhere: it stays without "
            "any effect on the tags. Leave it out, or check the file.",
            SegkitWarning,
            stacklevel=2,
        )


def _refuse_kind(field: Column, what: str) -> None:
    if field.kind == "date":
        raise SegkitError(
            f"`{field.name}` in {what} holds dates ({field.dtype}); expected numbers, text or "
            "yes/no. Turn it into a number first, for example the days since a fixed day, or "
            "leave it out."
        )
    if field.kind == "other":
        raise SegkitError(
            f"`{field.name}` in {what} holds {field.dtype}; expected numbers, text or yes/no. "
            "Turn it into one of these, or leave it out."
        )


def _refuse_infinite(field: Column, what: str, first_row: int) -> None:
    if field.kind != "number":
        return
    rows = np.flatnonzero(np.isinf(field.values))
    if rows.size:
        raise SegkitError(
            f"`{field.name}` in {what} holds infinity in row {first_row + rows[0]} "
            f"({rows.size} such rows); expected finite numbers or missing. Replace infinity by "
            "a missing value."
        )


def _blank_as_missing(field: Column) -> Column:
    """Read an empty text as a gap: files and databases cannot tell the two apart."""
    if "" not in field.levels:
        return field
    blank = field.levels.index("")
    return replace(field, values=np.where(field.values == blank, -1, field.values))
