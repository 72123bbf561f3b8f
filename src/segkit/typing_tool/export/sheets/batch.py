"""The sheet that types pasted rows."""

from collections.abc import Sequence
from typing import Any

from segkit.typing_tool.export.sheets.cells import write_formula
from segkit.typing_tool.export.sheets.lookup import FieldRows
from segkit.typing_tool.export.sheets.style import (
    TOP,
    letter_of,
    offer_levels,
    paint_input,
    span_of,
    strict_mark,
    write_head,
    write_heading,
    write_percent,
)
from segkit.typing_tool.export.sheets.way import ANSWERS, Person, Way

__all__ = ["BATCH_ROWS", "write_batch"]

BATCH_ROWS = 500
"""Rows that are prepared for pasting."""


def write_batch(
    sheet: Any, fields: Sequence[FieldRows], segments: Sequence[Any], way: Way, n_rows: int
) -> None:
    """Write the sheet: answers at the left, tags beside them, the working columns hidden.

    Parameters
    ----------
    sheet : Worksheet
        The sheet to write on.
    fields : sequence of FieldRows
        Where answers are looked up.
    segments : sequence
        The segments, in order.
    way : Way
        How somebody is typed.
    n_rows : int
        Rows that are prepared.
    """
    n, k = len(fields), len(segments)
    positions = n + len(ANSWERS) + k + 1
    work = positions + n
    write_heading(
        sheet,
        "Type pasted rows",
        f"Paste values (without heads) into the yellow columns, up to {n_rows} rows; an empty row "
        "stays empty.",
    )
    names = [rows.field.name for rows in fields]
    shares = [f"probability_{s}" for s in segments]
    places = [f"position of {name}" for name in names]
    write_head(sheet, TOP - 1, [*names, *ANSWERS, *shares, *places, *way.heads])
    for j, rows in enumerate(fields):
        sheet.cell(TOP - 2, positions + j).value = strict_mark(rows)
    for row in range(TOP, TOP + n_rows):
        _write_row(sheet, fields, way, row, (k, positions, work))
    for column in range(positions, work + len(way.heads)):
        sheet.column_dimensions[letter_of(column)].hidden = True
    for column in range(1, positions):
        sheet.column_dimensions[letter_of(column)].width = 16
    sheet.freeze_panes = f"A{TOP}"
    for rows, column in zip(fields, range(1, n + 1), strict=True):
        offer_levels(sheet, rows, f"{letter_of(column)}{TOP}:{letter_of(column)}{TOP + n_rows - 1}")


def _write_row(
    sheet: Any, fields: Sequence[FieldRows], way: Way, row: int, columns: tuple[int, int, int]
) -> None:
    k, positions, work = columns
    n = len(fields)
    at = Person(
        [f"${letter_of(positions + j)}{row}" for j in range(n)],
        span_of(positions, n, row),
        span_of(positions, n, TOP - 2),
        lambda i: f"${letter_of(work + i)}${row}",
    )
    for j, rows in enumerate(fields):
        paint_input(sheet.cell(row, j + 1), rows)
        write_formula(sheet.cell(row, positions + j), rows.position(f"${letter_of(j + 1)}{row}"))
    for i, formula in enumerate(way.work(at)):
        write_formula(sheet.cell(row, work + i), formula)
    for s in range(k):
        share = f'IFERROR({way.share(s, at)},"")'
        write_percent(sheet.cell(row, n + len(ANSWERS) + 1 + s), _where_any(share, n, row))
    for a, (name, formula) in enumerate(way.answers(at).items()):
        cell = sheet.cell(row, n + 1 + a)
        write = write_percent if name == "probability" else write_formula
        write(cell, _where_any(formula, n, row))


def _where_any(formula: str, n: int, row: int) -> str:
    """Leave a row empty of which nothing was pasted."""
    return f'IF(COUNTA({span_of(1, n, row)})=0,"",{formula})'
