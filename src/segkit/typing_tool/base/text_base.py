"""A base in .csv files: every column is kept as the text it is, fields are read besides.

So ids keep their leading zeros and amounts their digits. Only the tool's fields are read as
numbers, texts or yes/no, with the usual spellings of a gap taken for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit._frames import column_names
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import (
    BaseFiles,
    Piece,
    files_of,
    read_under,
    rebatched,
    says_damaged,
)
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.field_code import FieldCode

__all__ = ["CSV_SUFFIXES", "TextBase", "without_gaps"]

CSV_SUFFIXES = (".csv", ".csv.gz")
GAPS = ("", "#N/A", "#NA", "<NA>", "N/A", "n/a", "NA", "NULL", "null", "NaN", "nan", "None")
BLOCK = 16 * 2**20  # bytes read at a time
SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class TextBase(BaseFiles):
    """Files of separated values with the same columns, in order."""

    separator: str = ","

    @classmethod
    def of(cls, base: Any) -> "TextBase":
        """Open a .csv file, a folder of them, or a list; the separator is seen in the first."""
        paths = files_of(base, CSV_SUFFIXES)
        separator = _separator(paths[0])
        heads = [_names(path, separator) for path in paths]
        for path, names in zip(paths, heads, strict=True):
            if names != heads[0]:
                raise SegkitError(
                    f"The base's files differ: `{path.name}` has other columns than "
                    f"`{paths[0].name}`. Bring them to the same columns, in the same order."
                )
        return cls(paths, heads[0], None, separator)

    def batches(
        self, piece: Piece, batch_rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[Any]:
        """Yield a file as pyarrow tables of text."""

        def reading() -> Iterator[Any]:
            return iter(_reader(piece.path, self.separator, self.names))

        batches = read_under(reading, piece.path, "csv")
        for table in rebatched(batches, batch_rows):
            yield table if columns is None else table.select(list(columns))

    def fields(self, part: Any, book: FieldCodes) -> Any:
        """Return the tool's fields of a part, read as numbers, texts or yes/no."""
        import pyarrow as pa

        return pa.table({f.name: _read(part[f.name], f) for f in book.fields})


def without_gaps(texts: Any) -> Any:
    """Return texts of which the usual spellings of a gap are missing.

    Examples
    --------
    >>> import pyarrow as pa
    >>> without_gaps(pa.array(["a", "NA", ""])).to_pylist()
    ['a', None, None]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pc.is_in(texts, pa.array(GAPS)), pa.scalar(None, pa.string()), texts)


def _read(texts: Any, field: FieldCode) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = without_gaps(texts)
    if field.kind == "text":
        return known
    kind = pa.float64() if field.kind == "number" else pa.bool_()
    try:
        return pc.cast(pc.utf8_trim_whitespace(known), kind)
    except pa.ArrowInvalid as error:
        expected = "numbers with a decimal point" if field.kind == "number" else "true or false"
        raise SegkitError(
            f"`{field.name}` in the base holds what does not read as {expected} ({error}). "
            "Correct the file, or leave the value empty where it is not known."
        ) from error


def _reader(path: Path, separator: str, names: Sequence[str] = ()) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    return csv.open_csv(
        path,
        csv.ReadOptions(block_size=BLOCK),
        csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )


def _names(path: Path, separator: str) -> tuple[str, ...]:
    with says_damaged(path, "csv"), _reader(path, separator) as reader:
        return column_names(reader.schema.empty_table())


def _separator(path: Path) -> str:
    """Return the separator that the first line holds most often."""
    import pyarrow as pa

    with says_damaged(path, "csv"), pa.input_stream(path, compression="detect") as stream:
        line = stream.read(64 * 2**10).split(b"\n")[0]
    return max(SEPARATORS, key=lambda s: line.count(s.encode()))
