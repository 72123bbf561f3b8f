"""Where an answer stands, as a worksheet finds it."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.sheets.cells import write_value
from segkit.typing_tool.export.sheets.lookup import GAP, UNHEARD, write_lookup

openpyxl = pytest.importorskip("openpyxl")

AGE = FieldCode(
    "age", "number", "float64", (), np.array([20.0, 0.1 + 40]), np.array([0, 1, 4]), 3, -1, 5
)
PLAN = FieldCode(
    "plan", "text", "str", ("Yes", "y*", "=1"), np.empty(0), np.array([2, 0, 3]), 1, 4, 5
)
ONLINE = FieldCode("online", "boolean", "bool", ("True",), np.empty(0), np.array([1]), 0, 2, 3)
FIELDS = (AGE, PLAN, ONLINE)
POINTS = np.arange(3 * 64 * 2).reshape(3, 64, 2)


def found(calculate, answers):
    """Positions and points of answers, one a field, as (position, points, points)."""
    book = openpyxl.Workbook()
    book.active.title = "Ask"
    rows = write_lookup(book.create_sheet("Lookup"), FIELDS, POINTS, ["x", "y"])
    for c, (field, answer) in enumerate(zip(rows, answers, strict=True), 1):
        letter = openpyxl.utils.get_column_letter(c)
        write_value(book["Ask"].cell(1, c), answer)
        book["Ask"].cell(2, c).value = "=" + field.position(f"${letter}$1")
        for k in range(2):
            book["Ask"].cell(3 + k, c).value = "=" + field.points(k, f"${letter}$2")
    values = calculate(book, "Ask", [f"{c}{r}" for c in "ABC" for r in (2, 3, 4)])
    return [tuple(values[3 * c : 3 * c + 3]) for c in range(3)]


def expected(field, position):
    own = FIELDS[field]
    code = [own.missing, own.unseen, *own.codes][position - 1]
    return (position, *POINTS[field, code])


@pytest.mark.parametrize(
    ("answers", "positions"),
    [
        ((None, None, None), (GAP, GAP, GAP)),
        ((20, "Yes", True), (3, 3, 3)),
        ((20.000000000000004, "yes", False), (4, UNHEARD, UNHEARD)),
        ((0.1 + 40, "y*", "yes"), (4, 4, 3)),
        ((41, "=1", "no"), (5, 5, UNHEARD)),
        ((-1e300, "yy", None), (3, UNHEARD, GAP)),
    ],
)
def test_answers_stand_where_the_codebook_has_them(answers, positions, calculate):
    wanted = [expected(f, p) for f, p in enumerate(positions)]
    assert found(calculate, answers) == wanted


def test_what_cannot_be_read_stands_nowhere(calculate):
    for place, answers in ((0, ("20", "Yes", True)), (0, (True, "Yes", True)), (2, (1, "", "so"))):
        position = found(calculate, answers)[place][0]
        assert not isinstance(position, int | float)


def test_the_sheet_says_what_each_row_means():
    sheet = openpyxl.Workbook().active
    rows = write_lookup(sheet, FIELDS, POINTS, ["x", "y"])
    assert [r.start for r in rows] == [2, 7, 12]
    assert [r.n_entries for r in rows] == [3, 3, 1]
    assert [c.value for c in sheet[1]] == [
        "field", "number", "value or upper edge", "meaning", "x", "y",
    ]  # fmt: skip
    meanings = [(r[0], r[3]) for r in sheet.iter_rows(min_row=2, values_only=True)]
    assert meanings[:3] == [("age", "missing"), ("age", "cannot occur"), ("age", "up to 20")]
    assert [m for _, m in meanings[5:10]] == ["missing", "unseen", "Yes", "y*", "=1"]


def test_a_level_that_no_cell_holds_is_refused():
    bad = FieldCode("plan", "text", "str", ("a\x01",), np.empty(0), np.array([0]), 1, 2, 3)
    with pytest.raises(SegkitError, match="`plan` has the level"):
        write_lookup(openpyxl.Workbook().active, (bad,), POINTS[:1], ["x"])
