"""Bins of a table too large for memory: edges from a sample, levels from all of its rows."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from segkit._checks import require
from segkit._frames import lazy_kind
from segkit.diagnostics.counting.counts import Counts
from segkit.diagnostics.counting.engines.dask_frame import every_row
from segkit.diagnostics.counting.engines.dispatch import count_by_engine
from segkit.diagnostics.counting.field_bins import FieldBins
from segkit.diagnostics.counting.table_bins import TableBins, bins_of
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import is_path
from segkit.typing_tool.base.parquet import ParquetBase

__all__ = ["SAMPLE_ROWS", "learn_from_sample"]

SAMPLE_ROWS = 200_000
ALL_LEVELS = 2**31


def learn_from_sample(
    table: Any,
    fields: Sequence[str] | None,
    sample_weight: Any,
    *,
    segments: str | None,
    max_levels: int,
    min_respondents: int,
) -> TableBins:
    """Learn the bins of a polars LazyFrame, a Dask frame or of parquet files; see `learn_bins`.

    Every so manieth row makes a sample of at most 200,000, from which come the edges of
    numbers. Which texts there are, and how many rows hold them, is then counted in all rows.
    """
    sample, step = _sample(table)
    if step == 1:
        return bins_of(
            sample, fields, sample_weight, segments=segments, max_levels=max_levels,
            min_respondents=min_respondents,
        )  # fmt: skip
    every = bins_of(
        sample, fields, sample_weight, segments=segments, max_levels=ALL_LEVELS, min_respondents=1
    )
    listed = tuple(f for f in every.fields if f.kind in ("level", "value"))
    if not listed:
        return every
    counts = count_by_engine(table, TableBins(listed), None, None).fields
    whole = {name: _completed(c, max_levels, min_respondents) for name, c in counts.items()}
    return TableBins(tuple(whole.get(f.field, f) for f in every.fields), every.left_out)


def _sample(table: Any) -> tuple[Any, int]:
    """Return every so manieth row as a frame, and the step."""
    if lazy_kind(table) == "dask":
        return every_row(table, SAMPLE_ROWS)
    import polars as pl

    frame = _lazy(table)
    n = int(frame.select(pl.len()).collect().item())
    step = max(1, math.ceil(n / SAMPLE_ROWS))
    return frame.gather_every(step).collect(engine="streaming"), step


def _lazy(table: Any) -> Any:
    if lazy_kind(table) == "polars":
        return table
    if not is_path(table):
        raise SegkitError(
            f"The reference is a {type(table).__name__}; expected a pandas or polars frame, an "
            "Arrow table, a polars LazyFrame, a Dask frame, or the path of parquet files. Fetch a "
            "sample of some hundred thousand rows into a frame, and learn the bins from it."
        )
    return require("polars", extra="polars").scan_parquet(
        list(ParquetBase.of(table).paths), glob=False
    )


def _completed(counts: Counts, max_levels: int, min_respondents: int) -> FieldBins:
    """Return a field's bins with the values that the sample lacked, and without rare texts."""
    bins = counts.bins
    rows = dict(zip(bins.names(), counts.cells[0, :-2].tolist(), strict=False))
    rows |= counts.holders
    if bins.kind == "value":
        return _with_numbers(bins, [float(name) for name in counts.unseen])
    if bins.holds == "boolean":
        return replace(bins, values=tuple(sorted(rows)))
    kept = [name for name, n in rows.items() if n >= min_respondents]
    kept = sorted(kept, key=lambda name: (-rows[name], name))[:max_levels]
    # beyond the names that counts keep there may be more
    nameless = counts.cells[0, -1] > sum(counts.holders.values())
    return replace(bins, values=tuple(sorted(kept)), pooled=len(rows) - len(kept) + int(nameless))


def _with_numbers(bins: FieldBins, new: list[float]) -> FieldBins:
    values = np.array(bins.values)
    apart = np.flatnonzero(values)
    scale = values[apart[0]] / bins.centres[apart[0]] if apart.size else 1.0
    every = tuple(sorted({*bins.values, *new}))
    return replace(bins, values=every, centres=tuple(float(v / scale) for v in every))
