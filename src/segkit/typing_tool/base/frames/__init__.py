"""Frames of other engines, tagged where they are: DuckDB, polars, Spark, Dask."""
