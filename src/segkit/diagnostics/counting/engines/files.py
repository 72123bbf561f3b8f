"""Counting files: parquet through polars where it is installed, else a batch at a time."""

from importlib.util import find_spec
from typing import Any

from segkit.diagnostics.counting.engines.frame import count_parts, needed_columns
from segkit.diagnostics.counting.engines.lazy_frame import BATCH_ROWS, count_lazy
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.opening import open_base
from segkit.typing_tool.base.parquet import ParquetBase
from segkit.typing_tool.base.text_base import TextBase

__all__ = ["count_files"]


def count_files(
    paths: Any, bins: TableBins, segments: str | None, sample_weight: str | None
) -> TableCounts:
    """Count parquet or Arrow files, a folder of them, or a list.

    Parameters
    ----------
    paths : str, Path, or list of them
        The files.
    bins : TableBins
        The bins.
    segments, sample_weight : str or None
        Columns.

    Raises
    ------
    SegkitError
        For absent or damaged files, and for .csv, which does not say what its columns hold.
    """
    files = open_base(paths)
    if isinstance(files, TextBase):
        raise SegkitError(
            f"`{files.paths[0].name}` is a .csv file, which does not say what its columns hold; "
            "expected parquet or Arrow. Read it into a frame first, or write it as parquet."
        )
    if isinstance(files, ParquetBase) and find_spec("polars") is not None:
        import polars as pl

        frame = pl.scan_parquet(list(files.paths), glob=False)
        return count_lazy(frame, bins, segments, sample_weight)
    names = needed_columns(files.names, bins, segments, sample_weight)
    parts = files.frames(BATCH_ROWS, names)
    return count_parts(parts, bins, segments, sample_weight, total=files.n_rows)
