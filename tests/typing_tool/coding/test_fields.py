import datetime as dt

import numpy as np
import pytest

from segkit._frames import Column
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool.coding.fields import (
    check_fields,
    fields_frame,
    read_fields,
    sort_keys,
    take_rows,
)


def test_each_kind_is_read(frame_kind):
    frame = frame_kind.make(
        {
            "n": [1.5, None, 3.0],
            "i": [1, 2, 3],
            "t": ["b", None, "a"],
            "b": [True, False, True],
            "e": [None, None, None],
        }
    )
    fields = {f.name: f for f in read_fields(frame)}
    assert [f.kind for f in fields.values()] == ["number", "number", "text", "boolean", "empty"]
    np.testing.assert_array_equal(fields["n"].values, [1.5, np.nan, 3.0])
    assert fields["t"].levels == ("a", "b")
    assert fields["t"].values.tolist() == [1, -1, 0]
    assert fields["b"].levels == ("False", "True")
    assert np.isnan(fields["e"].values).all()


def test_only_the_named_fields_are_read_and_in_that_order(frame_kind):
    frame = frame_kind.make({"a": [1], "when": [dt.date(2026, 1, 1)], "b": ["x"]})
    assert [f.name for f in read_fields(frame, ["b", "a"])] == ["b", "a"]


def test_an_empty_text_is_a_gap(frame_kind):
    field = read_fields(frame_kind.make({"t": ["", "a", " "]}))[0]
    assert field.values.tolist()[0] == -1
    assert field.levels[field.values[2]] == " "  # a blank is not stripped


@pytest.mark.parametrize("day", [dt.date(2026, 1, 1), dt.datetime(2026, 1, 1)])
def test_dates_are_refused_by_name(frame_kind, day):
    frame = frame_kind.make({"joined": [day, day]})
    with pytest.raises(SegkitError, match=r"`joined` in fields holds dates .*the days since a"):
        read_fields(frame)


def test_other_kinds_are_refused_by_name():
    polars = pytest.importorskip("polars")
    with pytest.raises(SegkitError, match=r"`bag` in fields holds List.*; expected numbers, text"):
        read_fields(polars.DataFrame({"bag": [[1], [2]]}))


def test_a_column_of_mixed_kinds_is_refused_by_name():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"odd": np.array(["a", 1], dtype=object)})
    with pytest.raises(SegkitError, match="`odd` in fields mixes kinds of values"):
        read_fields(frame)


def test_infinity_names_field_and_row_of_the_whole_base(frame_kind):
    frame = frame_kind.make({"sum": [1.0, float("inf")]})
    with pytest.raises(SegkitError, match=r"`sum` in the base holds infinity in row 1001"):
        read_fields(frame, what="the base", first_row=1000)


def test_an_absent_field_is_named(frame_kind):
    with pytest.raises(SegkitError, match="the base lacks `plan`"):
        read_fields(frame_kind.make({"age": [1]}), ["age", "plan"], what="the base")


def test_an_array_gets_names():
    assert fields_frame(np.zeros((2, 2)), what="fields").columns.tolist() == ["x1", "x2"]
    with pytest.raises(SegkitError, match=r"fields has 0 feature\(s\) \(shape=\(3, 0\)\)"):
        fields_frame(np.zeros((3, 0)), what="fields")


@pytest.mark.parametrize("name", ["customer_id", "id", "customerID", "Customer Id"])
def test_numbers_that_differ_everywhere_under_the_name_of_an_id(name):
    field = Column(name, "number", "Int64", np.arange(50.0))
    with pytest.raises(SegkitError, match=f"`{name}` has 50 different values in 50 rows: it tells"):
        check_fields([field])


@pytest.mark.parametrize("name", ["paid", "amount", "idle"])
def test_other_numbers_may_differ_everywhere(name):
    check_fields([Column(name, "number", "Float64", np.arange(50.0))])


def test_text_that_differs_nearly_everywhere_is_an_id():
    levels = tuple(f"person {i:02d}" for i in range(50))
    field = Column("who", "text", "String", np.arange(50), levels)
    with pytest.raises(SegkitError, match=r"`who` has 50 different values .* Leave it out"):
        check_fields([field])
    check_fields([Column("who", "text", "String", np.arange(50) % 40, levels)])


def test_a_field_without_any_value_is_refused_and_a_constant_one_warned_of():
    with pytest.raises(SegkitError, match="`gone` in fields holds no value at all"):
        check_fields([Column("gone", "empty", "Null", np.full(5, np.nan))])
    with pytest.warns(SegkitWarning, match="`same` in fields holds the same value everywhere"):
        check_fields([Column("same", "number", "Int64", np.ones(5))])
    # a value and gaps: who has it may matter
    check_fields([Column("flag", "number", "Int64", np.array([1, np.nan, 1]))])


def test_rows_are_taken_and_keys_sort_them(frame_kind):
    fields = read_fields(frame_kind.make({"n": [3.0, None, 1.0], "t": ["b", "a", None]}))
    assert take_rows(fields, np.array([2, 0]))[0].values.tolist() == [1.0, 3.0]
    np.testing.assert_array_equal(sort_keys(fields), [[3, 1], [np.nan, 0], [1, -1]])
