"""Which engine counts a table: told by what it is, without importing any other."""

from collections.abc import Callable
from typing import Any

from segkit._frames import is_frame, lazy_kind
from segkit.diagnostics.counting.engines.dask_frame import count_dask
from segkit.diagnostics.counting.engines.files import count_files
from segkit.diagnostics.counting.engines.frame import (
    column_or_none,
    count_frame,
    count_parts,
    needed_columns,
)
from segkit.diagnostics.counting.engines.lazy_frame import count_lazy
from segkit.diagnostics.counting.engines.relation import count_relation
from segkit.diagnostics.counting.engines.spark_frame import count_spark
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import is_path

__all__ = ["count_by_engine"]

Engine = Callable[[Any, TableBins, str | None, str | None], TableCounts]
ENGINES: dict[str, Engine] = {
    "polars": count_lazy,
    "duckdb": count_relation,
    "pyspark": count_spark,
    "dask": count_dask,
}


def count_by_engine(table: Any, bins: TableBins, segments: Any, sample_weight: Any) -> TableCounts:
    """Count a table where it is; see `count_table`."""
    if is_frame(table):
        return count_frame(table, bins, segments, sample_weight)
    engine = _engine(table)
    if engine is None:
        raise SegkitError(
            f"The table is a {type(table).__name__}; expected a pandas or polars frame, an Arrow "
            "table or reader, a polars LazyFrame, a DuckDB relation, a Spark or Dask frame, or the "
            "path of parquet files. Build one, for example pandas.DataFrame({'age': [34, 51]})."
        )
    columns = (
        column_or_none(segments, name="segments"),
        column_or_none(sample_weight, name="sample_weight"),
    )
    return engine(table, bins, *columns)


def _engine(table: Any) -> Engine | None:
    if is_path(table):
        return count_files
    if _is_reader(table):
        return _count_reader
    return ENGINES.get(lazy_kind(table))


def _is_reader(table: Any) -> bool:
    kind = type(table)
    return kind.__module__.split(".")[0] == "pyarrow" and kind.__name__ == "RecordBatchReader"


def _count_reader(
    reader: Any, bins: TableBins, segments: str | None, sample_weight: str | None
) -> TableCounts:
    """Count what an Arrow reader yields; it can be read once."""
    import pyarrow as pa

    names = needed_columns(reader.schema.names, bins, segments, sample_weight)
    parts = (pa.Table.from_batches([batch]).select(names) for batch in reader)
    return count_parts(parts, bins, segments, sample_weight)
