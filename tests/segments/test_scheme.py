import narwhals.stable.v2 as nw
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError
from segkit.segments import Scheme

LABELS = np.repeat([0, 1, 2, 3], [40, 30, 20, 10])


def test_without_wishes_segments_keep_their_numbers():
    scheme = Scheme(LABELS)
    assert_array_equal(scheme.labels, LABELS)
    assert scheme.names == ("Segment 0", "Segment 1", "Segment 2", "Segment 3")


def test_merged_segments_are_numbered_by_their_size_together():
    scheme = Scheme(LABELS, merge=[[3, 1, 2]])
    assert scheme.numbers == {0: 1, 1: 0, 2: 0, 3: 0}
    assert_array_equal(np.bincount(scheme.labels), [60, 40])


def test_names_and_order_go_by_any_part():
    scheme = Scheme(
        LABELS, names={0: "Planners", 3: "Savers", 1: "Drifters"}, order=[3, 0, 1], merge=[[2, 3]]
    )
    assert scheme.names == ("Savers", "Planners", "Drifters")
    assert scheme.apply([2, 3, 0, 1]).tolist() == ["Savers", "Savers", "Planners", "Drifters"]


def test_names_in_the_final_order_with_ties_by_label():
    assert Scheme(LABELS, names=["A", "B", "C"], merge=[[2, 3]]).apply([0, 3]).tolist() == [
        "A",
        "C",
    ]


def test_tags_of_a_base_are_named_and_gaps_stay_gaps(frame_kind):
    scheme = Scheme(LABELS, names=["A", "B", "C", "D"])
    tags = frame_kind.make({"segment": [3.0, None, 0.0, -1.0]})["segment"]
    assert scheme.apply(tags).tolist() == ["D", None, "A", None]


def test_noise_stays_noise():
    scheme = Scheme(np.append(LABELS, -1), names=["A", "B", "C", "D"])
    assert scheme.labels[-1] == -1
    assert scheme.apply([-1]).tolist() == [None]
    assert "1 people belong to no segment" in scheme.summary()


def test_the_frame_shows_sizes_with_intervals(frame_kind):
    labels = frame_kind.make({"s": LABELS})["s"]
    frame = Scheme(labels, names=["A", "B", "C"], merge=[[2, 3]]).frame()
    assert type(frame).__module__.startswith(frame_kind.name)
    t = nw.from_native(frame, eager_only=True).to_dict(as_series=False)
    assert t["name"] == ["A", "B", "C"]
    assert t["n"] == [40, 30, 30]
    assert_allclose(t["share"], [0.4, 0.3, 0.3])
    assert t["parts"] == ["0", "1", "2, 3"]
    assert all(low < s < high for low, s, high in zip(t["low"], t["share"], t["high"], strict=True))


def test_weights_make_sizes_and_order():
    scheme = Scheme(["a", "b", "b"], sample_weight=[9, 1, 1])
    assert scheme.numbers == {"a": 0, "b": 1}
    t = nw.from_native(scheme.frame(), eager_only=True).to_dict(as_series=False)
    assert_allclose(t["share"], [9 / 11, 2 / 11])
    assert scheme.names == ("a", "b")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"merge": [[0, 9]]}, "merge=9 is not known; expected one of 0, 1, 2, 3"),
        ({"merge": [[0, 1], [1, 2]]}, "merge names the segment 1 twice"),
        ({"order": [0, 1]}, r"order is \[0, 1\]; expected each of the 4 segments"),
        ({"order": [0, 1, 2, 2]}, "expected each of the 4 segments"),
        ({"names": {0: "A"}}, "names gives no name for the segment"),
        ({"names": {7: "A"}}, "names=7 is not known"),
        ({"names": ["A", "B"]}, "expected 4 different names"),
        ({"names": ["A", "B", "B", "C"]}, "expected 4 different names"),
    ],
)
def test_wishes_that_do_not_fit_are_named(options, words):
    with pytest.raises(SegkitError, match=words):
        Scheme(LABELS, **options)


def test_a_segment_that_the_scheme_does_not_know():
    with pytest.raises(SegkitError, match="segment=8 is not known"):
        Scheme(LABELS).apply([0, 8])
