from dataclasses import FrozenInstanceError, dataclass

import pandas as pd
import pytest

from segkit._result import Result, interval_text, percent


@dataclass(frozen=True, repr=False)
class Sizes(Result):
    """A result as small as can be."""

    table: object

    def frame(self):
        return self.table

    def plot(self, ax=None):
        return ax

    def summary(self):
        return "Two segments; a < b & c."


@pytest.fixture
def sizes(frame_kind):
    return Sizes(frame_kind.make({"segment": ["a", "<b>"], "n": [3, 1]}))


def test_a_result_shows_itself_as_paragraph_and_table(sizes):
    lines = repr(sizes).splitlines()
    assert lines[:2] == ["Sizes", "Two segments; a < b & c."]
    assert "segment" in repr(sizes)


def test_a_notebook_shows_a_table_and_no_text_becomes_markup(sizes):
    html = sizes._repr_html_()
    assert html.startswith("<p>Two segments; a &lt; b &amp; c.</p><table")
    assert "&lt;b&gt;" in html


def test_a_long_table_is_cut_in_a_notebook():
    html = Sizes(pd.DataFrame({"row": range(500)}))._repr_html_()
    assert html.count("<tr") < 40


def test_a_result_cannot_be_changed(sizes):
    with pytest.raises(FrozenInstanceError):
        sizes.table = None


@pytest.mark.parametrize("what", ["frame", "plot", "summary"])
def test_a_result_must_say_what_it_shows(what):
    with pytest.raises(TypeError, match=f"Result defines no {what}"):
        getattr(Result(), what)()


def test_numbers_in_words():
    assert percent(0.4167) == "42 %"
    assert percent(0.4167, 1) == "41.7 %"
    assert interval_text(0.5, 0.25, 0.75, digits=1) == "0.5 [0.2, 0.8]"
