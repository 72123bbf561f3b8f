"""Counting a DuckDB relation: where it lies, by SQL."""

from typing import Any

from segkit._checks import require
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts

__all__ = ["count_relation"]


def count_relation(
    relation: Any, bins: TableBins, segments: str | None, sample_weight: str | None
) -> TableCounts:
    """Count a DuckDB relation.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
        The table.
    bins : TableBins
        The bins.
    segments, sample_weight : str or None
        Columns.
    """
    require("sqlglot", extra="sql")
    from segkit.diagnostics.counting.engines.query import TABLE, Database, count_database

    def run(query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = relation.query(TABLE, query).fetchall()
        return rows

    none = relation.limit(0)
    # older versions have another name for it
    schema = (getattr(none, "to_arrow_table", None) or none.fetch_arrow_table)().schema
    try:
        return count_database(Database(run, "duckdb", schema, segments, sample_weight), bins)
    finally:
        # before version 2 DuckDB leaves the name of the relation in the user's database
        relation.query(TABLE, f"DROP VIEW IF EXISTS {TABLE}")
