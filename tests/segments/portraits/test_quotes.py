"""Quotes: typical, different, masked, fit to print."""

import numpy as np

from segkit.segments.portraits.quotes import quotes as choose
from segkit.segments.portraits.quotes import read_comments


def quotes(texts, member, closeness, **settings):
    return choose(read_comments(texts), member, closeness, **settings)


ALL = np.ones(9, dtype=bool)
LONG = "This is said at a length that a booklet can print without any trouble"


def test_quotes_are_of_typical_members_and_of_a_length_to_print():
    texts = ["short", LONG + " by the first", None, float("nan"), "x" * 300]
    assert quotes(texts, ALL[:5], np.zeros(5)) == [LONG + " by the first"]


def test_quotes_are_of_the_half_nearest_to_the_middle():
    texts = [
        "Bills come without notice and upset my budget each spring",
        "Typing forty digits from a letter takes me all evening",
        "Nobody answers the telephone when a payment hangs for days",
        "My flatmates never pay back their part of the heating",
    ]
    found = quotes(texts, ALL[:4], np.array([-3.0, -1.0, -2.0, -9.0]))
    assert sorted(found) == sorted(texts[1:3])


def test_quotes_are_in_words_that_the_members_use_more_than_others():
    theirs = [f"The app hangs while I stand at the counter of shop {i} on Mondays" for i in "abcd"]
    common = [f"I wish that paying would cost less than it does today, number {i}" for i in "efgh"]
    texts = [*theirs, *common[:2], *common[2:] * 3]
    member = np.arange(len(texts)) < 6
    near = np.where(member, -1.0, 0.0)
    assert quotes(texts, member, near, most=1)[0] in theirs
    turned = quotes(texts[::-1], member[::-1], near[::-1], most=1)
    assert turned == quotes(texts, member, near, most=1)


def test_comments_that_say_the_same_are_quoted_once():
    texts = [f"I have to type the long reference for the {bill} again" for bill in ("gas", "tax")]
    assert len(quotes(texts, ALL[:2], np.zeros(2))) == 1


def test_comments_that_share_a_sentence_are_quoted_once():
    said = ["Logging in takes far longer than paying itself", "My flatmates still owe me the rent"]
    assert len(quotes([f"{text}. One tap, done." for text in said], ALL[:2], np.zeros(2))) == 1


def test_personal_data_are_masked_and_comments_without_them_come_first():
    texts = [
        "I lost my bill again, please write to ann.b@example.com today",
        "Calling +47 22 86 44 00 took me the whole of an afternoon once",
        "Every company wants its own set-up and nobody helps with it",
    ]
    found = quotes(texts, ALL[:3], np.zeros(3))
    assert found[0] == texts[2]
    assert not any("example.com" in q or "22 86" in q for q in found)
    assert {mask for q in found for mask in ("[email]", "[phone]") if mask in q} == {
        "[email]",
        "[phone]",
    }


def test_lines_and_unprintable_letters_go():
    found = quotes(
        ["Two lines\n\tof a comment\x00 that is\u202e long enough to be printed here"],
        ALL[:1],
        np.zeros(1),
    )
    assert found == ["Two lines of a comment that is long enough to be printed here"]
