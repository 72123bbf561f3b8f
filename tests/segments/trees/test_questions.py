import datetime as dt

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from segkit.exceptions import SegkitError
from segkit.segments.trees.questions import Question, Span, condition, questions

CODES = np.zeros(1)
AGE = Question("age", "number", CODES, (18, 25, 40, 60))
SPENT = Question("spent", "number", CODES, (0.5, 12.25, 12.5, 2341.7, 2398.2))
RANK = Question("rank", "ordered", CODES, ("low", "middle", "high"))
NORTH, SOUTH = (Question("region", "level", CODES, (x,)) for x in ("north", "south"))
APP = Question("app", "level", CODES, ("yes", "no"))
SEX = Question("sex", "level", CODES, ("male", "female"))
CHOSEN = Question("chosen", "number", CODES, (0.0, 1.0))


def test_columns_become_ordered_codes_sorted_by_name(frame_kind):
    made = frame_kind.make(
        {"spent": [7.5, None, -1.0], "app": [True, False, None], "city": ["b", None, "a"]}
    )
    found = questions(made)
    assert [(q.item, q.kind, q.answers) for q in found] == [
        ("app", "level", ("yes", "no")),
        ("city", "level", ("b", "a")),
        ("spent", "number", (-1.0, 7.5)),
    ]
    assert_array_equal(found[0].codes, [1, 0, np.nan])
    assert_array_equal(found[1].codes, [1, np.nan, 0])
    assert_array_equal(found[2].codes, [1, np.nan, 0])


def test_each_of_three_levels_is_asked_about(frame_kind):
    found = questions(frame_kind.make({"city": ["b", "a", "c", None]}))
    assert [q.answers for q in found] == [("a",), ("b",), ("c",)]
    assert_array_equal(found[2].codes, [0, 0, 1, np.nan])


def test_declared_orders_stay():
    rank = pd.Categorical(["high", "low"], categories=["low", "middle", "high"], ordered=True)
    (found,) = questions(pd.DataFrame({"rank": rank}))
    assert (found.kind, found.answers) == ("ordered", ("low", "middle", "high"))
    assert_array_equal(found.codes, [2, 0])


def test_arrays_are_numbers():
    assert [q.item for q in questions(np.ones((2, 2)))] == ["x1", "x2"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "everybody"),
        ([(AGE, Span(0, 1))], "age at most 32"),
        ([(AGE, Span(2, 3))], "age at least 33"),
        ([(AGE, Span(1, 2))], "age from 22 to 50"),
        ([(AGE, Span(1, 2, missing=True))], "age from 22 to 50 (or not given)"),
        ([(AGE, Span(1, 2, missing=False))], "age from 22 to 50"),
        ([(AGE, Span(0, 3, missing=False))], "age given"),
        ([(AGE, Span(4, 3, given=False, missing=True))], "age not given"),
        ([(SPENT, Span(0, 0))], "spent under 10"),
        ([(SPENT, Span(2, 4))], "spent at least 12.4"),
        ([(SPENT, Span(0, 3))], "spent under 2,370"),
        ([(SPENT, Span(3, 3))], "spent from 1,000 to under 2,370"),
        ([(RANK, Span(0, 1))], "rank up to middle"),
        ([(RANK, Span(1, 2))], "rank from middle on"),
        ([(RANK, Span(1, 1))], "rank is middle"),
        ([(NORTH, Span(1, 1))], "region is north"),
        ([(NORTH, Span(0, 0))], "region is not north"),
        ([(NORTH, Span(0, 0)), (SOUTH, Span(1, 1))], "region is south"),
        ([(NORTH, Span(0, 0)), (SOUTH, Span(0, 0))], "region is neither north nor south"),
        (
            [(NORTH, Span(0, 0, missing=True)), (SOUTH, Span(0, 0, missing=False))],
            "region is neither north nor south",
        ),
        ([(APP, Span(0, 0, missing=True))], "app is no (or not given)"),
        ([(SEX, Span(0, 0))], "sex is female"),
        ([(SEX, Span(1, 1))], "sex is male"),
        ([(CHOSEN, Span(0, 0))], "chosen is 0"),
        ([(CHOSEN, Span(1, 1, missing=True))], "chosen is 1 (or not given)"),
        ([(APP, Span(1, 1)), (AGE, Span(0, 1))], "app is yes and age at most 32"),
        ([(APP, Span(0, 1, missing=False))], "app given"),
    ],
)
def test_conditions_in_words(asked, words):
    assert condition(asked) == words


def test_a_whole_number_alone_is_named():
    days = Question("days", "number", CODES, (1, 2, 3, 4))
    assert condition([(days, Span(2, 2))]) == "days is 3"


def test_places_lie_between_their_neighbours():
    rng = np.random.default_rng(0)
    for scale in (1e-6, 1.0, 1e9):
        known = tuple(np.sort(rng.normal(size=40) * scale).tolist())
        q = Question("x", "number", CODES, known)
        for at in range(39):
            cut = float(condition([(q, Span(0, at))]).split()[-1].replace(",", ""))
            assert known[at] < cut <= known[at + 1]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0, np.inf], "`a` in table holds infinity in row 1"),
        ([None, None], "`a` in table holds no answer at all; expected numbers, text or yes/no"),
        ([dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 2)], "`a` in table holds .* values"),
        ([str(i) for i in range(60)], "`a` in table has 60 different answers; expected at most 50"),
    ],
)
def test_what_cannot_be_asked_is_named(values, words):
    with pytest.raises(SegkitError, match=words):
        questions(pd.DataFrame({"a": values}))
