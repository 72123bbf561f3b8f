import numpy as np
import pytest

openpyxl = pytest.importorskip("openpyxl")

from segkit.plots.palette import SEGMENT_COLORS  # noqa: E402
from segkit.typing_tool.coding.field_code import FieldCode  # noqa: E402
from segkit.typing_tool.export.sheets.lookup import FieldRows  # noqa: E402
from segkit.typing_tool.export.sheets.style import (  # noqa: E402
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

NONE = np.empty(0)
TEXT = FieldCode("plan", "text", "str", ("01", "TRUE"), NONE, np.array([0, 1]), 2, 3, 4)
POOLED = FieldCode("plan", "text", "str", ("01",), NONE, np.array([0]), 1, 2, 3, n_pooled=4)
NUMBER = FieldCode("age", "number", "float64", (), np.array([1.0]), np.array([0, 1]), 2, -1, 3)
YES_NO = FieldCode("online", "boolean", "bool", ("True",), NONE, np.array([1]), 0, 2, 3)


@pytest.fixture
def sheet():
    return openpyxl.Workbook().active


def test_columns_beyond_z_and_ranges_have_the_names_of_a_worksheet():
    assert [letter_of(c) for c in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert span_of(26, 3, 7) == "$Z$7:$AB$7"
    assert span_of(2, 1, 1) == "$B$1:$B$1"


def test_text_that_looks_like_a_formula_stays_text_in_every_head(sheet):
    write_heading(sheet, "=1+1", "@note")
    write_head(sheet, 3, ["+a", "-b"])
    write_bold(sheet["C4"], "=2+2", 14)
    for cell in ("A1", "A2", "A3", "B3", "C4"):
        assert sheet[cell].data_type == "s"
        assert sheet[cell].quotePrefix
    assert (sheet["A1"].font.bold, sheet["C4"].font.size) == (True, 14)


def test_a_share_is_a_formula_shown_as_per_cent(sheet):
    assert write_percent(sheet["A1"], "1/3").value == "=1/3"
    assert sheet["A1"].number_format == "0.0%"


def test_only_text_inputs_are_kept_from_becoming_numbers_or_yes_and_no(sheet):
    formats = []
    for column, field in enumerate((TEXT, NUMBER, YES_NO), 1):
        cell = sheet.cell(1, column)
        paint_input(cell, FieldRows(field, 2))
        assert cell.fill.fill_type == "solid"
        formats.append(cell.number_format)
    assert formats == ["@", "General", "General"]


def test_levels_are_offered_and_only_yes_and_no_are_all_there_is(sheet):
    for field, cells in ((TEXT, "A1"), (YES_NO, "B1"), (NUMBER, "C1")):
        offer_levels(sheet, FieldRows(field, 7), cells)
    offered = {str(v.sqref): v for v in sheet.data_validations.dataValidation}
    assert set(offered) == {"A1", "B1"}  # a number is not chosen from a list
    assert offered["A1"].formula1 == "Lookup!$C$9:$C$10"
    assert not offered["A1"].showErrorMessage
    assert (offered["B1"].formula1, offered["B1"].showErrorMessage) == ('"yes,no"', True)


def test_an_unheard_level_counts_where_it_stands_for_no_pooled_ones():
    marks = [strict_mark(FieldRows(f, 2)) for f in (TEXT, POOLED, NUMBER, YES_NO)]
    assert marks == [1, 0, 0, 1]


def test_heads_of_segments_have_their_colours(sheet):
    color_heads(sheet, [1, "Planners"], 3)
    found = [sheet.cell(TOP - 1, c).border.bottom.color.rgb for c in (3, 4)]
    # a number has its own colour, a name that of its place
    assert found == ["FF" + SEGMENT_COLORS[1][1:]] * 2
