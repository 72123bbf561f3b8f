"""The booklet's page: nothing from outside, nothing unescaped, every part in its place.

Whole booklets of whole studies are looked at in tests/study.
"""

import re

import pytest

from segkit.reports.booklet import _template
from segkit.reports.wording import PREFERENCES, VIEWS, WISHES

HOSTILE = "<script>alert('x')</script> & \"co\""


def _context(text, words=WISHES, **changes):
    segment = {
        "number": 0,
        "name": text,
        "color": "#0072B2",
        "size": {"number": 0, "name": text, "share": "60 %", "interval": "55 % to 65 %"},
        "respondents": "600",
        "small": False,
        "needs": [{"word": text, "effect": 0.5, "width": 25.0}],
        "one_way": "",
        "more": [{"wording": text, "turned": False, "value": 4.0, "everybody": 3.0}],
        "less": [],
        "unmet": [],
        "motto": text,
        "speak": [text],
        "fields": [text],
        "quotes": [text],
        "trust": text,
    }
    figures = [{"value": "1", "what": text}]
    return {
        "title": text,
        "facts": {"lead": text, "size_note": text, "whose": text, "figures": figures},
        "words": words,
        "needs": [{"factor": "factor_1", "word": text, "items": [(text, 0.8)]}],
        "segments": [segment | changes],
        "size_picture": "<svg></svg>",
        "trust": [text],
        "pictures": [{"title": text, "svg": "<svg></svg>"}],
        "methods": [text],
    }


def test_what_people_wrote_cannot_become_code():
    page = _template().render(**_context(HOSTILE))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 12


def test_the_page_asks_for_nothing_outside():
    page = _template().render(**_context("plain"))
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    assert "@import" not in page


@pytest.mark.parametrize("words", [WISHES, VIEWS, PREFERENCES])
def test_the_words_follow_what_was_asked(words):
    page = _template().render(**_context("plain", words))
    assert words.more in page
    assert words.column in page


def test_relative_ratings_are_written_with_their_sign():
    page = _template().render(**_context("plain", PREFERENCES))
    assert "+4.0, others +3.0" in page
    assert "at the other end" in page
    assert "at the other end" not in _template().render(**_context("plain", VIEWS))


def test_a_small_segment_says_so():
    page = _template().render(**_context("plain", small=True))
    assert "Too few respondents to describe" in page


def test_a_segment_without_marks_says_so():
    page = _template().render(**_context("plain", more=[], fields=[]))
    assert "Nothing stands out." in page
    assert "No field sets them apart." in page
