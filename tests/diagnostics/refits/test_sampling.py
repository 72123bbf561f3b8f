import numpy as np
import pytest
from sklearn.cluster import KMeans

from segkit.diagnostics.refits.sample_fit import Task
from segkit.diagnostics.refits.sampling import EARLY, all_samples

X = np.repeat([[0.0], [9.0]], [14, 6], axis=0) + np.arange(20)[:, None] / 100
CODES = np.repeat([0, 1], [14, 6])
SEEDS = np.array([3, 4])


def task(n_clusters=2, **settings):
    plain = {
        "name": "a", "model": KMeans(n_clusters, n_init=1), "X": X, "w": np.ones(20),
        "weighted": False, "repeats": False, "counts_as_weights": False, "codes": CODES,
    }  # fmt: skip
    return Task(**(plain | settings))


def labels(found):
    return np.array([[one.labels for one in sample] for sample in found])


def test_every_sample_draws_as_many_people_as_there_are():
    counts, found = all_samples([task()], 4, "bootstrap", SEEDS, None, None)
    assert counts.shape == (4, 20)
    assert counts.sum(axis=1).tolist() == [20] * 4
    assert [len(sample) for sample in found] == [1] * 4


def test_people_without_weight_are_never_drawn():
    w = np.where(np.arange(20) % 5 == 0, 0.0, 1.0)
    counts, _ = all_samples([task(w=w)], 6, "bootstrap", SEEDS, None, None)
    assert not counts[:, w == 0].any()
    assert counts.sum(axis=1).tolist() == [16] * 6


def test_all_candidates_see_the_same_samples():
    both, found = all_samples([task(), task(3)], 3, "bootstrap", SEEDS, None, None)
    alone, only = all_samples([task()], 3, "bootstrap", SEEDS, None, None)
    np.testing.assert_array_equal(both, alone)
    np.testing.assert_array_equal(labels(found)[:, 0], labels(only)[:, 0])


def test_several_processes_change_nothing():
    one, two = (all_samples([task(3)], 4, "subsample", SEEDS, n, None) for n in (None, 2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(labels(one[1]), labels(two[1]))


def test_more_samples_begin_with_the_same_ones():
    few, many = (all_samples([task()], n, "bootstrap", SEEDS, None, None) for n in (2, 5))
    np.testing.assert_array_equal(few[0], many[0][:2])
    np.testing.assert_array_equal(labels(few[1]), labels(many[1])[:2])


def test_who_may_stop_is_asked_every_tenth_sample():
    asked = []

    def stop(overlaps):
        asked.append([one.shape for one in overlaps])
        return len(asked) == 2

    counts, found = all_samples([task(), task(3)], 35, "bootstrap", SEEDS, None, stop)
    assert asked == [[(EARLY, 2)] * 2, [(2 * EARLY, 2)] * 2]
    assert len(counts) == len(found) == 2 * EARLY


def test_segments_that_every_sample_finds_overlap_wholly():
    seen = []
    all_samples([task()], EARLY, "subsample", SEEDS, None, lambda o: seen.extend(o) or False)
    assert seen[0] == pytest.approx(np.ones((EARLY, 2)))
