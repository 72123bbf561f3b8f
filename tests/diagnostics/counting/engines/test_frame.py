import numpy as np
import pyarrow as pa
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.diagnostics.counting.engines.frame import (
    column_or_none,
    count_part,
    count_parts,
    needed_columns,
)
from segkit.exceptions import SegkitError

TABLE = pa.table(
    {
        "x": np.arange(30.0),
        "plan": ["a", "b", None] * 10,
        "tag": ["s", "t"] * 15,
        "w": np.arange(30) / 7,
    }
)
BINS = learn_bins(TABLE, ["x", "plan"])


@pytest.mark.parametrize("rows_a_part", [1, 7, 29, 30])
def test_parts_are_the_whole_however_it_is_cut(rows_a_part, same):
    parts = (TABLE[i : i + rows_a_part] for i in range(0, 30, rows_a_part))
    same(count_parts(parts, BINS, "tag", None), count_table(TABLE, BINS, "tag"))
    weighted = count_parts([TABLE[:11], TABLE[11:]], BINS, "tag", "w", total=30)
    same(weighted, count_table(TABLE, BINS, "tag", "w"), rtol=1e-12)


def test_no_parts_are_no_counts():
    counts = count_parts([], BINS, "tag", None)
    assert counts.groups == ("untagged",)
    assert counts.n_rows == 0


def test_rows_are_numbered_as_in_the_whole_table():
    odd = TABLE.set_column(0, "x", [np.where(np.arange(30) == 21, np.inf, 0.0)])
    with pytest.raises(SegkitError, match="`x` in the table holds infinity in row 21 "):
        count_parts([odd[:10], odd[10:20], odd[20:]], BINS, None, None)
    odd = TABLE.set_column(3, "w", [np.where(np.arange(30) == 21, -1.0, 2.0)])
    with pytest.raises(SegkitError, match=r"sample_weight is -1.0 in row 21 \(1 such rows\)"):
        count_parts([odd[:10], odd[10:20], odd[20:]], BINS, None, "w")


def test_labels_and_weights_of_a_table_in_memory_need_no_columns(same):
    found = count_part(TABLE, BINS, ["s", "t"] * 15, np.arange(30) / 7)
    same(found, count_table(TABLE, BINS, "tag", "w"))


def test_needed_columns_are_named_once_and_the_absent_named():
    names = ["w", "plan", "other", "x"]
    assert needed_columns(names, BINS, "plan", "w") == ["x", "plan", "w"]
    with pytest.raises(SegkitError, match=r"The table lacks `plan`, `tag`; it has `x`. Add the"):
        needed_columns(["x"], BINS, "tag", None)


def test_a_table_that_is_not_in_memory_has_its_segments_in_a_column():
    assert column_or_none(None, name="segments") is None
    assert column_or_none("tag", name="segments") == "tag"
    with pytest.raises(SegkitError, match="segments is a tuple, but the table is not in memory"):
        column_or_none((1, 2), name="segments")
