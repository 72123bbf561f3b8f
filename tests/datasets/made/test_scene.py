import numpy as np
import pytest

from segkit.datasets.made.scene import Scene


@pytest.mark.parametrize("k", [3, 4, 5, 6])
def test_each_drift_changes_one_thing(k):
    first = Scene.first(k)
    assert first.after(None) == first
    mix, profile, fields = (first.after(d) for d in ("mix", "profile", "fields"))
    assert (mix.profile, mix.recoded) == ("first", False)
    assert (profile.shares, profile.recoded) == (first.shares, False)
    assert (fields.shares, fields.profile) == (first.shares, "first")
    assert sum(mix.shares) == pytest.approx(1)
    assert mix.shares[0] < first.shares[0] - 0.05
    assert mix.shares[-1] > first.shares[-1] + 0.05


def test_a_drift_that_has_happened_does_not_happen_again():
    for drift in ("mix", "profile", "fields"):
        once = Scene.first(4).after(drift)
        assert once.after(drift) == once


def test_the_world_of_a_scene_has_its_shares():
    mix = Scene.first(4).after("mix")
    np.testing.assert_allclose(mix.world.shares, mix.shares)
    first = Scene.first(4).world
    np.testing.assert_array_equal(mix.world.means, first.means)
    assert (Scene.first(4).after("profile").world.means != first.means).any()
