import narwhals.stable.v2 as nw
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from segkit.exceptions import SegkitError
from segkit.segments import match
from segkit.segments.matching import best_pairs


def relations(found):
    columns = nw.from_native(found.frame(), eager_only=True).to_dict(as_series=False)
    none = lambda v: None if v is None or v != v else v  # noqa: E731
    return {
        (none(a), none(b)): r
        for a, b, r in zip(columns["a"], columns["b"], columns["relation"], strict=True)
    }


def people(*counts):
    """Labels a and b with so many people in each pair: (a, b, n)."""
    a = np.repeat([c[0] for c in counts], [c[2] for c in counts])
    b = np.repeat([c[1] for c in counts], [c[2] for c in counts])
    return a, b


@given(st.lists(st.integers(0, 4), min_size=1, max_size=80), st.permutations(range(5)))
def test_renamed_segments_are_the_same_segments(labels, names):
    found = match(labels, [names[v] for v in labels])
    assert found.agreement == 1
    assert found.kept == 1
    assert found.mapping == {v: names[v] for v in set(labels)}
    assert set(relations(found).values()) == {"same"}
    assert found.relabel([names[v] for v in labels]).tolist() == labels


def test_the_agreement_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 4, 500), rng.integers(0, 3, 500)
    b = np.where(rng.random(500) < 0.5, a % 3, b)
    assert match(a, b).agreement == pytest.approx(adjusted_rand_score(a, b))
    assert match(a, b).agreement == pytest.approx(match(b, a).agreement)


def test_a_split_in_two_halves():
    found = match(*people((0, 0, 50), (0, 1, 50), (1, 2, 40)))
    assert relations(found) == {(0, 0): "split", (0, 1): "split", (1, 2): "same"}


def test_a_part_that_splits_off_leaves_the_rest_the_same():
    found = match(*people((0, 0, 70), (0, 1, 30), (1, 2, 40)))
    assert relations(found) == {(0, 0): "same", (0, 1): "split", (1, 2): "same"}


def test_a_merger():
    found = match(*people((0, 0, 60), (1, 0, 30), (2, 1, 40)))
    assert relations(found) == {(0, 0): "same", (1, 0): "merged", (2, 1): "same"}
    assert found.mapping == {0: 0, 2: 1}


def test_a_segment_that_is_scattered_is_gone_and_a_blend_is_new():
    scattered = [(2, 0, 10), (2, 1, 10), (2, 2, 10)]
    found = match(*people((0, 0, 60), (1, 1, 60), (0, 2, 20), (1, 2, 20), *scattered))
    told = relations(found)
    assert told[2, None] == "gone"
    assert told[None, 2] == "new"
    assert told[0, 0] == told[1, 1] == "same"
    columns = nw.from_native(found.frame(), eager_only=True).to_dict(as_series=False)
    assert columns["n"][columns["relation"].index("new")] == 50


def test_the_frame_is_of_the_kind_of_the_labels(frame_kind):
    table = frame_kind.make({"old": ["x", "x", "y", "y"], "new": [0, 0, 1, 1]})
    found = match(table["old"], table["new"])
    frame = found.frame()
    assert type(frame).__module__.startswith(frame_kind.name)
    assert {"a", "b", "n", "share", "relation"} <= set(frame.columns)
    assert found.mapping == {"x": 0, "y": 1}
    assert relations(found) == {("x", 0): "same", ("y", 1): "same"}


def test_weights_decide_who_is_who_and_their_unit_does_not():
    a, b = [0, 0, 1, 1], [0, 1, 0, 1]
    light, heavy = match(a, b, [5, 1, 1, 5]), match(a, b, [1, 5, 5, 1])
    assert light.mapping == {0: 0, 1: 1}
    assert heavy.mapping == {0: 1, 1: 0}
    rng = np.random.default_rng(0)
    a, b, w = rng.integers(0, 3, 200), rng.integers(0, 3, 200), rng.integers(1, 4, 200)
    repeated = match(np.repeat(a, w), np.repeat(b, w))
    assert match(a, b, w).agreement == pytest.approx(repeated.agreement)
    assert match(a, b, np.full(200, 1 / 200)).agreement == pytest.approx(match(a, b).agreement)


def test_people_who_are_noise_in_either_are_left_out():
    with_noise = match([0, 0, 1, 1, -1, 0], [5, 5, 6, 6, 5, -1])
    assert with_noise.counts.sum() == 4
    assert with_noise.agreement == 1
    assert with_noise.relabel([5, -1, 6]).tolist() == [0, -1, 1]


def test_segments_without_a_partner_get_new_names():
    numbers = match([0, 0, 0, 1], [7, 7, 8, 9])
    assert numbers.relabel([7, 8, 9]).tolist() == [0, 2, 1]
    text = match(["a", "a", "a", "b"], ["a", "a", "b", "c"])
    assert text.relabel(["a", "b", "c"]).tolist() == ["a", "b (new)", "b"]
    assert match(["x", "x"], [1, 1]).relabel([1, 2]).tolist() == ["x", 2]


def test_the_summary_tells_the_story():
    text = match(*people((0, 0, 60), (1, 0, 30), (2, 1, 40))).summary()
    assert "3 segments against 2: adjusted Rand index" in text
    assert "77 % of the people stay" in text
    assert "2 same, 1 merged" in text


def test_pairs_without_people_are_no_pairs():
    assert best_pairs(np.array([[3.0, 0.0], [2.0, 0.0]])) == [(0, 0)]


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ([0, 1], [0, 1, 1], "labels_b has 3 rows but labels_a has 2"),
        ([0, None], [0, 1], "labels_a is missing in 1 row"),
        ([-1, 0], [0, -1], "Nobody with weight has a segment in both"),
    ],
)
def test_what_cannot_be_matched_is_named(a, b, words):
    with pytest.raises(SegkitError, match=words):
        match(a, b)
