import datetime as dt
from decimal import Decimal

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit._frames import (
    Nullable,
    Origin,
    attach,
    column,
    column_names,
    frame_like,
    from_arrow,
    hashed_column,
    is_frame,
    is_missing,
    lazy_kind,
    matrix,
    n_rows,
    numeric_column,
    origin_of,
    select,
    take,
    typed_column,
    without,
)
from segkit.exceptions import SegkitError

COLUMNS = {"age": [34.0, None, 51.0], "plan": ["a", None, "b"]}

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


def test_the_same_name_twice_is_refused():
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(SegkitError, match="column name `a` occurs more than once"):
        column_names(twice)


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


def test_columns_are_attached_and_replaced_where_they_stand(frame_kind):
    frame = frame_kind.make(COLUMNS)
    out = attach(frame, {"tag": np.array([0, 1, 0]), "age": [1.0, 2.0, np.nan]})
    assert column_names(out) == ("age", "plan", "tag")
    assert column(out, "age").tolist() == [1.0, 2.0, None]
    assert column(frame, "age").tolist() == [34.0, None, 51.0]


def test_a_pandas_index_does_not_shift_attached_columns():
    frame = pd.DataFrame({"a": [1, 2, 3]}, index=[2, 0, 1])
    assert attach(frame, {"b": np.array([10, 20, 30])})["b"].tolist() == [10, 20, 30]


def test_whole_numbers_texts_and_yes_or_no_with_gaps_are_attached(frame_kind):
    gaps = np.array([False, True, False])
    new = {
        "segment": Nullable(np.array([3, 0, 1]), gaps),
        "second": Nullable(np.array(["x", "", "y"], dtype=object), gaps),
        "used": Nullable(np.array([True, True, False]), gaps),
    }
    out = attach(frame_kind.make(COLUMNS), new)
    assert nw.from_native(out)["segment"].dtype.is_integer()
    assert column(out, "segment").tolist() == [3, None, 1]
    assert column(out, "second").tolist() == ["x", None, "y"]
    assert nw.from_native(out)["used"].dtype == nw.Boolean
    assert column(out, "used").tolist() == [True, None, False]


@pytest.mark.parametrize("value", [None, np.nan, pd.NaT, pd.NA, float("nan")])
def test_missing_values(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, "", False, dt.date(2026, 1, 1), "nan"])
def test_values_that_are_there(value):
    assert not is_missing(value)


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


def test_texts_may_be_given_as_positions(frame_kind):
    gaps = np.array([False, True, False])
    levels = Nullable(np.array([1, 0, 0]), gaps, ("low", "high"))
    out = attach(frame_kind.make({"a": [1, 2, 3]}), {"reason": levels})
    assert column(out, "reason").tolist() == ["high", None, "low"]
    assert levels.to_arrow().to_pylist() == ["high", None, "low"]
    assert Nullable(np.array([5, 6, 7]), gaps).to_arrow().to_pylist() == [5, None, 7]
    texts = Nullable(np.array(["x", "", "y"], dtype=object), gaps)
    assert texts.to_arrow().to_pylist() == ["x", None, "y"]
    assert Nullable(np.array([True, False, False]), gaps).to_arrow().to_pylist() == [
        True,
        None,
        False,
    ]
