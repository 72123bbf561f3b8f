import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

from segkit._frames import origin_of
from segkit.diagnostics import Across, stability
from segkit.diagnostics.refits.across import across, entropy_of_origins

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "segment_stability.json").read_text("utf-8")
)["slsa"]


@pytest.fixture(scope="module")
def followed():
    """flexclust's own labels of the mcdonalds respondents, 2 to 8 segments."""
    codes = [np.array(list(REFERENCE["labels"][str(k)]), dtype=int) - 1 for k in range(2, 9)]
    return follow(codes)


def follow(codes, w=None):
    segments = [tuple(range(c.max() + 1)) for c in codes]
    weights = np.ones(codes[0].size) if w is None else w
    numbers = [len(s) for s in segments]
    return across(numbers, codes, segments, weights, origin_of(np.zeros((codes[0].size, 1))))


def test_entropies_and_shared_people_are_those_of_flexclust(followed):
    table = followed.frame()
    assert isinstance(followed, Across)
    np.testing.assert_allclose(table["entropy"], np.concatenate(REFERENCE["entropy"]), atol=1e-9)
    np.testing.assert_allclose(table["slsa"], 1 - np.concatenate(REFERENCE["entropy"]), atol=1e-9)
    for flow, expected in zip(followed.flows, REFERENCE["transitions"], strict=True):
        np.testing.assert_array_equal(flow, expected)


def test_a_segment_from_one_origin_is_at_one_and_from_all_alike_at_zero():
    np.testing.assert_allclose(entropy_of_origins(np.array([[4.0, 2, 0], [0, 2, 3]])), [0, 1, 0])
    np.testing.assert_allclose(entropy_of_origins(np.full((3, 2), 5.0)), [1, 1])
    assert entropy_of_origins(np.array([[4.0, 0.0], [4.0, 0.0]]))[1] == 0  # nobody is there


def test_parents_shares_and_sizes():
    found = follow([np.array([0] * 6 + [1] * 4), np.array([0] * 4 + [2] * 2 + [1] * 3 + [2])])
    rows = found.frame()
    assert rows["parent"].tolist() == [0, 1, 0]
    np.testing.assert_allclose(rows["parent_share"], [1, 1, 2 / 3])
    np.testing.assert_allclose(rows["child_share"], [4 / 6, 3 / 4, 2 / 6])
    assert rows["n"].tolist() == [4, 3, 3]
    assert "The most mixed is segment 2 of 3" in found.summary()
    assert "2 of 3 draw at least 75 %" in found.summary()


def test_renamed_segments_are_renamed_answers(followed):
    rng = np.random.default_rng(0)
    codes = [np.array(list(REFERENCE["labels"][str(k)]), dtype=int) - 1 for k in (3, 4)]
    names = rng.permutation(4)
    a, b = follow(codes).frame(), follow([codes[0], names[codes[1]]]).frame()
    np.testing.assert_allclose(a["slsa"], b["slsa"].to_numpy()[names])


def test_whole_number_weights_are_repeated_people_and_scale_nothing():
    rng = np.random.default_rng(1)
    codes = [rng.integers(0, 2, 40), rng.integers(0, 3, 40)]
    w = rng.integers(1, 4, 40)
    a, b, c = (
        follow(codes, w.astype(float)),
        follow([np.repeat(x, w) for x in codes]),
        follow(codes, 7.0 * w),
    )
    for column in ("slsa", "parent_share", "child_share"):
        np.testing.assert_allclose(a.frame()[column], b.frame()[column])
        np.testing.assert_allclose(a.frame()[column], c.frame()[column])


def test_people_in_no_segment_are_left_out():
    a = follow([np.array([0, 0, 1, 1, -1]), np.array([0, 1, 2, 2, 2])])
    assert a.flows[0].sum() == 4


def test_stability_follows_a_range_and_frames_are_of_its_kind(frame_kind):
    X = make_blobs([50, 40, 30], centers=[[0, 0], [9, 0], [0, 9]], random_state=0)[0]
    frame = frame_kind.make({"a": X[:, 0], "b": X[:, 1]})
    found = stability(KMeans(n_init=3), frame, n_boot=2, n_segments=[4, 2, 3]).across
    assert found.n_segments == (2, 3, 4)
    assert type(found.frame()) is type(frame)
    assert type(found.flow_frame()) is type(frame)
    assert len(found.frame()) == 3 + 4
    assert len(found.flow_frame()) == 2 * 3 + 3 * 4


def test_the_plot_draws_a_node_a_segment(followed):
    ax = followed.plot()
    assert len(ax.collections) == sum(range(2, 9))
    assert ax.get_title(loc="left").endswith("from one segment before")
