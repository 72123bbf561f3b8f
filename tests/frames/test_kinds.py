import datetime as dt

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from segkit._frames import (
    Origin,
    column,
    column_names,
    frame_like,
    from_arrow,
    is_frame,
    is_missing,
    lazy_kind,
    n_rows,
    origin_of,
    select,
    take,
    without,
)
from segkit.exceptions import SegkitError

COLUMNS = {"age": [34.0, None, 51.0], "plan": ["a", None, "b"]}


def test_the_same_name_twice_is_refused():
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(SegkitError, match="column name `a` occurs more than once"):
        column_names(twice)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_frames_of_every_library_are_known_and_built(kind):
    frame = Origin(kind).frame({"a": np.array([1.0, 2.0]), "b": ["x", "y"]})
    assert is_frame(frame)
    assert origin_of(frame).kind == kind
    assert n_rows(frame) == 2
    assert column_names(select(frame, ["b"])) == ("b",)


@pytest.mark.parametrize("kind", ["polars", "pyarrow"])
def test_a_missing_number_is_null_where_the_library_has_it(kind):
    frame = nw.from_native(Origin(kind).frame({"a": np.array([1.0, np.nan]), "b": ["x", "y"]}))
    assert frame["a"].to_list() == [1.0, None]


@pytest.mark.parametrize("data", [np.ones((2, 2)), [[1, 2]], None, {"a": 1}, "text"])
def test_what_is_no_frame_is_an_array(data):
    assert not is_frame(data)
    assert origin_of(data) == Origin()
    assert isinstance(frame_like(data, {"a": [1]}), pd.DataFrame)


def test_a_pandas_index_goes_back_where_rows_are_the_same():
    frame = pd.DataFrame({"a": [1.0, 2.0]}, index=["r1", "r2"])
    assert list(origin_of(frame).frame({"b": [1, 2]}, same_rows=True).index) == ["r1", "r2"]
    assert list(origin_of(frame).frame({"b": [1, 2, 3]}).index) == [0, 1, 2]


@pytest.mark.parametrize(
    "rows", [np.array([2, 0, 0]), np.array([True, False, True]), np.array([], dtype=int)]
)
def test_rows_are_taken_by_position_or_mask(frame_kind, rows):
    part = take(frame_kind.make(COLUMNS), rows)
    expected = np.array(["a", None, "b"], dtype=object)[rows].tolist()
    assert column(part, "plan").tolist() == expected
    np.testing.assert_array_equal(
        take(np.arange(6).reshape(3, 2), rows)[:, 0], 2 * np.arange(3)[rows]
    )


def test_columns_are_left_out_by_name(frame_kind):
    table = frame_kind.make(COLUMNS)
    assert column_names(without(table, ["age", "income", None])) == ("plan",)
    assert without(table, [None]) is table


def test_taken_rows_keep_their_labels():
    frame = pd.DataFrame({"a": [1, 2, 3]}, index=["x", "y", "z"])
    assert list(take(frame, np.array([2, 0])).index) == ["z", "x"]


@pytest.mark.parametrize("value", [None, np.nan, pd.NaT, pd.NA, float("nan")])
def test_missing_values(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, "", False, dt.date(2026, 1, 1), "nan"])
def test_values_that_are_there(value):
    assert not is_missing(value)


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_an_arrow_table_becomes_a_frame_with_its_gaps(kind):
    arrow = pa.table(
        {
            "whole": pa.array([1, None, 3]),
            "sure": pa.array([1, 2, 3]),
            "share": pa.array([0.5, None, 1.0]),
            "yes": pa.array([True, None, False]),
            "plan": pa.array(["a", None, "b"], pa.large_string()),
        }
    )
    frame = from_arrow(arrow, kind)
    assert type(frame).__module__.startswith(kind)
    for name in arrow.column_names:
        assert column(frame, name).tolist() == arrow[name].to_pylist()
    if kind == "pandas":
        types = [str(t) for t in frame.dtypes]
        assert types[:4] == ["Int64", "int64", "float64", "boolean"]


def test_frames_that_are_not_in_memory_are_told_by_their_type():
    polars = pytest.importorskip("polars")
    assert lazy_kind(polars.LazyFrame({"a": [1]})) == "polars"
    for data in (polars.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}), [1], None, "a.parquet"):
        assert lazy_kind(data) == ""
