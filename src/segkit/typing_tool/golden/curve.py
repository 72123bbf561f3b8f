"""Accuracy by number of questions, with intervals, from respondents that were left out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segkit._weights import effective_size, weighted_mean, weighted_sd
from segkit.typing_tool.evaluation.agreement import stretch_of, stretched_interval
from segkit.typing_tool.evaluation.evaluation import N_BOOT
from segkit.typing_tool.evaluation.metrics import drawn_weights
from segkit.typing_tool.golden.nested import HeldOut

__all__ = ["Figure", "figures_of", "kappa_of", "shortest_as_good"]


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


def figures_of(
    values: np.ndarray,
    w: np.ndarray,
    n_folds: int,
    seed: int,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> list[Figure]:
    """Return weighted means of what each respondent got, with bootstrap intervals.

    Parameters
    ----------
    values : ndarray of shape (n_respondents, n_figures)
        One figure a column, respondents in canonical order. A column that is the difference
        of two gives the interval of the difference.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    n_folds : int
        Folds of the cross-validation: intervals are widened for training sets that overlap.
    seed : int
        The seed of the bootstrap.
    bounds : tuple of float
        The least and the largest value that a figure can have.

    References
    ----------
    Nadeau, C. & Bengio, Y. (2003). Inference for the generalization error. Machine Learning
    52, 239-281 (why, and by how much).
    """
    means = weighted_mean(values, w)
    sums = [(drawn @ values, drawn.sum(axis=1)) for drawn in drawn_weights(w, N_BOOT, seed)]
    draws = np.concatenate([total / size[:, None] for total, size in sums])
    stretch = stretch_of(n_folds)
    return [
        Figure(float(m), *stretched_interval(float(m), d, stretch, bounds))
        for m, d in zip(means, draws.T, strict=True)
    ]


def kappa_of(held: HeldOut, membership: np.ndarray, w: np.ndarray) -> float:
    """Return the agreement beyond chance, 0 where there is nothing beyond.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20, 37-46, equation 1.
    """
    k = membership.shape[1]
    cells = sum((membership * w[:, None]).T @ np.eye(k)[first] for first in held.first)
    shares = np.asarray(cells) / np.sum(cells)
    chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    return float((np.trace(shares) - chance) / (1 - chance))


def shortest_as_good(losses: Sequence[np.ndarray], w: np.ndarray) -> int:
    """Return the first list whose log loss is within one standard error of the least.

    Parameters
    ----------
    losses : sequence of ndarray of shape (n_respondents,)
        Log loss of each respondent, left out, by list.
    w : ndarray of shape (n_respondents,)
        Survey weights.

    References
    ----------
    Breiman, L., Friedman, J. H., Olshen, R. A. & Stone, C. J. (1984). Classification and
    regression trees. Wadsworth, section 3.4.3 (the rule of one standard error).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(size=100)
    >>> shortest_as_good([noise + 1, noise + 0.05, noise], np.ones(100))
    1
    """
    table = np.stack(losses, axis=1)
    means = weighted_mean(table, w)
    best = int(np.argmin(means))
    error = weighted_sd(table[:, [best]], w)[0] / np.sqrt(effective_size(w))
    return int(np.flatnonzero(means <= means[best] + error)[0])
