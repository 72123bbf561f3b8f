"""What is said of a group: wants, pains, what it lacks, how to speak to it, how to know it."""

import numpy as np
import pandas as pd
import pytest

from segkit.segments import personas, profile
from segkit.segments.portraits.persona import Need
from segkit.segments.portraits.persona_words import (
    fall_behind,
    how_not_to_speak,
    how_to_recognise,
    how_to_speak,
    is_solution,
    lacking,
    less_wanted,
    unmet,
    wanted,
)
from segkit.survey import Codebook, Item

EFFECTS = (0.9, 0.8, 0.2, 0.7, 0.1, -0.5, 0.3)
LABELS = np.repeat([0, 1], 40)


@pytest.fixture
def book():
    return Codebook(
        [
            Item("a", "A", scale=(1, 5), reversed=True, role="importance"),
            *(Item(n, n.upper(), scale=(1, 5), role="importance") for n in "bcdefg"),
            Item("age", "Age?", role="field"),
            Item("app", "Has the app", role="field"),
            Item("urban", role="field"),
            Item("visa", "A card", block="products", role="field"),
        ]
    )


def row(item, effect, value=3.0, level=None, **changes):
    known = {"item": item, "level": level, "kind": "mean" if level is None else "share"}
    figures = {"value": value, "difference": effect, "effect": effect, "n": 40}
    return known | figures | {"low": effect - 0.1, "high": effect + 0.1} | changes


def need(item, score):
    return Need(item, item.upper(), 8.0, 3.0, score, score - 1, score + 1, 40)


def test_the_job_is_what_leads_in_plain_items_and_gains_follow(book):
    rows = [row(n, e) for n, e in zip("abcdefg", EFFECTS, strict=True)]
    said = wanted(rows, book)
    assert [(s.part, s.text) for s in said] == [
        ("job", "B"),
        ("job", "D"),
        ("gains", "G"),
        ("gains", "C"),
        ("gains", "Not: A"),
    ]
    assert said[0].others == pytest.approx(3.0 - 0.8)
    assert [s.text for s in less_wanted(rows, book)] == ["F"]


def test_where_nothing_matters_more_the_job_is_told_by_what_matters_less(book):
    said = wanted([row("b", -0.4), row("c", 0.1)], book)
    assert [s.text for s in said] == ["Rather not: B"]
    assert wanted([row("b", 0.1)], book) == []
    assert how_to_speak(said, [], book, "Lead with") == []


def test_pains_are_needs_over_ten_and_what_falls_behind_beside_them(book):
    pains = unmet([need("b", 13.0), need("c", 9.9)], {"b": 7.0})
    assert [(s.text, s.value, s.others) for s in pains] == [("B", 13.0, 7.0)]
    behind = fall_behind([row("b", -0.5), row("c", -0.4), row("d", 0.4)], book, pains)
    assert [s.text for s in behind] == ["Less satisfied than others: C"]


def test_how_to_speak_leads_with_wants_and_never_with_a_turned_item(book):
    wants = wanted([row("a", 0.9), row("b", 0.8)], book)
    pains = unmet([need("c", 12.0)], {})
    assert how_to_speak(wants, pains, book, "Lead with") == [
        "Lead with \u201cB\u201d",
        "Offer help where it is lacking: \u201cC\u201d",
    ]
    less = less_wanted([row("a", -0.9), row("d", -0.8)], book)
    assert how_not_to_speak(less, book, "Leave out") == ["Leave out \u201cD\u201d"]


def test_a_product_is_known_by_its_block_or_its_wording(book):
    assert is_solution("app", book)
    assert is_solution("visa", book)
    assert is_solution("uses_app", Codebook([]))
    assert not is_solution("urban", book)
    assert not is_solution("household", Codebook([]))


def test_a_group_lacks_what_it_is_without_far_more_often(book):
    rows = [
        row("app", -0.5, 0.2, "True", difference=-0.3),
        row("visa", 0.4, 0.6, "No", difference=0.2),
        row("visa", -0.4, 0.4, "Yes", difference=-0.2),
        row("urban", -0.2, 0.4, "True", difference=-0.1),
        row("age", -0.9),
    ]
    said = lacking(rows, book, smallest=10)
    assert [s.text for s in said] == [
        "App: 80 % without, others 50 %",
        "A card: no (60 %, others 40 %)",
    ]
    assert said[0].low == pytest.approx(0.4)
    assert said[0].high == pytest.approx(0.6)


def test_a_product_that_few_are_without_is_not_called_lacking(book):
    rows = [row("app", -0.5, 0.9, "True", difference=-0.1, n=90)]
    assert lacking(rows, book, smallest=10) == []
    assert len(lacking(rows, book, smallest=9)) == 1


def rows_of(table, segment=0):
    found = profile(table, LABELS).frame()
    return found[found["segment"] == segment].to_dict("records")


def test_fields_are_told_by_mean_or_share(book):
    table = pd.DataFrame(
        {"age": np.where(LABELS == 0, 30, 60) + np.arange(80) % 5, "app": LABELS == 0}
    )
    lines = how_to_recognise(rows_of(table), book)
    assert any(line.startswith("Age: 32 on average, others 62") for line in lines)
    assert any(line.startswith("Has the app: yes (100 %, others 0 %)") for line in lines)


def test_a_yes_that_is_frequent_is_told_before_a_no_that_is_rare(book):
    has = np.where((LABELS == 0) | (np.arange(80) % 4 == 0), "Yes", "No")
    lines = how_to_recognise(rows_of(pd.DataFrame({"card": has})), book)
    assert lines[0].startswith("card: yes (100 %")


def test_fields_that_tell_nothing_are_left_out(book):
    same = pd.DataFrame({"age": np.tile(np.arange(40), 2)})
    assert how_to_recognise(rows_of(same), book) == []


def test_what_falls_behind_and_what_is_lacking_reach_the_persona(book):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "b": np.where(LABELS == 0, 5, 2) - rng.integers(0, 2, 80),
            "app": np.where(LABELS == 0, rng.random(80) < 0.3, rng.random(80) < 0.9),
        }
    )
    first, second = personas(profile(table, LABELS, ["b"]), members=LABELS, codebook=book)
    assert first.job == ("B",)
    assert len(first.lacks) == 1
    assert second.lacks == ()
    assert not any("app" in line for line in first.recognise)
