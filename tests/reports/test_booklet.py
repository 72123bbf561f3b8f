"""The booklet's page: nothing from outside, nothing unescaped, every part in its place.

Whole booklets of whole studies are looked at in tests/study.
"""

import re
from dataclasses import replace

import pytest

from segkit.reports import portrait
from segkit.reports.booklet import _template
from segkit.reports.wording import PREFERENCES, VIEWS, WISHES
from segkit.segments import Persona
from segkit.segments.portraits.persona import Need, Statement

HOSTILE = "<script>alert('x')</script> & \"co\""


def _persona(text):
    """Return a persona with the text in every part, each line with a figure."""
    row = {"level": None, "measure": "mean", "value": 4.0, "others": 3.0, "effect": 1.0}
    row |= {"low": 0.5, "high": 1.5, "n": 600, "text": text, "item": text}
    parts = dict.fromkeys(("job", "gains", "matters_less", "pains"), (text,))
    return Persona(
        0,
        text,
        n=600,
        **parts,
        **dict.fromkeys(("lacks", "do", "do_not", "quotes", "recognise"), (text,)),
        typical_member=(text,),
        suppressed=(text,),
        statements=tuple(Statement(part=part, **row) for part in parts),
    )


def _context(text, words=WISHES, **changes):
    segment = {
        "number": 0,
        "name": text,
        "color": "#0072B2",
        "size": {"number": 0, "name": text, "share": "60 %", "interval": "55 % to 65 %"},
        "needs": [{"word": text, "effect": 0.5, "width": 25.0}],
        "one_way": "",
        "trust": text,
        **portrait.told(replace(_persona(text), **changes), words),
    }
    figures = [{"value": "1", "what": text}]
    return {
        "title": text,
        "facts": {"lead": text, "size_note": text, "whose": text, "figures": figures},
        "words": words,
        "needs": [{"factor": "factor_1", "word": text, "items": [(text, 0.8)]}],
        "segments": [segment],
        "size_picture": "<svg></svg>",
        "trust": [text],
        "pictures": [{"title": text, "svg": "<svg></svg>"}],
        "methods": [text],
    }


def test_what_people_wrote_cannot_become_code():
    page = _template().render(**_context(HOSTILE))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 25


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


def test_few_respondents_are_said_to_be_few():
    assert "Read it with care" in _template().render(**_context("plain", n=12))
    assert "Read it with care" not in _template().render(**_context("plain"))


def test_a_segment_that_is_too_small_is_not_described():
    page = _template().render(**_context("plain", n=None, job=()))
    assert "fewer than 10 respondents in the survey" in page
    assert "What sets their needs apart" not in page
    assert "Close to the average" not in page


def test_a_segment_without_marks_says_so():
    bare = dict.fromkeys(("job", "gains", "matters_less", "recognise", "pains", "quotes"), ())
    page = _template().render(**_context("plain", **bare))
    assert "Close to the average in everything" in page
    assert "Nothing stands out." in page
    assert "No field sets them apart." in page
    assert "served least" not in page
    assert "In their own words" not in page


def test_needs_that_are_all_met_are_said_to_be():
    need = Need("a", "A", 5.0, 4.0, 6.0, None, None, 600)
    page = _template().render(**_context("plain", needs=(need,), pains=()))
    assert "None of their needs scores 10 or more." in page


def test_a_percentage_stays_on_one_line():
    page = _template().render(**_context("41 % of <all>"))
    assert "41\u00a0% of &lt;all&gt;" in page
    assert "41 %" not in page
    assert "<svg></svg>" in page
