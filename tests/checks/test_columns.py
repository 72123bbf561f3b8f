import numpy as np
import pytest

from segkit import _checks as checks
from segkit.exceptions import SegkitError


def test_frames(frame_kind):
    frame = frame_kind.make({"age": [1, 2]})
    assert checks.check_frame(frame, what="base") is frame
    with pytest.raises(SegkitError, match="base has 0 rows and 1 columns"):
        checks.check_frame(frame_kind.make({"age": []}), what="base")
    with pytest.raises(SegkitError, match="base is a list; expected a pandas or polars frame"):
        checks.check_frame([[1]], what="base")


def test_a_frame_that_is_not_in_memory_is_told_how_to_fetch():
    polars = pytest.importorskip("polars")
    lazy = polars.LazyFrame({"age": [1]})
    with pytest.raises(SegkitError, match=r"base is a LazyFrame of polars, .*with \.collect\(\)"):
        checks.check_frame(lazy, what="base")
    with pytest.raises(SegkitError, match=r"X is a LazyFrame of polars, .*with \.collect\(\)"):
        checks.check_items(lazy)


def test_absent_columns_are_named_beside_those_that_are_there(frame_kind):
    frame = frame_kind.make({"age": [1, 2], "plan": ["a", "b"]})
    checks.check_columns(frame, ["age"], what="base")
    with pytest.raises(SegkitError, match="base lacks `region`, `tenure`; it has `age`, `plan`"):
        checks.check_columns(frame, ["region", "age", "tenure"], what="base")


def test_ids_occur_once(frame_kind):
    frame = frame_kind.make({"id": ["a", "b", "a"], "gap": [1.0, None, 2.0], "good": [3, 1, 2]})
    assert checks.ids_of(frame, "good", what="base").tolist() == [3, 1, 2]
    with pytest.raises(SegkitError, match=r"`id` of base holds 'a' more than once \(rows 0 and 2"):
        checks.ids_of(frame, "id", what="base")
    with pytest.raises(SegkitError, match="`gap` of base is missing in row 1"):
        checks.ids_of(frame, "gap", what="base")
    with pytest.raises(SegkitError, match="base lacks `key`"):
        checks.ids_of(frame, "key", what="base")


def test_ids_of_a_table_in_parts_occur_once(frame_kind):
    parts = [frame_kind.make({"id": ids}) for ids in (["a", "b"], ["c", "b"])]
    checks.check_unique_in_parts(lambda: parts[:1], name="id", what="the base")
    with pytest.raises(SegkitError, match=r"holds 'b' more than once \(rows 1 and 3\)"):
        checks.check_unique_in_parts(lambda: parts, name="id", what="the base")
    gap = frame_kind.make({"id": ["d", None]})
    with pytest.raises(SegkitError, match="`id` of the base is missing in row 3"):
        checks.check_unique_in_parts(lambda: [parts[0], gap], name="id", what="the base")
    checks.check_unique_in_parts(list, name="id", what="the base")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], "segments has 2 rows but the table has 3"),
        ([[0, 1], [1, 0], [0, 0]], r"segments has shape \(3, 2\)"),
        ([0, None, 1], r"segments is missing in 1 row\(s\) \(first: row 1\)"),
        ([0.0, 1.0, np.nan], r"segments is missing in 1 row\(s\) \(first: row 2\)"),
        ([1, 1, 1], "segments holds one segment only"),
    ],
)
def test_labels(labels, message):
    assert checks.check_labels(["a", 1, "a"], n=3).tolist() == ["a", 1, "a"]
    with pytest.raises(SegkitError, match=message):
        checks.check_labels(labels, n=3)


def test_labels_with_the_gaps_of_pandas_and_polars():
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for gappy in (pd.Series([0, None, 1], dtype="Int64"), pl.Series([0, None, 1])):
        with pytest.raises(SegkitError, match=r"missing in 1 row\(s\) \(first: row 1\)"):
            checks.check_labels(gappy)


def test_a_frame_is_no_label(frame_kind):
    with pytest.raises(SegkitError, match="segments is a frame; expected one label a row"):
        checks.check_labels(frame_kind.make({"a": [1, 2]}))
