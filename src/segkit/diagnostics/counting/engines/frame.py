"""Counting a table in memory, and one that comes in parts: pandas, polars, Arrow."""

from collections.abc import Iterable, Sequence
from typing import Any

from segkit._checks import check_columns, name_list
from segkit._frames import n_rows
from segkit._progress import progress_bar, track
from segkit.diagnostics.counting.counts import count_rows
from segkit.diagnostics.counting.field_bins import FieldBins
from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.counting.groups import read_groups
from segkit.diagnostics.counting.rows import Rows
from segkit.diagnostics.counting.table_bins import TableBins, table_weights
from segkit.diagnostics.counting.table_counts import TableCounts, no_counts
from segkit.exceptions import SegkitError

__all__ = ["column_or_none", "count_frame", "count_part", "count_parts", "needed_columns"]

TABLE = "the table"


def count_frame(table: Any, bins: TableBins, segments: Any, sample_weight: Any) -> TableCounts:
    """Count a table in memory, showing the progress.

    Parameters
    ----------
    table : frame
        Holds the fields.
    bins : TableBins
        The bins.
    segments, sample_weight : str, array-like or None
        A column, or one value a row.
    """
    fields = track(bins.fields, what="fields", total=len(bins.fields))
    return count_part(table, bins, segments, sample_weight, fields=fields)


def count_part(
    part: Any,
    bins: TableBins,
    segments: Any,
    sample_weight: Any,
    *,
    first_row: int = 0,
    fields: Iterable[FieldBins] | None = None,
) -> TableCounts:
    """Count a table or a part of one.

    Parameters
    ----------
    part : frame
        Holds the fields.
    bins : TableBins
        The bins.
    segments, sample_weight : str, array-like or None
        A column, or one value a row.
    first_row : int
        The number of the part's first row in the whole table.
    fields : iterable of FieldBins, optional
        The fields of the bins, as they are gone through.
    """
    check_columns(part, bins.names, what=TABLE)
    w = table_weights(part, sample_weight, first_row=first_row)
    groups, at = read_groups(part, segments)
    rows = Rows.of(at, len(groups), w)
    counted = {
        f.field: count_rows(read_field(part, f.field, what=TABLE, first_row=first_row), f, rows)
        for f in fields or bins.fields
    }
    return TableCounts(bins, groups, counted, n_rows(part))


def count_parts(
    parts: Iterable[Any],
    bins: TableBins,
    segments: str | None,
    sample_weight: str | None,
    *,
    total: int | None = None,
) -> TableCounts:
    """Count a table that comes in parts, in memory one after the other.

    Parameters
    ----------
    parts : iterable of frame
        The parts, with the same columns.
    bins : TableBins
        The bins.
    segments, sample_weight : str or None
        Columns.
    total : int, optional
        The number of all rows, where it is known.
    """
    counts = no_counts(bins)
    with progress_bar(what="counting", total=total, unit="rows") as bar:
        for part in parts:
            first_row = counts.n_rows
            counts += count_part(part, bins, segments, sample_weight, first_row=first_row)
            bar.update(counts.n_rows - first_row)
    return counts


def needed_columns(
    names: Sequence[str], bins: TableBins, segments: str | None, sample_weight: str | None
) -> list[str]:
    """Return the columns that are counted, once the table holds them all."""
    wanted = [*bins.names, *(c for c in (segments, sample_weight) if c is not None)]
    lacking = [c for c in wanted if c not in names]
    if lacking:
        raise SegkitError(
            f"The table lacks {name_list(lacking)}; it has {name_list(names)}. Add the column, or "
            "correct the name."
        )
    return list(dict.fromkeys(wanted))


def column_or_none(value: Any, *, name: str) -> str | None:
    """Return the name of a column, where a table that is not in memory takes nothing else."""
    if value is None or isinstance(value, str):
        return value
    raise SegkitError(
        f"{name} is a {type(value).__name__}, but the table is not in memory; expected the name "
        "of a column of it. Add the column to the table."
    )
