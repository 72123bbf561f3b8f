"""Questions as they are asked."""

import pytest

from segkit.survey import Codebook
from segkit.typing_tool.golden.wordings import (
    answers_of,
    number_words,
    questionnaire_text,
    wording_of,
)

BOOK = Codebook(
    [
        {"item": "ease", "wording": "Is it easy?", "scale": (1, 3), "labels": {1: "no", 3: "yes"}},
        {"item": "dull", "scale": (0, 2), "reversed": True, "missing": (9,)},
        {"item": "plan", "labels": {"b": "basic", "p": "p"}, "role": "field"},
        {"item": "years", "role": "field"},
    ]
)


def test_the_wording_of_the_codebook_or_the_name():
    assert wording_of("ease", BOOK) == "Is it easy?"
    assert wording_of("dull", BOOK) == wording_of("dull", None) == "dull"
    assert wording_of("other", BOOK) == "other"


def test_answers_are_the_steps_of_the_scale_with_their_labels():
    assert [(a.words, a.value) for a in answers_of("ease", BOOK, {})] == [
        ("1 no", 1),
        ("2", 2),
        ("3 yes", 3),
    ]


def test_a_reversed_item_is_asked_as_it_is_and_counted_as_it_stands_in_the_table():
    turned = answers_of("dull", BOOK, {})
    assert [(a.words, a.value) for a in turned] == [("0", 2), ("1", 1), ("2", 0)]
    raw = answers_of("dull", BOOK, {}, turned=False)
    assert [a.value for a in raw] == [0, 1, 2]


def test_labels_that_repeat_the_code_are_not_said_twice():
    assert [a.words for a in answers_of("plan", BOOK, {})] == ["b basic", "p"]


def test_without_a_scale_the_answers_that_were_given():
    given = {"years": (1.0, 2.5), "x": (3.0,)}
    assert [(a.words, a.value) for a in answers_of("years", BOOK, given)] == [
        ("1", 1.0),
        ("2.5", 2.5),
    ]
    assert [a.words for a in answers_of("x", None, given)] == ["3"]
    assert answers_of("x", None, {}) == []


@pytest.mark.parametrize(
    ("value", "words"), [(3.0, "3"), (0.1, "0.1"), (1e6, "1000000"), (-2.0, "-2")]
)
def test_numbers_without_a_needless_point(value, words):
    assert number_words(value) == words


def test_the_text_of_the_questionnaire():
    text = questionnaire_text(["ease", "years"], BOOK, {})
    assert text == (
        "2 questions. Please choose one answer to each.\n\n"
        "1. Is it easy? [ease]\n   ( ) 1 no\n   ( ) 2\n   ( ) 3 yes\n\n"
        "2. years [years]\n   Answer: ________\n"
    )
