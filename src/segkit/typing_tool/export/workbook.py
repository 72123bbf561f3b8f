"""A scorecard as a workbook of live formulas: one person, pasted rows, points for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from segkit._checks import require
from segkit._files import whole_file
from segkit.exceptions import SegkitError
from segkit.plots.palette import color_of, segment_name
from segkit.typing_tool.base.tagger import MOSTLY, REASONS
from segkit.typing_tool.export.answer import Cells, Rule, answer_formulas, weight_formula
from segkit.typing_tool.export.cells import write_formula, write_value
from segkit.typing_tool.export.lookup import FieldRows, write_lookup
from segkit.typing_tool.export.questions import Question
from segkit.typing_tool.models.model import Model
from segkit.typing_tool.models.odds import Odds
from segkit.typing_tool.models.point_table import points_of

__all__ = ["BATCH_ROWS", "Texts", "write_workbook"]

BATCH_ROWS = 500
"""Rows that are prepared for pasting."""

HEAD = "FF333333"
INPUT = "FFFFF8DC"
ANSWERS = ("segment", "probability", "second", "reason")
TOP = 5  # the first row of questions, and of pasted rows


@dataclass(frozen=True)
class Texts:
    """What a workbook says besides the formulas.

    Attributes
    ----------
    questions : sequence of Question
        One a field.
    about : sequence of str
        Paragraphs on what the tool is and how well it does.
    """

    questions: Sequence[Question]
    about: Sequence[str]


@dataclass(frozen=True)
class _Plan:
    """The parts that every sheet refers to."""

    model: Model
    segments: list[Any]
    rows: list[FieldRows]
    rule: Rule

    @property
    def everyone(self) -> list[int]:
        return self.model.scorecard.everyone.tolist()


def write_workbook(
    model: Model,
    segments: list[Any],
    cut: int,
    texts: Texts,
    path: str | Path,
    *,
    n_rows: int = BATCH_ROWS,
) -> Path:
    """Write the workbook of a scorecard, whole or not at all.

    Parameters
    ----------
    model : Model
        A model whose voter is a scorecard.
    segments : list
        The segments, in order.
    cut : int
        The abstention cut.
    texts : Texts
        Questions and what to say about the tool.
    path : str or Path
        The file.
    n_rows : int
        Rows that "Batch" types.
    """
    openpyxl = require("openpyxl", extra="files")
    if Path(path).suffix.lower() != ".xlsx":
        raise SegkitError(f"`{Path(path).name}` is no name of a workbook; expected one in .xlsx.")
    book = openpyxl.Workbook()
    one, batch, points, about, lookup, weights = (
        book.active, *map(book.create_sheet, ("Batch", "Points", "About", "Lookup", "Weights"))
    )  # fmt: skip
    one.title = "Type one"
    rule = _write_weights(weights, model, segments, cut)
    names = [segment_name(s) for s in segments]
    fields = model.codes.fields
    plan = _Plan(model, segments, write_lookup(lookup, fields, model.scorecard.points, names), rule)
    _write_one(one, plan, texts.questions)
    _write_batch(batch, plan, n_rows)
    _write_points(points, plan)
    _write_about(about, texts.about, n_rows)
    with whole_file(path) as draft:
        book.save(draft)
    return Path(path)


def _write_weights(sheet: Any, model: Model, segments: list[Any], cut: int) -> Rule:
    table = cast(Odds, model.calibration).table.tolist()
    columns = {
        "points behind the best": list(range(len(table))),
        "weight": table,
        "segments": segments,
        "reasons": list(REASONS),
    }
    for c, (head, values) in enumerate(columns.items(), 1):
        for r, value in enumerate([head, *values], 1):
            write_value(sheet.cell(r, c), value)
    return Rule(
        f"Weights!$C$2:$C${len(segments) + 1}",
        f"Weights!$D$2:$D${len(REASONS) + 1}",
        f"Weights!$B$2:$B${len(table) + 1}",
        len(table),
        Rule.largest_sum(table[0], cut),
        MOSTLY,
        len(model.codes.fields),
    )


def _write_one(sheet: Any, plan: _Plan, questions: Sequence[Question]) -> None:
    n, first = len(plan.rows), 5  # the column of the first segment's points
    _heading(sheet, "Type one person", "Fill in the yellow cells; leave empty what is not known.")
    heads = ["field", "answer", "what is asked", "position", *map(segment_name, plan.segments)]
    _head(sheet, TOP - 1, heads)
    for j, (rows, question) in enumerate(zip(plan.rows, questions, strict=True)):
        r = TOP + j
        write_value(sheet.cell(r, 1), question.name)
        _input(sheet.cell(r, 2), rows)
        asked = question.wording if question.wording != question.name else ""
        write_value(sheet.cell(r, 3), f"{asked} {question.hint}".strip())
        write_formula(sheet.cell(r, 4), rows.position(f"$B${r}"))
        for k in range(len(plan.segments)):
            write_formula(sheet.cell(r, first + k), rows.points(k, f"$D${r}"))
        _choices(sheet, rows, f"B{r}")
    _totals(sheet, plan, TOP + n, first)
    _answers(sheet, plan, TOP + n)
    for letter, width in {"A": 30, "B": 26, "C": 60, "D": 11}.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{TOP}"


def _totals(sheet: Any, plan: _Plan, row: int, first: int) -> None:
    """Write five rows over the segments: everyone's points, the sum, weights, shares, the rest.

    The fields' rows end above `row`. Beside them stands, in column D, what the row is.
    """
    n = len(plan.segments)
    span = _span(first, n, row + 1)
    weights = _span(first, n, row + 2)
    for offset, head in enumerate(["everyone", "points", "weight", "share", "points but the best"]):
        write_value(sheet.cell(row + offset, 4), head)
    for k, points in enumerate(plan.everyone):
        letter = _letter(first + k)
        sheet.cell(row, first + k).value = points
        write_formula(sheet.cell(row + 1, first + k), f"SUM({letter}{TOP}:{letter}{row})")
        write_formula(
            sheet.cell(row + 2, first + k), weight_formula(plan.rule, span, f"{letter}{row + 1}")
        )
        share = write_formula(sheet.cell(row + 3, first + k), f"{letter}{row + 2}/SUM({weights})")
        share.number_format = "0.0%"
        write_formula(
            sheet.cell(row + 4, first + k), f"IF($D${row + 5}={k + 1},-1,{letter}{row + 1})"
        )
    write_formula(sheet.cell(row + 5, 4), f"MATCH(MAX({span}),{span},0)")
    write_value(sheet.cell(row + 5, 5), "(place of the best)")


def _answers(sheet: Any, plan: _Plan, row: int) -> None:
    from openpyxl.styles import Font  # only when a workbook is written

    n, first = len(plan.segments), 5
    # whether an unheard level is a reason: a mark a field, to the right of the points
    marks = _letter(first + n)
    write_value(sheet[f"{marks}{TOP - 1}"], "unheard levels count")
    for j, rows in enumerate(plan.rows):
        sheet[f"{marks}{TOP + j}"].value = _strict(rows)
    cells = Cells(
        f"$D${TOP}:$D${row - 1}",
        f"${marks}${TOP}:${marks}${row - 1}",
        _span(first, n, row + 1),
        _span(first, n, row + 2),
        _span(first, n, row + 4),
        f"$D${row + 5}",
    )
    for at, (name, formula) in enumerate(answer_formulas(plan.rule, cells).items()):
        write_value(sheet.cell(row + 1 + at, 1), name).font = Font(bold=True)
        answer = write_formula(sheet.cell(row + 1 + at, 2), formula)
        answer.font = Font(bold=True, size=14 if name == "segment" else 11)
        if name == "probability":
            answer.number_format = "0.0%"


def _write_batch(sheet: Any, plan: _Plan, n_rows: int) -> None:
    fields, n = len(plan.rows), len(plan.segments)
    shares = fields + len(ANSWERS) + 1
    positions = shares + n
    points = positions + fields
    _heading(
        sheet,
        "Type pasted rows",
        f"Paste values (without heads) into the yellow columns, up to {n_rows} rows; an empty row "
        "stays empty.",
    )
    names = [rows.field.name for rows in plan.rows]
    segments = [str(s) for s in plan.segments]
    kinds = ("points", "weight", "points but the best")
    _head(sheet, TOP - 1, [
        *names, *ANSWERS, *(f"probability_{s}" for s in segments),
        *(f"position of {name}" for name in names),
        *(f"{kind} {s}" for kind in kinds for s in segments), "best",
    ])  # fmt: skip
    for j, rows in enumerate(plan.rows):
        sheet.cell(TOP - 2, positions + j).value = _strict(rows)
    for row in range(TOP, TOP + n_rows):
        _batch_row(sheet, plan, row, (shares, positions, points))
    for column in range(positions, points + 3 * n + 1):
        sheet.column_dimensions[_letter(column)].hidden = True
    for column in range(1, positions):
        sheet.column_dimensions[_letter(column)].width = 16
    sheet.freeze_panes = f"A{TOP}"
    for rows, column in zip(plan.rows, range(1, fields + 1), strict=True):
        _choices(sheet, rows, f"{_letter(column)}{TOP}:{_letter(column)}{TOP + n_rows - 1}")


def _batch_row(sheet: Any, plan: _Plan, row: int, columns: tuple[int, int, int]) -> None:
    shares, positions, points = columns
    fields, n = len(plan.rows), len(plan.segments)
    weights, rest, best = points + n, points + 2 * n, points + 3 * n
    for j, rows in enumerate(plan.rows):
        _input(sheet.cell(row, j + 1), rows)
        own = f"${_letter(j + 1)}{row}"
        write_formula(sheet.cell(row, positions + j), rows.position(own))
    spans = [_span(start, n, row) for start in (points, weights, rest)]
    cells = Cells(
        _span(positions, fields, row),
        _span(positions, fields, TOP - 2),
        spans[0],
        spans[1],
        spans[2],
        f"${_letter(best)}{row}",
    )
    for k, everyone in enumerate(plan.everyone):
        terms = [
            rows.points(k, f"${_letter(positions + j)}{row}") for j, rows in enumerate(plan.rows)
        ]
        own = f"{_letter(points + k)}{row}"
        write_formula(sheet.cell(row, points + k), "+".join([str(everyone), *terms]))
        write_formula(sheet.cell(row, weights + k), weight_formula(plan.rule, spans[0], own))
        write_formula(sheet.cell(row, rest + k), f"IF({cells.first}={k + 1},-1,{own})")
        share = f"{_letter(weights + k)}{row}/SUM({spans[1]})"
        _percent(sheet.cell(row, shares + k), _where_any(f'IFERROR({share},"")', fields, row))
    write_formula(sheet.cell(row, best), f"MATCH(MAX({spans[0]}),{spans[0]},0)")
    for at, (name, formula) in enumerate(answer_formulas(plan.rule, cells).items()):
        cell = sheet.cell(row, fields + 1 + at)
        write_formula(cell, _where_any(formula, fields, row))
        if name == "probability":
            cell.number_format = "0.0%"


def _where_any(formula: str, fields: int, row: int) -> str:
    """Leave a row empty of which nothing was pasted."""
    return f'IF(COUNTA({_span(1, fields, row)})=0,"",{formula})'


def _percent(cell: Any, formula: str) -> None:
    write_formula(cell, formula)
    cell.number_format = "0.0%"


def _write_points(sheet: Any, plan: _Plan) -> None:
    points = points_of(plan.model, plan.segments)
    _heading(
        sheet,
        "Points, to type somebody on paper",
        "Begin with the points of everyone, add one row for each field, take the segment with "
        "most points (ties: the first).",
    )
    columns = list(points.table.values())
    _head(sheet, TOP - 1, ["field", "answer", *map(segment_name, plan.segments)])
    for r, values in enumerate(zip(*columns, strict=True), TOP):
        for c, value in enumerate(values, 1):
            write_value(sheet.cell(r, c), value)
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 30
    sheet.freeze_panes = f"A{TOP}"
    sheet.print_title_rows = f"{TOP - 1}:{TOP - 1}"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    _color_heads(sheet, plan, 3)


def _write_about(sheet: Any, about: Sequence[str], n_rows: int) -> None:
    from openpyxl.styles import Alignment  # only when a workbook is written

    _heading(sheet, "About this workbook", "")
    lines = [
        *about,
        "How to use it: 'Type one' for one person, 'Batch' for up to "
        f"{n_rows} pasted rows, 'Points' to print. 'Lookup' and 'Weights' hold what they read.",
        "Answers are read as they are: capitals count, and a level that no respondent had is "
        "'unseen'. Numbers must be numbers, not text that looks like one; yes/no is yes, no, "
        "TRUE or FALSE. An answer that cannot be read is asked to be checked, never guessed.",
        "There are no macros and no links. The segments are those that segkit's predict gives.",
    ]
    for r, line in enumerate(filter(str.strip, lines), 3):
        write_value(sheet.cell(r, 1), line).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 110


def _heading(sheet: Any, title: str, note: str) -> None:
    from openpyxl.styles import Font  # only when a workbook is written

    write_value(sheet["A1"], title).font = Font(bold=True, size=16)
    write_value(sheet["A2"], note)


def _head(sheet: Any, row: int, names: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # only when a workbook is written

    for column, name in enumerate(names, 1):
        cell = write_value(sheet.cell(row, column), name)
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _color_heads(sheet: Any, plan: _Plan, first: int) -> None:
    from openpyxl.styles import Border, Side  # only when a workbook is written

    for k, segment in enumerate(plan.segments):
        side = Side("thick", color="FF" + color_of(segment, k)[1:])
        sheet.cell(TOP - 1, first + k).border = Border(bottom=side)


def _input(cell: Any, rows: FieldRows) -> None:
    from openpyxl.styles import PatternFill  # only when a workbook is written

    cell.fill = PatternFill("solid", INPUT)
    if rows.field.kind == "text":
        cell.number_format = "@"  # so that 01 and TRUE stay what they are


def _choices(sheet: Any, rows: FieldRows, cells: str) -> None:
    """Offer the levels; others may be typed, since a level never heard of is an answer too."""
    from openpyxl.worksheet.datavalidation import DataValidation  # only when one is written

    if rows.field.kind == "number":
        return
    listed = rows.levels if rows.field.kind == "text" else '"yes,no"'
    offered = DataValidation(type="list", formula1=listed, allow_blank=True)
    offered.showErrorMessage = rows.field.kind == "boolean"
    offered.add(cells)
    sheet.add_data_validation(offered)


def _strict(rows: FieldRows) -> int:
    return int(rows.field.unseen >= 0 and not rows.field.n_pooled)


def _span(first: int, n: int, row: int) -> str:
    return f"${_letter(first)}${row}:${_letter(first + n - 1)}${row}"


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter  # only when a workbook is written

    return str(get_column_letter(column))
