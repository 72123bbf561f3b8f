"""Sums of probabilities: whole numbers, so that adding and subtracting leaves no trace."""

import numpy as np

from segkit.diagnostics.watch.sums import STEPS, Sums, as_steps


def drawn(n, seed):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet([2, 1, 1], n)
    groups = np.where(p.max(axis=1) > 0.5, p.argmax(axis=1), 3)
    return p, as_steps(p), groups


def same(a, b):
    assert a.to_json() == b.to_json()


def test_parts_add_up_to_the_whole_and_subtract_from_it_exactly():
    _, steps, groups = drawn(3000, 0)
    whole = Sums.of(steps, groups)
    one, two = Sums.of(steps[:1000], groups[:1000]), Sums.of(steps[1000:], groups[1000:])
    same(one + two, whole)
    same(whole - two, one)
    same(Sums.nothing(3) + whole, whole)
    same(Sums.from_json(whole.to_json()), whole)


def test_figures_are_those_of_the_probabilities():
    p, steps, groups = drawn(3000, 0)
    sums = Sums.of(steps, groups)
    assert sums.n == 3000
    np.testing.assert_allclose(sums.mean, p.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(sums.spread, np.cov(p.T, bias=True) / 3000, atol=1e-7)
    np.testing.assert_allclose(sums.sureness, p[groups < 3].max(axis=1).mean(), atol=1e-5)
    assert np.array_equal(sums.tags, np.bincount(groups, minlength=4))


def test_nobody_tagged_has_no_sureness():
    _, steps, groups = drawn(10, 0)
    assert Sums.of(steps, np.full(10, 3)).sureness is None
    assert int(as_steps(np.array([[1.0]]))[0, 0]) == STEPS
    del groups
