"""One segment more: the best solution that splits a segment of a smaller one.

References
----------
McLachlan, G. J. and Peel, D. (2000). Finite Mixture Models. Wiley. Section 2.12 (starting
values from smaller mixtures).
"""

from dataclasses import dataclass, replace

import numpy as np

from segkit._resample import spawn_seeds
from segkit.segments.mixtures.em import Run, accelerate
from segkit.segments.mixtures.item_blocks import with_everybody
from segkit.segments.mixtures.mixture import Mixture, Params
from segkit.segments.mixtures.search import Problem, long_runs
from segkit.segments.patterns import distinct_rows

__all__ = ["Step", "one_segment_more", "split_starts"]


@dataclass(frozen=True)
class Step:
    """Two nested solutions of the same answers.

    Attributes
    ----------
    smaller, larger : float
        Log-likelihoods of the solution and of the one with a segment more.
    """

    smaller: float
    larger: float

    @property
    def ratio(self) -> float:
        """Twice the difference of the log-likelihoods."""
        return 2 * (self.larger - self.smaller)


def one_segment_more(
    mixture: Mixture,
    params: Params,
    values: np.ndarray,
    w: np.ndarray,
    *,
    n_init: int,
    max_iter: int,
    tol: float,
    seed: int,
) -> Step:
    """Fit a mixture from where it may be, then the best one with a segment more.

    Parameters
    ----------
    mixture : Mixture
        The smaller model.
    params : dict of ndarray
        Where its solution is sought (first axis of length one).
    values : ndarray of shape (n, n_items)
        Answers, missing as NaN.
    w : ndarray of shape (n,)
        Weights.
    n_init : int
        Starts of the larger model; the best fifth is carried to convergence.
    max_iter : int
        Most EM steps of a start.
    tol : float
        Smallest gain of an EM step, in log-likelihood a unit of weight.
    seed : int
        The seed of the starts.

    Returns
    -------
    Step
    """
    patterns = distinct_rows(values, w)
    mixture = with_everybody(mixture, patterns.values, patterns.weights)
    features = mixture.features(patterns.values)
    problem = Problem(mixture, features, patterns.weights, max_iter, tol)
    smallest = tol * patterns.weights.sum()
    smaller = accelerate(problem.step, mixture, params, max_iter=max_iter, smallest=smallest)
    wider = replace(problem, mixture=replace(mixture, n_segments=mixture.n_segments + 1))
    starts = split_starts(wider.mixture, smaller.params, spawn_seeds(seed, n_init))
    larger = long_runs(wider, starts)
    return Step(_log_likelihood(mixture, smaller), _log_likelihood(wider.mixture, larger))


def split_starts(wider: Mixture, params: Params, seeds: np.ndarray) -> Params:
    """Split the segments of a solution in turn, one start a seed.

    Parameters
    ----------
    wider : Mixture
        The model with one segment more.
    params : dict of ndarray
        The solution of the smaller model.
    seeds : ndarray of shape (R,)
        One a start.

    Returns
    -------
    dict of ndarray
        The new segment, the last one, has half the people of the one that is split; it begins at a
        random draw, or half way between that and the segment that is split.
    """
    fresh = wider.start(seeds)
    k = wider.n_segments - 1
    split = np.arange(len(seeds)) % k
    out = {name: np.repeat(values, len(seeds), axis=0) for name, values in params.items()}
    for name in wider.by_segment:
        draw = fresh[name][:, -1]
        middle = (params[name][0, split] + draw) / 2
        half_way = (np.arange(len(seeds)) // k % 2 == 0).reshape(-1, *[1] * (draw.ndim - 1))
        added = np.where(half_way, middle, draw)
        out[name] = np.concatenate([out[name], added[:, None]], axis=1)
    shares = np.maximum(np.column_stack([out["shares"], np.zeros(len(seeds))]), 0.02)
    rows = np.arange(len(seeds))
    shares[rows, split] = shares[rows, -1] = shares[rows, split] / 2
    out["shares"] = shares / shares.sum(axis=1, keepdims=True)
    return out


def _log_likelihood(mixture: Mixture, run: Run) -> float:
    """Return the log-likelihood of the best run, without the prior's share of the objective."""
    prior = np.broadcast_to(mixture.log_prior(mixture.loadings(run.params)), run.objective.shape)
    best = int(np.argmax(run.objective))
    return float(run.objective[best] - prior[best])
