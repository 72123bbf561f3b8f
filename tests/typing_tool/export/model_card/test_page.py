import re
from html.parser import HTMLParser

import pytest


class Reader(HTMLParser):
    """What a page holds: elements with their attributes, and the texts inside some."""

    def __init__(self):
        super().__init__()
        self.elements, self.text = [], ""

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text += data

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(told, tmp_path_factory):
    path = told.card.to_html(tmp_path_factory.mktemp("card") / "card.html", title="Whose <tool>?")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_names_are_shown_as_they_are_and_make_no_element(found, told):
    shown = " ".join(found.text.split())
    for name in [*told.fields.columns, *told.tool.classes_, "<u>half</u>", "Whose <tool>?"]:
        assert name in shown
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"script", "img", "iframe", "object", "b", "i", "u", "s", "form", "base"}
    handlers = [name for _, attributes in found.elements for name in attributes if name[:2] == "on"]
    assert handlers == []


def test_nothing_comes_from_outside(page, found):
    policy = next(m["content"] for m in found.of("meta") if "http-equiv" in m)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    hrefs = [a[k] for _, a in found.elements for k in ("href", "src", "xlink:href") if k in a]
    assert {h[0] for h in hrefs} <= {"#", "d"}
    assert "url(http" not in page
    assert "@import" not in page


def test_headings_tables_and_pictures_can_be_told_without_eyes(page, found):
    levels = [tag for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert levels == ["h1"] + ["h2"] * 6
    assert found.of("html")[0]["lang"] == "en"
    assert len(found.of("caption")) == len(found.of("table")) == 7
    assert all(a["scope"] in ("col", "row") for a in found.of("th"))
    figures = found.of("figure")
    assert len(figures) == len(found.of("svg")) == 4
    assert all(a["role"] == "img" and len(a["aria-label"]) > 60 for a in figures)
    ids = [a["id"] for tag, a in found.elements if "id" in a and tag in ("h2", "caption")]
    assert len(set(ids)) == len(ids)
    anchors = [a["href"][1:] for a in found.of("a")]
    assert anchors == [a["id"] for a in found.of("h2")]


def test_empty_heads_are_left_out(found):
    assert len(found.of("thead")) == 6


def test_the_same_tool_gives_the_same_page(told, page, tmp_path):
    again = told.tool.card(told.groups).to_html(tmp_path / "card.html", title="Whose <tool>?")
    assert again.read_text(encoding="utf-8") == page


def test_no_figure_stays_open(told, tmp_path):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    told.card.to_html(tmp_path / "card.html")
    assert plt.get_fignums() == before
