"""Counting a Dask frame: partition by partition, on whichever worker holds it."""

from itertools import accumulate
from typing import Any

from segkit.diagnostics.counting.engines.frame import count_part, needed_columns
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts, no_counts
from segkit.exceptions import SegkitError

__all__ = ["count_dask", "every_row"]


def count_dask(
    frame: Any, bins: TableBins, segments: str | None, sample_weight: str | None
) -> TableCounts:
    """Count a Dask frame; only the sums come back.

    Parameters
    ----------
    frame : dask.dataframe.DataFrame
        The table.
    bins : TableBins
        The bins.
    segments, sample_weight : str or None
        Columns.
    """
    import dask

    names = {str(c): c for c in frame.columns}  # pandas also has columns whose names are numbers
    wanted = [names[n] for n in needed_columns(list(names), bins, segments, sample_weight)]
    count = dask.delayed(_count_partition)
    parts = [
        count(part, bins, segments, sample_weight, i)
        for i, part in enumerate(frame[wanted].to_delayed())
    ]
    return sum(dask.compute(*parts), no_counts(bins))


def _count_partition(
    part: Any, bins: TableBins, segments: str | None, sample_weight: str | None, number: int
) -> TableCounts:
    try:
        return count_part(part, bins, segments, sample_weight)
    except SegkitError as error:  # its rows are those of the partition
        raise SegkitError(f"In partition {number} of the table: {error}") from error


def every_row(frame: Any, at_most: int) -> tuple[Any, int]:
    """Return every so manieth row of a Dask frame, at most so many, and the step."""
    import dask
    import pandas as pd

    parts = frame.to_delayed()
    sizes = dask.compute(*(dask.delayed(len)(part) for part in parts))
    step = max(1, -(-sum(sizes) // at_most))
    starts = [-before % step for before in accumulate(sizes[:-1], initial=0)]
    taken = [
        dask.delayed(_every)(part, start, step) for part, start in zip(parts, starts, strict=True)
    ]
    return pd.concat(dask.compute(*taken), ignore_index=True), step


def _every(part: Any, start: int, step: int) -> Any:
    return part.iloc[start::step]
