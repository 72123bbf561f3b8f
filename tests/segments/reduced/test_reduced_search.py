import itertools

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit.segments.reduced.reduced_search import best_division, first_centres
from segkit.segments.reduced.reduced_space import Answers

OPTIONS = {"n_init": 10, "max_iter": 500, "tol": 1e-9, "random_state": 0}


def few(seed, n=7, p=3, missing=0.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    w = rng.integers(1, 4, n).astype(float)
    X = X - w @ X / w.sum()
    if missing:
        X.ravel()[rng.choice(n * p, round(missing * n * p), replace=False)] = np.nan
        X[np.isnan(X).all(axis=1), 0] = 1.0
    return X, w


def divisions(n, k):
    """Every way to divide n people into k segments, each once."""
    for labels in itertools.product(range(k), repeat=n):
        seen = list(dict.fromkeys(labels))
        if seen == list(range(k)):
            yield np.array(labels)


def least_loss(X, w, labels, k, rank):
    """The criterion at the best loadings and centres, by alternating regressions."""
    seen = ~np.isnan(X)
    x = np.where(seen, X, 0.0)
    if seen.all():
        means = np.stack([w[labels == g] @ x[labels == g] / w[labels == g].sum() for g in range(k)])
        mass = np.bincount(labels, weights=w)
        held = np.linalg.eigvalsh((means * mass[:, None]).T @ means)[::-1][:rank].sum()
        return w @ np.square(x).sum(axis=1) - held
    best = np.inf
    for seed in range(3):
        A = np.random.default_rng(seed).normal(size=(X.shape[1], rank))
        for _ in range(100):
            F = np.stack([_solved(x, seen, w, labels == g, A) for g in range(k)])
            A = np.stack([_row(x[:, j], w * seen[:, j], F[labels]) for j in range(X.shape[1])])
        best = min(best, float(w @ (seen * (x - F[labels] @ A.T) ** 2).sum(axis=1)))
    return best


def _solved(x, seen, w, rows, A):
    weight = np.sqrt(w[rows, None] * seen[rows]).ravel()
    design = np.tile(A, (int(rows.sum()), 1)) * weight[:, None]
    return np.linalg.lstsq(design, x[rows].ravel() * weight, rcond=None)[0]


def _row(y, weight, F):
    root = np.sqrt(weight)
    return np.linalg.lstsq(F * root[:, None], y * root, rcond=None)[0]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("k", "rank"), [(3, 1), (3, 2), (4, 2)])
def test_complete_answers_give_the_best_of_all_divisions(seed, k, rank):
    X, w = few(seed)
    best = min(least_loss(X, w, labels, k, rank) for labels in divisions(len(X), k))
    found, reached = best_division(Answers.of(X, w), k, rank, **OPTIONS)
    assert found.loss[0] == pytest.approx(best, rel=1e-8)
    assert reached >= 1
    assert found.converged[0]


@pytest.mark.parametrize("seed", range(2))
def test_gaps_give_the_best_of_all_divisions(seed):
    X, w = few(seed, n=5, missing=0.2)
    best = min(least_loss(X, w, labels, 3, 1) for labels in divisions(len(X), 3))
    found, _ = best_division(Answers.of(X, w), 3, 1, **{**OPTIONS, "tol": 1e-13})
    assert found.loss[0] == pytest.approx(best, rel=1e-5, abs=1e-8)


def test_starts_are_rows_or_lie_on_components_and_a_seed_is_a_start():
    X, w = few(0, n=40, p=6)
    starts = first_centres(Answers.of(X, w), 3, 1, np.arange(4))
    rows = {tuple(x) for x in X}
    assert all(tuple(centre) in rows for i in (0, 2) for centre in starts[i])
    assert all(np.linalg.matrix_rank(starts[i], tol=1e-8) == 1 for i in (1, 3))
    assert_array_equal(starts[2:], first_centres(Answers.of(X, w), 3, 1, np.arange(4))[2:])


def test_whole_number_weights_draw_the_same_starts_as_repeated_rows():
    X, w = few(1, n=40, p=6)
    repeated = np.repeat(X, w.astype(int), axis=0)
    one = first_centres(Answers.of(X, w), 3, 1, np.arange(3))
    other = first_centres(Answers.of(repeated, np.ones(len(repeated))), 3, 1, np.arange(3))
    np.testing.assert_allclose(one, other, atol=1e-10)


def test_many_people_are_searched_by_a_part_of_them_and_all_have_their_say(monkeypatch):
    rng = np.random.default_rng(0)
    truth = rng.choice(4, 3000)
    X = 1.5 * rng.normal(size=(4, 8))[truth] + rng.normal(size=(3000, 8))
    people = Answers.of(X - X.mean(axis=0), np.ones(3000))
    whole, _ = best_division(people, 4, 2, **OPTIONS)
    monkeypatch.setattr("segkit.segments.reduced.reduced_search.SEARCHED", 500)
    part, _ = best_division(people, 4, 2, **OPTIONS)
    assert part.converged[0]
    assert part.loss[0] == pytest.approx(whole.loss[0], rel=1e-6)
