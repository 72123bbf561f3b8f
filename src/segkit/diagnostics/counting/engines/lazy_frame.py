"""Counting a polars LazyFrame or parquet files: polars reads every column once, as a stream.

Plain columns are counted inside polars. Of numbers: how many are at most each edge, differences
taken afterwards; of texts: how many rows hold each level. This costs little more than reading
them. Everything else comes in parts of some hundred thousand rows and is counted as tables in
memory are: numbers by segment, weights, and columns in which something is amiss.
"""

from typing import Any

import numpy as np

from segkit._progress import track
from segkit.diagnostics.counting.counts import Counts
from segkit.diagnostics.counting.engines.frame import count_parts, needed_columns
from segkit.diagnostics.counting.field_bins import FieldBins
from segkit.diagnostics.counting.groups import UNTAGGED, read_groups
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.typing_tool.base.frames.lazy_frame import lazy_batches

__all__ = ["BATCH_ROWS", "count_lazy"]

BATCH_ROWS = 2**19
MOST_LEVELS = 1000  # more are quicker coded a part at a time; only learning asks for so many
FIELDS_AT_A_TIME = 10  # bounds memory; each column is read once whatever this is


def count_lazy(
    frame: Any, bins: TableBins, segments: str | None, sample_weight: str | None
) -> TableCounts:
    """Count a polars LazyFrame.

    Parameters
    ----------
    frame : polars.LazyFrame
        The table.
    bins : TableBins
        The bins.
    segments, sample_weight : str or None
        Columns.
    """
    schema = frame.collect_schema()
    needed_columns(schema.names(), bins, segments, sample_weight)
    groups: tuple[str, ...] = (UNTAGGED,)
    fields: dict[str, Counts] = {}
    if sample_weight is None:
        numbers = [f for f in bins.fields if segments is None and _is_number(f, schema[f.field])]
        texts = [f for f in bins.fields if _is_text(f, schema[f.field])]
        fields = _counted_numbers(frame, numbers)
        groups = _counted_texts(frame, texts, segments, fields)
    rest = [f for f in bins.fields if f.field not in fields]
    for some in _few(rest):
        part = TableBins(tuple(some))
        needed = needed_columns(schema.names(), part, segments, sample_weight)
        wanted = frame.select(_column(name) for name in needed)
        counted = count_parts(lazy_batches(wanted, BATCH_ROWS), part, segments, sample_weight)
        groups = counted.groups
        fields |= counted.fields
    n_rows = counted.n_rows if rest else int(next(iter(fields.values())).cells.sum())
    return TableCounts(bins, groups, {name: fields[name] for name in bins.names}, n_rows)


def _column(name: str) -> Any:
    """Return a column by its name alone: `col` takes some names, such as "*", for patterns."""
    from polars import selectors

    return selectors.by_name(name).as_expr()


def _few(fields: list[FieldBins]) -> list[list[FieldBins]]:
    return [fields[i : i + FIELDS_AT_A_TIME] for i in range(0, len(fields), FIELDS_AT_A_TIME)]


def _is_number(bins: FieldBins, dtype: Any) -> bool:
    return bool(bins.kind in ("number", "value") and dtype.is_numeric())


def _is_text(bins: FieldBins, dtype: Any) -> bool:
    import polars as pl

    plain = dtype == (pl.String if bins.holds == "text" else pl.Boolean)
    return bins.kind == "level" and plain and len(bins.values) <= MOST_LEVELS


def _counted_numbers(frame: Any, fields: list[FieldBins]) -> dict[str, Counts]:
    """Count numbers inside polars; a field of which anything is amiss is left to others."""
    counted = {}
    parts = _few(fields)
    for some in track(parts, what="counting", total=len(parts)):
        sums = [s for i, f in enumerate(some) for s in _sums(i, f)]
        row = frame.select(sums).collect(engine="streaming").row(0, named=True)
        for i, f in enumerate(some):
            cells = _cells(f, [row[f"{i} {j}"] for j in range(3 + len(f.edges or f.values))])
            if cells is not None:
                counted[f.field] = Counts(f, cells[None], cells.sum(keepdims=True))
    return counted


def _sums(i: int, bins: FieldBins) -> list[Any]:
    import polars as pl

    x = _column(bins.field).cast(pl.Float64)
    hits = [x <= e for e in bins.edges] if bins.edges else [x == v for v in bins.values]
    # a gap counts as no hit, and a sum of all shows whether NaN or infinity is among them
    sums = [pl.len(), x.null_count(), x.sum(), *(hit.sum() for hit in hits)]
    return [s.alias(f"{i} {j}") for j, s in enumerate(sums)]


def _cells(bins: FieldBins, sums: list[Any]) -> np.ndarray | None:
    n, missing, total, *hits = sums
    if not np.isfinite(total):
        return None
    if bins.kind == "number":
        return np.array([*np.diff([0, *hits, n - missing]), missing, 0], dtype=float)
    unseen = n - missing - sum(hits)
    return None if unseen else np.array([*hits, missing, 0], dtype=float)


def _counted_texts(
    frame: Any, fields: list[FieldBins], segments: str | None, counted: dict[str, Counts]
) -> tuple[str, ...]:
    """Count texts and yes/no inside polars; a field with unseen values is left to others.

    Adds to `counted` and returns the groups. In memory is one row a segment and level.
    """
    groups: tuple[str, ...] = (UNTAGGED,)
    if fields and segments is not None:  # an id would make as many groups as there are rows
        read_groups(frame.select(_column(segments)).head(BATCH_ROWS).collect(), segments)
    for f in track(fields, what="counting texts", total=len(fields)):
        sums = _level_sums(frame, f, segments)
        groups, at = read_groups(sums, None if segments is None else "segment")
        cells = _level_cells(f, sums, at, len(groups))
        if cells is not None:
            counted[f.field] = Counts(f, cells, cells.sum(axis=1))
    return groups


def _level_sums(frame: Any, bins: FieldBins, segments: str | None) -> Any:
    """Return a row a segment and level: its rows, and how many of them hold a value.

    Whatever has no bin of its own is without a level there.
    """
    import polars as pl

    x = _column(bins.field)
    if bins.holds == "boolean":
        x = pl.when(x).then(pl.lit("True")).when(~x).then(pl.lit("False"))
    tag = {} if segments is None else {"segment": _column(segments)}
    value = pl.col("value")
    level = pl.when(value.is_in(list(bins.values))).then(value).alias("level")
    held = (value != "").sum()  # a gap counts as none
    columns = frame.select(value=x, **tag)
    sums = columns.group_by(*tag, level).agg(rows=pl.len(), held=held)
    return sums.collect(engine="streaming")


def _level_cells(bins: FieldBins, sums: Any, at: np.ndarray, n_groups: int) -> np.ndarray | None:
    cells = np.zeros((n_groups, bins.n_bins))
    place = {value: i for i, value in enumerate(bins.values)}
    for g, level, rows, held in zip(at, sums["level"], sums["rows"], sums["held"], strict=True):
        if level is None:
            cells[g, bins.unknown] += held
            cells[g, bins.n_known] += rows - held
        else:
            cells[g, place[level]] += rows
    return None if cells[:, -1].any() else cells
