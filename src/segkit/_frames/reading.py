"""From frames to arrays: matrices of numbers, single columns, columns with their kind."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._frames.kinds import (
    Origin,
    column_names,
    is_frame,
    is_missing,
    n_rows,
    origin_of,
    refuse_lazy,
)
from segkit.exceptions import SegkitError

__all__ = [
    "Column",
    "Matrix",
    "column",
    "hashed_column",
    "kind_of_type",
    "matrix",
    "numeric_column",
    "typed_column",
]


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
    # most columns show it in their first rows
    parts = (values.slice(0, 100), values)
    return all(bool(np.isnan(part.to_numpy(zero_copy_only=False)).all()) for part in parts)


def _levelled(
    name: str, kind: str, dtype: str, values: Any, pa: Any, *, declared: bool = False
) -> Column:
    coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    if coded.dictionary.null_count:  # a level that is itself a gap
        coded = coded.cast(coded.type.value_type).dictionary_encode()
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
    refuse_lazy(data, what=what)
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


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal | np.number | np.bool_)
