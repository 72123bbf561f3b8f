"""The columns of a table as the lines by which people are described: means and shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_frame, check_items, check_names, name_list
from segkit._frames import Column, column_names, is_frame, typed_column
from segkit.exceptions import SegkitError

__all__ = ["MOST_LEVELS", "Row", "table_rows", "used_among"]

MOST_LEVELS = 50
"""A column of text with more different answers holds ids or comments."""


@dataclass(frozen=True)
class Row:
    """One line before it is computed: an item, or one answer of an item.

    Attributes
    ----------
    item : str
        The name of the column.
    level : str or None
        The answer whose share is shown; None for a mean.
    values : ndarray of shape (n_respondents,)
        Numbers, or zeros and ones; missing as NaN.
    is_share : bool
        Zeros and ones, whose mean is a share.
    """

    item: str
    level: str | None
    values: np.ndarray
    is_share: bool


def table_rows(
    table: Any, names: Sequence[str] | None = None, shares: Sequence[str] = ()
) -> list[Row]:
    """Return the lines of a table: one an item, or for text one an answer.

    Parameters
    ----------
    table : frame or array of shape (n_respondents, n_items)
        Numbers, yes/no, text; missing as NaN or null.
    names : sequence of str, optional
        The columns wanted; all by default.
    shares : sequence of str
        Columns of numbers whose values are answers, each with a share of its own.

    Returns
    -------
    list of Row
        Those of one item stand together. Of yes/no columns yes is shown alone.
    """
    if not is_frame(table):
        numbers = check_items(table, what="table", min_rows=1, varying=False)
        pairs = zip(numbers.names, numbers.values.T, strict=True)
        return [Row(name, None, values, False) for name, values in pairs]
    check_frame(table, what="table")
    return [
        row
        for name in (column_names(table) if names is None else names)
        for row in _column_rows(typed_column(table, name, what="table"), name in shares)
    ]


def used_among(used_items: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the items that made the segments, all of them among the known."""
    named = tuple(check_names(used_items, name="used_items", alone=True))
    unknown = [n for n in named if n not in known]
    if unknown:
        raise SegkitError(
            f"used_items names {name_list(unknown)}, not among the columns {name_list(known)}. "
            "Correct the name, or leave it out."
        )
    return named


def _column_rows(field: Column, as_answers: bool) -> list[Row]:
    if field.kind == "number":
        _refuse_infinite(field)
        return _answer_rows(field) if as_answers else [Row(field.name, None, field.values, False)]
    if field.kind not in ("boolean", "text"):
        held = {"empty": "no answer at all"}.get(field.kind, f"{field.dtype} values")
        raise SegkitError(
            f"`{field.name}` in table holds {held}; expected numbers, text or yes/no. Leave it "
            "out, or turn it into one of these."
        )
    _refuse_many(field.name, len(field.levels))
    missing = field.values < 0
    shown = [len(field.levels) - 1] if field.kind == "boolean" else range(len(field.levels))
    return [
        Row(field.name, field.levels[at], np.where(missing, np.nan, field.values == at), True)
        for at in shown
    ]


def _answer_rows(field: Column) -> list[Row]:
    missing = np.isnan(field.values)
    answers = np.unique(field.values[~missing])
    _refuse_many(field.name, answers.size)
    return [
        Row(field.name, f"{a:.12g}", np.where(missing, np.nan, field.values == a), True)
        for a in answers
    ]


def _refuse_many(name: str, n_levels: int) -> None:
    if n_levels > MOST_LEVELS:
        raise SegkitError(
            f"`{name}` in table has {n_levels} different answers; expected at most "
            f"{MOST_LEVELS} to describe segments by. Leave ids and comments out; group the rest."
        )


def _refuse_infinite(field: Column) -> None:
    beyond = np.flatnonzero(np.isinf(field.values))
    if beyond.size:
        raise SegkitError(
            f"`{field.name}` in table holds infinity in row {beyond[0]}; expected finite numbers "
            "or missing (NaN). Replace infinity by a missing answer."
        )
