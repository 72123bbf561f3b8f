import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.segments import Scheme
from segkit.typing_tool.models.membership import read_membership, refuse_odd_segments


def test_whole_numbers_are_sorted_as_numbers():
    found = read_membership([10, 9, 10, 2.0], 4)
    assert found.classes.tolist() == [2, 9, 10]
    assert found.values.argmax(axis=1).tolist() == [2, 1, 2, 0]
    assert not found.soft


def test_text_is_sorted_as_text(frame_kind):
    frame = frame_kind.make({"s": ["b", "a", "b"]})
    found = read_membership(frame["s"], 3)
    assert found.classes.tolist() == ["a", "b"]
    assert found.values.tolist() == [[0, 1], [1, 0], [0, 1]]


def test_a_scheme_gives_its_names_in_its_order():
    scheme = Scheme([0, 2, 1, 1, 2, 2], names={0: "Zoe", 1: "Ada"}, merge=[[0, 2]])
    found = read_membership(scheme, 6)
    assert found.classes.tolist() == ["Zoe", "Ada"]
    assert found.values.argmax(axis=1).tolist() == [0, 0, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("labels", "n", "says"), [([0, 1, -1], 3, "holds -1 in 1 rows"), ([0, 1], 3, "has 2 rows")]
)
def test_a_scheme_with_noise_or_of_other_people_is_refused(labels, n, says):
    with pytest.raises(SegkitError, match=says):
        read_membership(Scheme(labels), n)


@pytest.mark.parametrize("names", [["0", "1"], ["segment_0", "segment_1"], ["p_0", "p_1"]])
def test_numbered_columns_are_segments(frame_kind, names):
    frame = frame_kind.make({names[1]: [0.2, 1.0], names[0]: [0.8, 0.0]})
    found = read_membership(frame, 2)
    assert found.classes.tolist() == [0, 1]
    assert found.values[0].tolist() == [0.8, 0.2]
    assert found.soft


def test_named_columns_keep_their_names(frame_kind):
    frame = frame_kind.make({"Planners": [0.2, 1.0], "Avoiders": [0.8, 0.0]})
    found = read_membership(frame, 2)
    assert found.classes.tolist() == ["Avoiders", "Planners"]
    assert found.values[0].tolist() == [0.8, 0.2]


def test_an_array_of_probabilities_numbers_its_columns():
    assert read_membership(np.full((3, 4), 0.25), 3).classes.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("segments", "text"),
    [
        ([0, 1], r"segments has 2 rows but fields has 3; expected one row a respondent"),
        ([0, None, 1], r"segments is missing in 1 row\(s\) \(first: row 1\)"),
        ([0, 0, 0], "segments holds one segment only"),
        ([0, "a", 1], r"segments holds 'a' \(str\); expected whole numbers throughout or text"),
        ([True, False, True], r"segments holds True \(bool\)"),
        ([0.5, 1.0, 2.0], "segments holds 0.5 in row 0; expected whole numbers or text"),
        ([0, -1, 1], "segments holds -1 in 1 rows: it stands for people in no segment"),
        ([[0.5], [0.5], [1.0]], "segments has one column of probabilities, hence one segment"),
        ([[0.5, 0.5], [0.9, 0.2], [1, 0]], r"segments holds \[0.9, 0.2\] in row 1 \(1 such rows"),
        ([[0.5, 0.5], [1.5, -0.5], [1, 0]], r"segments holds \[1.5, -0.5\] in row 1"),
        ([[0.5, 0.5], [np.nan, 1], [1, 0]], r"segments holds \[nan, 1.0\] in row 1"),
        ([[0.5, 0.5]], "segments has 1 rows but fields has 3"),
    ],
)
def test_what_is_no_segmentation_is_refused(segments, text):
    with pytest.raises(SegkitError, match=text):
        read_membership(segments, 3)


def test_small_segments_and_too_many_are_refused():
    with pytest.raises(
        SegkitError, match=r"Segment b has 3 respondent\(s\) of 13 .* at least 5, one a fold"
    ):
        refuse_odd_segments(np.eye(2)[[0] * 10 + [1] * 3], np.array(["a", "b"]), 5)
    with pytest.raises(SegkitError, match="101 different labels; expected at most 100"):
        refuse_odd_segments(np.eye(101), np.arange(101), 5)
