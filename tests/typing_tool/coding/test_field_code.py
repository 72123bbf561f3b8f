import numpy as np
import pytest

from segkit._frames import Column, typed_column
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.binning import fit_field


def number(values):
    return Column("age", "number", "Float64", np.array(values, dtype=float))


def text(values, levels=("a", "b", "c")):
    at = [levels.index(v) if v is not None else -1 for v in values]
    return Column("plan", "text", "String", np.array(at), tuple(levels))


def one(field, value, frame_kind):
    column = typed_column(frame_kind.make({field.name: [value]}), field.name)
    return int(field.encode(column, what="the base")[0])


@pytest.mark.parametrize("value", [-5.0, 20.0, 29.9, 30.0, 77.0, None])
def test_one_number_and_a_column_get_the_same_code(value, frame_kind):
    field = fit_field(number([20, 30, 40, np.nan]), np.ones(4))
    assert field.code_of(value) == (
        field.missing if value is None else one(field, value, frame_kind)
    )


@pytest.mark.parametrize("value", ["a", "b", "z"])
def test_one_text_and_a_column_get_the_same_code(value, frame_kind):
    field = fit_field(text(["a", "b", "b", None]), np.ones(4))
    assert field.code_of(value) == one(field, value, frame_kind)


def test_gaps_of_every_kind_are_the_same_gap():
    pandas = pytest.importorskip("pandas")
    field = fit_field(text(["a", None]), np.ones(2))
    for gap in (None, float("nan"), pandas.NA, ""):
        assert field.code_of(gap) == field.missing


def test_whole_numbers_and_booleans_are_told_apart():
    yes = fit_field(
        Column("on", "boolean", "Boolean", np.array([0, 1]), ("False", "True")), np.ones(2)
    )
    assert yes.code_of(True) == yes.code_of(np.True_) != yes.code_of(False)
    with pytest.raises(SegkitError, match="`on` is 1; expected True or False"):
        yes.code_of(1)
    with pytest.raises(SegkitError, match="`age` is True; expected a number"):
        fit_field(number([1, 2]), np.ones(2)).code_of(True)
    with pytest.raises(SegkitError, match="`plan` is 3; expected a text"):
        fit_field(text(["a"]), np.ones(1)).code_of(3)
    with pytest.raises(SegkitError, match="`age` is infinite"):
        fit_field(number([1, 2]), np.ones(2)).code_of(float("inf"))


def test_another_kind_in_the_base_names_the_field_and_both_types(frame_kind):
    field = fit_field(number([20, 30]), np.ones(2))
    column = typed_column(frame_kind.make({"age": ["20"]}), "age")
    with pytest.raises(
        SegkitError, match=r"`age` holds text \(String\) in the base, but number \(Float64\) in"
    ):
        field.encode(column, what="the base")


def test_a_column_without_values_is_all_gaps_whatever_its_type(frame_kind):
    for field in (fit_field(number([20, 30]), np.ones(2)), fit_field(text(["a"]), np.ones(1))):
        column = typed_column(frame_kind.make({field.name: [None, None]}), field.name)
        assert field.encode(column, what="the base").tolist() == [field.missing] * 2


def test_meanings_say_what_each_code_stands_for():
    assert fit_field(number([20, 30, 40, np.nan]), np.ones(4)).meanings() == [
        "missing",
        "up to 25",
        "25 to 35",
        "above 35",
    ]
    assert fit_field(text(["a", "b", "b", None]), np.ones(4)).meanings() == [
        "missing",
        "a",
        "b",
        "unseen",
    ]
    assert fit_field(number([5, 5, np.nan]), np.ones(3)).meanings() == ["missing", "any number"]


def test_whole_numbers_are_binned_as_the_same_numbers_with_a_point():
    rng = np.random.default_rng(0)
    for scale, has_table in ((30, True), (1e6, False), (1e12, False)):
        made = rng.normal(scale, scale / 3, 500)
        field = fit_field(number([*made, np.nan]), np.ones(501))
        assert (field._whole_codes is not None) == has_table
        for kind in (np.int32, np.int64):
            most = np.iinfo(kind)
            values = rng.normal(scale, scale, 3000).clip(most.min, most.max - 200).astype(kind)
            values = np.append(values, [most.min, most.max, -1, 0, 1]).astype(kind)
            expected = [field.code_of(float(v)) for v in values]
            np.testing.assert_array_equal(field.of_numbers(values), expected)
