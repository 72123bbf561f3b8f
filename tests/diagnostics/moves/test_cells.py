import numpy as np
import pytest

from segkit.diagnostics.moves.cells import STEPS, leaders, learn_cells


@pytest.mark.parametrize("k", [2, 3, 5, 9])
def test_leaders_are_the_two_largest(k):
    p = np.random.default_rng(k).dirichlet(np.ones(k), 70_000)
    found = leaders(list(p.T))
    order = np.argsort(-p, axis=1)
    assert (found.first == order[:, 0]).all()
    assert (found.second == order[:, 1]).all()
    rows = np.arange(len(p))
    gap = p[rows, order[:, 0]] - p[rows, order[:, 1]]
    assert np.abs(found.margin / STEPS - gap).max() <= 1 / STEPS


def test_a_gap_has_no_margin():
    assert leaders([np.array([0.2, np.nan]), np.array([0.8, 0.5])]).margin.tolist() == [2457, -1]


@pytest.mark.parametrize("k", [2, 4, 6, 12])
def test_cells_are_some_hundred_at_most_and_hold_everybody(k):
    p = np.random.default_rng(k).dirichlet(np.ones(k), 5000)
    found = leaders(list(p.T))
    cells = learn_cells(k, [found.margin])
    at = cells.of(found)
    assert at.min() >= 0
    assert at.max() < cells.n
    assert np.unique(at).size <= 120
    top = at // (cells.edges.size + 1)
    assert ((top // k if cells.by_second else top) == found.first).all()
