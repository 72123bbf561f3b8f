"""Two tables joined row by row, though a column of both says that their rows are other people."""

import warnings
from typing import Any

from segkit._checks import name_list
from segkit._frames import column_names, is_frame, kind_of_type, n_rows, to_arrow
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool.coding.fields import ID_NAME

__all__ = ["warn_of_unnamed_ids"]


def warn_of_unnamed_ids(before: Any, after: Any) -> None:
    """Warn where a column called like an id differs between the tables, row by row.

    Parameters
    ----------
    before, after : frame or path
        Tables whose rows are to be taken for the same customers by their place. Files are not
        read twice for it, and tables of other lengths are refused elsewhere.

    Warns
    -----
    SegkitWarning
        With the column, the number of rows, and what to give.
    """
    if not (is_frame(before) and is_frame(after)) or n_rows(before) != n_rows(after):
        return
    there = set(column_names(after))
    names = [c for c in column_names(before) if c in there and ID_NAME.search(c)]
    rows = {name: _rows_apart(before, after, name) for name in names}
    if found := [name for name in names if rows[name]]:
        first = found[0]
        warnings.warn(
            f"Row i of before is taken for row i of after, but {name_list(found)} differs in "
            f"{rows[first]:,} of {n_rows(before):,} rows. Give ids={first!r}, or leave the column "
            "out if it names no customers.",
            SegkitWarning,
            stacklevel=3,
        )


def _rows_apart(before: Any, after: Any, name: str) -> int:
    """Count the rows with another value, gaps left out; 0 where either column holds no ids."""
    import pyarrow.compute as pc

    one, other = (_ids(table, name) for table in (before, after))
    if one is None or other is None or one.type != other.type:
        return 0
    return pc.sum(pc.not_equal(one, other)).as_py() or 0


def _ids(table: Any, name: str) -> Any:
    """Return numbers or texts; None for all else, which a mere warning must not stumble over."""
    import pyarrow as pa

    try:
        values = to_arrow(table, [name])[name]
    except SegkitError:  # a column that mixes kinds
        return None
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return values if kind_of_type(values.type) in ("number", "text") else None
