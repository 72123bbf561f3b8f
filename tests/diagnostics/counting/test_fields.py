from datetime import date, timedelta

import numpy as np
import pytest

from segkit.diagnostics.counting.fields import choose_fields, read_field
from segkit.exceptions import SegkitError

N = 40


@pytest.fixture
def table(frame_kind):
    return frame_kind.make(
        {
            "age": np.arange(N, dtype=float),
            "plan": ["a", "b"] * (N // 2),
            "customer_id": list(range(N)),
            "email": [f"p{i}@example.org" for i in range(N)],
            "since": [date(2026, 1, 1) + timedelta(days=i) for i in range(N)],
            "tag": ["x"] * N,
        }
    )


def test_dates_ids_and_the_tag_are_no_fields(table):
    columns, left_out = choose_fields(table, table, None, "tag")
    assert [c.name for c in columns] == ["age", "plan"]
    assert left_out == ("`customer_id` (an id)", "`email` (an id)", "`since` (date values)")


def test_what_tagging_wrote_is_no_field(frame_kind):
    tags = {"segment": [0, 1] * 20, "probability": [0.6] * N, "second": [1, 0] * 20}
    tags |= {"probability_0": [0.6, 0.4] * 20, "probability_1": [0.4, 0.6] * 20}
    plain = {"age": np.arange(N, dtype=float), "plan": ["a", "b"] * 20}
    tagged = frame_kind.make(plain | tags | {"reason": ["low confidence", "unseen level"] * 20})
    columns, left_out = choose_fields(tagged, tagged, None, "segment")
    assert [c.name for c in columns] == ["age", "plan"]
    assert len(left_out) == 5
    assert "`second` (written by tagging)" in left_out
    alone = frame_kind.make(plain | {"second": [1, 0] * 20})
    assert "second" in [c.name for c in choose_fields(alone, alone, None, None)[0]]


def test_named_fields_are_taken_as_they_are(table):
    columns, left_out = choose_fields(table, table, ["customer_id", "age"], None)
    assert [c.name for c in columns] == ["customer_id", "age"]
    assert left_out == ()


def test_a_few_rows_are_too_few_to_speak_of_ids(frame_kind):
    small = frame_kind.make({"name": ["a", "b", "c"]})
    assert [c.name for c in choose_fields(small, small, None, None)[0]] == ["name"]


def test_a_date_that_is_asked_for_is_refused(table):
    with pytest.raises(SegkitError, match="`since` in reference holds date values"):
        choose_fields(table, table, ["since"], None)


def test_nothing_left_to_compare_is_an_error(frame_kind):
    ids = frame_kind.make({"customer_id": list(range(N))})
    with pytest.raises(SegkitError, match=r"No field is left to compare \(`customer_id`\)"):
        choose_fields(ids, ids, None, None)


def test_infinity_is_refused_with_its_row(frame_kind):
    bad = frame_kind.make({"age": [1.0, np.inf, -np.inf]})
    with pytest.raises(SegkitError, match=r"`age` in current holds infinity in row 1 \(2 such"):
        read_field(bad, "age", what="current")
