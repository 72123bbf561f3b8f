"""Counting a Spark frame: one aggregate on the cluster; only the sums come back."""

import uuid
from typing import Any

from segkit._checks import require
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts

__all__ = ["count_spark"]


def count_spark(
    frame: Any, bins: TableBins, segments: str | None, sample_weight: str | None
) -> TableCounts:
    """Count a Spark frame.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        The table.
    bins : TableBins
        The bins.
    segments, sample_weight : str or None
        Columns.
    """
    from pyspark.sql.pandas.types import to_arrow_schema

    require("sqlglot", extra="sql")
    from segkit.diagnostics.counting.engines.query import TABLE, Database, count_database

    session = frame.sparkSession
    view = f"{TABLE}_{uuid.uuid4().hex}"  # a name that nobody else in the session has

    def run(query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = session.sql(query).collect()
        return rows

    schema = to_arrow_schema(frame.schema)
    frame.createOrReplaceTempView(view)
    try:
        return count_database(Database(run, "spark", schema, segments, sample_weight, view), bins)
    finally:
        session.catalog.dropTempView(view)
