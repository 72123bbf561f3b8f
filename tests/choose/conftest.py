"""Worlds with and without segments, for the tests of this room."""

import numpy as np
import pytest


def _codes(latent):
    return 1.0 + np.digitize(latent, [-1.2, -0.4, 0.4, 1.2])


def _one_factor(n, rng):
    return _codes(0.7 * rng.normal(size=(n, 1)) + np.sqrt(0.51) * rng.normal(size=(n, 12)))


def _five_factors(n, rng):
    factors = np.sqrt(0.8) * rng.normal(size=(n, 5)) + np.sqrt(0.2) * rng.normal(size=(n, 1))
    common = 0.7 * np.repeat(factors, 4, axis=1)
    return _codes(common + np.sqrt(0.51) * rng.normal(size=(n, 20)))


def _uniform(n, rng):
    return rng.random((n, 6))


def _four_segments(n, rng):
    """Four segments whose nearest centres are four within-segment deviations apart."""
    centres = np.random.default_rng(5).normal(size=(4, 12))
    apart = np.sqrt(np.square(centres[:, None] - centres[None]).sum(axis=2))
    centres *= 4.0 / apart[np.triu_indices(4, 1)].min()
    latent = centres[rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])] + rng.normal(size=(n, 12))
    return _codes(latent / latent.std(axis=0))


WORLDS = {
    "one factor": _one_factor,
    "five factors": _five_factors,
    "uniform": _uniform,
    "four segments": _four_segments,
}


@pytest.fixture(scope="session")
def world_of():
    """Answers of n people of a world, by its name."""

    def make(name, n, seed):
        return WORLDS[name](n, np.random.default_rng(seed))

    return make
