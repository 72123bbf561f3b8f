import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit._frames import (
    Origin,
    column,
    column_names,
    frame_like,
    hashed_column,
    matrix,
    numeric_column,
    typed_column,
)
from segkit.exceptions import SegkitError

# one column of numbers as each library and type may hold it; the second value is missing
NUMBERS = {
    "pandas float": pd.Series([1.0, np.nan, 3.0]),
    "pandas object": pd.Series([1, None, 3], dtype=object),
    "pandas Int64": pd.Series([1, None, 3], dtype="Int64"),
    "pandas Float32": pd.Series([1, None, 3], dtype="Float32"),
    "pandas arrow": pd.Series([1, None, 3], dtype=pd.ArrowDtype(pa.int64())),
    "pandas category": pd.Series([1, None, 3], dtype="category"),
    "pandas Int64 category": pd.Series([1, None, 3], dtype="Int64").astype("category"),
    "polars": pl.Series([1, None, 3]),
    "polars NaN": pl.Series([1.0, float("nan"), 3.0]),
    "polars decimal": pl.Series([Decimal("1.0"), None, Decimal("3.0")]),
}

TEXTS = {
    "pandas str": pd.Series(["b", None, "a"]),
    "pandas object": pd.Series(["b", None, "a"], dtype=object),
    "pandas NaN": pd.Series(["b", np.nan, "a"], dtype=object),
    "pandas category": pd.Series(["b", None, "a"], dtype="category"),
    "pandas arrow": pd.Series(["b", None, "a"], dtype=pd.ArrowDtype(pa.string())),
    "polars": pl.Series(["b", None, "a"]),
    "polars category": pl.Series(["b", None, "a"], dtype=pl.Categorical),
    "polars enum": pl.Series(["b", None, "a"], dtype=pl.Enum(["a", "b"])),
}

BOOLEANS = {
    "pandas object": pd.Series([True, None, False], dtype=object),
    "pandas boolean": pd.Series([True, None, False], dtype="boolean"),
    "polars": pl.Series([True, None, False]),
}

COLUMNS = {"age": [34.0, None, 51.0], "plan": ["a", None, "b"]}


def table(series):
    library = pd if isinstance(series, pd.Series) else pl
    return library.DataFrame({"x": series})


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_every_type_read_as_floats_with_nan(name):
    np.testing.assert_array_equal(matrix(table(NUMBERS[name])).values[:, 0], [1, np.nan, 3])
    read = typed_column(table(NUMBERS[name]), "x")
    if name.endswith("category"):  # a field of categories is one of levels, whatever they are
        assert (read.kind, read.values.tolist()) == ("text", [0, -1, 1])
        return
    if name != "pandas object":
        assert read.kind == "number"
    np.testing.assert_array_equal(read.values, [1, np.nan, 3])


@pytest.mark.parametrize("name", BOOLEANS)
def test_yes_and_no_read_as_one_and_zero(name):
    np.testing.assert_array_equal(numeric_column(table(BOOLEANS[name]), "x"), [1, np.nan, 0])
    read = typed_column(table(BOOLEANS[name]), "x")
    assert (read.kind, read.levels) == ("boolean", ("False", "True"))
    assert read.values.tolist() == [1, -1, 0]


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_every_type_read_as_text_with_none(name):
    assert column(table(TEXTS[name]), "x").tolist() == ["b", None, "a"]
    read = typed_column(table(TEXTS[name]), "x")
    assert (read.kind, read.levels) == ("text", ("a", "b"))
    assert read.values.tolist() == [1, -1, 0]


def test_a_declared_order_of_categories_is_kept():
    ordered = pd.Categorical(["low", "high"], categories=["low", "mid", "high"], ordered=True)
    read = typed_column(pd.DataFrame({"x": ordered}), "x")
    assert (read.levels, read.ordered) == (("low", "mid", "high"), True)
    assert read.values.tolist() == [0, 2]


@pytest.mark.parametrize("values", [[None, None], [np.nan, np.nan]])
def test_a_column_without_values_is_empty(frame_kind, values):
    read = typed_column(frame_kind.make({"x": values}), "x")
    assert read.kind == "empty"
    assert np.isnan(read.values).all()


@pytest.mark.parametrize(
    ("values", "kind"),
    [([dt.date(2026, 1, 1), None], "date"), ([dt.datetime(2026, 1, 1), None], "date")],
)
def test_dates_are_dates(frame_kind, values, kind):
    assert typed_column(frame_kind.make({"x": values}), "x").kind == kind


def test_columns_that_mix_kinds_are_refused():
    with pytest.raises(SegkitError, match="`x` in fields mixes kinds of values"):
        typed_column(pd.DataFrame({"x": [1, "a"]}), "x", what="fields")


def test_text_where_numbers_are_expected_names_column_and_row(frame_kind):
    frame = frame_kind.make({"x": ["1", "2"]})
    with pytest.raises(SegkitError, match="`x` in answers holds '1' in row 0; expected numbers"):
        matrix(frame, what="answers")


def test_an_unknown_column_is_named_with_those_that_are_there(frame_kind):
    with pytest.raises(SegkitError, match=r"`income` is not a column of X; .*`age`, `plan`"):
        column(frame_kind.make(COLUMNS), "income")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([1.0, 2.0], r"1 dimension\(s\); expected a table.*reshape"),
        ([["a", "b"]], "does not read as numbers"),
        (np.ones((2, 2), dtype=complex), "Complex data not supported"),
        (None, "dimension|does not read"),
    ],
)
def test_arrays_that_are_no_table_are_refused(data, message):
    with pytest.raises(SegkitError, match=message):
        matrix(data)


def test_arrays_get_names():
    read = matrix([[1, 2], [3, 4]])
    assert read.names == ("x1", "x2")
    assert read.origin == Origin()
    assert column_names(np.ones((2, 3))) == ("x1", "x2", "x3")


def test_column_names_that_are_numbers_can_be_read():
    frame = pd.DataFrame({0: [1.0, 2.0], 1: [3.0, 4.0]})
    assert matrix(frame).names == ("0", "1")
    assert numeric_column(frame, "1").tolist() == [3.0, 4.0]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(-1e6, 1e6)),
            st.one_of(st.none(), st.sampled_from(["a", "b", ""])),
            st.integers(-5, 5),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_goes_in_comes_out(frame_kind, rows):
    numbers, texts, whole = (list(c) for c in zip(*rows, strict=True))
    frame = frame_kind.make({"number": numbers, "text": texts, "whole": whole})
    expected = [np.nan if v is None else v for v in numbers]
    np.testing.assert_array_equal(numeric_column(frame, "number"), expected)
    assert column(frame, "text").tolist() == texts
    assert column(frame, "whole").tolist() == whole
    built = frame_like(frame, {"text": column(frame, "text"), "whole": np.array(whole)})
    assert type(built) is type(frame)
    assert column(built, "text").tolist() == texts
    assert column(built, "whole").tolist() == whole
    read = typed_column(frame, "text")
    if read.kind == "text":
        assert [None if v < 0 else read.levels[v] for v in read.values] == texts


def test_equal_ids_have_equal_hashes(frame_kind):
    frame = frame_kind.make({"text": ["a", "b", "a", None], "whole": [5, -1, 5, 0]})
    values, missing = hashed_column(frame, "text")
    assert values[0] == values[2] != values[1]
    assert missing.tolist() == [False, False, False, True]
    values, missing = hashed_column(frame, "whole")
    assert values[0] == values[2] != values[1]
    assert not missing.any()


def test_a_column_in_chunks_is_read_whole():
    chunks = pa.chunked_array([["b", "a"], [None, "c"], ["a"]])
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())):
        arrow = pa.table({"x": chunks.cast(kind)})
        pandas = pd.DataFrame({"x": pd.arrays.ArrowExtensionArray(arrow["x"])})
        for frame in (arrow, pandas, pl.from_arrow(arrow)):
            read = typed_column(frame, "x")
            assert read.levels == ("a", "b", "c")
            assert read.values.tolist() == [1, 0, -1, 2, 0]


def test_a_level_that_is_itself_a_gap_is_missing():
    levels = pa.array(["b", None, "a"])
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), levels)
    found = typed_column(pa.table({"plan": coded}), "plan")
    assert found.levels == ("a", "b")
    assert found.values.tolist() == [1, -1, 0, -1]


def test_decimals_are_numbers():
    table = pd.DataFrame({"price": pd.Series([Decimal("1.5"), None], dtype=object)})
    np.testing.assert_array_equal(numeric_column(table, "price"), [1.5, np.nan])
