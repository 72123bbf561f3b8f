"""Expectation maximisation for many starts at once, accelerated.

The E-step of all starts is one matrix product; SQUAREM extrapolation shortens the long
tail of the iterations; a start that has converged leaves the batch.

References
----------
Dempster, A. P., Laird, N. M. and Rubin, D. B. (1977). Maximum likelihood from incomplete
data via the EM algorithm. JRSS B 39, 1-38.
Varadhan, R. and Roland, C. (2008). Simple and globally convergent methods for
accelerating the convergence of any EM algorithm. Scandinavian Journal of Statistics 35,
335-353, scheme S3 (step length).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segkit.segments.mixtures.mixture import Mixture, Params

__all__ = ["Run", "accelerate", "em_step", "expectation", "membership", "pick"]

CELLS = 2**18
"""Most numbers (people x segments x starts) held at once: 2 MB."""


@dataclass(frozen=True)
class Run:
    """Where some starts ended.

    Attributes
    ----------
    params : dict of ndarray
        Parameters; the first axis is the start.
    objective : ndarray of shape (R,)
        Log-likelihood, plus the log prior where there is one.
    n_iter : ndarray of shape (R,)
        EM steps taken.
    converged : ndarray of shape (R,)
        Whether the last step gained less than the tolerance.
    """

    params: Params
    objective: np.ndarray
    n_iter: np.ndarray
    converged: np.ndarray


def expectation(
    features: np.ndarray, w: np.ndarray, loadings: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """E-step for all starts, in chunks of people so that memory stays bounded.

    Parameters
    ----------
    features : ndarray of shape (d, n)
        Features of the answers.
    w : ndarray of shape (n,)
        Weights.
    loadings : ndarray of shape (R, K, d)
        Loadings of each start and segment.

    Returns
    -------
    log_likelihood : ndarray of shape (R,)
        Sum over people of weight times log density.
    stats : ndarray of shape (R, K, d)
        Sum over people of weight times membership times features.
    """
    n_starts, n_segments, d = loadings.shape
    flat = loadings.reshape(-1, d)
    log_likelihood, stats = np.zeros(n_starts), np.zeros_like(flat)
    step = max(1, CELLS // len(flat))
    for first in range(0, features.shape[1], step):
        part = features[:, first : first + step]
        weight = w[first : first + step]
        density = (flat @ part).reshape(n_starts, n_segments, -1)
        total = _memberships(density)
        log_likelihood += total @ weight
        density *= weight
        stats += density.reshape(len(flat), -1) @ part.T
    return log_likelihood, stats.reshape(loadings.shape)


def membership(features: np.ndarray, loadings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probability of each segment for each person, and each person's log density.

    Parameters
    ----------
    features : ndarray of shape (d, n)
        Features of the answers.
    loadings : ndarray of shape (K, d)
        Loadings of each segment.

    Returns
    -------
    probabilities : ndarray of shape (n, K)
    log_density : ndarray of shape (n,)
    """
    density = (loadings @ features)[None]
    total = _memberships(density)
    return density[0].T.copy(), total[0]


def em_step(
    mixture: Mixture, features: np.ndarray, w: np.ndarray, params: Params
) -> tuple[Params, np.ndarray]:
    """One EM step of all starts.

    Parameters
    ----------
    mixture : Mixture
        The model.
    features : ndarray of shape (d, n)
        Features of the answers.
    w : ndarray of shape (n,)
        Weights.
    params : dict of ndarray
        The parameters of R starts.

    Returns
    -------
    new : dict of ndarray
        The parameters one step on.
    objective : ndarray of shape (R,)
        Log-likelihood (plus log prior) at the parameters given, not at the new ones.
    """
    loadings = mixture.loadings(params)
    log_likelihood, stats = expectation(features, w, loadings)
    return mixture.update(stats, params), log_likelihood + mixture.log_prior(loadings)


def accelerate(
    step: Callable[[Params], tuple[Params, np.ndarray]],
    mixture: Mixture,
    params: Params,
    *,
    max_iter: int,
    smallest: float,
) -> Run:
    """Carry starts to convergence by SQUAREM; the objective never falls.

    Parameters
    ----------
    step : callable
        One EM step, as `em_step` with everything but the parameters filled in.
    mixture : Mixture
        The model.
    params : dict of ndarray
        The parameters of R starts.
    max_iter : int
        Most EM steps of a start.
    smallest : float
        A start has converged when an EM step gains less than this.

    Returns
    -------
    Run
    """
    n_starts = len(params["shares"])
    final = {name: values.copy() for name, values in params.items()}
    objective = np.full(n_starts, -np.inf)
    n_iter = np.zeros(n_starts, dtype=int)
    converged = np.zeros(n_starts, dtype=bool)
    longest = np.full(n_starts, 4.0)
    active = np.arange(n_starts)
    while active.size:
        here = pick(final, active)
        once, at_start = step(here)
        twice, at_once = step(once)
        guess, length = _extrapolate(mixture, here, once, twice, longest[active])
        beyond, at_guess = step(guess)
        good = at_guess >= at_once
        longest[active] = _next_longest(longest[active], length, good)
        _put(final, active, _where(good, beyond, twice))
        objective[active] = np.where(good, at_guess, at_once)
        n_iter[active] += 3
        converged[active] = at_once - at_start < smallest
        active = active[~converged[active] & (n_iter[active] < max_iter)]
    return Run(final, objective, n_iter, converged)


def pick(params: Params, starts: np.ndarray) -> Params:
    """Return the parameters of some starts."""
    return {name: values[starts] for name, values in params.items()}


def _memberships(density: np.ndarray) -> np.ndarray:
    """Turn log densities (R, K, n) into memberships in place; return log totals (R, n)."""
    top = density.max(axis=1, keepdims=True)
    density -= top
    np.exp(density, out=density)
    total = density.sum(axis=1, keepdims=True)
    density /= total
    return (np.log(total) + top)[:, 0]


def _extrapolate(
    mixture: Mixture, here: Params, once: Params, twice: Params, longest: np.ndarray
) -> tuple[Params, np.ndarray]:
    """Square the EM step of each start: here + 2 a r + a^2 v (Varadhan and Roland, S3)."""
    step = {k: once[k] - here[k] for k in here}
    bend = {k: twice[k] - once[k] - step[k] for k in here}
    ratio = np.sqrt(_squares(step) / np.maximum(_squares(bend), 1e-300))
    length = np.clip(ratio, 1.0, longest)
    guess = {}
    for k, start in here.items():
        a = length.reshape(-1, *[1] * (start.ndim - 1))
        guess[k] = start + 2 * a * step[k] + a * a * bend[k]
    return mixture.repair(guess, twice), length


def _next_longest(longest: np.ndarray, length: np.ndarray, good: np.ndarray) -> np.ndarray:
    """Allow longer steps after a full one that helped, shorter ones after one that did not."""
    grown = np.where(length >= longest, longest * 4, longest)
    return np.where(good, grown, np.maximum(length / 2, 1.0))


def _squares(params: Params) -> np.ndarray:
    return np.sum([(v**2).reshape(len(v), -1).sum(axis=1) for v in params.values()], axis=0)


def _put(params: Params, starts: np.ndarray, new: Params) -> None:
    for name, values in new.items():
        params[name][starts] = values


def _where(good: np.ndarray, yes: Params, no: Params) -> Params:
    return {
        name: np.where(good.reshape(-1, *[1] * (values.ndim - 1)), values, no[name])
        for name, values in yes.items()
    }
