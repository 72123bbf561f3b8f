from types import SimpleNamespace

import numpy as np
import pytest

CENTRES = np.array([[0.0, 0.0, 0.0], [4.0, 0.0, 0.0], [0.0, 4.0, 0.0]])


@pytest.fixture(scope="session")
def three_segments():
    """Make answers of three far segments; `repeated` keeps part of what people are."""

    def make(sizes, seed, centres=CENTRES):
        rng = np.random.default_rng(seed)
        return np.repeat(centres, sizes, axis=0) + rng.normal(size=(sum(sizes), 3))

    def panel(n, seed, same=0.8, stay=0.9):
        """Two waves of the same people: most stay in their segment and think much as before."""
        rng = np.random.default_rng(seed)
        first = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
        second = np.where(rng.random(n) < stay, first, rng.choice(3, size=n, p=[0.5, 0.3, 0.2]))
        mind = rng.normal(size=(n, 3))
        later = same * mind + np.sqrt(1 - same**2) * rng.normal(size=(n, 3))
        return CENTRES[first] + mind, CENTRES[second] + later

    return SimpleNamespace(make=make, panel=panel, centres=CENTRES)


@pytest.fixture(scope="session")
def factor_answers():
    """Make answers of two factors, five items each, on a scale of 1 to 5."""

    def make(n, seed, means=(0.0, 0.0), loadings=0.8, whole=True):
        rng = np.random.default_rng(seed)
        factors = rng.normal(size=(n, 2)) + np.array(means)
        latent = loadings * np.repeat(factors, 5, axis=1)
        latent += np.sqrt(1 - loadings**2) * rng.normal(size=(n, 10))
        return np.clip(np.round(3 + latent), 1, 5) if whole else latent

    return make
