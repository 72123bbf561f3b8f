import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.segments.codes import coded


def test_numbers_and_text_become_positions_of_the_sorted_labels():
    assert coded([5, 3, 5]).names == (3, 5)
    assert coded(["b", "a"]).codes.tolist() == [1, 0]


def test_whole_numbers_are_one_label_whatever_their_type():
    found = coded([2, 2.0, np.int64(2), np.float32(2)])
    assert found.names == (2,)
    assert isinstance(found.names[0], int)


def test_minus_one_is_noise_and_has_no_name():
    found = coded(np.array([0, -1, 1]))
    assert found.names == (0, 1)
    assert found.codes.tolist() == [0, -1, 1]


def test_a_series_of_either_library_is_read(frame_kind):
    table = frame_kind.make({"segment": ["x", "y", "x"]})
    assert coded(table["segment"]).codes.tolist() == [0, 1, 0]


@pytest.mark.parametrize("gap", [None, float("nan")])
def test_a_missing_label_is_named_by_its_row(gap):
    with pytest.raises(SegkitError, match=r"labels is missing in 1 row\(s\) \(first: row 2\)"):
        coded([0, 1, gap])


def test_a_table_or_nothing_is_refused(frame_kind):
    with pytest.raises(SegkitError, match="labels is a frame; expected one label a row"):
        coded(frame_kind.make({"a": [1, 2]}))
    with pytest.raises(SegkitError, match=r"shape \(0,\); expected one label a row"):
        coded([])
