import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.exceptions import SegkitError
from segkit.typing_tool.files.values import (
    checked_table,
    number,
    number_or_nan,
    one_of,
    plain_table,
    require,
    text,
    whole,
)

ODD = [None, "1", [], {}, True, "x"]


@pytest.mark.parametrize("value", [*ODD, 1.0, -1, 11, 10**40])
def test_whole_numbers_have_bounds_and_no_other_type(value):
    assert whole(0, 0, 10) == 0
    assert whole(10, 0, 10) == 10
    with pytest.raises(SegkitError, match="a whole number is out of range"):
        whole(value, 0, 10)


@pytest.mark.parametrize("value", [*ODD, math.inf, -math.inf, math.nan, 1e300, -(10**400)])
def test_numbers_are_finite_and_bearable(value):
    assert number(3) == 3.0
    assert isinstance(number(3), float)
    with pytest.raises(SegkitError, match="a number is out of range"):
        number(value)


@pytest.mark.parametrize("value", [None, 1, b"x", ["x"], "a" * 10_001])
def test_texts_are_texts_of_bearable_length(value):
    assert text("Ébène") == "Ébène"
    with pytest.raises(SegkitError, match="a text is out of range"):
        text(value)


def test_half_a_character_is_no_text():
    with pytest.raises(UnicodeEncodeError):  # which the reader of a file takes for damage
        text("\ud800")


@pytest.mark.parametrize("value", ["Forest", "", None, 0, ["forest"]])
def test_one_of_a_few_words(value):
    assert one_of("forest", ("forest", "scorecard")) == "forest"
    with pytest.raises(SegkitError, match="is out of range"):
        one_of(value, ("forest", "scorecard"))


def test_what_does_not_hold_says_what():
    require(1, "a share is")
    with pytest.raises(SegkitError, match="a share is out of range"):
        require(0, "a share is")


@given(
    st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(math.nan)), max_size=5),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=5),
)
def test_a_table_that_is_written_is_read_again(numbers, texts):
    n = min(len(numbers), len(texts))
    table = {"segment": texts[:n], "value": numbers[:n]}
    written = plain_table(table)
    assert not [v for v in written["value"] if v is not None and math.isnan(v)]
    read = checked_table(written, ("segment", "value"), ("segment",))
    assert read["segment"] == texts[:n]
    assert [None if math.isnan(v) else v for v in read["value"]] == written["value"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "a table is"),
        ({"a": ["x"]}, "a table is"),
        ({"b": [1], "a": ["x"]}, "a table is"),  # another order is another table
        ({"a": ["x"], "b": [1], "c": [1]}, "a table is"),
        ({"a": ["x"], "b": [1, 2]}, "a table is"),
        ({"a": [1], "b": [1]}, "a text is"),
        ({"a": [None], "b": [1]}, "a text is"),
        ({"a": ["x"], "b": ["1"]}, "a number is"),
    ],
)
def test_a_table_with_other_columns_or_cells_is_refused(table, message):
    with pytest.raises(SegkitError, match=message):
        checked_table(table, ("a", "b"), ("a",))


def test_null_is_nan():
    assert math.isnan(number_or_nan(None))
    assert number_or_nan(2) == 2.0
