import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import NotFittedError, SegkitError
from segkit.survey import Codebook, Item
from segkit.typing_tool import TypingTool
from segkit.typing_tool.export.cell_table import count_cells
from segkit.typing_tool.export.distilled import distil
from segkit.typing_tool.export.questions import questions_of
from segkit.typing_tool.export.sheets.book import Texts
from segkit.typing_tool.export.sheets.style import TOP
from segkit.typing_tool.export.workbook import write_workbook

openpyxl = pytest.importorskip("openpyxl")
OFFICE = shutil.which("soffice")
WRITTEN = ["scorecard", "shy scorecard", "cells of a forest", "tree of a forest"]


@dataclass(frozen=True)
class Book:
    """A tool, people to type, and what a workbook has to say of a person."""

    tool: TypingTool
    people: list[dict[str, Any]]
    expected: Callable[[dict[str, Any]], dict[str, Any]]
    exact: bool = True


@pytest.fixture(scope="session")
def books(cases, people, edge_rows):
    """Scorecards, and forests both ways."""
    found = {n: by_itself(cases[n].tool, cases[n].records) for n in WRITTEN[:2]}
    made = people(500)
    fields = pd.DataFrame(made.columns)[["region", "plan", "online"]]
    few = TypingTool(n_trees=20, n_folds=2, abstain_below=0.45).fit(fields, made.segments)
    rows = edge_rows(few, fields, 500, 7)
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    found["cells of a forest"] = by_itself(few, plain)
    shy = cases["shy forest"]
    found["tree of a forest"] = by_tree(shy.tool, shy.records)
    return found


def by_itself(tool, people):
    return Book(tool, people, tool.score_one)


def by_tree(tool, people):
    """What the distilled tree says of a person, as `score_one` would say it."""
    tree = distil(tool.model_, tool.cut_)

    def expected(person):
        codes = [f.code_of(person[f.name]) for f in tool.model_.codes.fields]
        codes = np.array([codes], dtype=np.uint8)
        decision = tree.decide(codes, tool.cut_)
        added = tool._tagger().columns(decision, tool._tagger().reasons(codes, ~decision.kept))
        reason = added["reason"]
        names = tool.classes_.tolist()
        return {
            "segment": names[decision.first[0]] if decision.kept[0] else None,
            "probability": decision.top[0],
            "second": names[decision.second[0]],
            "reason": None if reason.missing[0] else reason.levels[reason.values[0]],
            "probabilities": dict(zip(names, decision.probabilities[0], strict=True)),
        }

    return Book(tool, people, expected, exact=False)


def workbook(tool, path, n_rows, exact=True, base=None):
    texts = Texts(questions_of(tool.model_.codes.fields, None), tool.card().split("\n"))

    return write_workbook(tool._fitted(), texts, path, exact=exact, base=base, n_rows=n_rows).path


def cell_right_of(sheet, text):
    found = [c for row in sheet.iter_rows(max_col=1) for c in row if c.value == text]
    assert len(found) == 1
    return sheet.cell(found[0].row, 2)


def paste(path, records):
    """Put rows into "Batch" and the first of them into "Type one", as a person would."""
    book = openpyxl.load_workbook(path)
    for cell in book["Lookup"]["C"]:
        put(cell, cell.value)  # openpyxl would save the edges of bins with sixteen digits
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


def check_batch(rows, score_one, people):
    """Compare rows (dicts by head) with what the tool itself says."""
    assert len(rows) == len(people)
    for row, person in zip(rows, people, strict=True):
        if all(v is None for v in person.values()):
            assert row["segment"] in (None, "")  # nothing was pasted
            continue
        expected = score_one(person)
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


def check_one(sheet, expected):
    for name in ("segment", "second", "reason"):
        value = cell_right_of(sheet, name).value
        assert (None if value == "" else value) == expected[name]
    shown = cell_right_of(sheet, "probability").value
    assert shown == pytest.approx(expected["probability"], abs=1e-12, rel=0)


@pytest.mark.parametrize("name", WRITTEN)
def test_two_thousand_rows_are_typed_by_a_worksheet_as_in_python(name, books, tmp_path):
    own = books[name]
    people = own.people[1:] + own.people[:1]  # the first is somebody unknown
    path = workbook(own.tool, tmp_path / "tool.xlsx", len(people), own.exact)
    paste(path, people)
    book = recalculated(path)
    check_batch(batch_rows(book["Batch"], len(people)), own.expected, people)
    check_one(book["Type one"], own.expected(people[0]))


@pytest.mark.parametrize("name", WRITTEN)
def test_another_engine_calculates_the_same(name, books, tmp_path):
    formulas = pytest.importorskip("formulas")
    own = books[name]
    people = own.people[1:13]
    path = workbook(own.tool, tmp_path / "tool.xlsx", len(people), own.exact)
    paste(path, people)
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    heads = [c.value for c in openpyxl.load_workbook(path)["Batch"][TOP - 1]]
    letters = [openpyxl.utils.get_column_letter(c) for c in range(1, len(heads) + 1)]
    n = len(own.tool.model_.codes.fields)

    def value(letter, row):
        found = solution[f"'[tool.xlsx]BATCH'!{letter}{row}"].value[0, 0]
        return found.item() if isinstance(found, np.generic) else found

    width = n + 4 + len(own.tool.classes_)
    rows = [
        {h: value(c, TOP + i) for h, c in list(zip(heads, letters, strict=True))[n:width]}
        for i in range(len(people))
    ]
    check_batch(rows, own.expected, people)


def test_a_person_of_whom_nothing_is_known_is_typed_by_the_first_sheet(cases, tmp_path):
    tool = cases["shy scorecard"].tool
    book = recalculated(tool.to_excel(tmp_path / "tool.xlsx").path)
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
    check_batch(batch_rows(recalculated(path)["Batch"], 60), tool.score_one, people)


@pytest.mark.parametrize("name", ["scorecard", "tree of a forest"])
def test_an_answer_that_cannot_be_read_is_never_guessed(name, books, tmp_path):
    own = books[name]
    path = workbook(own.tool, tmp_path / "tool.xlsx", 4, own.exact)
    person = next(p for p in own.people if None not in p.values())
    paste(path, [{**person, "age": "34"}, {**person, "age": True}, {**person, "online": "maybe"},
                 {**person, "online": "yes"}])  # fmt: skip
    book = recalculated(path)
    rows = batch_rows(book["Batch"], 4)
    assert [r["segment"] for r in rows[:3]] == ["check the answers"] * 3
    assert [r["probability"] or None for r in rows[:3]] == [None] * 3
    assert cell_right_of(book["Type one"], "segment").value == "check the answers"
    said = own.expected({**person, "online": True})["segment"]
    assert rows[3]["segment"] == said or (said is None and rows[3]["segment"] in (None, ""))


def test_the_rule_of_a_person_is_named_in_words(books, tmp_path):
    own = books["tree of a forest"]
    path = workbook(own.tool, tmp_path / "tool.xlsx", 3, exact=False)
    paste(path, own.people[1:4])
    book = recalculated(path)
    number = cell_right_of(book["Type one"], "by rule number")
    told = [c.value for c in book["Rules"][TOP - 1 + number.value]]
    assert told[0] == number.value
    assert number.offset(0, 1).value == told[-1]
    assert told[1] == (own.expected(own.people[1])["segment"] or told[1])


def test_how_often_a_distilled_tree_agrees_is_on_the_first_sheet(cases, tmp_path):
    case = cases["forest"]
    people = case.rows.iloc[1:]
    written = case.tool.to_excel(tmp_path / "tool.xlsx", exact=False, base=people)
    tree = distil(case.tool.model_, case.tool.cut_, case.tool.model_.codes.encode(people))
    assert (written.agreement, written.low, written.high) == (tree.agreement, tree.low, tree.high)
    assert not written.exact
    assert tree.summary() in written.summary()
    assert "measured on 499 customers" in written.summary()
    book = openpyxl.load_workbook(written)
    assert book.sheetnames == ["Type one", "Batch", "Rules", "Tree", "About", "Lookup"]
    assert book["Type one"]["A3"].value == f"Not exact. {tree.summary()}"
    assert book["Rules"].max_row == TOP - 1 + tree.tree.n_leaves


def test_few_cells_are_exact_and_say_so(books, tmp_path):
    tool = books["cells of a forest"].tool
    for exact in (True, False):
        written = tool.to_excel(tmp_path / "tool.xlsx", exact=exact)
        assert written.exact
        assert written.agreement == 1
    cells = count_cells(tool.model_.forest)
    assert f"all {cells} cells" in written.summary()
    assert openpyxl.load_workbook(written)["Rules"].max_row == TOP - 1 + cells


@pytest.mark.real_data
@pytest.mark.parametrize("model", ["scorecard", "forest"])
@pytest.mark.parametrize("n", [40, pytest.param(2000, marks=pytest.mark.slow)])
def test_all_fields_of_real_surveys_are_typed_alike(n, model, real_people, edge_rows, tmp_path):
    fields, segments = real_people
    tool = TypingTool(model=model, n_trees=30, n_folds=2, abstain_below=0.5).fit(fields, segments)
    rows = edge_rows(tool, fields, n + 1, 0).iloc[1:]
    people = rows.astype(object).where(rows.notna(), None).to_dict("records")
    own = by_itself(tool, people) if model == "scorecard" else by_tree(tool, people)
    path = workbook(tool, tmp_path / "tool.xlsx", n, own.exact)
    paste(path, people)
    check_batch(batch_rows(recalculated(path)["Batch"], n), own.expected, people)


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
    with pytest.raises(
        SegkitError, match=r"worksheet cannot hold.*8,000 at most.*exact=False.*model='scorecard'"
    ):
        cases["forest"].tool.to_excel(tmp_path / "tool.xlsx")
    with pytest.raises(SegkitError, match="A base was given, but the workbook is exact"):
        cases["forest"].tool.to_excel(tmp_path / "tool.xlsx", base=cases["forest"].rows)
    with pytest.raises(SegkitError, match="has 100 rows; expected at least 200"):
        cases["forest"].tool.to_excel(
            tmp_path / "tool.xlsx", exact=False, base=cases["forest"].rows.iloc[:100]
        )
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
