"""The search for the best solution of a mixture: many starts, few long runs, then revisions.

1. Every start is run briefly; the best fifth is carried to convergence.
2. The two best distinct solutions are revised: one segment is given up and another is
   split, in random pairs, and the revised solutions compete in the same way. This repeats
   until two rounds in a row bring nothing (one round, where all long runs have ended in the
   same place). Local optima usually differ from the best one in just such a pair.

Starts are drawn as parameters, never as rows, so the order of the rows plays no part.

References
----------
Biernacki, C., Celeux, G. and Govaert, G. (2003). Choosing starting values for the EM
algorithm. Computational Statistics and Data Analysis 41, 561-575 (short runs).
Ueda, N., Nakano, R., Ghahramani, Z. and Hinton, G. E. (2000). SMEM algorithm for mixture
models. Neural Computation 12, 2109-2128 (split and merge).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._progress import progress_bar
from segkit._resample import spawn_seeds
from segkit._threads import one_blas_thread
from segkit.segments.mixtures.em import Run, accelerate, em_step, pick
from segkit.segments.mixtures.mixture import Mixture, Params

__all__ = ["SAME", "Problem", "Search", "best_solution", "long_runs", "solution_from"]

SHORT_RUN = 20
"""EM steps of each start before the best are chosen."""

SAME = 0.01
"""Solutions whose log-likelihoods differ by less are one and the same."""

ROUNDS = 12
"""Most rounds of revision."""

FEWEST_STARTS = 10
"""Revisions are made when at least so many starts are asked for."""

UNANIMOUS = 4
"""So many long runs that end in the same place are a strong sign."""


@dataclass(frozen=True)
class Problem:
    """A mixture, the data it is fitted to and how far."""

    mixture: Mixture
    features: np.ndarray
    w: np.ndarray
    max_iter: int
    tol: float
    step_done: Callable[[], Any] = field(default=lambda: None)

    def step(self, params: Params) -> tuple[Params, np.ndarray]:
        """One EM step."""
        self.step_done()
        return em_step(self.mixture, self.features, self.w, params)


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes
    ----------
    params : dict of ndarray
        Parameters of the best solution (first axis of length one).
    objective : float
        Its log-likelihood, plus the log prior where there is one.
    n_iter : int
        Its EM steps.
    converged : bool
        Whether its last step gained less than the tolerance.
    round : ndarray of shape (n_long,)
        For each run carried to convergence: 0 for a random start, else the round of revision.
    ends : ndarray of shape (n_long,)
        Where it ended (objective), in the same order.
    steps, has_converged : ndarray of shape (n_long,)
        Its EM steps; whether it converged.
    """

    params: Params
    objective: float
    n_iter: int
    converged: bool
    round: np.ndarray
    ends: np.ndarray
    steps: np.ndarray
    has_converged: np.ndarray


def best_solution(
    mixture: Mixture,
    features: np.ndarray,
    w: np.ndarray,
    *,
    n_init: int,
    max_iter: int,
    tol: float,
    random_state: Any,
) -> Search:
    """Search for the parameters with the highest objective.

    Parameters
    ----------
    mixture : Mixture
        The model.
    features : ndarray of shape (d, n)
        Features of the answers, rows in canonical order.
    w : ndarray of shape (n,)
        Weights.
    n_init : int
        Random starts; a fifth of them is carried to convergence.
    max_iter : int
        Most EM steps of a start.
    tol : float
        Smallest gain of an EM step, in log-likelihood a unit of weight.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    Search
    """
    seeds = spawn_seeds(random_state, ROUNDS + 1)
    bar = progress_bar(what=f"latent class, {mixture.n_segments} segments", unit="step")
    with bar, one_blas_thread():
        problem = Problem(mixture, features, w, max_iter, tol, bar.update)
        if mixture.n_segments == 1:
            n_init = 1  # every start ends in the same place
        runs = [long_runs(problem, mixture.start(spawn_seeds(seeds[0], n_init)))]
        if n_init >= FEWEST_STARTS and mixture.n_segments > 2:
            _revise(problem, runs, seeds[1:], n_init)
    return _summed_up(problem, runs)


def solution_from(
    mixture: Mixture,
    features: np.ndarray,
    w: np.ndarray,
    memberships: np.ndarray,
    *,
    max_iter: int,
    tol: float,
    random_state: Any,
) -> Search:
    """Begin at given segments and follow them to the nearest optimum; nothing else is tried.

    Parameters
    ----------
    mixture, features, w, max_iter, tol, random_state
        As in `best_solution`.
    memberships : ndarray of shape (n, K)
        Each person's share in each segment; a row of zeros begins nowhere.

    Returns
    -------
    Search
    """
    stats = (memberships * w[:, None]).T @ features.T
    with one_blas_thread():
        problem = Problem(mixture, features, w, max_iter, tol)
        # what is found by a few steps from where it stands (ordinal items) begins at a draw
        start = mixture.update(stats[None], mixture.start(spawn_seeds(random_state, 1)))
        return _summed_up(problem, [long_runs(problem, start)])


def long_runs(problem: Problem, params: Params) -> Run:
    """Run all starts briefly and the best fifth to convergence.

    Parameters
    ----------
    problem : Problem
        The mixture and its data.
    params : dict of ndarray
        The starts.

    Returns
    -------
    Run
        The runs that were carried to convergence.
    """
    for _ in range(SHORT_RUN):
        params, short = problem.step(params)
    n_long = -(-len(short) // 5)
    chosen = np.argsort(-short, kind="stable")[:n_long]
    return accelerate(
        problem.step,
        problem.mixture,
        pick(params, chosen),
        max_iter=problem.max_iter,
        smallest=problem.tol * problem.w.sum(),
    )


def _unanimous(run: Run) -> bool:
    return len(run.objective) >= UNANIMOUS and bool(np.ptp(run.objective) < SAME)


def _revise(problem: Problem, runs: list[Run], seeds: np.ndarray, n_init: int) -> None:
    """Add rounds of revised solutions until two in a row bring nothing."""
    fruitless = 1 if _unanimous(runs[0]) else 0
    for seed in seeds:
        pool = _distinct(runs)[:2]
        before = pool[0][0]
        parts = [
            _revised(problem.mixture, params, spawn_seeds(seed + i, n_init // len(pool)))
            for i, (_, params) in enumerate(pool)
        ]
        runs.append(long_runs(problem, _stack(parts)))
        fruitless = 0 if runs[-1].objective.max() > before + SAME else fruitless + 1
        if fruitless == 2:
            return


def _distinct(runs: list[Run]) -> list[tuple[float, Params]]:
    """Return the solutions, best first, those with the same objective once."""
    ends = np.concatenate([r.objective for r in runs])
    params = _stack([r.params for r in runs])
    kept: list[tuple[float, Params]] = []
    for i in np.argsort(-ends, kind="stable"):
        if not kept or kept[-1][0] - ends[i] > SAME:
            kept.append((float(ends[i]), pick(params, np.array([i]))))
    return kept


def _revised(mixture: Mixture, best: Params, seeds: np.ndarray) -> Params:
    """Give up one segment and split another, in as many random pairs as there are seeds.

    The segment given up comes back as a fresh random draw, or half way between that and
    the segment that is split.
    """
    fresh = mixture.start(seeds)
    out = {name: np.repeat(values, len(seeds), axis=0) for name, values in best.items()}
    k = mixture.n_segments
    pairs = [(a, b) for a in range(k) for b in range(k) if a != b]
    drawn = np.random.default_rng(seeds[0]).permutation(len(pairs))
    for i in range(len(seeds)):
        given_up, split = pairs[drawn[i % len(pairs)]]
        for name in mixture.by_segment:
            draw = fresh[name][i, given_up]
            middle = (best[name][0, split] + draw) / 2
            out[name][i, given_up] = middle if i % 2 else draw
        shares = np.maximum(best["shares"][0], 0.02)
        shares[[given_up, split]] = shares[split] / 2
        out["shares"][i] = shares / shares.sum()
    return out


def _stack(parts: list[Params]) -> Params:
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def _summed_up(problem: Problem, runs: list[Run]) -> Search:
    """Choose the best run and carry it further, so that it does not depend on its rivals."""
    ends = np.concatenate([r.objective for r in runs])
    steps = np.concatenate([r.n_iter for r in runs])
    has_converged = np.concatenate([r.converged for r in runs])
    best = int(np.argmax(ends))
    start = pick(_stack([r.params for r in runs]), np.array([best]))
    final = accelerate(
        problem.step,
        problem.mixture,
        start,
        max_iter=problem.max_iter,
        smallest=problem.tol / 100 * problem.w.sum(),
    )
    return Search(
        params=final.params,
        objective=float(final.objective[0]),
        n_iter=int(SHORT_RUN + steps[best] + final.n_iter[0]),
        converged=bool(has_converged[best] or final.converged[0]),
        round=np.repeat(np.arange(len(runs)), [len(r.objective) for r in runs]),
        ends=ends,
        steps=steps + SHORT_RUN,
        has_converged=has_converged,
    )
