import pytest

openpyxl = pytest.importorskip("openpyxl")

from segkit.typing_tool.export.sheets.batch import write_batch  # noqa: E402
from segkit.typing_tool.export.sheets.cells import write_value  # noqa: E402
from segkit.typing_tool.export.sheets.style import TOP, letter_of  # noqa: E402


@pytest.fixture
def sheet(by_rules):
    sheet = by_rules.book.create_sheet("Batch")
    write_batch(sheet, by_rules.fields, by_rules.way.segments, by_rules.way, 3)
    return sheet


def test_answers_stand_left_of_tags_and_working_columns_are_hidden(sheet, by_rules):
    heads = [c.value for c in sheet[TOP - 1]]
    shown = [
        *("plan", "online", "segment", "probability", "second", "reason"),
        *("probability_0", "probability_1", "probability_2"),
    ]
    assert heads[: len(shown)] == shown
    assert heads[len(shown) :] == ["position of plan", "position of online", *by_rules.way.heads]
    hidden = [sheet.column_dimensions[letter_of(c + 1)].hidden for c in range(len(heads))]
    assert hidden == [False] * len(shown) + [True] * (len(heads) - len(shown))


def test_as_many_rows_are_prepared_as_were_asked_for(sheet):
    assert sheet.max_row == TOP + 2
    offered = {str(v.sqref) for v in sheet.data_validations.dataValidation}
    assert offered == {f"A{TOP}:A{TOP + 2}", f"B{TOP}:B{TOP + 2}"}


def test_a_row_is_typed_by_its_own_answers_and_an_empty_one_stays_empty(
    sheet, by_rules, few_cells, calculate
):
    people = [{"plan": "plus", "online": True}, {}, {"plan": "never heard of", "online": None}]
    for i, person in enumerate(people):
        for c, name in enumerate(("plan", "online"), 1):
            if person.get(name) is not None:
                write_value(sheet.cell(TOP + i, c), person[name])
    cells = [f"{letter_of(c)}{TOP + i}" for i in range(3) for c in range(3, 10)]
    found = calculate(by_rules.book, "Batch", cells)
    for i, person in ((0, people[0]), (2, people[2])):
        said = few_cells.score_one(person)
        segment, probability, second, reason, *shares = found[7 * i : 7 * i + 7]
        assert (None if segment == "" else segment) == said["segment"]
        assert probability == pytest.approx(said["probability"], abs=1e-12)
        assert second == said["second"]
        assert (reason or None) == said["reason"]
        assert shares == pytest.approx(list(said["probabilities"].values()), abs=1e-12)
    assert {f or None for f in found[7:14]} == {None}
