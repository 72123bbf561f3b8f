"""Tagged tables to a file, part by part; the file appears when all went well."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segkit._files import whole_file
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.arrow_base import ARROW_SUFFIXES

__all__ = ["check_target", "table_writer"]

SAMPLE = 4096  # rows that tell whether a column repeats itself, and how far it shrinks
WORTHWHILE = 0.8  # size, compressed, from which it is not worth the time


def check_target(target: Path, *, frame: bool = False) -> None:
    """Refuse a file name whose end names no form that can be written.

    A frame in memory is written by its own library, which knows .parquet and .csv.
    """
    forms = (".parquet", ".csv") if frame else tuple(WRITERS)
    if target.suffix.lower() not in forms:
        parts = "" if frame else ", or a folder (a name without an end) for a base in files"
        raise SegkitError(
            f"`{target.name}` was given for the tagged base; expected a name that ends in "
            f"{', '.join(forms[:-1])} or {forms[-1]}{parts}."
        )


@contextmanager
def table_writer(
    target: Path, types: Mapping[str, Any] | None = None
) -> Iterator[Callable[[Any], None]]:
    """Give a function that appends a pyarrow table to a file of the form its name ends in.

    Parameters
    ----------
    target : Path
        The file.
    types : mapping, optional
        Arrow types that columns have in the file, by name, where the tables hold them in codes.
    """
    import pyarrow as pa

    make = WRITERS[target.suffix.lower()]
    open_writers: list[Any] = []
    try:
        with whole_file(target) as draft:

            def write(table: Any) -> None:
                if not open_writers:
                    open_writers.append(make(draft, table, _as_in_file(table, types or {})))
                open_writers[0].write_table(table)

            try:
                yield write
            finally:
                for writer in open_writers:
                    writer.close()
    except (OSError, pa.ArrowException) as error:
        raise SegkitError(
            f"`{target.name}` could not be written: {error}. Check the free space and the "
            "permissions of the folder; nothing half-written was left."
        ) from error


def _as_in_file(table: Any, types: Mapping[str, Any]) -> Any:
    """Return the schema of a table with the types that its columns have in the file."""
    import pyarrow as pa

    fields = [f.with_type(types.get(f.name, f.type)) for f in table.schema]
    return pa.schema(fields, table.schema.metadata)


def _parquet(path: Path, table: Any, schema: Any) -> Any:
    """Open a parquet file for tables like this one; readers are to find `schema` in it.

    A column in codes is written as it stands, as codes and their levels, which is what a parquet
    file makes of a text that repeats itself anyway. Only the note on what the columns were in
    memory (the key ARROW:schema, as every Arrow library writes it) must not say so.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    leaves = _leaves(table.schema)
    flat = [name for name in schema.names if name in leaves]
    coded = [name for name in flat if _repeats(table[name])]
    levels = {field.name for field in table.schema if pa.types.is_dictionary(field.type)}
    compression = {name: _compression(table[name], name in coded) for name in flat}
    writer = pq.ParquetWriter(
        path,
        table.schema,
        use_dictionary=coded,
        compression=dict.fromkeys(leaves, "zstd") | compression,
        # nearly every stretch has the first and the last of a few levels: nothing to skip by
        write_statistics=[leaf for leaf in leaves if leaf not in levels],
        store_schema=False,
    )
    note = base64.b64encode(schema.serialize().to_pybytes())
    writer.add_key_value_metadata({**(schema.metadata or {}), "ARROW:schema": note})
    return writer


def _leaves(schema: Any) -> list[str]:
    """Return what a parquet file calls its columns; lists, structs and maps are in parts there.

    What is said by any other name, as by that of a whole list, holds for no column of the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    empty = pa.BufferOutputStream()
    pq.ParquetWriter(empty, schema).close()
    columns = pq.read_metadata(pa.BufferReader(empty.getvalue())).schema
    return [columns.column(i).path for i in range(len(columns))]


def _repeats(column: Any) -> bool:
    """Say whether a dictionary pays: of ids it costs twice the time and room."""
    import pyarrow as pa

    first = column.slice(0, SAMPLE)
    try:
        return bool(len(first) < SAMPLE or 2 * len(first.unique()) <= len(first))
    except pa.ArrowNotImplementedError:
        return False  # a type whose values pyarrow does not count, as UUIDs: most are ids


def _compression(column: Any, coded: bool) -> str:
    """Choose by a sample: codes and amounts get what is nearly free, probabilities do not shrink.

    Texts and whole numbers, such as ids, are worth the time that a stronger compression takes.
    (Numbers as steps from one to the next take less room still, but not every warehouse reads it.)
    """
    import pyarrow as pa

    if coded:
        return "snappy"
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return "zstd"
    codec = "zstd" if pa.types.is_integer(column.type) else "snappy"
    plain = column.slice(0, SAMPLE).drop_null().to_numpy().tobytes()
    shrunk = len(pa.compress(plain, codec=codec)) if plain else 0
    return codec if shrunk < WORTHWHILE * len(plain) else "none"


class _Arrow:
    """Writes Arrow's own form."""

    def __init__(self, path: Path, table: Any, schema: Any) -> None:  # noqa: ARG002
        import pyarrow as pa

        self._schema = schema
        self._writer = pa.ipc.new_file(str(path), schema)

    def write_table(self, table: Any) -> None:
        self._writer.write_table(table.cast(self._schema))

    def close(self) -> None:
        self._writer.close()


class _Text:
    """Writes .csv; levels become their text."""

    def __init__(self, path: Path, table: Any, schema: Any) -> None:  # noqa: ARG002
        import pyarrow as pa
        from pyarrow import csv

        is_levels = pa.types.is_dictionary
        kinds = [(f.name, f.type.value_type if is_levels(f.type) else f.type) for f in schema]
        self._schema = pa.schema(kinds)
        options = csv.WriteOptions(quoting_style="needed")
        self._writer = csv.CSVWriter(str(path), self._schema, write_options=options)

    def write_table(self, table: Any) -> None:
        self._writer.write_table(table.cast(self._schema))

    def close(self) -> None:
        self._writer.close()


WRITERS: dict[str, Callable[[Path, Any, Any], Any]] = {
    ".parquet": _parquet,
    ".csv": _Text,
    **dict.fromkeys(ARROW_SUFFIXES, _Arrow),
}
