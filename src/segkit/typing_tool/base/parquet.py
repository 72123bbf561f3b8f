"""A base in parquet files: row groups are stretches that can be read one by one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import BaseFiles, Piece, files_of, read_under, row_check

__all__ = ["ParquetBase"]


@dataclass(frozen=True)
class ParquetBase(BaseFiles):
    """Parquet files with the same columns, in order."""

    @classmethod
    def of(cls, base: Any) -> "ParquetBase":
        """Open a file, a folder of .parquet files, or a list of files.

        Raises
        ------
        SegkitError
            When a file is absent or no parquet file, when columns differ, or without rows.
        """
        paths = files_of(base, (".parquet",))
        schemas, n_rows = [], 0
        for path in paths:
            with _opened(path) as file:
                schemas.append(file.schema_arrow)
                n_rows += file.metadata.num_rows
        for path, schema in zip(paths[1:], schemas[1:], strict=True):
            if not schema.equals(schemas[0]):
                raise SegkitError(
                    f"The base's files differ: `{path.name}` has other columns or types than "
                    f"`{paths[0].name}`. Bring them to the same columns, in the same order."
                )
        found = cls(paths, tuple(schemas[0].names), n_rows)
        row_check(found, n_rows)
        return found

    def pieces(self, rows: int | None = None) -> list[Piece]:
        """Return whole files, or stretches of row groups that hold at least so many rows."""
        return [p for path in self.paths for p in _pieces(path, rows)]

    def batches(
        self, piece: Piece, batch_rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[Any]:
        """Yield a piece as pyarrow tables of at most `batch_rows` rows."""
        import pyarrow as pa

        with _opened(piece.path) as file:
            groups = range(file.num_row_groups) if piece.groups is None else piece.groups
            wanted = None if columns is None else list(columns)

            def reading() -> Iterator[Any]:
                return file.iter_batches(batch_rows, row_groups=list(groups), columns=wanted)

            for batch in read_under(reading, piece.path, "parquet"):
                yield pa.Table.from_batches([batch])


def _pieces(path: Path, rows: int | None) -> Iterator[Piece]:
    with _opened(path) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    if rows is None:
        yield Piece(path, None, sum(sizes))
        return
    groups: list[int] = []
    for group in range(len(sizes)):
        groups.append(group)
        if sum(sizes[g] for g in groups) >= rows or group == len(sizes) - 1:
            yield Piece(path, tuple(groups), sum(sizes[g] for g in groups))
            groups = []


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise SegkitError(
            f"The base `{path.name}` cannot be read as parquet: {error}. Check that the file is "
            "whole."
        ) from error
    with file:
        yield file
