"""How a person is asked for each field."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.survey import Codebook, Item
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.questions import questions_of


def number(name="age", edges=(20.0, 40.5)):
    codes = np.arange(len(edges) + 1)
    return FieldCode(name, "number", "float64", (), np.array(edges), codes, 9, -1, 10)


def text(*levels):
    return FieldCode("plan", "text", "str", levels, np.empty(0), np.arange(len(levels)), 8, 9, 10)


YES = FieldCode("online", "boolean", "bool", ("False", "True"), np.empty(0), np.arange(2), 3, 2, 4)


def test_without_a_codebook_fields_go_by_their_names():
    age, plan, online = questions_of((number(), text("b", "a"), YES), None)
    assert (age.name, age.kind, age.wording, age.answers) == ("age", "number", "age", ())
    assert age.hint == "A number; all up to 20 count alike, and all above 40.5."
    assert [(a.value, a.text) for a in plan.answers] == [("b", "b"), ("a", "a")]
    assert [(a.value, a.text) for a in online.answers] == [("True", "yes"), ("False", "no")]


@pytest.mark.parametrize(
    ("edges", "hint"),
    [
        ((), "A number."),
        ((30.0,), "A number; it matters whether it is above 30."),
        ((1.0, 2.0), "A number; all up to 1 count alike, and all above 2."),
    ],
)
def test_what_numbers_to_expect(edges, hint):
    assert questions_of((number(edges=edges),), None)[0].hint == hint


def test_a_short_scale_is_chosen_from_and_a_long_one_typed_in():
    short = Codebook([Item("age", "How old?", scale=(1, 3), labels={1: "young"}, role="field")])
    (asked,) = questions_of((number(),), short)
    assert asked.wording == "How old?"
    assert [(a.value, a.text) for a in asked.answers] == [(1.0, "1: young"), (2.0, "2"), (3.0, "3")]
    assert asked.hint == ""
    (asked,) = questions_of((number(),), Codebook([Item("age", scale=(18, 99), role="field")]))
    assert asked.answers == ()
    assert asked.hint == "A number from 18 to 99."


def test_missing_codes_are_no_steps():
    book = Codebook([Item("age", scale=(1, 3), missing=(9,), role="field")])
    assert [a.value for a in questions_of((number(),), book)[0].answers] == [1.0, 2.0, 3.0]


def test_levels_stand_in_the_order_of_the_codebook_and_others_behind():
    book = Codebook([Item("plan", labels={1: "b", 2: "a"}, role="field")])
    (asked,) = questions_of((text("a", "new", "b"),), book)
    assert [a.value for a in asked.answers] == ["b", "a", "new"]


def test_what_cannot_be_known_is_refused():
    with pytest.raises(SegkitError, match=r"codebook is a dict; expected a survey\.Codebook"):
        questions_of((number(),), {"age": "How old?"})
    with pytest.raises(SegkitError, match=r"`age` is reversed in the codebook.*cleaned\(\)"):
        questions_of((number(),), Codebook([Item("age", scale=(1, 9), reversed=True)]))
