"""Quotes: typical, different, masked, fit to print."""

import numpy as np

from segkit.segments.quotes import quotes

LONG = "This is said at a length that a booklet can print without any trouble"


def test_quotes_are_of_typical_members_and_of_a_length_to_print():
    texts = ["short", LONG + " by the first", None, float("nan"), "x" * 300]
    assert quotes(texts, np.zeros(5)) == [LONG + " by the first"]


def test_the_most_typical_comes_first_whatever_the_order_of_rows():
    texts = [
        "Bills come without notice and upset my budget each spring",
        "Typing forty digits from a letter takes me all evening",
        "Nobody answers the telephone when a payment hangs for days",
        "My flatmates never pay back their part of the heating",
    ]
    near = np.array([-3.0, -1.0, -2.0, -9.0])
    expected = [texts[1], texts[2], texts[0]]
    assert quotes(texts, near) == expected
    assert quotes(texts[::-1], near[::-1]) == expected


def test_comments_that_say_the_same_are_quoted_once():
    texts = [f"I have to type the long reference for the {bill} again" for bill in ("gas", "tax")]
    assert len(quotes(texts, np.zeros(2))) == 1


def test_personal_data_are_masked_and_comments_without_them_come_first():
    texts = [
        "I lost my bill again, please write to ann.b@example.com today",
        "Calling +47 22 86 44 00 took me the whole of an afternoon once",
        "Every company wants its own set-up and nobody helps with it",
    ]
    found = quotes(texts, np.array([0.0, -1.0, -2.0]))
    assert found[0] == texts[2]
    assert not any("example.com" in q or "22 86" in q for q in found)
    assert "[email]" in found[1]


def test_lines_and_unprintable_letters_go():
    found = quotes(
        ["Two lines\n\tof a comment\x00 that is\u202e long enough to be printed here"], [0]
    )
    assert found == ["Two lines of a comment that is long enough to be printed here"]
