import numpy as np
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.exceptions import SegkitError

REFERENCE = {
    "age": [float(i) for i in range(20)],
    "rating": [1, 2, 3, 4] * 5,
    "plan": ["a"] * 9 + ["b"] * 8 + ["c", "d", None],
    "city": ["x", "y"] * 10,
}


def test_everybody_is_one_group_without_segments(frame_kind):
    table = frame_kind.make(REFERENCE)
    counts = count_table(table, learn_bins(table))
    assert counts.groups == ("untagged",)
    assert counts.n_rows == 20
    assert counts.fields["plan"].bins.names() == ["a", "b", "other levels", "missing", "never seen"]
    assert counts.fields["plan"].cells.tolist() == [[9, 8, 2, 1, 0]]


def test_a_new_text_is_named_where_every_text_has_a_bin_and_pooled_where_not(frame_kind):
    bins = learn_bins(frame_kind.make(REFERENCE))
    now = frame_kind.make({**REFERENCE, "city": ["x"] * 13 + ["z"] * 7, "plan": ["new"] * 20})
    counts = count_table(now, bins)
    assert counts.fields["city"].unseen["z"].tolist() == [7]
    assert counts.fields["city"].holders == {"z": 7}
    assert counts.fields["plan"].cells.tolist() == [[0, 0, 20, 0, 0]]
    assert counts.fields["plan"].unseen == {}


def test_large_numbers_keep_their_names_apart(frame_kind):
    bins = learn_bins(frame_kind.make(REFERENCE), ["rating"])
    counts = count_table(frame_kind.make({"rating": [1234567.0, 1234568.0, 0.1]}), bins)
    assert list(counts.fields["rating"].unseen) == ["0.1", "1234567", "1234568"]


def test_what_cannot_be_counted_is_refused_by_name(frame_kind):
    table = frame_kind.make(REFERENCE)
    bins = learn_bins(table)
    with pytest.raises(SegkitError, match="the table lacks `rating`, `plan`, `city`"):
        count_table(frame_kind.make({"age": [1.0]}), bins)
    with pytest.raises(SegkitError, match="`age` in the table holds infinity in row 0"):
        count_table(frame_kind.make({**REFERENCE, "age": [np.inf] * 20}), bins)
    with pytest.raises(SegkitError, match="`age` holds number values in the reference but text"):
        count_table(frame_kind.make({**REFERENCE, "age": ["1"] * 20}), bins)
    with pytest.raises(SegkitError, match="bins is a list; expected TableBins"):
        count_table(table, [])
    with pytest.raises(SegkitError, match="sample_weight has shape"):
        count_table(table, bins, None, [1.0, 2.0])
