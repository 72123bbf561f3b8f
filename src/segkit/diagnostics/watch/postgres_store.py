"""A monitor's store as a schema of a PostgreSQL database.

The address may hold a password; no message and no report ever shows it. What a server does
for its data (write-ahead log, checksums, backups) is not repeated here.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from segkit._checks import require
from segkit.diagnostics.watch.databases import Session, refused, transaction

__all__ = ["PostgresStore"]

ARROW_TYPES = {
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "double": "DOUBLE PRECISION",
    "string": "TEXT",
    "binary": "BYTEA",
    "date32[day]": "DATE",
}


class PostgresStore:
    """A schema of a database.

    Parameters
    ----------
    address : str
        ``postgresql://...``, as libpq takes it.
    schema : str
        The schema; it is made by the first update.
    """

    def __init__(self, address: str, schema: str) -> None:
        self._address = address
        self.schema = schema

    def __repr__(self) -> str:
        return f"PostgresStore({self.shown!r})"

    @property
    def shown(self) -> str:
        """What messages and reports call the store: without user and password."""
        conninfo = require("psycopg.conninfo", extra="postgres")
        psycopg = require("psycopg", extra="postgres")
        try:
            found = conninfo.conninfo_to_dict(self._address)
        except psycopg.Error:
            return "postgresql"
        return f"postgresql:{found.get('dbname', '')}/{self.schema}"

    def exists(self) -> bool:
        """Say whether there is a store; the server knows when it is asked."""
        with self.session(write=False) as session:
            return session.exists("monitor")

    def compact(self) -> None:
        """Do nothing: the server's vacuum clears what was deleted."""

    @contextmanager
    def session(self, *, write: bool) -> Iterator[Session]:
        """Give a session within one transaction."""
        psycopg = require("psycopg", extra="postgres")
        connection = self._connected(psycopg, write=write)
        try:
            with closing(connection):
                found = _PostgresSession(connection, self.schema, write=write)
                with transaction(lambda: None, connection.commit, connection.rollback):
                    found.enter()
                    yield found
        except psycopg.Error as error:
            remedy = "The store is as it was before; check the server, and run this again."
            raise refused(f"The store `{self.shown}` failed", self._clean(error), remedy) from None

    def _connected(self, psycopg: Any, *, write: bool) -> Any:
        try:
            connection = psycopg.connect(self._address)
            connection.read_only = not write
        except psycopg.Error as error:
            remedy = "Check the address, the server and the permissions."
            what = f"The database of the store `{self.shown}` cannot be reached"
            # not chained: a driver may repeat the address it was given
            raise refused(what, self._clean(error), remedy) from None
        return connection

    def _clean(self, error: Exception) -> str:
        """Return what a driver said, without the address or the password in it."""
        psycopg = require("psycopg", extra="postgres")
        conninfo = require("psycopg.conninfo", extra="postgres")
        said = str(error).replace(self._address, self.shown)
        try:
            secret = conninfo.conninfo_to_dict(self._address).get("password")
        except psycopg.Error:
            return "the address is not one that PostgreSQL takes"
        return said.replace(str(secret), "***") if secret else said


class _PostgresSession(Session):
    def __init__(self, connection: Any, schema: str, *, write: bool) -> None:
        self._connection = connection
        self._schema = schema
        self._write = write

    def enter(self) -> None:
        """Look at the store's schema alone; make it where it is to be written."""
        sql = require("psycopg.sql", extra="postgres")
        name = sql.Identifier(self._schema)
        if self._write:
            self._connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        self._connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(name))
        self._connection.execute("SET LOCAL client_min_messages TO warning")

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        self._connection.execute(sql.replace("?", "%s"), list(values))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(sql.replace("?", "%s"), list(values)).fetchall())

    def table(self, sql: str, values: Sequence[Any], schema: Any) -> Any:
        import pyarrow as pa

        with self._connection.cursor(binary=True) as cursor:
            cursor.execute(sql.replace("?", "%s"), list(values))
            rows = cursor.fetchall()
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=schema)

    def stage(self, name: str, table: Any) -> None:
        columns = [(f.name, ARROW_TYPES[str(f.type)]) for f in table.schema]
        stated = ", ".join(f"{column} {kind}" for column, kind in columns)
        self._connection.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self._connection.execute(f"CREATE TEMPORARY TABLE {name} ({stated}) ON COMMIT DROP")
        with self._connection.cursor().copy(f"COPY pg_temp.{name} FROM STDIN (FORMAT csv)") as copy:
            for batch in table.to_batches(max_chunksize=100_000):
                copy.write(_as_csv(batch))
        self._connection.execute(f"ANALYZE pg_temp.{name}")

    def index(self, name: str, columns: str) -> None:
        self.run(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")

    def exists(self, table: str) -> bool:
        sql = "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = ?"
        return bool(self.rows(sql, [self._schema, table]))

    def hold(self) -> None:
        self.run("SELECT pg_advisory_xact_lock(hashtext(?))", [f"segkit {self._schema}"])


def _as_csv(batch: Any) -> bytes:
    """Write rows as the CSV that COPY reads: texts quoted, gaps as nothing, bytes as hexadecimals.

    Column by column this takes a fraction of the time of rows written one by one.
    """
    import pyarrow as pa
    from pyarrow import csv

    columns = [_hexadecimal(c) if pa.types.is_binary(c.type) else c for c in batch.columns]
    sink = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=False)
    csv.write_csv(pa.RecordBatch.from_arrays(columns, batch.schema.names), sink, options)
    return sink.getvalue().to_pybytes()


def _hexadecimal(values: Any) -> Any:
    import pyarrow as pa

    plain = [None if v is None else f"\\x{v.hex()}" for v in values.to_pylist()]
    return pa.array(plain, pa.string())
