"""How cells of a workbook look, and what they are called."""

from collections.abc import Sequence
from typing import Any

from segkit.plots.palette import color_of
from segkit.typing_tool.export.sheets.cells import write_formula, write_value
from segkit.typing_tool.export.sheets.lookup import FieldRows

__all__ = [
    "TOP",
    "color_heads",
    "letter_of",
    "offer_levels",
    "paint_input",
    "span_of",
    "strict_mark",
    "write_bold",
    "write_head",
    "write_heading",
    "write_percent",
]

TOP = 5
"""The first row of questions, of pasted rows, of rules."""

HEAD = "FF333333"
INPUT = "FFFFF8DC"


def write_heading(sheet: Any, title: str, note: str) -> None:
    """Write what a sheet is, and a line on how to use it."""
    from openpyxl.styles import Font  # only when a workbook is written

    write_value(sheet["A1"], title).font = Font(bold=True, size=16)
    write_value(sheet["A2"], note)


def write_head(sheet: Any, row: int, names: Sequence[str]) -> None:
    """Write the heads of columns."""
    from openpyxl.styles import Alignment, Font, PatternFill  # only when a workbook is written

    for column, name in enumerate(names, 1):
        cell = write_value(sheet.cell(row, column), name)
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def color_heads(sheet: Any, segments: Sequence[Any], first: int) -> None:
    """Underline the heads of the segments' columns in the segments' colours."""
    from openpyxl.styles import Border, Side  # only when a workbook is written

    for k, segment in enumerate(segments):
        side = Side("thick", color="FF" + color_of(segment, k)[1:])
        sheet.cell(TOP - 1, first + k).border = Border(bottom=side)


def paint_input(cell: Any, rows: FieldRows) -> None:
    """Mark a cell as one to fill in."""
    from openpyxl.styles import PatternFill  # only when a workbook is written

    cell.fill = PatternFill("solid", INPUT)
    if rows.field.kind == "text":
        cell.number_format = "@"  # so that 01 and TRUE stay what they are


def offer_levels(sheet: Any, rows: FieldRows, cells: str) -> None:
    """Offer the levels; others may be typed, since a level never heard of is an answer too."""
    from openpyxl.worksheet.datavalidation import DataValidation  # only when one is written

    if rows.field.kind == "number":
        return
    listed = rows.levels if rows.field.kind == "text" else '"yes,no"'
    offered = DataValidation(type="list", formula1=listed, allow_blank=True)
    offered.showErrorMessage = rows.field.kind == "boolean"
    offered.add(cells)
    sheet.add_data_validation(offered)


def write_bold(cell: Any, value: Any, size: int = 11) -> Any:
    """Write a value in bold."""
    from openpyxl.styles import Font  # only when a workbook is written

    write_value(cell, value).font = Font(bold=True, size=size)
    return cell


def write_percent(cell: Any, formula: str) -> Any:
    """Write a formula whose value is shown as a percentage."""
    write_formula(cell, formula).number_format = "0.0%"
    return cell


def strict_mark(rows: FieldRows) -> int:
    """Return 1 where a level never heard of is a reason to leave somebody untagged."""
    return int(rows.field.unseen >= 0 and not rows.field.n_pooled)


def span_of(first: int, n: int, row: int) -> str:
    """Return the range of `n` cells of a row."""
    return f"${letter_of(first)}${row}:${letter_of(first + n - 1)}${row}"


def letter_of(column: int) -> str:
    """Return what a column is called."""
    from openpyxl.utils import get_column_letter  # only when a workbook is written

    return get_column_letter(column)
