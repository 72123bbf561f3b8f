"""Databases to run statements on: DuckDB in the process, a PostgreSQL server of its own."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest


def plain(rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows as plain values; a missing number is NaN in every other row, else None."""
    table = rows.astype(object).where(rows.notna(), None)
    out = []
    for i, row in enumerate(table.itertuples(index=False)):
        kinds = zip(row, rows.dtypes, strict=True)
        odd = [math.nan if v is None and str(d) == "float64" and i % 2 else v for v, d in kinds]
        out.append((i, *odd))
    return out


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def columns_of(rows: pd.DataFrame, number: str) -> str:
    kinds = {"float64": number, "boolean": "BOOLEAN", "bool": "BOOLEAN", "int64": "BIGINT"}
    types = [kinds.get(str(d), "TEXT") for d in rows.dtypes]
    named = [f"{quoted(n)} {t}" for n, t in zip(rows.columns, types, strict=True)]
    return ", ".join(['"row number" BIGINT', *named])


def answers(cursor: Any) -> pd.DataFrame:
    """What a statement selects, in the order of the rows."""
    names = [c[0] for c in cursor.description]
    found = sorted(cursor.fetchall(), key=lambda row: row[0])
    return pd.DataFrame([list(r) for r in found], columns=names, dtype=object)


@pytest.fixture(scope="session")
def duck() -> Callable[..., pd.DataFrame]:
    """Runs a statement over rows on DuckDB."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")

    def run(statement: str, rows: pd.DataFrame, table: str = "base") -> pd.DataFrame:
        with duckdb.connect(config={"threads": 1}) as connection:
            given = pd.DataFrame(plain(rows), columns=["row number", *rows.columns], dtype=object)
            connection.execute(f"CREATE TABLE {table} ({columns_of(rows, 'DOUBLE')})")
            numbers = [c for c in rows.columns if rows[c].dtype.kind == "f"]
            given[numbers] = given[numbers].astype(float)
            connection.register("given", given)
            connection.execute(f"INSERT INTO {table} SELECT * FROM given")
            for name in numbers:  # a frame has one kind of gap, a table has two
                at = f"{quoted(name)} = 'NaN' AND \"row number\" % 2 = 0"
                connection.execute(f"UPDATE {table} SET {quoted(name)} = NULL WHERE {at}")
            return answers(connection.execute(statement))

    return run


@pytest.fixture(scope="session")
def on_spark(spark: Any) -> Callable[..., pd.DataFrame]:
    """Runs a statement over rows on Spark."""
    from pyspark.sql.types import (
        BooleanType,
        DoubleType,
        LongType,
        StringType,
        StructField,
        StructType,
    )

    def run(statement: str, rows: pd.DataFrame, table: str = "base") -> pd.DataFrame:
        kinds = {"float64": DoubleType(), "boolean": BooleanType(), "bool": BooleanType()}
        kinds["int64"] = LongType()
        named = zip(
            rows.columns, (kinds.get(str(d), StringType()) for d in rows.dtypes), strict=True
        )
        own = [StructField(name, kind) for name, kind in named]
        schema = StructType([StructField("row number", LongType()), *own])
        spark.createDataFrame(plain(rows), schema).createOrReplaceTempView(table)
        found = spark.sql(statement)
        told = sorted(([*row] for row in found.collect()), key=lambda row: row[0])
        return pd.DataFrame(told, columns=found.columns, dtype=object)

    return run


@pytest.fixture(scope="session")
def postgres(postgres_folder: Path) -> Iterator[Callable[..., pd.DataFrame]]:
    """Runs a statement over rows on PostgreSQL."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    where = f"host={postgres_folder} user=postgres dbname=postgres"
    connection = psycopg.connect(where, autocommit=True)

    def run(statement: str, rows: pd.DataFrame, table: str = "base") -> pd.DataFrame:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"CREATE TABLE {table} ({columns_of(rows, 'DOUBLE PRECISION')})")
        with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in plain(rows):
                copy.write_row(row)
        connection.execute("SET jit = off")
        return answers(connection.execute(statement))

    with connection:
        yield run


def _check(found: pd.DataFrame, rows: pd.DataFrame, expected: pd.DataFrame) -> None:
    """The columns that tagging adds, behind the table's own, equal to the last digit but 12."""
    assert list(found.columns) == ["row number", *rows.columns, *expected.columns]
    for name in ("segment", "second", "reason"):
        wanted = expected[name].astype(object).where(expected[name].notna(), None).tolist()
        assert found[name].tolist() == wanted, name
    shares = [c for c in expected.columns if c.startswith("probability")]
    np.testing.assert_allclose(
        found[shares].to_numpy(float), expected[shares].to_numpy(float), rtol=0, atol=1e-12
    )


@pytest.fixture(scope="session")
def same() -> Callable[..., None]:
    """Checks what a statement found against the tags of the tool."""
    return _check
