import pandas as pd
import pytest

from segkit.exceptions import SegkitError
from segkit.factors.scales.scale_keys import read_scales

ANSWERS = pd.DataFrame({"a": [1, 2], "b": [2, 1], "-c": [1, 1]})


def test_a_dash_marks_a_reverse_keyed_item():
    (key,) = read_scales({"ease": ["a", "-b"]}, ANSWERS)
    assert (key.name, key.items, key.signs) == ("ease", ("a", "b"), (1.0, -1.0))
    assert key.keys == ["a", "-b"]


def test_a_column_that_begins_with_a_dash_is_meant_by_its_own_name():
    (key,) = read_scales({"ease": ["a", "-c"]}, ANSWERS)
    assert key.items == ("a", "-c")
    assert key.signs == (1.0, 1.0)


def test_without_scales_all_items_are_one():
    (key,) = read_scales(None, ANSWERS)
    assert (key.name, key.items) == ("all items", ("a", "b", "-c"))


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        (["a", "b"], r"scales=\['a', 'b'\] was given; expected a dict of the items of each scale"),
        ({}, r"scales=\{\} was given"),
        ({"ease": "ab"}, r"The scale `ease` is 'ab'; expected a list of its items"),
        ({"ease": 3}, r"The scale `ease` is 3; expected a list"),
        ({"ease": ["a", "z"]}, r"X lacks `z`; it has `a`, `b`, `-c`"),
        ({"ease": ["a", "-a"]}, r"The scale `ease` names `a` more than once"),
        ({"ease": ["a"]}, r"The scale `ease` has 1 item\(s\): `a`; expected at least two"),
        ({"ease": []}, r"The scale `ease` has 0 item\(s\): none"),
    ],
)
def test_what_is_no_scale_is_refused(scales, message):
    with pytest.raises(SegkitError, match=message):
        read_scales(scales, ANSWERS)
