import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans

from segkit.diagnostics import PredictionStrength, prediction_strength
from segkit.diagnostics.prediction_strength import strength
from segkit.exceptions import SegkitError

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "segment_stability.json").read_text("utf-8")
)["prediction_strength"]


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(c, 0.5, size=(40, 2)) for c in (0, 5, 10)])


def by_hand(own, other, inside):
    """The weakest share of pairs, pair by pair."""
    shares = []
    for segment in np.unique(own[inside]):
        members = np.flatnonzero(inside & (own == segment))
        pairs = list(itertools.combinations(members, 2))
        if pairs:
            shares.append(np.mean([other[a] == other[b] for a, b in pairs]))
    return min(shares)


def test_it_is_the_weakest_share_of_pairs():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, (2, 40))
    first = rng.permutation(40) < 20
    counts = np.stack([first, ~first]).astype(float)
    expected = (by_hand(labels[0], labels[1], first) + by_hand(labels[1], labels[0], ~first)) / 2
    np.testing.assert_allclose(strength(labels, counts, np.ones(40)), [expected])


def test_a_segment_of_one_person_is_left_out_and_people_in_none_are_apart():
    labels = np.array([[0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0]])
    counts = np.array([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]])
    assert strength(labels, counts, np.ones(6)).tolist() == [1.0]
    lost = labels.copy()
    lost[0, 3:] = -1  # the first half's rule places none of the second half
    assert strength(lost, counts, np.ones(6)).tolist() == [0.5]


@pytest.mark.real_data
def test_it_is_fpcs_on_mcdonalds_within_monte_carlo_error(data_folder):
    raw = pd.read_csv(data_folder / "mcdonalds" / "mcdonalds.csv").iloc[:, :11]
    X = raw.eq("Yes").to_numpy(dtype=float)
    model = KMeans(init="random", n_init=5, max_iter=100)
    found = prediction_strength(model, X, REFERENCE["n_segments"][:5], n_splits=30)
    sd = np.array(REFERENCE["sd"][:5])
    error = np.sqrt(np.square(sd) / REFERENCE["n_splits"] + found.samples.var(axis=0, ddof=1) / 30)
    z = (found.samples.mean(axis=0) - REFERENCE["mean"][:5]) / error
    assert np.abs(z).max() < 3.3
    assert found.suggested == REFERENCE["chosen"]


def test_the_true_number_is_found_and_a_cloud_has_none(groups):
    found = prediction_strength(KMeans(n_init=5), groups, range(2, 6), n_splits=8)
    assert isinstance(found, PredictionStrength)
    assert found.suggested == 3
    assert found.frame()["predicted"].tolist()[1] is True
    assert "The largest number that reaches 0.8 is 3." in found.summary()
    cloud = np.random.default_rng(0).normal(size=(120, 5))
    none = prediction_strength(KMeans(n_init=2), cloud, range(2, 5), n_splits=8)
    assert none.suggested == 1
    assert "one segment is what halves agree on" in none.summary()


def test_a_model_without_predict_or_number(groups):
    found = prediction_strength(AgglomerativeClustering(3), groups, None, n_splits=3)
    assert found.n_segments == (3,)
    assert found.samples.min() == 1.0


def test_the_row_order_the_scale_of_weights_and_processes_change_nothing(groups):
    rng = np.random.default_rng(2)
    w, shuffle = rng.uniform(0.5, 2, len(groups)), rng.permutation(len(groups))
    model, numbers = KMeans(n_init=2), (2, 4)
    a = prediction_strength(model, groups, numbers, 4, w)
    b = prediction_strength(model, groups[shuffle], numbers, 4, 7 * w[shuffle], n_jobs=2)
    np.testing.assert_allclose(a.samples, b.samples)


def test_frames_come_back_as_the_same_kind(frame_kind, groups):
    X = frame_kind.make({"a": groups[:, 0], "b": groups[:, 1]})
    found = prediction_strength(KMeans(n_init=2), X, (2, 3), n_splits=2)
    assert type(found.frame()) is type(X)
    ax = found.plot()
    assert ax.lines[0].get_ydata().tolist() == found.samples.mean(axis=0).tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_splits": 1}, "n_splits=1 was given"),
        ({"cutoff": 1.2}, r"cutoff=1.2 was given"),
        ({"n_segments": range(1, 3)}, "n_segments=1 was given"),
        ({"n_segments": []}, "different numbers"),
    ],
)
def test_bad_input_is_named(change, message, groups):
    with pytest.raises(SegkitError, match=message):
        prediction_strength(**({"model": KMeans(n_init=1), "X": groups} | change))
