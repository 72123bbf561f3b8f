"""A base in parquet files: row groups are stretches that can be read one by one."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import (
    BaseFiles,
    Piece,
    files_of,
    read_under,
    rebatched,
    row_check,
)
from segkit.typing_tool.coding.codes import FieldCodes

__all__ = ["ParquetBase"]

A_CODE, SMALL = 2, 4096  # bytes a value, and besides, that a column of a few levels takes at most


@dataclass(frozen=True)
class ParquetBase(BaseFiles):
    """Parquet files with the same columns, in order.

    Attributes
    ----------
    repeating : dict
        Texts that the files hold as codes of a few levels throughout, with their types.
    coded : bool
        Whether these are read as the codes they are: their texts are never spelled out.
    """

    repeating: dict[str, Any] = field(default_factory=dict)
    coded: bool = False

    @classmethod
    def of(cls, base: Any) -> "ParquetBase":
        """Open a file, a folder of .parquet files, or a list of files.

        Raises
        ------
        SegkitError
            When a file is absent or no parquet file, when columns differ, or without rows.
        """
        paths = files_of(base, (".parquet",))
        schemas, repeating, n_rows = [], [], 0
        for path in paths:
            with _opened(path) as file:
                schemas.append(file.schema_arrow)
                repeating.append(_repeating_texts(file))
                n_rows += file.metadata.num_rows
        for path, schema in zip(paths[1:], schemas[1:], strict=True):
            if not schema.equals(schemas[0]):
                raise SegkitError(
                    f"The base's files differ: `{path.name}` has other columns or types than "
                    f"`{paths[0].name}`. Bring them to the same columns, in the same order."
                )
        texts = set.intersection(*repeating)
        types = {f.name: f.type for f in schemas[0] if f.name in texts}
        found = cls(paths, tuple(schemas[0].names), n_rows, types)
        row_check(found, n_rows)
        return found

    @property
    def types(self) -> dict[str, Any]:
        """The types of the texts that are read as codes."""
        return self.repeating if self.coded else {}

    def in_codes(self) -> "ParquetBase":
        """Return the same base, read with repeating texts as codes."""
        return replace(self, coded=True)

    def fields(self, part: Any, book: FieldCodes) -> Any:
        """Return a part with codes as texts again where the tool expects no text.

        So a message names the type that the file has.
        """
        odd = [f.name for f in book.fields if f.name in self.types and f.kind != "text"]
        for name in odd:
            texts = part[name].cast(self.types[name])
            part = part.set_column(part.column_names.index(name), name, texts)
        return part

    def pieces(self, rows: int | None = None) -> list[Piece]:
        """Return whole files, or stretches of row groups that hold at least so many rows."""
        return [p for path in self.paths for p in _pieces(path, rows)]

    def batches(
        self, piece: Piece, batch_rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[Any]:
        """Yield a piece as pyarrow tables of at most `batch_rows` rows."""
        import pyarrow as pa

        with _opened(piece.path, self.types) as file:
            groups = range(file.num_row_groups) if piece.groups is None else piece.groups
            wanted = None if columns is None else list(columns)

            def reading() -> Iterator[Any]:
                return file.iter_batches(batch_rows, row_groups=list(groups), columns=wanted)

            batches = read_under(reading, piece.path, "parquet")
            if not self.types:
                yield from (pa.Table.from_batches([batch]) for batch in batches)
                return
            # levels change from one row group to the next, and batches end there
            for table in rebatched(batches, batch_rows):
                yield table.unify_dictionaries()


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


def _repeating_texts(file: Any) -> set[str]:
    """Return the columns of text that a parquet file holds as codes of a few levels."""
    texts = {f.name for f in file.schema_arrow if str(f.type) in ("string", "large_string")}
    groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
    for i in range(file.metadata.num_columns if groups else 0):
        chunks = (group.column(i) for group in groups)
        if not all(map(_is_small, chunks)):
            texts.discard(groups[0].column(i).path_in_schema)
    return texts if groups else set()


def _is_small(chunk: Any) -> bool:
    room = SMALL + A_CODE * chunk.num_values
    return bool(chunk.has_dictionary_page and chunk.total_uncompressed_size <= room)


@contextmanager
def _opened(path: Path, coded: Iterable[str] = ()) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, read_dictionary=list(coded))
    except (OSError, pa.ArrowException) as error:
        raise SegkitError(
            f"The base `{path.name}` cannot be read as parquet: {error}. Check that the file is "
            "whole."
        ) from error
    with file:
        yield file
