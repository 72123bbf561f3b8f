"""The only door between frames and arrays: pandas, polars and NumPy in, the same kind out.

Inside segkit everything is a float array or a column of text; narwhals reads and
builds the frames, so no other module imports pandas or polars.
"""

from segkit._frames.kinds import (
    Origin,
    column_names,
    frame_like,
    from_arrow,
    is_frame,
    is_missing,
    lazy_kind,
    n_rows,
    origin_of,
    refuse_lazy,
    select,
    take,
    to_arrow,
    without,
)
from segkit._frames.reading import (
    Column,
    Matrix,
    column,
    hashed_column,
    kind_of_type,
    matrix,
    numeric_column,
    typed_column,
)
from segkit._frames.writing import (
    Nullable,
    attach,
)

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
    "refuse_lazy",
    "select",
    "take",
    "to_arrow",
    "typed_column",
    "without",
]
