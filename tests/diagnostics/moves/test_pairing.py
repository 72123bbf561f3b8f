import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.diagnostics.moves.keys import keys_of
from segkit.diagnostics.moves.pairing import pair_customers, pair_rows, same_places
from segkit.exceptions import SegkitError, SegkitWarning


def paired(a, b):
    ids = pa.chunked_array([a]), pa.chunked_array([b])
    return pair_rows(*(keys_of(i, "id", what="x") for i in ids), ids, "id").tolist()


SPREAD = 10**12


@given(
    st.lists(st.integers(-50, 50), unique=True, min_size=1, max_size=40),
    st.lists(st.integers(-50, 50), unique=True, min_size=1, max_size=40),
    st.sampled_from([1, SPREAD]),
)
def test_rows_are_paired_as_a_dictionary_does(a, b, factor):
    a, b = [x * factor for x in a], [x * factor for x in b]
    place = {value: row for row, value in enumerate(b)}
    expected = [place.get(value, -1) for value in a]
    assert paired(a, b) == expected
    assert paired([f"c{x}" for x in a], [f"c{x}" for x in b]) == expected


def test_tables_in_one_order_are_walked_through():
    ids = [SPREAD * i for i in range(5)]
    assert paired(ids, ids) == [0, 1, 2, 3, 4]
    assert paired(ids, ids[2:]) == [-1, -1, 0, 1, 2]


def test_the_same_order_is_no_excuse_for_repeated_ids():
    with pytest.raises(SegkitError, match=r"`id` of before holds 1 id more than once, in 2 of 3"):
        paired([5, 7, 5], [5, 7, 5])


@pytest.mark.parametrize("factor", [1, SPREAD])
def test_repeated_ids_are_counted_and_the_first_are_named(factor):
    b = [factor * x for x in (9, 3, 4, 3, 4, 3, 8)]
    with pytest.raises(SegkitError) as error:
        paired([factor, 2 * factor], b)
    said = str(error.value)
    assert f"`id` of after holds 2 ids more than once, in 5 of 7 rows: `{3 * factor}`" in said
    assert f"(`{3 * factor}` in rows 1 and 3)" in said


def test_numbers_and_texts_are_never_taken_for_each_other():
    with pytest.raises(SegkitError, match="`id` is a number in before and a text in after"):
        paired([1, 2], ["1", "2"])


def test_beyond_two_to_the_63_ids_stay_distinct():
    big = np.array([2**63 + 5, 2**64 - 1, 7], dtype=np.uint64)
    assert paired(big, big[::-1].copy()) == [2, 1, 0]


def test_tables_that_share_nobody_are_told():
    ids = pa.chunked_array([["001", "002"]]), pa.chunked_array([["1", "2"]])
    keys = [keys_of(i, "id", what="x") for i in ids]
    with pytest.warns(SegkitWarning, match=r"No `id` of before is in after: .*leading zeros"):
        assert pair_customers(*keys, ids, "id").tolist() == [-1, -1]


def test_without_ids_rows_correspond_by_their_place():
    assert same_places(3, 3).tolist() == [0, 1, 2]
    with pytest.raises(SegkitError, match="before has 3 rows and after 2, and no ids were given"):
        same_places(3, 2)
