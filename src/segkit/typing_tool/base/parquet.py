"""A base in parquet files: read part by part, written whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit._checks import name_list
from segkit._files import existing_file, whole_file
from segkit.exceptions import SegkitError

__all__ = ["ParquetBase", "is_path", "parquet_writer"]


def is_path(base: Any) -> bool:
    """Say whether `base` is a path, or a list of paths."""
    if isinstance(base, list | tuple):
        return bool(base) and all(isinstance(b, str | Path) for b in base)
    return isinstance(base, str | Path)


@dataclass(frozen=True)
class ParquetBase:
    """Parquet files with the same columns, in order.

    Attributes
    ----------
    paths : tuple of Path
        The files.
    names : tuple of str
        Their columns.
    n_rows : int
        Their rows, all together.
    """

    paths: tuple[Path, ...]
    names: tuple[str, ...]
    n_rows: int

    @classmethod
    def of(cls, base: Any) -> "ParquetBase":
        """Open a file, a folder of .parquet files, or a list of files.

        Raises
        ------
        SegkitError
            When a file is absent or no parquet file, when columns differ, or without rows.
        """
        paths = _paths(base)
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
        if not n_rows:
            raise SegkitError(
                f"The base `{paths[0].name}` has 0 rows; expected at least one. Check the query "
                "that made it."
            )
        return cls(paths, tuple(schemas[0].names), n_rows)

    def parts(
        self, batch_rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of the first row and a part of the base as a pyarrow table."""
        import pyarrow as pa

        if columns is not None:
            self.check_columns(columns)
        first_row = 0
        for path in self.paths:
            with _opened(path) as file:
                wanted = None if columns is None else list(columns)
                for batch in _readable(file.iter_batches(batch_rows, columns=wanted), path):
                    yield first_row, pa.Table.from_batches([batch])
                    first_row += batch.num_rows

    def frames(self, batch_rows: int, columns: Sequence[str]) -> Iterator[Any]:
        """Yield parts without their row numbers."""
        for _, part in self.parts(batch_rows, columns):
            yield part

    def check_columns(self, columns: Sequence[str]) -> None:
        """Make sure that the files hold the columns."""
        lacking = [c for c in columns if c not in self.names]
        if lacking:
            raise SegkitError(
                f"The base lacks {name_list(lacking)}; it has {name_list(self.names)}. Add the "
                "column, or correct the name."
            )

    def refuse_target(self, target: Path) -> None:
        """Refuse to write onto a file that is being read."""
        if target.exists() and any(target.samefile(p) for p in self.paths):
            raise SegkitError(
                f"out=`{target.name}` is the base itself. Give another file: the base is left as "
                "it is."
            )


@contextmanager
def parquet_writer(target: Path) -> Iterator[Callable[[Any], None]]:
    """Give a function that appends a pyarrow table; the file appears when all went well."""
    open_writers: list[Any] = []
    try:
        with whole_file(target) as draft:

            def write(table: Any) -> None:
                if not open_writers:
                    open_writers.append(_writer(draft, table.schema))
                open_writers[0].write_table(table)

            try:
                yield write
            finally:
                for writer in open_writers:
                    writer.close()
    except OSError as error:
        raise SegkitError(
            f"`{target.name}` could not be written: {error}. Check the free space and the "
            "permissions of the folder; nothing half-written was left."
        ) from error


def _writer(path: Path, schema: Any) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # a dictionary of probabilities, nearly all different, would cost twice the time and room
    coded = [field.name for field in schema if not pa.types.is_floating(field.type)]
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=coded)


def _paths(base: Any) -> tuple[Path, ...]:
    if isinstance(base, list | tuple):
        return tuple(p for b in base for p in _paths(b))
    if Path(base).is_dir():
        inside = tuple(sorted(Path(base).glob("*.parquet")))
        if not inside:
            raise SegkitError(
                f"The folder `{base}` holds no .parquet file; expected the base's files in it. "
                "Check the path."
            )
        return inside
    return (existing_file(base, what="The base"),)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise SegkitError(
            f"The base `{path.name}` cannot be read as parquet: {error}. Check that the file is "
            "whole; a .csv is read with pandas.read_csv first."
        ) from error
    with file:
        yield file


def _readable(batches: Iterator[Any], path: Path) -> Iterator[Any]:
    """Pass batches on; a part that cannot be decoded becomes a clear error."""
    import pyarrow as pa

    while True:
        try:
            batch = next(batches, None)
        except (OSError, pa.ArrowException) as error:
            raise SegkitError(
                f"The base `{path.name}` is damaged: {error}. Write the file anew."
            ) from error
        if batch is None:
            return
        yield batch
