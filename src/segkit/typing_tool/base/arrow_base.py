"""A base in Arrow IPC files (.arrow, .feather): read where they lie."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import (
    BaseFiles,
    Piece,
    files_of,
    read_under,
    rebatched,
    says_damaged,
)

__all__ = ["ARROW_SUFFIXES", "ArrowBase"]

ARROW_SUFFIXES = (".arrow", ".feather", ".ipc")


@dataclass(frozen=True)
class ArrowBase(BaseFiles):
    """Arrow files with the same columns, in order."""

    @classmethod
    def of(cls, base: Any) -> "ArrowBase":
        """Open an Arrow file, a folder of them, or a list."""
        paths = files_of(base, ARROW_SUFFIXES)
        schemas = []
        for path in paths:
            with _opened(path) as reader:
                schemas.append(reader.schema)
        for path, schema in zip(paths, schemas, strict=True):
            if not schema.equals(schemas[0]):
                raise SegkitError(
                    f"The base's files differ: `{path.name}` has other columns or types than "
                    f"`{paths[0].name}`. Bring them to the same columns, in the same order."
                )
        return cls(paths, tuple(schemas[0].names))

    def batches(
        self, piece: Piece, batch_rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[Any]:
        """Yield a file as pyarrow tables of at most `batch_rows` rows."""
        with _opened(piece.path) as reader:

            def reading() -> Iterator[Any]:
                return (reader.get_batch(i) for i in range(reader.num_record_batches))

            for table in rebatched(read_under(reading, piece.path, "Arrow"), batch_rows):
                yield table if columns is None else table.select(list(columns))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pyarrow as pa

    with says_damaged(path, "Arrow"):
        source = pa.memory_map(str(path))
        reader = pa.ipc.open_file(source)
    with source:
        yield reader
