"""The sheets of a scorecard beside the scorecard itself."""

import numpy as np
import pytest

openpyxl = pytest.importorskip("openpyxl")

from segkit._frames import column  # noqa: E402
from segkit.typing_tool.export.questions import questions_of  # noqa: E402
from segkit.typing_tool.export.sheets.cells import write_formula  # noqa: E402
from segkit.typing_tool.export.sheets.lookup import write_lookup  # noqa: E402
from segkit.typing_tool.export.sheets.points import (  # noqa: E402
    PointsWay,
    write_one_by_points,
    write_points,
    write_weights,
)
from segkit.typing_tool.export.sheets.style import TOP, letter_of  # noqa: E402
from segkit.typing_tool.export.sheets.way import Person  # noqa: E402

PEOPLE = [
    {"age": 30.0, "plan": "plus", "online": True},
    {"age": None, "plan": "never heard of", "online": False},
    {"age": None, "plan": None, "online": None},
    {"age": 71.5, "plan": "basic", "online": None},
]


def way_of(tool, book):
    model, segments = tool.model_, tool.classes_.tolist()
    rule = write_weights(book.create_sheet("Weights"), model, segments, tool.cut_)
    sheet = book.create_sheet("Lookup")
    fields = write_lookup(sheet, model.codes.fields, model.scorecard.points, segments)
    return PointsWay(model, segments, fields, rule)


def position_of(field, value):
    """Where an answer stands among a field's rows: gap, unheard, then in order."""
    code = field.code_of(value)
    return [field.missing, field.unseen, *field.codes.tolist()].index(code) + 1


@pytest.mark.parametrize("person", PEOPLE)
def test_points_lead_to_the_answer_of_the_tool(card, person, calculate):
    book = openpyxl.Workbook()
    book.active.title = "Ask"
    way, sheet = way_of(card, book), book["Ask"]
    positions = [position_of(f, person[f.name]) for f in card.model_.codes.fields]
    for row, values in ((1, positions), (2, [1, 1, 1])):
        for c, value in enumerate(values, 1):
            sheet.cell(row, c).value = value
    cells = [f"${letter_of(c)}$1" for c in (1, 2, 3)]
    at = Person(cells, "$A$1:$C$1", "$A$2:$C$2", lambda i: f"$A${10 + i}")
    work = way.work(at)
    assert len(work) == len(way.heads)
    for i, formula in enumerate(work):
        write_formula(sheet.cell(10 + i, 1), formula)
    shares = [way.share(s, at) for s in range(3)]
    for i, formula in enumerate([*way.answers(at).values(), *shares]):
        write_formula(sheet.cell(40 + i, 1), formula)
    found = calculate(book, "Ask", [f"A{40 + i}" for i in range(7)])
    said = card.score_one(person)
    assert (found[0] or None) == said["segment"]
    assert found[1] == pytest.approx(said["probability"], abs=1e-12)
    assert found[2] == said["second"]
    assert (found[3] or None) == said["reason"]
    assert found[4:] == pytest.approx(list(said["probabilities"].values()), abs=1e-12)


def test_the_weights_are_those_of_the_tool_and_the_cut_a_whole_number(card):
    book = openpyxl.Workbook()
    rule = write_weights(book.active, card.model_, card.classes_.tolist(), card.cut_)
    table = card.model_.calibration.table
    assert [c.value for c in book.active["B"]][1:] == [
        str(v) if isinstance(v, float) else v for v in table.tolist()
    ]
    assert [c.value for c in book.active["C"]][1:4] == card.classes_.tolist()
    assert book.active["C2"].data_type == "s"  # a segment called =c is no formula
    assert rule.n_weights == table.size
    assert isinstance(rule.largest, int)
    assert (
        write_weights(openpyxl.Workbook().active, card.model_, ["a", "b", "c"], 0).largest is None
    )


def test_the_sheet_for_paper_is_the_table_of_points(card):
    sheet = openpyxl.Workbook().active
    write_points(sheet, card.model_, card.classes_.tolist())
    points = card.points()
    table = points.frame()
    rows = list(sheet.iter_rows(min_row=TOP, values_only=True))
    assert [r[0] for r in rows] == column(table, "field").tolist()
    for k, segment in enumerate(points.segments):
        assert [r[2 + k] for r in rows] == column(table, f"points_{segment}").tolist()
    assert sheet.print_title_rows in (f"{TOP - 1}:{TOP - 1}", f"${TOP - 1}:${TOP - 1}")
    heads = [c.value for c in sheet[TOP - 1]]
    assert heads == ["field", "answer", *points.segments]


def test_one_person_has_a_row_a_field_and_five_below(card):
    book = openpyxl.Workbook()
    way, sheet = way_of(card, book), book.active
    write_one_by_points(sheet, way, questions_of(card.model_.codes.fields, None))
    assert [sheet.cell(TOP + j, 1).value for j in range(3)] == ["age", "plan", "online"]
    below = [sheet.cell(TOP + 3 + j, 4).value for j in range(5)]
    assert below == ["everyone", "points", "weight", "share", "points but the best"]
    everyone = [sheet.cell(TOP + 3, 5 + k).value for k in range(3)]
    assert everyone == card.model_.scorecard.everyone.tolist() == way.everyone
    answers = [sheet.cell(TOP + 4 + j, 1).value for j in range(4)]
    assert answers == ["segment", "probability", "second", "reason"]
    assert not np.any([c.value for c in sheet["B"]][TOP - 1 : TOP + 2])  # to be filled in
