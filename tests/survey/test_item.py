import pytest

from segkit import SegkitError
from segkit.survey import Item


def test_categories_are_those_of_the_scale_whatever_was_labelled():
    assert Item("a", scale=(1, 5), labels={1: "low", 5: "high"}).categories == (1, 2, 3, 4, 5)


def test_categories_without_a_scale_are_the_labelled_codes_in_order():
    assert Item("a", labels={3: "c", 1: "a"}, role="field").categories == (1, 3)


def test_a_field_with_labels_for_valid_codes_only_is_nominal():
    assert Item("region", labels={1: "north"}, role="field").is_nominal
    assert not Item("age", labels={-1: "refused"}, missing=(-1,), role="field").is_nominal
    assert not Item("band", scale=(1, 3), labels={1: "low"}, role="field").is_nominal


def test_one_missing_code_may_stand_alone():
    assert Item("a", missing=99).missing == (99,)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"item": ""}, "expected the name of a column"),
        ({"item": 7}, "item=7 was given"),
        ({"item": "a", "role": "answer"}, r"role of `a`='answer' is not known; expected one of"),
        ({"item": "a", "scale": (5, 1)}, r"scale of `a` is \(5, 1\); expected its lowest and high"),
        ({"item": "a", "scale": "1-5"}, "scale of `a` is '1-5'"),
        ({"item": "a", "scale": (1, float("inf"))}, "scale of `a`"),
        ({"item": "a", "scale": (True, 5)}, "scale of `a`"),
        ({"item": "a", "labels": ["no", "yes"]}, "labels of `a` is"),
        ({"item": "a", "labels": {0: False}}, "Put words such as yes and no in quotes"),
        ({"item": "a", "labels": {1: "x", 2: "x "}}, "gives 'x' to more than one code"),
        ({"item": "a", "missing": (None,)}, "missing of `a` holds None"),
        ({"item": "a", "reversed": "yes"}, "reversed of `a` is 'yes'; expected true or false"),
        ({"item": "a", "reversed": True}, "`a` is reversed but has no scale"),
        ({"item": "a", "wording": 3}, "wording of `a` is 3; expected text"),
        ({"item": "a", "block": 3}, "block of `a` is 3; expected text"),
        ({"item": "a", "scale": (1, 5), "missing": (3,)}, "declares 3 as missing, but its scale"),
        (
            {"item": "a", "scale": (1, 5), "labels": {6: "n/a"}},
            "labels the code 6, but its scale is 1-5. Declare it as a missing code or widen",
        ),
    ],
)
def test_what_is_no_item_is_refused_by_name(parameters, message):
    with pytest.raises(SegkitError, match=message):
        Item(**parameters)
