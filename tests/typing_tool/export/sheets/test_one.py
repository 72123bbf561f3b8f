import pytest

openpyxl = pytest.importorskip("openpyxl")

from segkit.typing_tool.export.sheets.cells import write_value  # noqa: E402
from segkit.typing_tool.export.sheets.one import write_one_by_rules  # noqa: E402
from segkit.typing_tool.export.sheets.style import TOP  # noqa: E402


@pytest.fixture
def sheet(by_rules):
    sheet = by_rules.book.active
    sheet.title = "Type one"
    write_one_by_rules(sheet, by_rules.way, by_rules.questions, "=a note")
    return sheet


def rows_of(sheet):
    """The row of each text in the first column."""
    return {c.value: c.row for c in sheet["A"] if c.value}


def test_a_field_a_row_then_the_answers_then_the_rule(sheet):
    rows = rows_of(sheet)
    wanted = [
        *("plan", "online", "segment", "probability", "second", "reason"),
        *(f"probability of Segment {k}" for k in range(3)),
        "by rule number",
    ]
    assert [text for text in rows if rows[text] >= TOP] == wanted
    assert rows["plan"] == TOP


def test_the_note_is_text_and_what_is_computed_on_the_way_is_hidden(sheet):
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=a note", "s")
    assert [sheet.column_dimensions[c].hidden for c in "ABCDEFG"] == [False] * 3 + [True] * 4


@pytest.mark.parametrize(
    "person",
    [
        {"plan": "plus", "online": True},
        {"plan": None, "online": None},
        {"plan": "never heard of", "online": False},
    ],
)
def test_the_answer_is_that_of_the_tool_and_its_rule_says_when(
    sheet, by_rules, few_cells, person, calculate
):
    rows = rows_of(sheet)
    for name, value in person.items():
        if value is not None:
            write_value(sheet.cell(rows[name], 2), value)
    names = ["segment", "probability", "second", "reason", "by rule number"]
    cells = [f"B{rows[n]}" for n in names] + [f"C{rows['by rule number']}"]
    segment, probability, second, reason, number, words = calculate(
        by_rules.book, "Type one", cells
    )
    said = few_cells.score_one(person)
    assert (None if segment == "" else segment) == said["segment"]
    assert probability == pytest.approx(said["probability"], abs=1e-12)
    assert second == said["second"]
    assert (reason or None) == said["reason"]
    assert words == by_rules.way.rules.words[int(number) - 1]
