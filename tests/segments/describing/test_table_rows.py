import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import SegkitError
from segkit.segments.describing.table_rows import table_rows, used_among


def test_numbers_are_means_text_is_shares_and_of_yes_no_yes_is_shown(frame_kind):
    made = frame_kind.make(
        {"age": [30.0, 40.0], "region": ["b", "a"], "app": [True, None]}
    )  # fmt: skip
    rows = table_rows(made)
    assert [(r.item, r.level, r.is_share) for r in rows] == [
        ("age", None, False),
        ("region", "a", True),
        ("region", "b", True),
        ("app", "True", True),
    ]
    assert rows[1].values.tolist() == [0, 1]
    assert np.isnan(rows[3].values[1])


def test_columns_and_codes_as_answers_can_be_asked_for():
    made = pd.DataFrame({"a": [1, 2], "b": [3.5, np.nan]})
    rows = table_rows(made, ["b"], shares=["b"])
    assert [(r.item, r.level) for r in rows] == [("b", "3.5")]
    assert rows[0].values[0] == 1
    assert np.isnan(rows[0].values[1])


def test_arrays_are_numbers():
    assert [r.item for r in table_rows(np.ones((2, 2)))] == ["x1", "x2"]


@pytest.mark.parametrize(
    ("values", "shares", "words"),
    [
        ([np.inf, 1.0], (), "`a` in table holds infinity in row 0; expected finite numbers"),
        ([None, None], (), "`a` in table holds no answer at all"),
        (list(range(60)), ["a"], "`a` in table has 60 different answers; expected at most 50"),
    ],
)
def test_what_cannot_be_described_is_named(values, shares, words):
    with pytest.raises(SegkitError, match=words):
        table_rows(pd.DataFrame({"a": values}), None, shares)


def test_used_items_are_known():
    assert used_among("a", ("a", "b")) == ("a",)
    with pytest.raises(SegkitError, match="used_items names `c`, not among the columns `a`, `b`"):
        used_among(["a", "c"], ("a", "b"))
