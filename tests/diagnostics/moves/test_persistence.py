import numpy as np
import pytest

from segkit.diagnostics.moves.persistence import move_distributions, stay_distributions


def spread():
    rng = np.random.default_rng(0)
    centres = rng.dirichlet(np.ones(3), 20)
    first, second = (rng.dirichlet(np.ones(20), 3) for _ in range(2))
    return first, second, centres


def test_joint_distributions_have_the_margins_of_their_segments():
    first, second, centres = spread()
    stays = stay_distributions(first, second, centres)
    # the narrowest joints approach their margins slowly
    assert np.abs(stays.sum(axis=3) - first[:, None]).max() < 1e-9
    assert np.abs(stays.sum(axis=2)[:, 2:] - second[:, None]).max() < 0.02
    pairs, moves = move_distributions(first, second)
    for (a, b), joint in zip(pairs, moves, strict=True):
        assert a != b
        assert joint.sum(axis=1) == pytest.approx(first[a])
        assert joint.sum(axis=0) == pytest.approx(second[b])


def test_the_most_persistent_stay_where_they_are_and_the_least_are_independent():
    first, _, centres = spread()
    stays = stay_distributions(first, first, centres)
    kept = np.trace(stays, axis1=2, axis2=3)
    assert (np.diff(kept, axis=1) < 0).all()
    assert kept[:, 0].min() > 0.9
    assert stays[1, -1] == pytest.approx(np.outer(first[1], first[1]))
