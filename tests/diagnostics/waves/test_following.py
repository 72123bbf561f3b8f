import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.cluster import AgglomerativeClustering, KMeans

from segkit.diagnostics.waves.following import follow, fresh_labels
from segkit.diagnostics.waves.old_segments import divide
from segkit.diagnostics.waves.two_waves import read_waves

SIZES = [150, 100, 50]


def followed(model, old, new, n_boot=20, ids=None):
    waves = read_waves(old, new, ids, None)
    found = divide(model, waves, 0)
    draws = list(waves.people.draws(n_boot, 0)) if n_boot else []
    return found, follow(found, waves.people, draws, 0)


@pytest.mark.parametrize("model", [KMeans(3, n_init=5), AgglomerativeClustering(3)])
def test_segments_that_moved_are_followed(three_segments, model):
    moved = three_segments.centres + np.array([[0, 0, 0], [0, 0, 1.5], [0, 0, 0]])
    old, new = three_segments.make(SIZES, 0), three_segments.make(SIZES, 1, moved)
    _, found = followed(model, old, new)
    assert_allclose(found.means_old, three_segments.centres, atol=0.4)
    assert_allclose(found.means_new - found.means_old, moved - three_segments.centres, atol=0.4)
    assert_allclose(found.shares_new, np.array(SIZES) / 300, atol=0.03)
    assert found.warm is isinstance(model, KMeans)


def test_by_the_old_model_a_move_looks_smaller_than_it_is(three_segments):
    near = 0.6 * three_segments.centres
    moved = near + np.array([[0, 0, 0], [-1.2, 0, 0], [0, 0, 0]])
    old, new = (three_segments.make([1000] * 3, s, c) for s, c in ((0, near), (1, moved)))
    found, fits = followed(KMeans(3, n_init=5), old, new, n_boot=0)
    mover = int(np.argmax(fits.means_old[:, 0]))
    by_model = found.new.values[found.new.codes == mover].mean(axis=0)
    change = (fits.means_new - fits.means_old)[mover, 0]
    attenuated = (by_model - fits.means_old[mover])[0]
    assert change < attenuated < 0


def test_errors_are_narrower_where_people_answer_alike_twice(three_segments):
    old, new = three_segments.panel(600, 0)
    ids = (np.arange(600), np.arange(600))
    paired = followed(KMeans(3, n_init=5), old, new, 40, ids)[1]
    separate = followed(KMeans(3, n_init=5), old, new, 40)[1]
    assert (paired.share_errors < separate.share_errors).all()
    assert paired.mean_errors.mean() < 0.8 * separate.mean_errors.mean()


def test_segments_far_apart_have_the_errors_of_fixed_ones(three_segments):
    old, new = (three_segments.make(SIZES, s, 3 * three_segments.centres) for s in (0, 1))
    drawn = followed(KMeans(3, n_init=5), old, new, 200)[1]
    fixed = followed(KMeans(3, n_init=5), old, new, 0)[1]
    assert_allclose(drawn.mean_errors, fixed.mean_errors, rtol=0.25)
    assert_allclose(drawn.share_errors, fixed.share_errors, rtol=0.25)


def test_tiny_segments_have_no_errors(three_segments):
    far = 3 * three_segments.centres
    old, new = (three_segments.make([200, 50, 4], seed, far) for seed in (0, 1))
    found = followed(KMeans(3, n_init=5), old, new)[1]
    assert np.isnan(found.mean_errors).all(axis=1).tolist() == [False, False, True]


def test_a_segment_that_has_vanished_has_no_share(three_segments):
    far = 3 * three_segments.centres
    old, new = three_segments.make(SIZES, 0, far), three_segments.make([200, 100, 0], 1, far)
    found, fits = followed(AgglomerativeClustering(3), old, new)
    counts = np.bincount(found.new.codes, minlength=3)
    assert counts[2] == 0
    fresh = fresh_labels(found, 0)
    assert np.unique(fresh).size == 3
    assert np.isnan(fits.mean_errors[2]).all()
