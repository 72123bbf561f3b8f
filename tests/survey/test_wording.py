"""Items are said by their wordings, and reverse-keyed ones are turned."""

import pytest

from segkit.survey import Codebook, Item
from segkit.survey.wording import is_turned, keyed_wording, wording


@pytest.fixture
def book():
    return Codebook(
        [
            Item("calm", wording="I stay calm", scale=(1, 5)),
            Item("behind", wording="I am behind", scale=(1, 5), reversed=True),
            Item("bare", scale=(1, 5)),
        ]
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
