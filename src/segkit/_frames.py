"""The only door between frames and arrays: pandas, polars and NumPy in, the same kind out.

Inside segkit everything is a float array or a column of text; narwhals reads and
builds the frames, so no other module imports pandas or polars.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from segkit.exceptions import SegkitError

__all__ = [
    "Column",
    "Matrix",
    "Nullable",
    "Origin",
    "attach",
    "column",
    "column_names",
    "frame_like",
    "from_arrow",
    "hashed_column",
    "is_frame",
    "is_missing",
    "kind_of_type",
    "lazy_kind",
    "matrix",
    "n_rows",
    "numeric_column",
    "origin_of",
    "select",
    "take",
    "typed_column",
]


LAZY = {
    "polars": "LazyFrame",
    "duckdb": "DuckDBPyRelation",
    "pyspark": "DataFrame",
    "dask": "DataFrame",
}


@dataclass(frozen=True)
class Origin:
    """Where a table came from, so that an answer can go back as the same kind.

    Attributes
    ----------
    kind : {"pandas", "polars", "pyarrow", "array"}
        The library of the table.
    index : pandas.Index or None
        The row labels of a pandas frame.
    """

    kind: str = "array"
    index: Any = None

    def frame(self, columns: Mapping[str, Any], *, same_rows: bool = False) -> Any:
        """Build a frame of this kind; an array's answer is a pandas frame.

        A missing number is NaN in pandas and null in polars and pyarrow.
        """
        plain = {name: _plain(values) for name, values in columns.items()}
        if self.kind in ("array", "pandas"):
            import pandas as pd  # its own constructor takes a third of narwhals' time

            frame = pd.DataFrame(plain)
            if same_rows and self.index is not None:
                frame.index = self.index
            return frame
        backend: Any = self.kind
        made = nw.from_dict(plain, backend=backend)
        return made.with_columns(
            nw.selectors.by_dtype(nw.Float64, nw.Float32).fill_nan(None)
        ).to_native()


@dataclass(frozen=True)
class Matrix:
    """A numeric table as a float array.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Numbers; missing is NaN.
    names : tuple of str
        The column names (``x1``, ``x2``, ... for an array).
    origin : Origin
        The kind of table it came from.
    """

    values: np.ndarray
    names: tuple[str, ...]
    origin: Origin


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

    def to_arrow(self) -> Any:
        """Return the column as an Arrow array: int64, bool or string."""
        import pyarrow as pa

        if self.levels is not None:
            return pa.array(self.levels, pa.string()).take(_with_gaps(self, pa))
        if self.values.dtype.kind in "iu":
            return _with_gaps(self, pa)
        kind = pa.bool_() if self.values.dtype.kind == "b" else pa.string()
        return pa.array(self.values, kind, mask=self.missing)


@dataclass(frozen=True)
class Column:
    """One column of any kind as plain arrays.

    Attributes
    ----------
    name : str
        The name of the column.
    kind : {"number", "text", "boolean", "date", "other", "empty"}
        What it holds; "empty" when no value is there at all.
    dtype : str
        The type as its library calls it, for messages.
    values : ndarray of shape (n_rows,)
        Numbers as floats (missing: NaN); of text and yes/no columns the position of each
        value in `levels` (missing: -1); NaN where no value is there; of length 0 for dates and
        other kinds.
    levels : tuple of str
        The distinct values of a text or yes/no column; in their declared order where there
        is one, else sorted.
    ordered : bool
        The column declares an order of its levels.
    """

    name: str
    kind: str
    dtype: str
    values: np.ndarray
    levels: tuple[str, ...] = ()
    ordered: bool = False


def is_frame(data: Any) -> bool:
    """Say whether `data` is a pandas, polars or pyarrow table."""
    return isinstance(_native(data), nw.DataFrame)


def lazy_kind(data: Any) -> str:
    """Return the engine of a frame that is not in memory ("polars", "duckdb", ...), else "".

    Told by the name of its type: no engine is imported for it.
    """
    engine = type(data).__module__.split(".")[0].lstrip("_").removesuffix("_expr")
    return engine if LAZY.get(engine) == type(data).__name__ else ""


def is_missing(value: Any) -> bool:
    """Say whether one value is missing: None, NaN, NaT or pandas' NA."""
    # these are the values that are not equal to themselves, or raise on asking
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True


def origin_of(data: Any) -> Origin:
    """Return the library of a table or a column (an array where it is neither)."""
    frame = _native(data)
    if not isinstance(frame, nw.DataFrame | nw.Series):
        return Origin()
    kind = str(frame.implementation)
    return Origin(kind, data.index if kind == "pandas" else None)


def frame_like(like: Any, columns: Mapping[str, Any], *, same_rows: bool = False) -> Any:
    """Build a frame of the kind of `like` (a table or a column; an array or None: pandas)."""
    return origin_of(like).frame(columns, same_rows=same_rows)


def from_arrow(table: Any, kind: str = "pandas") -> Any:
    """Build a pandas or polars frame from an Arrow table, without a detour over Python objects.

    In pandas, whole numbers and yes/no columns with gaps become its nullable types;
    decimals with gaps hold NaN.
    """
    if kind != "pandas":
        backend: Any = kind
        return nw.from_arrow(table, backend=backend).to_native()
    import pandas as pd  # for its nullable types
    import pyarrow as pa

    nullable = {
        pa.int64(): pd.Int64Dtype(),
        pa.int32(): pd.Int32Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    return pd.DataFrame(
        {
            name: values.to_pandas(types_mapper=nullable.get if values.null_count else None)
            for name, values in zip(table.column_names, table.columns, strict=True)
        }
    )


def column_names(data: Any) -> tuple[str, ...]:
    """Return the column names of a frame; ``x1``, ``x2``, ... of a matrix."""
    if is_frame(data):
        names = tuple(str(c) for c in nw.from_native(data, eager_only=True).columns)
        _refuse_twice(names)
        return names
    return tuple(f"x{j + 1}" for j in range(np.shape(data)[1]))


def n_rows(data: Any) -> int:
    """Return the number of rows of a frame or an array."""
    return int(nw.from_native(data, eager_only=True).shape[0] if is_frame(data) else len(data))


def matrix(data: Any, *, what: str = "X") -> Matrix:
    """Read a table of numbers as floats, missing as NaN.

    Parameters
    ----------
    data : frame or array of shape (n_rows, n_columns)
        A pandas, polars or pyarrow table, or an array.
    what : str
        How messages call the table ("answers", "fields", ...).

    Returns
    -------
    Matrix

    Raises
    ------
    SegkitError
        When `data` is no table, or a column holds something else than numbers.
    """
    if is_frame(data):
        names = column_names(data)
        values = _plain_numbers(data)
        if values is None:
            columns = nw.from_native(data, eager_only=True).iter_columns()
            cols = [_numbers(c, n, what) for n, c in zip(names, columns, strict=True)]
            values = np.column_stack(cols) if cols else np.empty((n_rows(data), 0))
        return Matrix(values, names, origin_of(data))
    values = _array(data, what)
    return Matrix(values, tuple(f"x{j + 1}" for j in range(values.shape[1])), Origin())


def numeric_column(data: Any, name: str, *, what: str = "X") -> np.ndarray:
    """Read one column of a frame as floats, missing as NaN."""
    return _numbers(_series(data, name, what), name, what)


def column(data: Any, name: str, *, what: str = "X") -> np.ndarray:
    """Read one column as an object array of plain values, missing as None.

    Numbers stay numbers, booleans booleans, dates dates; categories become their text.
    """
    series = _series(data, name, what)
    # asked before the cast: pandas 2 turns a missing category into the text "nan"
    absent = series.is_null().to_list()
    if isinstance(series.dtype, nw.Categorical | nw.Enum):
        series = series.cast(nw.String)
    values = zip(series.to_list(), absent, strict=True)
    out = np.empty(len(absent), dtype=object)
    out[:] = [None if gap or is_missing(v) else v for v, gap in values]
    return out


def typed_column(data: Any, name: str, *, what: str = "X") -> Column:
    """Read one column of any kind as arrays: floats, or levels and positions among them.

    Raises
    ------
    SegkitError
        When the column does not exist or mixes kinds.
    """
    import pyarrow as pa  # heavy: only where columns of any kind are read

    series = _series(data, name, what)
    dtype = str(series.dtype)
    try:
        # plain Python objects say what they are only one by one
        plain = series.dtype == nw.Object
        values = pa.array(series.to_list(), from_pandas=True) if plain else series.to_arrow()
        if isinstance(values, pa.ChunkedArray):  # a column that was read in parts
            values = values.unify_dictionaries().combine_chunks()
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise SegkitError(
            f"`{name}` in {what} mixes kinds of values ({error}); expected numbers, text or "
            "yes/no throughout. Turn the column into one kind."
        ) from error
    kind = _kind_of(values, pa)
    if kind == "number":
        numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return Column(name, kind, dtype, np.asarray(numbers, dtype=float))
    if kind in ("text", "boolean"):
        # older polars hands an Enum to Arrow without saying that its levels are in order
        return _levelled(name, kind, dtype, values, pa, declared=series.dtype == nw.Enum)
    # no value at all is a gap in every row; what is no field has no values to give
    return Column(name, kind, dtype, np.full(len(values) if kind == "empty" else 0, np.nan))


def select(data: Any, names: Sequence[str]) -> Any:
    """Return the frame with only the named columns, in that order."""
    return nw.from_native(data, eager_only=True).select(list(names)).to_native()


def take(data: Any, rows: np.ndarray) -> Any:
    """Return the rows at a boolean mask or at integer positions, as the same kind."""
    positions = np.flatnonzero(rows) if rows.dtype == bool else rows
    if not is_frame(data):
        return np.asarray(data)[positions]
    return nw.from_native(data, eager_only=True)[positions.tolist(), :].to_native()


def attach(data: Any, columns: Mapping[str, Any]) -> Any:
    """Return the frame with further columns at its right, as the same kind.

    A name that the frame has already is replaced where it stands. A missing number is
    NaN in pandas and null in polars and pyarrow.
    """
    frame = nw.from_native(data, eager_only=True)
    backend = frame.implementation
    new = [_new_series(name, values, backend) for name, values in columns.items()]
    if backend == nw.Implementation.PANDAS:
        out = frame.to_native().copy()
        for series in new:
            native = series.to_native()
            native.index = out.index
            out[series.name] = native
        return out
    return frame.with_columns(*new).to_native()


def hashed_column(data: Any, name: str, *, what: str = "X") -> tuple[np.ndarray, np.ndarray]:
    """Return one 64-bit number a row that tells its value apart, and where there is none.

    Whole numbers are themselves; different texts almost never get the same number, equal
    texts always do.
    """
    series = _series(data, name, what)
    missing = series.is_null().to_numpy().astype(bool)
    if series.dtype.is_integer():
        return series.fill_null(0).to_numpy().astype(np.int64).view(np.uint64), missing
    import pandas as pd  # its hash of texts is the same in every process

    texts = np.array([str(v) for v in series.to_list()], dtype=object)
    return pd.util.hash_array(texts, categorize=False), missing


def _native(data: Any) -> Any:
    """Return what narwhals makes of a table or a column; anything else as it is."""
    try:
        return nw.from_native(data, eager_only=True, allow_series=True, pass_through=True)
    except DuplicateError:
        # an Arrow table's columns are values, and its names stand apart
        _refuse_twice([str(c) for c in getattr(data, "column_names", data.columns)])
        raise


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SegkitError(
            f"The column name `{twice[0]}` occurs more than once; expected distinct names. "
            "Rename one of the columns."
        )


def _new_series(name: str, values: Any, backend: Any) -> nw.Series[Any]:
    if isinstance(values, Nullable):
        return _nullable_series(name, values, backend)
    series = nw.new_series(name, _plain(values), backend=backend).alias(name)
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


def _numbers(series: nw.Series[Any], name: str, what: str) -> np.ndarray:
    dtype = series.dtype
    if dtype == nw.Boolean or dtype.is_numeric():
        return series.cast(nw.Float64).to_numpy().astype(float)
    # not as text: categories may be numbers
    raw = [None if is_missing(v) else v for v in series.to_list()]
    for row, value in enumerate(raw):
        if value is not None and not _is_number(value):
            raise SegkitError(
                f"`{name}` in {what} holds {value!r} in row {row}; expected numbers. "
                "Translate labels into codes first (survey.Codebook), or leave the column out."
            )
    return np.array([np.nan if v is None else float(v) for v in raw])


def _series(data: Any, name: str, what: str) -> nw.Series[Any]:
    frame = nw.from_native(data, eager_only=True)
    # pandas also has columns whose names are numbers
    native_name = {str(c): c for c in frame.columns}
    if name not in native_name:
        known = ", ".join(f"`{c}`" for c in frame.columns[:8])
        raise SegkitError(f"`{name}` is not a column of {what}; the columns begin with {known}.")
    return frame.get_column(native_name[name])


def _plain_numbers(data: Any) -> np.ndarray | None:
    """Return a pandas frame of NumPy's own number types as floats, at once; None of others."""
    frame = nw.from_native(data, eager_only=True)
    if frame.implementation != nw.Implementation.PANDAS:
        return None
    native: Any = frame.to_native()
    if not all(isinstance(t, np.dtype) and t.kind in "fiub" for t in native.dtypes):
        return None
    return np.array(native.to_numpy(dtype=float), order="C")


def _kind_of(values: Any, pa: Any) -> str:
    if values.null_count == len(values):
        return "empty"
    kind = kind_of_type(values.type)
    # pandas keeps NaN where Arrow has null
    return "empty" if kind == "number" and _all_nan(values, pa) else kind


def kind_of_type(kind: Any) -> str:
    """Return what a column of an Arrow type holds, see `Column`."""
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_temporal(kind):
        return "date"
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if pa.types.is_dictionary(kind) or any(is_text(kind) for is_text in texts):
        return "text"
    return "other"


def _all_nan(values: Any, pa: Any) -> bool:
    if not pa.types.is_floating(values.type):
        return False
    return bool(np.isnan(values.to_numpy(zero_copy_only=False)).all())


def _levelled(
    name: str, kind: str, dtype: str, values: Any, pa: Any, *, declared: bool = False
) -> Column:
    coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    levels = np.array([str(v) for v in coded.dictionary.to_pylist()], dtype=object)
    # some libraries index levels by unsigned numbers, which have no -1
    indices = coded.indices.cast(pa.int64()).fill_null(-1)
    at = indices.to_numpy(zero_copy_only=False).astype(np.intp)
    ordered = bool(pa.types.is_dictionary(values.type) and (declared or values.type.ordered))
    if not ordered:
        order = np.argsort(levels, kind="stable")
        rank = np.empty(levels.size + 1, dtype=np.intp)
        rank[order], rank[-1] = np.arange(levels.size), -1
        levels, at = levels[order], rank[at]
    return Column(name, kind, dtype, at, tuple(levels.tolist()), ordered)


def _array(data: Any, what: str) -> np.ndarray:
    try:
        raw = np.asarray(data)
        values = np.real(raw).astype(float)
    except (TypeError, ValueError) as error:
        raise SegkitError(
            f"{what} is a {type(data).__name__} that does not read as numbers; expected a pandas "
            "or polars frame, or a numeric array of shape (n_rows, n_columns), not sparse."
        ) from error
    if np.iscomplexobj(raw):
        raise SegkitError(
            f"{what} holds complex numbers. Complex data not supported: give their real part."
        )
    if values.ndim != 2:
        raise SegkitError(
            f"{what} has {values.ndim} dimension(s); expected a table of shape "
            "(n_rows, n_columns). Reshape your data: a single column is X.reshape(-1, 1), "
            "a single row X.reshape(1, -1)."
        )
    return values


def _plain(values: Any) -> Any:
    """Give narwhals something every backend reads: object arrays become lists."""
    if isinstance(values, np.ndarray) and values.dtype == object:
        return values.tolist()
    return values


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.bool_)
