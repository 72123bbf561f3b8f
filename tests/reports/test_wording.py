"""Wishes and views are spoken of differently, and reverse-keyed items are turned."""

import pytest

from segkit.reports.wording import (
    PREFERENCES,
    VIEWS,
    WISHES,
    is_turned,
    keyed_wording,
    spoken,
    wording,
    words_for,
)
from segkit.survey import Codebook, Item


@pytest.fixture
def book():
    return Codebook(
        [
            Item("calm", wording="I stay calm", scale=(1, 5)),
            Item("behind", wording="I am behind", scale=(1, 5), reversed=True),
            Item("bare", scale=(1, 5)),
        ]
    )


def test_importance_is_spoken_of_as_wishes():
    assert words_for("importance") is WISHES
    assert words_for("item") is VIEWS
    assert words_for("importance", "relative") is PREFERENCES


def test_names_of_columns_are_spoken_as_their_wordings(book):
    assert spoken("`calm` rose, `2` fell.", book) == (
        "\u201cI stay calm\u201d rose, \u201c2\u201d fell."
    )


def test_an_item_without_wording_goes_by_its_name(book):
    assert wording("bare", book) == "bare"
    assert wording("not in the book", book) == "not in the book"


@pytest.mark.parametrize(
    ("item", "against", "said"),
    [
        ("calm", False, "I stay calm"),
        ("calm", True, "Not: I stay calm"),
        ("behind", False, "Not: I am behind"),
        ("behind", True, "I am behind"),
    ],
)
def test_a_high_keyed_value_of_a_reversed_item_means_the_opposite(book, item, against, said):
    assert keyed_wording(item, book, against=against) == said


def test_turned_items_are_known(book):
    assert is_turned("behind", book)
    assert not is_turned("calm", book)
    assert not is_turned("elsewhere", book)
