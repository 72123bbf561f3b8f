"""Single values and small tables of a manifest, each checked as it is read."""

from collections.abc import Sequence
from typing import Any

from segkit.exceptions import SegkitError

__all__ = ["checked_table", "number", "one_of", "plain_table", "require", "text", "whole"]


def require(holds: Any, what: str) -> None:
    """Refuse what does not hold."""
    if not bool(holds):
        raise SegkitError(f"{what} out of range")


def whole(value: Any, low: int, high: int) -> int:
    """Read a whole number within bounds."""
    require(isinstance(value, int) and not isinstance(value, bool), "a whole number is")
    require(low <= value <= high, "a whole number is")
    return int(value)


def number(value: Any) -> float:
    """Read a finite number."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    require(plain and abs(value) < 1e300, "a number is")
    return float(value)


def text(value: Any) -> str:
    """Read a text of bearable length."""
    require(isinstance(value, str) and len(value) <= 10_000, "a text is")
    value.encode()  # half a character, which JSON can hold, fits in no frame or file
    return str(value)


def one_of(value: Any, options: Sequence[str]) -> str:
    """Read one of a few words."""
    require(isinstance(value, str) and value in options, f"{value!r} is")
    return str(value)


def plain_table(table: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Write NaN as null: JSON has no NaN."""
    return {name: [None if v != v else v for v in values] for name, values in table.items()}


def checked_table(table: Any, columns: Sequence[str], texts: Sequence[str]) -> dict[str, list[Any]]:
    """Read a table with exactly these columns; those in `texts` hold text, others numbers."""
    require(isinstance(table, dict) and list(table) == list(columns), "a table is")
    require(len({len(values) for values in table.values()}) == 1, "a table is")
    return {
        name: [text(v) if name in texts else number_or_nan(v) for v in values]
        for name, values in table.items()
    }


def number_or_nan(value: Any) -> float:
    """Return a number of a file, NaN where it holds null."""
    return float("nan") if value is None else number(value)
