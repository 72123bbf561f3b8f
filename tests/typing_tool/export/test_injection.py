"""Names of fields, levels and segments come out of every export as they went in."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from segkit.typing_tool import ToolCard, TypingTool

FIELDS = [
    '=HYPERLINK("https://evil.example","x")',
    "'; DROP TABLE base; --",
    "</script><script>alert(1)</script>",
    "a\"b'c`d",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "+1 | -2 | @SUM(A1)",
    "\\\\ \\' %s %(x)s",
]
LEVELS = ["=1+1", "' OR '1'='1", "</td><b>", "-- ", "\\", "plain"]
SEGMENTS = ["=cmd|' /C calc'!A0", "'); DELETE FROM base; --", "<script>alert(2)</script>"]


@pytest.fixture(scope="module")
def tool():
    rng = np.random.default_rng(0)
    drawn = np.array(LEVELS, dtype=object)[rng.integers(0, len(LEVELS), (600, len(FIELDS)))]
    fields = pd.DataFrame(drawn, columns=FIELDS)
    own = np.array([LEVELS.index(level) // 2 for level in fields[FIELDS[1]]])
    segments = np.where(rng.random(600) < 0.2, rng.integers(0, 3, 600), own)
    named = np.array(SEGMENTS, dtype=object)[segments]
    return TypingTool(model="scorecard", abstain_below=0.4, n_folds=2).fit(fields, named)


class Reader(HTMLParser):
    """The elements of a page, its texts, and what its data element holds."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.inside = [], "", None

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data):
        self.text += data


def read_page(path):
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader


def through_json(tool, path):
    document = json.loads(tool.to_json(path / "tool.json").read_text(encoding="utf-8"))
    return [f["name"] for f in document["fields"]], document["segments"]


def through_html(tool, path):
    page = read_page(tool.to_html(path / "tool.html"))
    assert not {"img", "b", "iframe", "object"} & set(page.tags)
    assert page.tags.count("script") == 2
    data = json.JSONDecoder().raw_decode(page.text, page.text.index('{"document"'))[0]
    return [q["name"] for q in data["questions"]], [s["name"] for s in data["segments"]]


def through_excel(tool, path):
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.load_workbook(tool.to_excel(path / "tool.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert formulas
    # the workbook's own formulas and no other: none holds a word of a name
    words = ("HYPERLINK", "DROP", "script", "alert", "cmd", "OR '1'", "plain", "SUM(A1)")
    assert not [f for f in formulas for word in words if word in f]
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    return [[n for n in names if n in texts] for names in (FIELDS, sorted(SEGMENTS))]


def through_sql(tool, path):
    sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")
    for dialect in ("duckdb", "postgres", "snowflake", "spark"):
        statements = sqlglot.parse(tool.to_sql(dialect), dialect=dialect)
        assert [type(s).__name__ for s in statements] == ["Select"]
        columns = {c.name for c in statements[0].find_all(sqlglot.exp.Column)}
        texts = {t.this for t in statements[0].find_all(sqlglot.exp.Literal) if t.is_string}
        found = [n for n in FIELDS if n in columns], [s for s in sorted(SEGMENTS) if s in texts]
        if found != (FIELDS, sorted(SEGMENTS)):
            return found
    return found


def through_onnx(tool, path):
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    model = onnx.load(tool.to_onnx(path / "tool.onnx"))
    about = {p.key: p.value for p in model.metadata_props}
    return [value.name for value in model.graph.input], json.loads(about["segments"])


EXPORTS = {
    "to_json": through_json,
    "to_html": through_html,
    "to_excel": through_excel,
    "to_sql": through_sql,
    "to_onnx": through_onnx,
}


@pytest.mark.parametrize("export", EXPORTS)
def test_names_come_back_from_every_export_as_they_were(tool, export, tmp_path):
    fields, segments = EXPORTS[export](tool, tmp_path)
    assert list(fields) == FIELDS
    assert list(segments) == sorted(SEGMENTS)


def test_names_stay_names_on_the_card(tool, tmp_path):
    page = read_page(tool.card().to_html(tmp_path / "card.html"))
    assert not {"img", "b", "script"} & set(page.tags)
    shown = " ".join(page.text.split())
    assert [n for n in (*FIELDS, *SEGMENTS) if " ".join(n.split()) not in shown] == []
    text = tool.card().to_markdown(tmp_path / "card.md").read_text(encoding="utf-8")
    assert not re.search(r"(?<!\\)<|[^\\]://|(?<!\\)\| -2 ", text)


def test_no_export_is_left_out():
    written = {n for n in dir(TypingTool) if n.startswith("to_")}
    assert written == set(EXPORTS)
    assert {n for n in dir(ToolCard) if n.startswith("to_")} == {"to_html", "to_markdown"}
