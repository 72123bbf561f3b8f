from html.parser import HTMLParser

import pytest

from segkit.typing_tool.export.model_card.markdown import markdown_of
from segkit.typing_tool.export.model_card.sections import Section, Table

NAMES = [
    "<script>alert(1)</script>",
    "a|b",
    "`code` ``",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/y.png)",
    "**bold** _it_ ~~gone~~",
    "\\",
    "\\|",
    "&lt;b&gt; &#60;",
    "# head",
    "head #",
    "- point",
    "+ point",
    "1. one",
    "12) twelve",
    "---",
    "===",
    "> quoted",
    "line\n\n# another | line",
    "https://evil.example www.evil.example a@b.example",
    "$x$ $$y$$",
    "<!-- -->",
    "{{ x }} {% x %}",
]


class Reader(HTMLParser):
    """The tags of a page and its texts."""

    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data)


def read(markdown):
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    reader = Reader()
    reader.feed(
        markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    )
    reader.close()
    return reader


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_is_wherever_it_stands(name):
    table = Table(name, ("Field", name), ((name, name),))
    found = read(markdown_of(name, [Section(name, (name,), (name,), (table,))]))
    shown = " ".join(name.split())
    assert found.tags == [
        "h1", "h2", "p", "ul", "li", "p", "table", "thead", "tr", "th", "th", "tbody", "tr", "td",
        "td",
    ]  # fmt: skip
    assert found.texts == [shown] * 5 + ["Field"] + [shown] * 3


def test_numbers_are_on_the_right():
    table = Table("c", ("a", "b", "c"), (("1", "2", "3"),), n_text=2)
    assert "| a | b | c |\n| :-- | :-- | --: |\n| 1 | 2 | 3 |" in markdown_of(
        "t", [Section("s", tables=(table,))]
    )
