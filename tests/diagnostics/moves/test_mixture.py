import numpy as np
import pytest

from segkit.diagnostics.moves.mixture import mixture_weights


def em(components, counts, steps=200_000):
    w = np.full(len(components), 1 / len(components))
    for _ in range(steps):
        w = w * (components @ (counts / (w @ components))) / counts.sum()
    return w


def likelihood(w, components, counts):
    return counts @ np.log(w @ components)


@pytest.mark.parametrize("seed", range(4))
def test_no_weights_are_likelier_than_those_found(seed):
    rng = np.random.default_rng(seed)
    components = rng.dirichlet(np.full(60, 0.3), size=12)
    counts = rng.multinomial(3000, rng.dirichlet(np.full(12, 0.3)) @ components).astype(float)
    found = mixture_weights(components, counts)
    assert found.sum() == pytest.approx(1.0)
    best = likelihood(found, components, counts)
    assert best >= likelihood(em(components, counts, 3000), components, counts) - 1e-3


def test_a_start_changes_nothing():
    rng = np.random.default_rng(0)
    components = rng.dirichlet(np.full(30, 0.5), size=5)
    counts = rng.multinomial(900, components.mean(axis=0)).astype(float)
    cold = mixture_weights(components, counts)
    warm = mixture_weights(components, counts, np.array([1.0, 0, 0, 0, 0]))
    assert warm == pytest.approx(cold, abs=1e-3)


def test_components_that_explain_nothing_get_nothing():
    components = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    found = mixture_weights(components, np.array([5.0, 0.0]))
    assert found == pytest.approx([1.0, 0.0, 0.0], abs=1e-4)
