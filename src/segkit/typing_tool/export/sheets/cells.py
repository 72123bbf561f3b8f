"""Cells of a workbook: text that stays text, formulas only where they are meant."""

from typing import Any

from segkit.exceptions import SegkitError

__all__ = ["refuse_unwritable", "write_formula", "write_value"]

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "'")


def write_value(cell: Any, value: Any) -> Any:
    """Write a value; text that looks like a formula stays the text it is, also when edited."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # only when a workbook is written

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_SIGNS)
    elif isinstance(value, float):
        cell.value = repr(value)  # all seventeen digits; openpyxl alone would write sixteen
        cell.data_type = "n"
    else:
        cell.value = value
    return cell


def write_formula(cell: Any, formula: str) -> Any:
    """Write a formula, given without its equals sign."""
    cell.value = f"={formula}"
    return cell


def refuse_unwritable(name: str, levels: tuple[str, ...]) -> None:
    """Refuse levels that no cell can hold as they are: they would never be found again."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # only when a workbook is written

    for level in levels:
        if ILLEGAL_CHARACTERS_RE.search(level) or "\r" in level or len(level) > 32_000:
            raise SegkitError(
                f"`{name}` has the level {level[:60]!r}, which a worksheet cannot hold as it is. "
                "Rename the level in the fields and fit again."
            )
