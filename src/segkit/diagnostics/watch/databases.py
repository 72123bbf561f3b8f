"""Where a monitor keeps what it knows: a DuckDB file, or a schema of a PostgreSQL database.

Both are spoken to in the same SQL, with every value bound. What they do differently is here:
connecting, loading many rows at once, reading many rows at once, and how they fail.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from segkit.exceptions import SegkitError

__all__ = ["Session", "refused", "transaction"]


class Session(ABC):
    """One connection, within one transaction."""

    @abstractmethod
    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement; its values stand at the question marks."""

    @abstractmethod
    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds, row by row: for few rows."""

    @abstractmethod
    def table(self, sql: str, values: Sequence[Any], schema: Any) -> Any:
        """Return what a query finds as an Arrow table of the given schema: for many rows."""

    @abstractmethod
    def stage(self, name: str, table: Any) -> None:
        """Make an Arrow table known under a name until the transaction ends."""

    @abstractmethod
    def exists(self, table: str) -> bool:
        """Say whether the store has a table."""

    @abstractmethod
    def hold(self) -> None:
        """Keep other updates out until the transaction ends."""

    @abstractmethod
    def index(self, name: str, columns: str) -> None:
        """Make an index where one pays."""

    def append(self, name: str, table: Any) -> None:
        """Append an Arrow table to a table of the store that has these columns."""
        if table.num_rows:
            staged, columns = f"new_{name}", ", ".join(table.column_names)
            self.stage(staged, table)
            self.run(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {staged}")


@contextmanager
def transaction(begin: Any, commit: Any, rollback: Any) -> Iterator[None]:
    """Commit when the block ends well; else leave the store as it was."""
    begin()
    try:
        yield
    except BaseException:
        rollback()
        raise
    commit()


def refused(what: str, error: Exception | str, remedy: str) -> SegkitError:
    """Word what a database said."""
    said = str(error).strip().splitlines()
    return SegkitError(f"{what}: {said[0][:200] if said else type(error).__name__}. {remedy}")
