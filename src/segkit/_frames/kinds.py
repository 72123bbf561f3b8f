"""What kind of frame was given, and frames of that kind back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from segkit.exceptions import SegkitError

__all__ = [
    "Origin",
    "column_names",
    "frame_like",
    "from_arrow",
    "is_frame",
    "is_missing",
    "lazy_kind",
    "n_rows",
    "origin_of",
    "plain_values",
    "refuse_lazy",
    "select",
    "take",
    "to_arrow",
]


LAZY = {
    "polars": "LazyFrame",
    "duckdb": "DuckDBPyRelation",
    "pyspark": "DataFrame",
    "dask": "DataFrame",
}


FETCH = {
    "polars": ".collect()",
    "duckdb": ".df()",
    "pyspark": ".toPandas()",
    "dask": ".compute()",
}
"""How the rows of a frame that is not in memory are fetched, by engine."""


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
        plain = {name: plain_values(values) for name, values in columns.items()}
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


def is_frame(data: Any) -> bool:
    """Say whether `data` is a pandas, polars or pyarrow table."""
    return isinstance(_native(data), nw.DataFrame)


def lazy_kind(data: Any) -> str:
    """Return the engine of a frame that is not in memory ("polars", "duckdb", ...), else "".

    Told by the name of its type: no engine is imported for it.
    """
    engine = type(data).__module__.split(".")[0].lstrip("_").removesuffix("_expr")
    return engine if LAZY.get(engine) == type(data).__name__ else ""


def refuse_lazy(data: Any, *, what: str) -> None:
    """Refuse a frame that is not in memory, and say how its rows are fetched."""
    if engine := lazy_kind(data):
        raise SegkitError(
            f"{what} is a {type(data).__name__} of {engine}, which is not in memory; expected a "
            f"pandas or polars frame. Fetch its rows first, with {FETCH[engine]}."
        )


def is_missing(value: Any) -> bool:
    """Say whether one value is missing: None, NaN, NaT or pandas' NA."""
    # these are the values that are not equal to themselves, or raise on asking
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True
    except ValueError:  # an array is no single value, and no gap
        return False


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


def to_arrow(data: Any, names: Sequence[str], *, what: str = "X") -> Any:
    """Return the named columns of a frame as an Arrow table.

    Raises
    ------
    SegkitError
        When a column mixes kinds of values.
    """
    import pyarrow as pa

    try:
        return nw.from_native(select(data, names), eager_only=True).to_arrow()
    except (pa.ArrowException, TypeError) as error:
        raise SegkitError(
            f"{what} has a column that mixes kinds of values ({error}); expected numbers or text "
            "throughout. Turn the column into one kind."
        ) from error


def column_names(data: Any) -> tuple[str, ...]:
    """Return the column names of a frame; ``x1``, ``x2``, ... of a matrix."""
    if is_frame(data):
        names = tuple(str(c) for c in nw.from_native(data, eager_only=True).columns)
        _refuse_twice(names)
        return names
    return tuple(f"x{j + 1}" for j in range(np.shape(data)[1]))


def n_rows(data: Any) -> int:
    """Return the number of rows of a frame or an array."""
    if is_frame(data):
        return int(nw.from_native(data, eager_only=True).shape[0])
    refuse_lazy(data, what="The table")
    try:
        return len(data)
    except TypeError as error:
        raise SegkitError(
            f"The table is a {type(data).__name__}; expected a pandas or polars frame, or an "
            "array, with one row a person."
        ) from error


def select(data: Any, names: Sequence[str]) -> Any:
    """Return the frame with only the named columns, in that order."""
    return nw.from_native(data, eager_only=True).select(list(names)).to_native()


def without(data: Any, names: Iterable[Any]) -> Any:
    """Return the frame without the named columns; what is no name of a column is passed over."""
    named = {name for name in names if isinstance(name, str)}
    if not named or not is_frame(data):
        return data
    return select(data, [c for c in column_names(data) if c not in named])


def take(data: Any, rows: np.ndarray) -> Any:
    """Return the rows at a boolean mask or at integer positions, as the same kind."""
    positions = np.flatnonzero(rows) if rows.dtype == bool else rows
    if not is_frame(data):
        return np.asarray(data)[positions]
    return nw.from_native(data, eager_only=True)[positions.tolist(), :].to_native()


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


def plain_values(values: Any) -> Any:
    """Give narwhals something every backend reads: object arrays become lists."""
    if isinstance(values, np.ndarray) and values.dtype == object:
        return values.tolist()
    return values
