import numpy as np
from numpy.testing import assert_allclose

from segkit.factors.extraction.extraction import extract
from segkit.factors.extraction.one_factor import one_factor_loadings


def made(n_matrices, n_items, n=300):
    rng = np.random.default_rng(0)
    factor = rng.normal(size=(n_matrices, 1, n))
    noise = rng.normal(size=(n_matrices, n_items, n))
    strength = rng.uniform(0.6, 1.5, size=(n_matrices, n_items, 1))
    return np.stack([np.corrcoef(X) for X in strength * factor + noise])


def test_many_matrices_at_once_are_those_of_the_extraction():
    for n_items in (3, 5, 12):
        matrices = made(20, n_items)
        single = [extract(R, 1, "minres").loadings[:, 0] for R in matrices]
        assert_allclose(one_factor_loadings(matrices), single, atol=1e-6)


def test_a_loading_stays_below_one():
    R = np.array([[1.0, 0.9, 0.8], [0.9, 1.0, 0.5], [0.8, 0.5, 1.0]])
    loadings = one_factor_loadings(R[None])[0]
    assert_allclose(loadings[0] ** 2, 0.995)
    assert_allclose(loadings, extract(R, 1, "minres").loadings[:, 0], atol=0.05)


def test_a_turned_item_loads_negatively_and_the_sum_is_positive():
    R = made(1, 4)[0] * np.outer([-1, 1, 1, 1], [-1, 1, 1, 1])
    loadings = one_factor_loadings(R[None])[0]
    assert loadings[0] < 0 < loadings.sum()
