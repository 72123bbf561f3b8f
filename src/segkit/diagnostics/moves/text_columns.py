"""What .csv files hold, which are read as texts: probabilities, weights and ids as numbers."""

from collections.abc import Sequence
from typing import Any

from segkit.diagnostics.moves.keys import Keys, keys_of
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.text_base import without_gaps

__all__ = ["ids_as_numbers", "with_numbers"]

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
WHOLE = r"^(0|-?[1-9][0-9]{0,17})$"
"""A whole number as a number is written: a leading zero makes it a text of its own."""


def with_numbers(table: Any, names: Sequence[str], *, what: str) -> Any:
    """Return an Arrow table of texts with some of its columns as numbers.

    Parameters
    ----------
    table : pyarrow.Table
        As .csv files are read: every column is text.
    names : sequence of str
        The columns that hold numbers; the usual spellings of a gap are missing.
    what : str
        What messages call the table.

    Raises
    ------
    SegkitError
        With the column, the row and the first value that does not read as a number.

    Examples
    --------
    >>> import pyarrow as pa
    >>> with_numbers(pa.table({"w": ["0.5", "", " 2"]}), ["w"], what="before")["w"].to_pylist()
    [0.5, None, 2.0]
    """
    for name in names:
        at = table.column_names.index(name)
        table = table.set_column(at, name, _numbers(table[name], name, what))
    return table


def ids_as_numbers(ids: Any, name: str, *, what: str) -> Keys | None:
    """Return ids of a .csv file as the whole numbers that they are; None where one is none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> ids_as_numbers(pa.array(["12", "7"]), "id", what="before").values
    array([12,  7])
    >>> ids_as_numbers(pa.array(["12", "007"]), "id", what="before") is None
    True
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pc.all(pc.match_substring_regex(ids, WHOLE)).as_py():
        return None
    return keys_of(pc.cast(ids, pa.int64()), name, what=what)


def _numbers(texts: Any, name: str, what: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pc.utf8_trim_whitespace(without_gaps(texts))
    try:
        return pc.cast(known, pa.float64())
    except pa.ArrowInvalid as error:
        is_number = pc.match_substring_regex(known, NUMBER)
        row = pc.index(is_number, False).as_py()
        first = f"{texts[row].as_py()!r} in row {row}" if row >= 0 else str(error)
        raise SegkitError(
            f"`{name}` of {what} holds {first}; expected numbers with a decimal point. Correct "
            "the file, or leave the value empty where it is not known."
        ) from error
