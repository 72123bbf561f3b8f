"""The sheet that types one person by rules, and says by which."""

from collections.abc import Sequence
from typing import Any

from segkit.plots.palette import segment_name
from segkit.typing_tool.export.questions import Question
from segkit.typing_tool.export.sheets.cells import write_formula, write_value
from segkit.typing_tool.export.sheets.rules import RulesWay
from segkit.typing_tool.export.sheets.style import (
    TOP,
    offer_levels,
    paint_input,
    strict_mark,
    write_bold,
    write_head,
    write_heading,
    write_percent,
)
from segkit.typing_tool.export.sheets.way import Person

__all__ = ["write_one_by_rules"]


def write_one_by_rules(sheet: Any, way: RulesWay, questions: Sequence[Question], note: str) -> None:
    """Write the sheet: answers, the segment below them, the rule in words.

    Parameters
    ----------
    sheet : Worksheet
        The sheet to write on.
    way : RulesWay
        The rules, and how one gets to them.
    questions : sequence of Question
        One a field.
    note : str
        How often the rules agree with the forest.
    """
    n = len(way.fields)
    write_heading(
        sheet, "Type one person", "Fill in the yellow cells; leave empty what is not known."
    )
    write_value(sheet["A3"], note)
    heads = ["field", "answer", "what is asked", "position", "unheard levels count", "", "steps"]
    write_head(sheet, TOP - 1, heads)
    for j, (rows, question) in enumerate(zip(way.fields, questions, strict=True)):
        r = TOP + j
        write_value(sheet.cell(r, 1), question.name)
        paint_input(sheet.cell(r, 2), rows)
        write_value(sheet.cell(r, 3), question.asked)
        write_formula(sheet.cell(r, 4), rows.position(f"$B${r}"))
        sheet.cell(r, 5).value = strict_mark(rows)
        offer_levels(sheet, rows, f"B{r}")
    last = TOP + n - 1
    at = Person(
        [f"$D${TOP + j}" for j in range(n)],
        f"$D${TOP}:$D${last}",
        f"$E${TOP}:$E${last}",
        lambda i: f"$G${TOP + i}",
    )
    for i, (head, formula) in enumerate(zip(way.heads, way.work(at), strict=True)):
        write_value(sheet.cell(TOP + i, 6), head)
        write_formula(sheet.cell(TOP + i, 7), formula)
    _write_answers(sheet, way, at, last + 2)
    for letter in "DEFG":
        sheet.column_dimensions[letter].hidden = True
    for letter, width in {"A": 30, "B": 26, "C": 80}.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{TOP}"


def _write_answers(sheet: Any, way: RulesWay, at: Person, row: int) -> None:
    from openpyxl.styles import Alignment, Font  # only when a workbook is written

    for a, (name, formula) in enumerate(way.answers(at).items()):
        write_bold(sheet.cell(row + a, 1), name)
        write = write_percent if name == "probability" else write_formula
        answer = write(sheet.cell(row + a, 2), formula)
        answer.font = Font(bold=True, size=14 if name == "segment" else 11)
    for k, segment in enumerate(way.segments):
        write_value(sheet.cell(row + 5 + k, 1), f"probability of {segment_name(segment)}")
        write_percent(sheet.cell(row + 5 + k, 2), f'IFERROR({way.share(k, at)},"")')
    row += 6 + len(way.segments)
    write_bold(sheet.cell(row, 1), "by rule number")
    write_formula(sheet.cell(row, 2), f'IFERROR({way.rule(at)},"")')
    words = write_formula(sheet.cell(row, 3), way.words(at))
    words.alignment = Alignment(wrap_text=True, vertical="top")
