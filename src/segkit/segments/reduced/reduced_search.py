"""The search for the best division in a reduced space: many starts, few long runs, revisions.

1. Half of the starts take rows that lie apart in all items, half rows that lie apart on a few
   principal components drawn from the first ones: the segments may hide behind components that
   hold more variance and no segments.
2. Every start runs briefly; the best fifth is carried to convergence.
3. The six best divisions are revised: one segment is given up and another split, for each
   pair. This repeats until two rounds in a row bring nothing.
4. Among many people all this is done with a random part of them, and the six best divisions
   are then carried to convergence with everybody.

References
----------
Arthur, D. and Vassilvitskii, S. (2007). k-means++: the advantages of careful seeding. SODA
2007, 1027-1035.
Steinley, D. (2003). Local optima in k-means clustering: what you don't know may hurt you.
Psychological Methods 8, 294-304 (many starts).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._progress import progress_bar
from segkit._resample import spawn_seeds
from segkit._threads import one_blas_thread
from segkit.segments.reduced.reduced_space import Answers, assign, descend

__all__ = ["Division", "best_division", "first_centres"]

SHORT_RUN = 10
"""Steps of each start before the best are chosen."""

ROUNDS = 12
"""Most rounds of revision."""

CELLS = 2**22
"""Distances held at once."""

SAME = 1e-6
"""Losses that differ by less, as a share of all variation, are those of one division."""

POOL = 6
"""Divisions that are revised in a round."""

SEARCHED = 20_000
"""Different rows among which divisions are searched for."""

FEWEST_STARTS = 10
"""Revisions are made when at least so many starts are asked for."""


@dataclass(frozen=True)
class Division:
    """What runs ended in, one entry a run.

    Attributes
    ----------
    centres : ndarray of shape (n_runs, n_segments, n_items)
        Of rank n_dimensions.
    loss : ndarray of shape (n_runs,)
        Weighted sums of squared distances over the answers given.
    n_iter : ndarray of shape (n_runs,)
        Steps.
    converged : ndarray of shape (n_runs,)
        Whether the last step gained less than the tolerance.
    """

    centres: np.ndarray
    loss: np.ndarray
    n_iter: np.ndarray
    converged: np.ndarray


@dataclass(frozen=True)
class _Problem:
    answers: Answers
    n_dimensions: int
    max_iter: int
    tol: float
    bar: Any

    @property
    def smallest(self) -> float:
        """A run has converged when a step gains no more."""
        return self.tol * self.answers.variation

    @property
    def same(self) -> float:
        """Losses that differ by less are those of one division."""
        return SAME * self.answers.variation

    def parts(self, centres: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the starts, as many at a time as memory allows."""
        at_once = max(1, CELLS // (len(self.answers.w) * centres.shape[1]))
        for first in range(0, len(centres), at_once):
            yield centres[first : first + at_once]

    def step(self, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the centres after one step, and the loss before it."""
        self.bar.update()
        labels, loss, centres = assign(self.answers, centres)
        return descend(self.answers, labels, centres, self.n_dimensions), loss


def best_division(
    answers: Answers,
    n_segments: int,
    n_dimensions: int,
    *,
    n_init: int,
    max_iter: int,
    tol: float,
    random_state: Any,
) -> tuple[Division, int]:
    """Search for the division with the smallest loss.

    Parameters
    ----------
    answers : Answers
        Distinct rows in canonical order, each with some weight and some answer.
    n_segments, n_dimensions : int
        K and d.
    n_init : int
        Starts; from 10 on the best divisions are revised.
    max_iter : int
        Most steps of a start.
    tol : float
        A start has converged when a step gains less, as a share of all variation.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    division : Division
        One run: the best.
    n_reached : int
        How many of the runs of the search ended in the best division of the search.
    """
    seeds = spawn_seeds(random_state, ROUNDS + 2)
    with progress_bar(what="reduced k-means", unit="step") as bar, one_blas_thread():
        problem = _Problem(answers, n_dimensions, max_iter, tol, bar)
        few = replace(problem, answers=_some(answers, int(seeds[-1])))
        starts = first_centres(few.answers, n_segments, n_dimensions, spawn_seeds(seeds[0], n_init))
        runs = _race(few, starts)
        if n_segments > 2 and n_init >= FEWEST_STARTS:
            runs = _revise(few, runs, seeds[1:-1])
        reached = int((runs.loss <= runs.loss.min() + few.same).sum())
        if few.answers is not answers:
            best = runs.centres[_distinct(runs, few.same)[:POOL]]
            runs = _joined([_carried(problem, part) for part in problem.parts(best)])
    return _picked(runs, np.array([int(runs.loss.argmin())])), reached


def first_centres(
    answers: Answers, n_segments: int, n_dimensions: int, seeds: np.ndarray
) -> np.ndarray:
    """Choose rows as first centres, one set a seed: in all items, and on some components in turn.

    Parameters
    ----------
    answers : Answers
        Distinct rows in canonical order.
    n_segments, n_dimensions : int
        K and d.
    seeds : ndarray of shape (n_starts,)
        One a start.

    Returns
    -------
    ndarray of shape (n_starts, n_segments, n_items)
    """
    weighted = answers.values * answers.w[:, None]
    axes = np.linalg.eigh(weighted.T @ answers.values)[1][:, ::-1][:, : 3 * n_dimensions]
    scores = answers.values @ axes
    out = np.empty((len(seeds), n_segments, answers.values.shape[1]))
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        if i % 2:
            some = np.sort(rng.choice(axes.shape[1], n_dimensions, replace=False))
            places = Answers(scores[:, some], None, answers.w)
            out[i] = places.values[_rows_apart(places, n_segments, rng)] @ axes[:, some].T
        else:
            out[i] = answers.values[_rows_apart(answers, n_segments, rng)]
    return out


def _some(answers: Answers, seed: int) -> Answers:
    """Return the people among whom the search takes place: all, or a random part of many."""
    n = len(answers.w)
    if n <= SEARCHED:
        return answers
    rows = np.sort(np.random.default_rng(seed).permutation(n)[:SEARCHED])
    seen = None if answers.seen is None else answers.seen[rows]
    return Answers(answers.values[rows], seen, answers.w[rows])


def _rows_apart(answers: Answers, n_rows: int, rng: np.random.Generator) -> np.ndarray:
    """Draw rows by their squared distance from those drawn before (k-means++)."""
    rows = np.empty(n_rows, dtype=np.intp)
    distance = np.ones(len(answers.w))
    for k in range(n_rows):
        rows[k] = _drawn(answers.w * distance, rng)
        new = answers.distances(answers.values[rows[k]])
        distance = new if k == 0 else np.minimum(distance, new)
    return rows


def _drawn(mass: np.ndarray, rng: np.random.Generator) -> int:
    """Draw a row by its mass: the first one whose cumulated share passes a uniform number.

    A row of weight 2 is drawn where two rows of weight 1 would have been.
    """
    total = np.cumsum(mass)
    return int(min(np.searchsorted(total, rng.random() * total[-1]), len(mass) - 1))


def _race(problem: _Problem, centres: np.ndarray) -> Division:
    """Run all starts briefly and the best fifth to convergence."""
    ended, losses = [], []
    for part in problem.parts(centres):
        for _ in range(SHORT_RUN):
            part, loss = problem.step(part)
        ended.append(part)
        losses.append(loss)
    best = np.argsort(np.concatenate(losses), kind="stable")[: -(-len(centres) // 5)]
    return _joined([_carried(problem, part) for part in problem.parts(np.concatenate(ended)[best])])


def _carried(problem: _Problem, centres: np.ndarray) -> Division:
    """Carry runs to convergence; those that have converged wait."""
    n = len(centres)
    centres, loss, n_iter = centres.copy(), np.full(n, np.inf), np.full(n, SHORT_RUN)
    converged = np.zeros(n, dtype=bool)
    for _ in range(problem.max_iter):
        going = np.flatnonzero(~converged)
        if going.size == 0:
            break
        centres[going], now = problem.step(centres[going])
        converged[going] = loss[going] - now <= problem.smallest
        loss[going] = now
        n_iter[going] += 1
    return Division(centres, loss, n_iter, converged)


def _revise(problem: _Problem, runs: Division, seeds: np.ndarray) -> Division:
    """Add rounds of revised divisions until two in a row bring nothing."""
    fruitless = 0
    for seed in seeds:
        pool = _distinct(runs, problem.same)[:POOL]
        rng = np.random.default_rng(seed)
        starts = [_revised(problem.answers, runs.centres[i], rng) for i in pool]
        found = _race(problem, np.concatenate(starts))
        better = found.loss.min() < runs.loss.min() - problem.same
        runs = _joined([runs, found])
        fruitless = 0 if better else fruitless + 1
        if fruitless == 2:
            break
    return runs


def _distinct(runs: Division, same: float) -> list[int]:
    """Return the runs, best first, those that ended in one division once."""
    kept: list[int] = []
    for i in np.argsort(runs.loss, kind="stable"):
        if not kept or runs.loss[i] - runs.loss[kept[-1]] > same:
            kept.append(int(i))
    return kept


def _revised(answers: Answers, centres: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give up each segment for a second one in the place of each other."""
    labels, _, moved = assign(answers, centres[None])
    own = answers.distances(moved[0])
    k = len(centres)
    out = []
    for split in range(k):
        inside = labels[:, 0] == split
        row = _drawn(np.where(inside, answers.w * own[:, split], 0.0), rng)
        for given_up in range(k):
            if given_up != split:
                candidate = moved[0].copy()
                candidate[given_up] = answers.values[row]
                out.append(candidate)
    return np.array(out)


def _joined(runs: list[Division]) -> Division:
    return Division(*(np.concatenate([getattr(r, name) for r in runs]) for name in vars(runs[0])))


def _picked(runs: Division, which: np.ndarray) -> Division:
    return Division(*(values[which] for values in vars(runs).values()))
