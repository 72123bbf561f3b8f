"""What the booklet says of a segment, from the tables of the results."""

import types

import pandas as pd
import pytest

from segkit.reports import story
from segkit.survey import Codebook, Item


@pytest.fixture
def book():
    return Codebook(
        [
            Item("imp_1", wording="See everything", scale=(1, 5), role="importance"),
            Item("imp_2", wording="Be quick", scale=(1, 5), role="importance"),
        ]
    )


def _model(loadings):
    return types.SimpleNamespace(loadings_=pd.DataFrame(loadings))


def test_a_need_is_named_by_its_leading_item(book):
    model = _model({"item": ["imp_1", "imp_2"], "factor_1": [0.8, 0.1], "factor_2": [0.2, -0.7]})
    words = story.need_words(model, book)
    assert words == {"factor_1": "See everything", "factor_2": "Not: Be quick"}
    table = story.need_table(model, book, words)
    assert table[0]["items"][0] == ("See everything", 0.8)
    assert table[1]["items"][0] == ("Not: Be quick", 0.7)


def test_a_need_with_two_ends_is_named_by_both(book):
    model = _model({"item": ["imp_1", "imp_2"], "factor_1": [0.6, -0.5], "factor_2": [0.7, -0.1]})
    words = story.need_words(model, book, two_ended=True)
    assert words == {
        "factor_1": "See everything, rather than Be quick",
        "factor_2": "See everything",
    }
    table = story.need_table(model, book, words, two_ended=True)
    assert table[0]["items"][0] == ("See everything", 0.6)
    assert table[0]["items"][-1] == ("Be quick", -0.5)


def _rows(effects):
    table = pd.DataFrame({"segment": 0, "effect": effects})
    return types.SimpleNamespace(frame=lambda: table)


def test_a_segment_that_answers_everything_higher_is_warned_of():
    assert "higher than the others on 11 of 12 questions" in story.one_way(
        _rows([0.3] * 11 + [-0.1]), 0
    )
    assert "lower than the others on 12 of 12" in story.one_way(_rows([-0.3] * 12), 0)
    assert story.one_way(_rows([0.3] * 8 + [-0.1] * 4), 0) == ""


def test_sizes_keep_order_and_say_the_interval():
    table = pd.DataFrame(
        {"segment": [0, 1], "name": ["A", "B"], "share": [0.6, 0.4], "low": [0.55, 0.35],
         "high": [0.65, 0.45], "n": [60, 40]}
    )  # fmt: skip
    assert story.sizes(table)[1] == {
        "number": 1,
        "name": "B",
        "share": "40 %",
        "interval": "35 % to 45 %",
    }
