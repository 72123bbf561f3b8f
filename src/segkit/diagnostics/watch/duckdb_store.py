"""A monitor's store as one DuckDB file, with a copy of its last good state beside it.

The copy is written whole after each update, and only when every block of it could be read:
a damaged store never replaces a good copy.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit._checks import require
from segkit._files import whole_file
from segkit.diagnostics.watch.databases import Session, refused, transaction
from segkit.exceptions import SegkitError

__all__ = ["DuckStore"]


@dataclass(frozen=True)
class DuckStore:
    """A file.

    Attributes
    ----------
    path : Path
        The file; it is made by the first update.
    """

    path: Path

    @property
    def shown(self) -> str:
        """What messages and reports call the store."""
        return self.path.name

    @property
    def copy(self) -> Path:
        """The copy of the last good state."""
        return self.path.with_name(f"{self.path.name}.bak")

    def exists(self) -> bool:
        """Say whether there is a store."""
        return self.path.is_file()

    @contextmanager
    def session(self, *, write: bool) -> Iterator[Session]:
        """Give a session within one transaction; without `write` the file must be there."""
        duckdb = require("duckdb", extra="duckdb")
        self._check_place(write=write)
        try:
            connection = duckdb.connect(str(self.path), read_only=not write)
            with closing(connection):
                found = _DuckSession(connection)
                with transaction(connection.begin, connection.commit, connection.rollback):
                    yield found
                if write:
                    connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            raise self._refusal(error) from error
        if write:
            self._keep_copy()

    def compact(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in it."""
        duckdb = require("duckdb", extra="duckdb")
        try:
            with whole_file(self.path) as draft, closing(duckdb.connect()) as connection:
                draft.unlink()
                quoted = [str(p).replace("'", "''") for p in (self.path, draft)]
                connection.execute(f"ATTACH '{quoted[0]}' AS old")
                connection.execute(f"ATTACH '{quoted[1]}' AS new")
                connection.execute("COPY FROM DATABASE old TO new")
                connection.execute("DETACH new")
        except duckdb.Error as error:
            raise self._refusal(error) from error
        self._keep_copy()

    def _check_place(self, *, write: bool) -> None:
        if self.path.is_dir() or not self.path.parent.is_dir():
            raise SegkitError(
                f"`{self.path}` was given for the monitor's store; expected a file in a folder "
                "that exists. Make the folder, or correct the path."
            )
        if not write and not self.exists():
            raise SegkitError(
                f"The store `{self.path}` does not exist; expected one that update() wrote. "
                "Check the path, or send the first day: Monitor(path, tool).update(base, day)."
            )

    def _refusal(self, error: Exception) -> SegkitError:
        said = str(error).lower()
        if "set lock" in said or "conflicting lock" in said:
            remedy = "Wait until the other program is done."
            return refused(f"The store `{self.shown}` is in use", error, remedy)
        if any(word in said for word in ("no space", "disk full", "permission denied")):
            remedy = "Check the free space and the permissions; the store is as it was before"
            return refused(f"The store `{self.shown}` could not be written", error, remedy + ".")
        copy = (
            f"The last good state is in `{self.copy.name}` beside it: Monitor('{self.copy.name}') "
            f"reads it, and renamed to `{self.path.name}` it takes the store's place."
            if self.copy.is_file()
            else "There is no copy of it beside it; begin a new store."
        )
        return refused(f"The store `{self.shown}` is damaged, or no store of segkit", error, copy)

    def _keep_copy(self) -> None:
        """Write the copy, unless it is newer than the store already."""
        stamp = self.path.stat().st_mtime_ns
        if self.path.suffix == ".bak":
            return
        if self.copy.is_file() and self.copy.stat().st_mtime_ns >= stamp:
            return
        with whole_file(self.copy) as draft:
            shutil.copyfile(self.path, draft)
            self._read_all(draft)

    def _read_all(self, path: Path) -> None:
        """Read every block of a file, which checks them."""
        duckdb = require("duckdb", extra="duckdb")
        try:
            with closing(duckdb.connect(str(path), read_only=True)) as connection:
                for (name,) in connection.execute("SHOW TABLES").fetchall():
                    connection.execute(f"SELECT bit_xor(hash(t)) FROM {name} AS t").fetchall()
        except duckdb.Error as error:
            raise self._refusal(error) from error


class _DuckSession(Session):
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        self._connection.execute(sql, list(values))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(sql, list(values)).fetchall())

    def table(self, sql: str, values: Sequence[Any], schema: Any) -> Any:
        found = self._connection.sql(sql, params=list(values))
        # older versions have another name for it
        read = getattr(found, "to_arrow_table", None) or found.fetch_arrow_table
        return read().cast(schema)

    def stage(self, name: str, table: Any) -> None:
        self._connection.register(name, table)

    def index(self, name: str, columns: str) -> None:
        """Do nothing: a scan of one column is as quick, and an index is dear to keep."""

    def exists(self, table: str) -> bool:
        sql = "SELECT 1 FROM information_schema.tables WHERE table_name = ?"
        return bool(self.rows(sql, [table]))

    def hold(self) -> None:
        """Do nothing: a DuckDB file is open in one program at a time."""
