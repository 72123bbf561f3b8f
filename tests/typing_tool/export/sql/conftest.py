"""Databases to run statements on: DuckDB in the process, a PostgreSQL server of its own."""

import math
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


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


def as_postgres(command: list[str]) -> list[str]:
    """Let the server's own user run it where we are root, who may not."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@pytest.fixture(scope="session")
def postgres_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server in a folder of its own, listening on a socket there only."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL server is installed")
    if os.getuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and runuser is not there")
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    programs, data, log = POSTGRES[-1].parent, folder / "data", folder / "log"
    made = [str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres"]
    made += ["--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(as_postgres(made), check=True, capture_output=True, cwd="/")
    start = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
    start += ["-c", "listen_addresses=", "-c", "fsync=off"]
    with log.open("w") as out:
        server = subprocess.Popen(as_postgres(start), stdout=out, stderr=out, cwd="/")
    try:
        yield folder
    finally:
        own = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(own, signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(postgres_folder: Path) -> Iterator[Callable[..., pd.DataFrame]]:
    """Runs a statement over rows on PostgreSQL."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    where = f"host={postgres_folder} user=postgres dbname=postgres"
    for _ in range(100):
        try:
            connection = psycopg.connect(where, autocommit=True)
            break
        except psycopg.OperationalError:
            time.sleep(0.2)
    else:
        pytest.fail((postgres_folder / "log").read_text())

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
