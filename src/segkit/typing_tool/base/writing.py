"""Tagged tables to a file, part by part; the file appears when all went well."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segkit._files import whole_file
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.arrow_base import ARROW_SUFFIXES

__all__ = ["check_target", "table_writer"]

SAMPLE = 4096  # rows that tell whether a column repeats itself


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
def table_writer(target: Path) -> Iterator[Callable[[Any], None]]:
    """Give a function that appends a pyarrow table to a file of the form its name ends in."""
    import pyarrow as pa

    make = WRITERS[target.suffix.lower()]
    open_writers: list[Any] = []
    try:
        with whole_file(target) as draft:

            def write(table: Any) -> None:
                if not open_writers:
                    open_writers.append(make(draft, table))
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


def _parquet(path: Path, table: Any) -> Any:
    import pyarrow.parquet as pq

    coded = [field.name for field in table.schema if _repeats(table[field.name])]
    return pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=coded)


def _repeats(column: Any) -> bool:
    """Say whether a dictionary pays: of ids and probabilities it costs twice the time and room."""
    import pyarrow as pa

    if pa.types.is_floating(column.type) or pa.types.is_nested(column.type):
        return False
    first = column.slice(0, SAMPLE)
    return bool(2 * len(first.unique()) <= len(first) or len(first) < SAMPLE)


def _arrow(path: Path, table: Any) -> Any:
    import pyarrow as pa

    return pa.ipc.new_file(str(path), table.schema)


class _Text:
    """Writes .csv; levels become their text."""

    def __init__(self, path: Path, table: Any) -> None:
        import pyarrow as pa
        from pyarrow import csv

        is_levels = pa.types.is_dictionary
        kinds = [(f.name, f.type.value_type if is_levels(f.type) else f.type) for f in table.schema]
        self._schema = pa.schema(kinds)
        options = csv.WriteOptions(quoting_style="needed")
        self._writer = csv.CSVWriter(str(path), self._schema, write_options=options)

    def write_table(self, table: Any) -> None:
        self._writer.write_table(table.cast(self._schema))

    def close(self) -> None:
        self._writer.close()


WRITERS: dict[str, Callable[[Path, Any], Any]] = {
    ".parquet": _parquet,
    ".csv": _Text,
    **dict.fromkeys(ARROW_SUFFIXES, _arrow),
}
