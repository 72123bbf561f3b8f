"""Wishes, views and preferences are spoken of differently."""

from segkit.reports.wording import PREFERENCES, VIEWS, WISHES, spoken, words_for
from segkit.survey import Codebook, Item


def test_importance_is_spoken_of_as_wishes():
    assert words_for("importance") is WISHES
    assert words_for("item") is VIEWS
    assert words_for("importance", "relative") is PREFERENCES


def test_names_of_columns_are_spoken_as_their_wordings():
    book = Codebook([Item("calm", wording="I stay calm", scale=(1, 5))])
    assert spoken("`calm` rose, `2` fell.", book) == (
        "\u201cI stay calm\u201d rose, \u201c2\u201d fell."
    )
