"""Frames by their columns: present, unique, labels and ids."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from segkit._checks.values import check_same_rows, name_list
from segkit._frames import (
    column,
    column_names,
    hashed_column,
    is_frame,
    is_missing,
    n_rows,
    refuse_lazy,
)
from segkit.exceptions import SegkitError

__all__ = [
    "check_columns",
    "check_frame",
    "check_labels",
    "check_numbers",
    "check_unique",
    "check_unique_in_parts",
    "ids_of",
]


def check_frame(data: Any, *, what: str) -> Any:
    """Return `data` when it is a pandas or polars frame with rows and columns."""
    refuse_lazy(data, what=what)
    if not is_frame(data):
        raise SegkitError(
            f"{what} is a {type(data).__name__}; expected a pandas or polars frame. "
            "Build one, for example pandas.DataFrame({'age': [34, 51]})."
        )
    if n_rows(data) == 0 or not column_names(data):
        raise SegkitError(
            f"{what} has {n_rows(data)} rows and {len(column_names(data))} columns; expected at "
            "least one of each. Check the file or the filter that made it."
        )
    return data


def check_columns(data: Any, names: Sequence[str], *, what: str) -> None:
    """Make sure that a frame holds every named column."""
    have = set(column_names(data))
    missing = [n for n in names if not isinstance(n, str) or n not in have]
    if missing:
        raise SegkitError(
            f"{what} lacks {name_list(missing)}; it has {name_list(column_names(data))}. "
            "Add the column, or correct the name."
        )


def check_unique(values: np.ndarray, *, name: str, what: str) -> None:
    """Make sure that an id occurs once."""
    seen: dict[object, int] = {}
    for row, value in enumerate(values.tolist()):
        if value is None:
            raise SegkitError(
                f"`{name}` of {what} is missing in row {row}; expected one id a row. "
                "Fill it, or drop the row."
            )
        if value in seen:
            raise SegkitError(
                f"`{name}` of {what} holds {value!r} more than once (rows {seen[value]} and "
                f"{row}); expected one row an id. Remove the repeated row, or give the column "
                "that tells the rows apart."
            )
        seen[value] = row


def check_unique_in_parts(parts: Callable[[], Iterable[Any]], *, name: str, what: str) -> None:
    """Make sure that an id occurs once in a table that comes in parts, 8 bytes a row.

    Parameters
    ----------
    parts : callable
        Returns the frames that hold the column, one after the other; called again when a
        repeated id is to be named.
    name : str
        The column.
    what : str
        How messages call the table.
    """
    hashes: list[np.ndarray] = []
    first_row = 0
    for part in parts():
        check_columns(part, [name], what=what)
        values, missing = hashed_column(part, name, what=what)
        if missing.any():
            raise SegkitError(
                f"`{name}` of {what} is missing in row {first_row + int(np.argmax(missing))}; "
                "expected one id a row. Fill it, or drop the row."
            )
        hashes.append(values)
        first_row += values.size
    ordered = np.sort(np.concatenate(hashes)) if hashes else np.empty(0, np.uint64)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if twice.size:
        _refuse_repeated(parts, twice, name, what)


def _refuse_repeated(
    parts: Callable[[], Iterable[Any]], twice: np.ndarray, name: str, what: str
) -> None:
    """Look again at the ids whose hashes are equal, and refuse those that are the same id."""
    seen: dict[object, int] = {}
    first_row = 0
    for part in parts():
        values, _ = hashed_column(part, name, what=what)
        raw = column(part, name, what=what)
        for row in np.flatnonzero(np.isin(values, twice)).tolist():
            if raw[row] in seen:
                raise SegkitError(
                    f"`{name}` of {what} holds {raw[row]!r} more than once (rows "
                    f"{seen[raw[row]]} and {first_row + row}); expected one row an id. Remove the "
                    "repeated row, or give the column that tells the rows apart."
                )
            seen[raw[row]] = first_row + row
        first_row += values.size


def check_labels(
    labels: Any, *, n: int | None = None, what: str = "segments", each: str = "segment"
) -> np.ndarray:
    """Return labels of segments (or what `each` says) as objects: none missing, two at least."""
    if is_frame(labels):
        raise SegkitError(f"{what} is a frame; expected one label a row. Give one of its columns.")
    values = np.asarray(labels, dtype=object)
    if values.ndim != 1:
        raise SegkitError(f"{what} has shape {values.shape}; expected one label a row.")
    if n is not None:
        check_same_rows(len(values), n, what=what, other="the table")
    lost = [i for i, v in enumerate(values) if is_missing(v)]
    if lost:
        raise SegkitError(
            f"{what} is missing in {len(lost)} row(s) (first: row {lost[0]}); expected a label in "
            "each. Drop these rows from both tables."
        )
    if len(set(values.tolist())) < 2:
        raise SegkitError(
            f"{what} holds one {each} only (1 class); expected at least two. Nothing can be told "
            f"apart: ask for more {each}s, or check the labels."
        )
    return values


def check_numbers(values: Any, *, what: str, one_a_row: bool = True) -> np.ndarray:
    """Return numbers as floats, missing as NaN; one a row where asked for."""
    refuse_lazy(values, what=what)
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise SegkitError(
            f"{what} is a {type(values).__name__} that does not read as numbers; expected "
            f"{'one number a row' if one_a_row else 'an array of numbers'}."
        ) from error
    if one_a_row and numbers.ndim != 1:
        raise SegkitError(
            f"{what} has shape {numbers.shape}; expected one number a row, shape (n_rows,)."
        )
    return numbers


def ids_of(data: Any, name: str, *, what: str) -> np.ndarray:
    """Return a checked id column: present, complete and unique."""
    check_columns(data, [name], what=what)
    values = column(data, name, what=what)
    check_unique(values, name=name, what=what)
    return values
