"""A base in parts, whatever it comes as: each part's customer ids and fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._checks import check_columns, check_frame
from segkit._frames import is_frame, lazy_kind, n_rows, select, take
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import is_path
from segkit.typing_tool.base.frames.lazy_frame import lazy_batches
from segkit.typing_tool.base.frames.relation import relation_batches
from segkit.typing_tool.base.opening import open_base
from segkit.typing_tool.coding.codes import FieldCodes

__all__ = ["PART_ROWS", "Base"]

PART_ROWS = 1_000_000
"""Rows of a base that are in memory at a time."""

SAMPLE = 200_000
"""Rows that bins are learned from where the base is its own reference."""

ENGINES = {"duckdb": relation_batches, "polars": lazy_batches}


@dataclass(frozen=True)
class Base:
    """A base that can be gone through more than once.

    Attributes
    ----------
    source : frame, path, or list of paths
        What `TypingTool.tag` takes: a table, files, a lazy frame, a DuckDB relation.
    id : str
        The column of customer ids.
    book : FieldCodes
        The codebook of the tool whose fields are read.
    """

    source: Any
    id: str
    book: FieldCodes

    @property
    def n_rows(self) -> int | None:
        """The rows, where they are known without reading."""
        if is_path(self.source):
            return open_base(self.source).n_rows
        return n_rows(self.source) if is_frame(self.source) else None

    def parts(self, rows: int = PART_ROWS) -> Iterator[tuple[Any, Any]]:
        """Yield the ids (an Arrow array of text) and the fields (a frame) of each part."""
        first_row = 0
        for whole, fields in self._parts(rows):
            yield _ids(whole, self.id, first_row), fields
            first_row += n_rows(whole)
        if not first_row:
            raise SegkitError("The base has 0 rows; expected at least one. Check the query.")

    def sample(self) -> Any:
        """Return the fields of up to 200,000 rows, evenly spaced where the base is larger."""
        n = self.n_rows
        step = 1 if n is None else max(1, n // SAMPLE)
        parts = (f for _, f in self._parts(PART_ROWS))
        kept = [f if step == 1 else take(f, np.arange(0, n_rows(f), step)) for f in parts]
        frames = [nw.from_native(k, eager_only=True) for k in kept if n_rows(k)]
        if not frames:
            raise SegkitError("The base has 0 rows; expected at least one. Check the query.")
        return nw.concat(frames).to_native()

    def whole(self, names: Sequence[str]) -> tuple[Any, Any]:
        """Return everybody's ids (an Arrow array of text) and some fields (a frame)."""
        import pyarrow as pa

        parts = [(ids, select(fields, names)) for ids, fields in self.parts()]
        frames = [nw.from_native(fields, eager_only=True) for _, fields in parts]
        return pa.concat_arrays([ids for ids, _ in parts]), nw.concat(frames).to_native()

    def _parts(self, rows: int) -> Iterator[tuple[Any, Any]]:
        """Yield each part as a frame that holds the ids, and one with the fields."""
        names = [*dict.fromkeys([self.id, *self.book.names])]
        if is_path(self.source):
            files = open_base(self.source)
            for part in files.frames(rows, names):
                yield part, files.fields(select(part, self.book.names), self.book)
            return
        for part in self._tables(rows):
            check_columns(part, names, what="the base")
            yield part, select(part, self.book.names)

    def _tables(self, rows: int) -> Iterator[Any]:
        kind = lazy_kind(self.source)
        if kind in ENGINES:
            return ENGINES[kind](self.source, rows)
        if kind:
            raise SegkitError(
                f"The base is a frame of {kind}; expected a pandas or polars frame, a DuckDB "
                "relation or files. Write it to parquet, and give the path."
            )
        return iter([check_frame(self.source, what="the base")])


def _ids(part: Any, name: str, first_row: int) -> Any:
    """Return the ids of a part as Arrow text; 7 and "7" are the same customer."""
    import pyarrow as pa

    check_columns(part, [name], what="the base")
    values = nw.from_native(part, eager_only=True).get_column(name).to_arrow()
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    try:
        # numbers with decimals would be ids only by accident
        ids = (values.cast(pa.int64()) if pa.types.is_floating(values.type) else values).cast(
            pa.string()
        )
    except (pa.ArrowException, NotImplementedError) as error:
        raise SegkitError(
            f"`{name}` of the base holds {values.type} values that are no ids ({error}); expected "
            "whole numbers or text, one a customer."
        ) from error
    if ids.null_count:
        row = first_row + ids.is_null().to_pylist().index(True)
        raise SegkitError(
            f"`{name}` of the base is missing in row {row}; expected one id a row. Fill it, or "
            "drop the row."
        )
    return ids
