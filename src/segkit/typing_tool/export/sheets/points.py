"""The sheets of a scorecard: points of one person, of pasted rows, and for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from segkit.plots.palette import segment_name
from segkit.typing_tool.base.tagger import MOSTLY, REASONS
from segkit.typing_tool.export.questions import Question
from segkit.typing_tool.export.sheets.answer import (
    Cells,
    Rule,
    answer_formulas,
    weight_formula,
)
from segkit.typing_tool.export.sheets.cells import write_formula, write_value
from segkit.typing_tool.export.sheets.lookup import FieldRows
from segkit.typing_tool.export.sheets.style import (
    TOP,
    color_heads,
    letter_of,
    offer_levels,
    paint_input,
    span_of,
    strict_mark,
    write_bold,
    write_head,
    write_heading,
    write_percent,
)
from segkit.typing_tool.export.sheets.way import Person
from segkit.typing_tool.models.model import Model
from segkit.typing_tool.models.odds import Odds
from segkit.typing_tool.models.point_table import points_of

__all__ = ["PointsWay", "write_one_by_points", "write_points", "write_weights"]


@dataclass(frozen=True)
class PointsWay:
    """Points added up, and what the most of them mean.

    Attributes
    ----------
    model : Model
        A model whose voter is a scorecard.
    segments : list
        The segments, in order.
    fields : list of FieldRows
        Where answers are looked up.
    rule : Rule
        What the formulas need to know of the tool.
    """

    model: Model
    segments: list[Any]
    fields: list[FieldRows]
    rule: Rule

    @property
    def everyone(self) -> list[int]:
        """The points that all begin with."""
        return self.model.scorecard.everyone.tolist()

    @property
    def heads(self) -> list[str]:
        """Return what the working columns are called."""
        kinds = ("points", "weight", "points but the best")
        return [*(f"{kind} {s}" for kind in kinds for s in self.segments), "best"]

    def work(self, at: Person) -> list[str]:
        """Return the formula of each working column."""
        k, best = len(self.segments), self.cells(at).first
        points = at.owns(0, k)
        sums = []
        for s, everyone in enumerate(self.everyone):
            terms = [
                rows.points(s, place) for rows, place in zip(self.fields, at.positions, strict=True)
            ]
            sums.append("+".join([str(everyone), *terms]))
        weights = [weight_formula(self.rule, points, at.own(s)) for s in range(k)]
        rest = [f"IF({best}={s + 1},-1,{at.own(s)})" for s in range(k)]
        return [*sums, *weights, *rest, f"MATCH(MAX({points}),{points},0)"]

    def answers(self, at: Person) -> dict[str, str]:
        """Return the formulas of segment, probability, second and reason."""
        return answer_formulas(self.rule, self.cells(at))

    def share(self, segment: int, at: Person) -> str:
        """Return the formula of a segment's probability."""
        k = len(self.segments)
        return f"{at.own(k + segment)}/SUM({at.owns(k, k)})"

    def cells(self, at: Person) -> Cells:
        """Return where a person's intermediate results stand."""
        k = len(self.segments)
        points, weights, rest = (at.owns(i * k, k) for i in range(3))
        return Cells(at.span, at.strict, points, weights, rest, at.own(3 * k))


def write_weights(sheet: Any, model: Model, segments: list[Any], cut: int) -> Rule:
    """Write what points behind the best weigh, and return the rule that reads it."""
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


def write_one_by_points(sheet: Any, way: PointsWay, questions: Sequence[Question]) -> None:
    """Write the sheet that types one person and shows the points of each answer."""
    n, first = len(way.fields), 5  # the column of the first segment's points
    write_heading(
        sheet, "Type one person", "Fill in the yellow cells; leave empty what is not known."
    )
    heads = ["field", "answer", "what is asked", "position", *map(segment_name, way.segments)]
    write_head(sheet, TOP - 1, heads)
    for j, (rows, question) in enumerate(zip(way.fields, questions, strict=True)):
        r = TOP + j
        write_value(sheet.cell(r, 1), question.name)
        paint_input(sheet.cell(r, 2), rows)
        write_value(sheet.cell(r, 3), question.asked)
        write_formula(sheet.cell(r, 4), rows.position(f"$B${r}"))
        for k in range(len(way.segments)):
            write_formula(sheet.cell(r, first + k), rows.points(k, f"$D${r}"))
        offer_levels(sheet, rows, f"B{r}")
    _write_totals(sheet, way, TOP + n, first)
    _write_answers(sheet, way, TOP + n)
    for letter, width in {"A": 30, "B": 26, "C": 60, "D": 11}.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{TOP}"


def _write_totals(sheet: Any, way: PointsWay, row: int, first: int) -> None:
    """Write five rows over the segments: everyone's points, the sum, weights, shares, the rest.

    The fields' rows end above `row`. Beside them stands, in column D, what the row is.
    """
    n = len(way.segments)
    span = span_of(first, n, row + 1)
    weights = span_of(first, n, row + 2)
    for offset, head in enumerate(["everyone", "points", "weight", "share", "points but the best"]):
        write_value(sheet.cell(row + offset, 4), head)
    for k, points in enumerate(way.everyone):
        letter = letter_of(first + k)
        sheet.cell(row, first + k).value = points
        write_formula(sheet.cell(row + 1, first + k), f"SUM({letter}{TOP}:{letter}{row})")
        write_formula(
            sheet.cell(row + 2, first + k), weight_formula(way.rule, span, f"{letter}{row + 1}")
        )
        write_percent(sheet.cell(row + 3, first + k), f"{letter}{row + 2}/SUM({weights})")
        write_formula(
            sheet.cell(row + 4, first + k), f"IF($D${row + 5}={k + 1},-1,{letter}{row + 1})"
        )
    write_formula(sheet.cell(row + 5, 4), f"MATCH(MAX({span}),{span},0)")
    write_value(sheet.cell(row + 5, 5), "(place of the best)")


def _write_answers(sheet: Any, way: PointsWay, row: int) -> None:
    from openpyxl.styles import Font  # only when a workbook is written

    n, first = len(way.segments), 5
    # whether an unheard level is a reason: a mark a field, to the right of the points
    marks = letter_of(first + n)
    write_value(sheet[f"{marks}{TOP - 1}"], "unheard levels count")
    for j, rows in enumerate(way.fields):
        sheet[f"{marks}{TOP + j}"].value = strict_mark(rows)
    cells = Cells(
        f"$D${TOP}:$D${row - 1}",
        f"${marks}${TOP}:${marks}${row - 1}",
        span_of(first, n, row + 1),
        span_of(first, n, row + 2),
        span_of(first, n, row + 4),
        f"$D${row + 5}",
    )
    for at, (name, formula) in enumerate(answer_formulas(way.rule, cells).items()):
        write_bold(sheet.cell(row + 1 + at, 1), name)
        write = write_percent if name == "probability" else write_formula
        answer = write(sheet.cell(row + 1 + at, 2), formula)
        answer.font = Font(bold=True, size=14 if name == "segment" else 11)


def write_points(sheet: Any, model: Model, segments: list[Any]) -> None:
    """Write the points to type somebody on paper."""
    points = points_of(model, segments)
    write_heading(
        sheet,
        "Points, to type somebody on paper",
        "Begin with the points of everyone, add one row for each field, take the segment with "
        "most points (ties: the first).",
    )
    columns = list(points.table.values())
    write_head(sheet, TOP - 1, ["field", "answer", *map(segment_name, segments)])
    for r, values in enumerate(zip(*columns, strict=True), TOP):
        for c, value in enumerate(values, 1):
            write_value(sheet.cell(r, c), value)
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 30
    sheet.freeze_panes = f"A{TOP}"
    sheet.print_title_rows = f"{TOP - 1}:{TOP - 1}"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    color_heads(sheet, segments, 3)
