import numpy as np
import pytest

from segkit.datasets.made.items import need_of_items
from segkit.datasets.made.world import ANSWER_SCALE, CARELESS_SHARE, FIELD_SCALE, make_world

WORLDS = [3, 4, 5, 6]


def test_the_difficulty_is_pinned():
    # later work may make the world harder to study, never easier
    assert ANSWER_SCALE == {3: 0.895, 4: 1.090, 5: 1.258, 6: 1.355}
    assert FIELD_SCALE == {3: 0.563, 4: 0.672, 5: 0.813, 6: 0.927}
    assert CARELESS_SHARE == 0.08


@pytest.mark.parametrize("k", WORLDS)
def test_loadings_have_simple_structure(k):
    loadings = make_world(k).loadings
    main = loadings[np.arange(48), need_of_items() + [5 + f for f in need_of_items()]]
    cross = loadings[loadings != 0]
    assert main.min() >= 0.55
    assert main.max() <= 0.85
    assert (cross < 0.20).sum() == 10
    assert loadings.shape == (48, 10)


@pytest.mark.parametrize("k", WORLDS)
def test_latent_responses_have_mean_zero_and_variance_one(k):
    world = make_world(k)
    total = world.covariance + (world.means * world.shares[:, None]).T @ world.means
    variance = np.einsum("jf,fg,jg->j", world.slopes, total, world.slopes) + world.uniqueness
    np.testing.assert_allclose(variance, 1)
    np.testing.assert_allclose(world.shares @ world.means, 0, atol=1e-12)
    assert world.uniqueness.min() > 0.2
    assert np.linalg.eigvalsh(world.covariance).min() > 0


@pytest.mark.parametrize("k", WORLDS)
def test_each_need_sets_the_segments_apart_equally(k):
    world = make_world(k)
    between = world.shares @ np.square(world.means[:, :5])
    np.testing.assert_allclose(between, ANSWER_SCALE[k] ** 2)


@pytest.mark.parametrize("k", WORLDS)
def test_segments_need_different_things_and_are_numbered_by_size(k):
    world = make_world(k)
    assert (np.diff(world.shares) < 0).all()
    assert world.shares.sum() == pytest.approx(1)
    distances = np.linalg.norm(world.means[:, None] - world.means, axis=2)
    assert distances[np.triu_indices(k, 1)].min() > 1.8


def test_a_later_profile_changes_two_segments_only():
    now, later = make_world(4).means, make_world(4, profile="later").means
    assert (now != later).any(axis=1).tolist() == [True, True, False, False]
