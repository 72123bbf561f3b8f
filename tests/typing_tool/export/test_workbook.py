import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

from segkit import datasets
from segkit.exceptions import NotFittedError, SegkitError
from segkit.survey import Codebook, Item
from segkit.typing_tool import TypingTool
from segkit.typing_tool.export.questions import questions_of
from segkit.typing_tool.export.workbook import TOP, Texts, write_workbook

openpyxl = pytest.importorskip("openpyxl")
OFFICE = shutil.which("soffice")
CARDS = ["scorecard", "shy scorecard"]


def workbook(tool, path, n_rows):
    texts = Texts(questions_of(tool.model_.codes.fields, None), tool.card().split("\n"))
    return write_workbook(
        tool.model_, tool.classes_.tolist(), tool.cut_, texts, path, n_rows=n_rows
    )


def cell_right_of(sheet, text):
    found = [c for row in sheet.iter_rows(max_col=1) for c in row if c.value == text]
    assert len(found) == 1
    return sheet.cell(found[0].row, 2)


def paste(path, records):
    """Put rows into "Batch" and the first of them into "Type one", as a person would."""
    book = openpyxl.load_workbook(path)
    for i, record in enumerate(records):
        for c, value in enumerate(record.values(), 1):
            put(book["Batch"].cell(TOP + i, c), value)
    for name, value in records[0].items():
        put(cell_right_of(book["Type one"], name), value)
    book.save(path)


def put(cell, value):
    cell.value = repr(value) if isinstance(value, float) else value  # all digits
    if isinstance(value, str | float):
        cell.data_type = "s" if isinstance(value, str) else "n"


def recalculated(path):
    """The workbook as LibreOffice calculates it, read back as values."""
    if OFFICE is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    out = path.parent / "out"
    profile = (path.parent / "profile").as_uri()
    command = [OFFICE, "--headless", f"-env:UserInstallation={profile}", "--convert-to"]
    subprocess.run([*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", out, path],
                   check=True, capture_output=True, timeout=300)  # fmt: skip
    return openpyxl.load_workbook(out / path.name, data_only=True)


def check_batch(rows, tool, people):
    """Compare rows (dicts by head) with what the tool itself says."""
    assert len(rows) == len(people)
    for row, person in zip(rows, people, strict=True):
        if all(v is None for v in person.values()):
            assert row["segment"] in (None, "")  # nothing was pasted
            continue
        expected = tool.score_one(person)
        assert row["segment"] == expected["segment"] or (
            expected["segment"] is None and row["segment"] in (None, "")
        )
        assert row["probability"] == pytest.approx(expected["probability"], abs=1e-12, rel=0)
        assert row["second"] == expected["second"]
        assert (row["reason"] or None) == expected["reason"]
        for segment, share in expected["probabilities"].items():
            assert row[f"probability_{segment}"] == pytest.approx(share, abs=1e-12, rel=0)


def batch_rows(sheet, n):
    heads = [c.value for c in sheet[TOP - 1]]
    rows = sheet.iter_rows(min_row=TOP, max_row=TOP + n - 1, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", CARDS)
def test_two_thousand_rows_are_typed_by_a_worksheet_as_in_python(name, cases, tmp_path):
    case = cases[name]
    people = case.records[1:] + case.records[:1]  # the first is somebody unknown
    path = workbook(case.tool, tmp_path / "tool.xlsx", len(people))
    paste(path, people)
    book = recalculated(path)
    check_batch(batch_rows(book["Batch"], len(people)), case.tool, people)
    expected = case.tool.score_one(people[0])
    one = book["Type one"]
    assert cell_right_of(one, "segment").value == expected["segment"]
    assert cell_right_of(one, "probability").value == pytest.approx(
        expected["probability"], abs=1e-12, rel=0
    )
    assert cell_right_of(one, "second").value == expected["second"]


@pytest.mark.parametrize("name", CARDS)
def test_another_engine_calculates_the_same(name, cases, tmp_path):
    formulas = pytest.importorskip("formulas")
    case = cases[name]
    people = case.records[1:13]
    path = workbook(case.tool, tmp_path / "tool.xlsx", len(people))
    paste(path, people)
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    heads = [c.value for c in openpyxl.load_workbook(path)["Batch"][TOP - 1]]
    letters = [openpyxl.utils.get_column_letter(c) for c in range(1, len(heads) + 1)]
    n = len(case.tool.model_.codes.fields)

    def value(letter, row):
        found = solution[f"'[tool.xlsx]BATCH'!{letter}{row}"].value[0, 0]
        return found.item() if isinstance(found, np.generic) else found

    width = n + 4 + len(case.tool.classes_)
    rows = [
        {h: value(c, TOP + i) for h, c in list(zip(heads, letters, strict=True))[n:width]}
        for i in range(len(people))
    ]
    check_batch(rows, case.tool, people)


def test_a_person_of_whom_nothing_is_known_is_typed_by_the_first_sheet(cases, tmp_path):
    tool = cases["shy scorecard"].tool
    book = recalculated(tool.to_excel(tmp_path / "tool.xlsx"))
    expected = tool.score_one(dict.fromkeys(cases["shy scorecard"].records[0]))
    assert cell_right_of(book["Type one"], "segment").value in (expected["segment"], "", None)
    assert (cell_right_of(book["Type one"], "reason").value or None) == expected["reason"]
    shown = cell_right_of(book["Type one"], "probability").value
    assert shown == pytest.approx(expected["probability"], abs=1e-12, rel=0)
    assert batch_rows(book["Batch"], 500)[-1]["segment"] in (None, "")


def nasty_tool():
    rng = np.random.default_rng(0)
    names = ["=1+1", "+x", "@sum", 'a"b', "<b>&amp;"]
    levels = np.array(["Yes", "yes", "y*", "y?s", "~yes", "=2+3", "-1", "01", " yes"], dtype=object)
    fields = pd.DataFrame({n: levels[rng.integers(0, 9, 600)] for n in names})
    keen = fields["=1+1"].isin(["Yes", "y*", "=2+3", "01"])
    segments = np.where(keen ^ (rng.random(600) < 0.1), "=cmd|' /C calc'!A0", "-1+1")
    return TypingTool(model="scorecard", n_folds=2).fit(fields, segments), fields


def test_text_is_never_a_formula_and_capitals_and_wildcards_are_letters(tmp_path):
    tool, fields = nasty_tool()
    path = workbook(tool, tmp_path / "tool.xlsx", 60)
    book = openpyxl.load_workbook(path)
    for sheet in ("Points", "About", "Lookup", "Weights"):
        assert not [c for row in book[sheet].iter_rows() for c in row if c.data_type == "f"]
    assert not [c for c in book["Batch"][TOP - 1] if c.data_type == "f"]
    shy = [c for row in book["Lookup"].iter_rows() for c in row if str(c.value).startswith("=")]
    assert shy
    assert all(c.quotePrefix for c in shy)
    assert book.vba_archive is None
    people = fields.iloc[:60].to_dict("records")
    paste(path, people)
    check_batch(batch_rows(recalculated(path)["Batch"], 60), tool, people)


def test_an_answer_that_cannot_be_read_is_never_guessed(cases, tmp_path):
    tool = cases["scorecard"].tool
    path = workbook(tool, tmp_path / "tool.xlsx", 4)
    person = next(p for p in cases["scorecard"].records if None not in p.values())
    paste(path, [{**person, "age": "34"}, {**person, "age": True}, {**person, "online": "maybe"},
                 {**person, "online": "yes"}])  # fmt: skip
    book = recalculated(path)
    rows = batch_rows(book["Batch"], 4)
    assert [r["segment"] for r in rows[:3]] == ["check the answers"] * 3
    assert [r["probability"] or None for r in rows[:3]] == [None] * 3
    assert cell_right_of(book["Type one"], "segment").value == "check the answers"
    assert rows[3]["segment"] == tool.score_one({**person, "online": True})["segment"]


@pytest.mark.real_data
def test_all_fields_of_the_bank_are_in_the_workbook(data_folder, tmp_path):
    bank = datasets.fetch_bank_marketing().answers
    people = bank.iloc[np.random.default_rng(0).choice(len(bank), 1500, replace=False)]
    fields = people.drop(columns=["contact_id", "age"]).reset_index(drop=True)
    segments = np.digitize(people["age"].to_numpy(), [33, 50])
    tool = TypingTool(model="scorecard", n_folds=2).fit(fields, segments)
    path = workbook(tool, tmp_path / "tool.xlsx", 40)
    rows = fields.iloc[:40].astype(object)
    records = rows.where(rows.notna(), None).to_dict("records")
    paste(path, records)
    check_batch(batch_rows(recalculated(path)["Batch"], 40), tool, records)


def test_wordings_and_figures_are_in_the_workbook(cases, tmp_path):
    tool = cases["scorecard"].tool
    wording = Codebook([Item("age", "=How old are you?", role="field")])
    book = openpyxl.load_workbook(tool.to_excel(tmp_path / "tool.xlsx", codebook=wording))
    assert book.sheetnames[:4] == ["Type one", "Batch", "Points", "About"]
    asked = book["Type one"].cell(cell_right_of(book["Type one"], "age").row, 3)
    assert asked.value.startswith("=How old are you?")
    assert asked.data_type == "s"
    about = " ".join(str(c.value) for c in book["About"]["A"])
    assert "chance" in about
    printed = book["Points"].max_row - TOP + 1
    assert printed == len(tool.points().table["field"])


def test_what_no_worksheet_holds_is_refused(cases, tmp_path):
    with pytest.raises(NotFittedError):
        TypingTool().to_excel(tmp_path / "tool.xlsx")
    with pytest.raises(SegkitError, match=r"worksheet cannot hold.*model='scorecard'"):
        cases["forest"].tool.to_excel(tmp_path / "tool.xlsx")
    tool = cases["scorecard"].tool
    with pytest.raises(SegkitError, match=r"`tool\.xls` is no name of a workbook"):
        tool.to_excel(tmp_path / "tool.xls")
    with pytest.raises(SegkitError, match="nowhere"):
        tool.to_excel(tmp_path / "nowhere" / "tool.xlsx")
    fields = pd.DataFrame({"plan": ["a\x01", "b"] * 60})
    odd = TypingTool(model="scorecard", n_folds=2).fit(fields, [0, 1] * 60)
    with pytest.raises(SegkitError, match=r"`plan` has the level .* which a work"):
        odd.to_excel(tmp_path / "tool.xlsx")
    assert list(tmp_path.iterdir()) == []
