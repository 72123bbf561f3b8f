import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.diagnostics.moves.keys import keys_of
from segkit.exceptions import SegkitError


def keys(values):
    return keys_of(pa.array(values), "id", what="before")


@given(st.lists(st.text(max_size=20), min_size=2, max_size=30))
def test_texts_have_equal_keys_where_they_are_equal(texts):
    found = keys(texts).values
    for i, a in enumerate(texts):
        for j, b in enumerate(texts):
            assert (found[i] == found[j]) == (a == b)


def test_many_texts_of_two_lengths_all_differ():
    texts = [f"C{i}" for i in range(120_000)] + [f"{i:09d}" for i in range(80_000)]
    assert np.unique(keys(texts).values).size == 200_000


def test_texts_have_the_same_key_in_any_company_and_kind():
    alone = keys(["C12"]).values[0]
    assert keys(["x", "C12", "longer than that"]).values[1] == alone
    assert keys_of(pa.array(["x", "C12"]).dictionary_encode(), "id", what="a").values[1] == alone
    assert keys_of(pa.array(["y", "x", "C12"])[2:], "id", what="a").values[0] == alone
    parts = pa.chunked_array([["x"], ["C12"]])
    assert keys_of(parts, "id", what="a").values[1] == alone


def test_numbers_are_themselves_whatever_holds_them():
    expected = [3, -1, 2**40]
    for values in (expected, np.array(expected, float)):
        assert keys(values).values.tolist() == expected


def test_dates_are_ids_too():
    days = pa.array(np.array(["2026-01-01", "2026-01-02"], "datetime64[D]"))
    found = keys_of(days, "day", what="before")
    assert found.kind == "date"
    assert np.diff(found.values).tolist() == [1]


def test_a_missing_id_is_counted_and_placed():
    with pytest.raises(SegkitError, match=r"`id` of before is missing in 2 of 4 rows \(first: row"):
        keys(["a", None, "b", None])
    with pytest.raises(SegkitError, match="missing in 1 of 2 rows"):
        keys([1.0, float("nan")])


def test_ids_with_decimals_and_yes_no_are_refused():
    with pytest.raises(SegkitError, match=r"holds 1\.5 in row 1; expected whole numbers"):
        keys([1.0, 1.5])
    with pytest.raises(SegkitError, match="holds bool; expected ids"):
        keys([True, False])
