import re

import pytest

from segkit.typing_tool.export.escaping import escaped, escaped_block


@pytest.mark.parametrize(
    "text", ["https://evil.example", "www.evil.example", "a@b.example", "x http://y www.z @"]
)
def test_readers_that_make_links_of_addresses_find_none(text):
    assert not re.search(r"[^\\]://|www\.|(?<!\\)@", escaped(text))


def test_words_and_figures_stay_readable():
    text = "On 400 respondents: 56 % [51 %, 61 %]; kappa -0.12 (p = 0.003)."
    assert escaped(text) == text.replace("[", "\\[").replace("]", "\\]")


@pytest.mark.parametrize("text", ["1. one", "12) twelve", "- a", "+ a", "=", "# a"])
def test_a_paragraph_stays_a_paragraph(text):
    assert re.match(r"\d*\\", escaped_block(text))


def test_lines_become_one():
    assert escaped("a\n\n# b\tc") == "a \\# b c"
