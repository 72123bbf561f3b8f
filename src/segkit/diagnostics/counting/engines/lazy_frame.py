"""Counting a polars LazyFrame or parquet files: polars reads every column once, as a stream.

Plain numbers are counted inside polars: how many are at most each edge, differences taken
afterwards. This costs little more than reading them. Everything else comes in parts of some
hundred thousand rows and is counted as tables in memory are: texts, segments, weights, and
numbers among which something is amiss.
"""

from typing import Any

import numpy as np

from segkit._progress import track
from segkit.diagnostics.counting.counts import Counts
from segkit.diagnostics.counting.engines.frame import count_parts, needed_columns
from segkit.diagnostics.counting.field_bins import FieldBins
from segkit.diagnostics.counting.groups import UNTAGGED
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.typing_tool.base.frames.lazy_frame import lazy_batches

__all__ = ["BATCH_ROWS", "count_lazy"]

BATCH_ROWS = 2**19
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
    fields: dict[str, Counts] = {}
    if segments is None and sample_weight is None:
        fields = _plain_counts(frame, [f for f in bins.fields if _is_plain(f, schema[f.field])])
    rest = [f for f in bins.fields if f.field not in fields]
    if not rest:
        return TableCounts(bins, (UNTAGGED,), fields, _n_rows(fields))
    for some in _few(rest):
        part = TableBins(tuple(some))
        wanted = frame.select(needed_columns(schema.names(), part, segments, sample_weight))
        counted = count_parts(lazy_batches(wanted, BATCH_ROWS), part, segments, sample_weight)
        fields |= counted.fields
    in_order = {name: fields[name] for name in bins.names}
    return TableCounts(bins, counted.groups, in_order, counted.n_rows)


def _few(fields: list[FieldBins]) -> list[list[FieldBins]]:
    return [fields[i : i + FIELDS_AT_A_TIME] for i in range(0, len(fields), FIELDS_AT_A_TIME)]


def _is_plain(bins: FieldBins, dtype: Any) -> bool:
    return bool(bins.kind in ("number", "value") and dtype.is_numeric())


def _n_rows(plain: dict[str, Counts]) -> int:
    return int(next(iter(plain.values())).cells.sum())


def _plain_counts(frame: Any, fields: list[FieldBins]) -> dict[str, Counts]:
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

    x = pl.col(bins.field).cast(pl.Float64)
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
