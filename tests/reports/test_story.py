"""What the booklet says of a segment, from the tables of the results."""

import types

import numpy as np
import pandas as pd
import pytest

from segkit.reports import story
from segkit.reports.wording import WISHES
from segkit.segments import profile
from segkit.survey import Codebook, Item


@pytest.fixture
def book():
    return Codebook(
        [
            Item("imp_1", wording="See everything", scale=(1, 5), role="importance"),
            Item("imp_2", wording="Be quick", scale=(1, 5), role="importance"),
            Item("age", role="field", wording="Age"),
            Item("app", role="field"),
            Item("comment", role="verbatim"),
        ]
    )


@pytest.fixture
def labels():
    return np.repeat([0, 1], 40)


@pytest.fixture
def ratings(labels):
    rng = np.random.default_rng(0)
    high = 4 + rng.integers(0, 2, 80)
    low = 1 + rng.integers(0, 2, 80)
    return pd.DataFrame(
        {"imp_1": np.where(labels == 0, high, low), "imp_2": np.where(labels == 0, low, high)}
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


def test_wishes_are_ordered_by_how_much_they_set_the_segment_apart(book, ratings, labels):
    found = profile(ratings, labels, used_items=["imp_1", "imp_2"])
    more = story.wishes(found, 0, book, most=4)
    less = story.wishes(found, 0, book, most=4, sign=-1)
    assert [w["wording"] for w in more] == ["See everything"]
    assert [w["wording"] for w in less] == ["Be quick"]
    assert more[0]["value"] > more[0]["everybody"]


def test_how_to_speak_leads_with_wishes_and_never_with_a_turned_item():
    more = [{"wording": "Not: A", "turned": True}, {"wording": "B", "turned": False}]
    lines = story.how_to_speak(WISHES, more, [{"wording": "C", "turned": False}], [])
    assert lines == ["Lead with \u201cB\u201d", "Leave out \u201cC\u201d"]


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


def test_the_motto_says_what_sets_a_segment_apart_in_plain_items_first():
    more = [{"wording": "Not: A", "turned": True}, *({"wording": w, "turned": False} for w in "BC")]
    less = [{"wording": "D", "turned": False}]
    assert story.motto(more, less) == "\u201cB\u201d \u00b7 \u201cC\u201d"
    assert story.motto([], less) == "\u201cRather not: D\u201d"
    assert story.motto([], []).startswith("Close to the average")


def test_a_zero_has_no_sign(book, labels):
    even = pd.DataFrame({"imp_1": labels - 0.5, "imp_2": np.tile([-0.04, 0.0], 40)})
    found = story.wishes(profile(even, labels, ["imp_1", "imp_2"]), 1, book, most=2)
    assert f"{found[0]['everybody']:+.1f}" == "-0.5"
    assert f"{story._one_digit(-0.04):+.1f}" == "+0.0"


def test_fields_are_told_by_mean_or_share(book, labels):
    table = pd.DataFrame(
        {"age": np.where(labels == 0, 30, 60) + np.arange(80) % 5, "app": labels == 0}
    )
    lines = story.how_to_recognise(profile(table, labels), 0, ["age", "app"], book)
    assert any(line.startswith("Age: 32 on average, others 62") for line in lines)
    assert any(line.startswith("app: ") and "100 %, others 0 %" in line for line in lines)


def test_a_yes_that_is_frequent_is_told_before_a_no_that_is_rare(book, labels):
    has = np.where((labels == 0) | (np.arange(80) % 4 == 0), "Yes", "No")
    lines = story.how_to_recognise(profile(pd.DataFrame({"card": has}), labels), 0, ["card"], book)
    assert lines[0].startswith("card: yes (100 %")


def _rows(effects):
    table = pd.DataFrame({"segment": 0, "effect": effects})
    return types.SimpleNamespace(frame=lambda: table)


def test_a_segment_that_answers_everything_higher_is_warned_of():
    assert "higher than the others on 11 of 12 questions" in story.one_way(
        _rows([0.3] * 11 + [-0.1]), 0
    )
    assert "lower than the others on 12 of 12" in story.one_way(_rows([-0.3] * 12), 0)
    assert story.one_way(_rows([0.3] * 8 + [-0.1] * 4), 0) == ""


def test_fields_that_tell_nothing_are_left_out(book, labels):
    same = pd.DataFrame({"age": np.tile(np.arange(40), 2)})
    assert story.how_to_recognise(profile(same, labels), 0, ["age"], book) == []


def _study(book, labels, comments):
    segments = types.SimpleNamespace(labels=labels, closeness=-np.arange(len(labels), dtype=float))
    answers = types.SimpleNamespace(codebook=book, table=pd.DataFrame({"comment": comments}))
    return types.SimpleNamespace(answers=answers, segments=segments)


def test_quotes_are_masked_distinct_and_of_typical_members(book, labels):
    comments = [f"I lost my bill number {i} again, write to me{i}@example.com" for i in range(80)]
    comments[1] = comments[0]
    quotes = story.quotes(_study(book, labels, comments), 0)
    assert len(quotes) == 3
    assert len(set(quotes)) == 3
    assert not any("example.com" in q for q in quotes)


def test_a_tiny_segment_is_not_quoted(book):
    labels = np.array([0] * 60 + [1] * 5)
    study = _study(book, labels, ["A comment that is long enough to be quoted in a booklet."] * 65)
    assert story.quotes(study, 1) == []


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
