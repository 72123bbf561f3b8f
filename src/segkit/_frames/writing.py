"""Columns put beside a frame's own, gaps included."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._frames.kinds import plain_values

__all__ = ["Nullable", "attach"]


@dataclass(frozen=True)
class Nullable:
    """Whole numbers, yes/no or text with gaps, to be attached to a frame.

    Attributes
    ----------
    values : ndarray of shape (n_rows,)
        Whole numbers, yes/no as booleans, or text in an object array; positions in `levels`
        where these are given.
    missing : ndarray of shape (n_rows,)
        True where there is no value.
    levels : tuple of str, optional
        The few texts that `values` are positions of.
    """

    values: np.ndarray
    missing: np.ndarray
    levels: tuple[str, ...] | None = None

    def plain(self) -> "Nullable":
        """Return the same column with its texts in place of their positions."""
        if self.levels is None:
            return self
        return Nullable(np.array(self.levels, dtype=object)[self.values], self.missing)

    def to_arrow(self, *, coded: bool = False) -> Any:
        """Return the column as an Arrow array: int64, bool or string.

        With `coded`, texts of a few `levels` stay positions: a dictionary array.
        """
        import pyarrow as pa

        if self.levels is not None and coded:
            return pa.DictionaryArray.from_arrays(_with_gaps(self, pa), pa.array(self.levels))
        if self.levels is not None:
            return pa.array(self.levels, pa.string()).take(_with_gaps(self, pa))
        if self.values.dtype.kind in "iu":
            return _with_gaps(self, pa)
        kind = pa.bool_() if self.values.dtype.kind == "b" else pa.string()
        return pa.array(self.values, kind, mask=self.missing)


def attach(data: Any, columns: Mapping[str, Any], *, coded: bool = False) -> Any:
    """Return the frame with further columns at its right, as the same kind.

    A name that the frame has already is replaced where it stands. A missing number is
    NaN in pandas and null in polars and pyarrow. With `coded`, an Arrow table gets texts of a
    few levels as codes.
    """
    frame = nw.from_native(data, eager_only=True)
    backend = frame.implementation
    if backend == nw.Implementation.PYARROW:
        return _attach_arrow(frame.to_native(), columns, coded)
    new = [_new_series(name, values, backend) for name, values in columns.items()]
    if backend == nw.Implementation.PANDAS:
        out = frame.to_native().copy()
        for series in new:
            native = series.to_native()
            native.index = out.index
            out[series.name] = native
        return out
    return frame.with_columns(*new).to_native()


def _attach_arrow(table: Any, columns: Mapping[str, Any], coded: bool) -> Any:
    """Put columns beside those of an Arrow table."""
    for name, values in columns.items():
        at = table.schema.get_field_index(name)
        add = table.append_column if at < 0 else partial(table.set_column, at)
        table = add(name, _arrow_array(name, values, coded))
    return table


def _arrow_array(name: str, values: Any, coded: bool) -> Any:
    import pyarrow as pa

    if isinstance(values, Nullable):
        return values.to_arrow(coded=coded)
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        gaps = np.isnan(values)
        return pa.array(values, mask=gaps if gaps.any() else None)
    return _new_series(name, values, nw.Implementation.PYARROW).to_native()


def _new_series(name: str, values: Any, backend: Any) -> nw.Series[Any]:
    if isinstance(values, Nullable):
        return _nullable_series(name, values, backend)
    series = nw.new_series(name, plain_values(values), backend=backend).alias(name)
    # pandas keeps missing numbers as NaN; elsewhere NaN would be a value, not a gap
    return series.fill_nan(None) if series.dtype.is_float() else series


def _nullable_series(name: str, values: Nullable, backend: Any) -> nw.Series[Any]:
    if backend == nw.Implementation.PANDAS:
        # pandas has two types of whole numbers and of yes/no; only its own know gaps
        plain = values.plain()
        kind = {"O": None, "b": "boolean"}.get(plain.values.dtype.kind, "Int64")
        if kind:
            numbers = np.where(plain.missing, np.nan, plain.values)
            native = nw.new_series(name, numbers, backend=backend).to_native().astype(kind)
            return nw.from_native(native, series_only=True)
        items = plain.values.astype(object)
        items[plain.missing] = None
        return nw.new_series(name, items.tolist(), nw.String(), backend=backend).alias(name)
    import pyarrow as pa

    table = pa.table({name: values.to_arrow()})
    return nw.from_arrow(table, backend=backend).get_column(name)


def _with_gaps(column: Nullable, pa: Any) -> Any:
    """Return whole numbers as an Arrow array; pyarrow itself goes value by value for the gaps."""
    numbers = np.ascontiguousarray(column.values, dtype=np.int64)
    there = np.packbits(~column.missing, bitorder="little") if column.missing.any() else None
    bits = None if there is None else pa.py_buffer(there)
    return pa.Array.from_buffers(pa.int64(), len(numbers), [bits, pa.py_buffer(numbers)])
