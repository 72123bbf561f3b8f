import pytest

openpyxl = pytest.importorskip("openpyxl")

from segkit.exceptions import SegkitError  # noqa: E402
from segkit.typing_tool.export.questions import questions_of  # noqa: E402
from segkit.typing_tool.export.sheets.book import (  # noqa: E402
    Texts,
    write_points_book,
    write_rules_book,
)
from segkit.typing_tool.export.sheets.rules import rules_of_cells  # noqa: E402
from segkit.typing_tool.export.sheets.style import TOP  # noqa: E402


def texts(tool, about=("what it is", "  ", "=how well")):
    return Texts(questions_of(tool.model_.codes.fields, None), about)


def of_points(tool, path, n_rows=2):
    own = (tool.model_, tool.classes_.tolist(), tool.cut_)
    return write_points_book(*own, texts(tool), path, n_rows=n_rows)


def of_rules(tool, path, n_rows=2):
    rules = rules_of_cells(tool.model_, tool.cut_)
    own = (tool.model_, tool.classes_.tolist(), rules, "the note")
    return write_rules_book(*own, texts(tool), path, n_rows=n_rows)


def test_what_is_used_stands_before_what_is_read(card, few_cells, tmp_path):
    points = openpyxl.load_workbook(of_points(card, tmp_path / "points.xlsx"))
    assert points.sheetnames == ["Type one", "Batch", "Points", "About", "Lookup", "Weights"]
    rules = openpyxl.load_workbook(of_rules(few_cells, tmp_path / "rules.xlsx"))
    assert rules.sheetnames == ["Type one", "Batch", "Rules", "About", "Lookup"]
    assert rules["Type one"]["A3"].value == rules["Rules"]["A2"].value == "the note"


def test_the_last_words_are_text_without_empty_lines(card, few_cells, tmp_path):
    book = openpyxl.load_workbook(of_points(card, tmp_path / "points.xlsx", n_rows=7))
    said = [c for c in book["About"]["A"][2:] if c.value]
    assert [c.row for c in said] == list(range(3, 3 + len(said)))
    assert [c.value for c in said][:2] == ["what it is", "=how well"]
    assert {c.data_type for c in said} == {"s"}
    assert "'Batch' for up to 7 pasted rows" in said[2].value
    assert "those that segkit's predict gives" in said[-1].value
    rules = openpyxl.load_workbook(of_rules(few_cells, tmp_path / "rules.xlsx"))
    about = [c.value for c in rules["About"]["A"][2:]]
    assert about[0] == "the note"  # how far to trust it comes first
    assert not [line for line in about if "those that segkit's predict gives" in line]


def test_rows_are_prepared_as_asked(card, tmp_path):
    book = openpyxl.load_workbook(of_points(card, tmp_path / "points.xlsx", n_rows=7))
    assert book["Batch"].max_row == TOP + 6


@pytest.mark.parametrize("name", ["tool.xls", "tool", "tool.xlsx.txt"])
def test_a_name_of_no_workbook_is_refused_before_anything_is_written(card, name, tmp_path):
    with pytest.raises(SegkitError, match=rf"`{name}` is no name of a workbook; expected one in"):
        of_points(card, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
    assert of_points(card, tmp_path / "TOOL.XLSX").is_file()
