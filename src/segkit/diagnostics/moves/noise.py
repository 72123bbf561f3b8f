"""Moves told from typing noise, from the probabilities before and after.

A tag is wrong now and then, and the fields behind it wander: tags change although people do
not. The model: people stay or move between segments; the probabilities of each wave say how
people of a segment are spread over cells (calibrated probabilities do); who moves is seen
twice independently; who stays keeps what the fields say, to a degree that is estimated.

References
----------
Collins, L. M. & Lanza, S. T. (2010). Latent Class and Latent Transition Analysis. Wiley,
chapter 7 (latent transitions).
Bolck, A., Croon, M. & Hagenaars, J. (2004). Estimating latent structure models with
categorical variables: one-step versus three-step estimators. Political Analysis 12, 3-27
(classification error that is known from the probabilities).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._resample import spawn_seeds
from segkit.diagnostics.moves.cells import Cells
from segkit.diagnostics.moves.mixture import mixture_weights
from segkit.diagnostics.moves.persistence import (
    SCALES,
    move_distributions,
    stay_distributions,
)

__all__ = ["CellSums", "Noise", "fit_noise"]


@dataclass(frozen=True)
class CellSums:
    """What the model needs of people tagged twice, in sums.

    Attributes
    ----------
    pairs : ndarray of shape (n_cells, n_cells)
        Weight of people by cell before and after.
    before, after : ndarray of shape (n_segments, n_cells)
        Sums of probabilities by cell.
    effective : float
        Kish's effective number of people.
    """

    pairs: np.ndarray
    before: np.ndarray
    after: np.ndarray
    effective: float


@dataclass(frozen=True)
class Noise:
    """Who really moved, as far as probabilities tell.

    Attributes
    ----------
    cells : Cells
        What people are told apart by.
    transitions : ndarray of shape (n_segments, n_segments)
        Estimated share of people by true segment before and after.
    moved : ndarray of shape (n_cells, n_cells)
        The probability that somebody with these probabilities before and after moved.
    low, high : float
        95 % interval of the share who moved.
    stay_low, stay_high : ndarray of shape (n_segments,)
        95 % intervals of the share of each segment that stayed.
    """

    cells: Cells
    transitions: np.ndarray
    moved: np.ndarray
    low: float
    high: float
    stay_low: np.ndarray
    stay_high: np.ndarray

    @property
    def rate(self) -> float:
        """Estimated share of people who moved."""
        return float(1 - np.trace(self.transitions))

    @property
    def stay(self) -> np.ndarray:
        """Estimated share of each segment's people who stayed."""
        return _stay(self.transitions)


def fit_noise(sums: CellSums, cells: Cells, n_boot: int, random_state: Any) -> Noise:
    """Estimate true transitions and the probability of a move in each pair of cells.

    Parameters
    ----------
    sums : CellSums
        People by cells.
    cells : Cells
        The cells.
    n_boot : int
        Samples behind the intervals.
    random_state : int, RandomState or None
        The seed.
    """
    used = np.flatnonzero(sums.pairs.any(axis=0) | sums.pairs.any(axis=1))
    counts = sums.pairs[np.ix_(used, used)]
    before, after = sums.before[:, used], sums.after[:, used]
    first, second = (_rows_to_one(part) for part in (before, after))
    both = before + after
    centres = (both / np.maximum(both.sum(axis=0), np.finfo(float).tiny)).T
    stays = stay_distributions(first, second, centres)
    pairs, moves = move_distributions(first, second)
    every = np.concatenate([stays, moves])
    w = _weights_of(every, counts)
    boot = _resampled(every, counts, sums.effective, w, n_boot, random_state)
    tables = np.stack([_transitions(v, pairs, len(before)) for v in (w, *boot)])
    rates = 1 - np.trace(tables[1:], axis1=1, axis2=2)
    stay = np.stack([_stay(t) for t in tables[1:]])
    return Noise(
        cells=cells,
        transitions=tables[0],
        moved=_back(_moved(w, every, len(pairs)), used, cells.n),
        low=float(np.quantile(rates, 0.025)),
        high=float(np.quantile(rates, 0.975)),
        stay_low=np.quantile(stay, 0.025, axis=0),
        stay_high=np.quantile(stay, 0.975, axis=0),
    )


def _rows_to_one(part: np.ndarray) -> np.ndarray:
    total = part.sum(axis=1, keepdims=True)
    return part / np.maximum(total, np.finfo(float).tiny)


def _stay(transitions: np.ndarray) -> np.ndarray:
    total = transitions.sum(axis=1)
    return np.divide(np.diag(transitions), total, out=np.ones_like(total), where=total > 0)


def _weights_of(
    every: np.ndarray, counts: np.ndarray, start: np.ndarray | None = None
) -> np.ndarray:
    seen = counts > 0
    return mixture_weights(every[:, seen], counts[seen], start)


def _resampled(
    every: np.ndarray,
    counts: np.ndarray,
    n: float,
    start: np.ndarray,
    n_boot: int,
    random_state: Any,
) -> list[np.ndarray]:
    """Fit again to samples of as many people as the weights are worth."""
    seen = counts > 0
    p = counts[seen] / counts.sum()
    components = every[:, seen]
    out = []
    for seed in spawn_seeds(random_state, n_boot):
        drawn = np.random.default_rng(seed).multinomial(max(1, round(n)), p)
        out.append(mixture_weights(components, drawn.astype(float), start))
    return out


def _transitions(w: np.ndarray, pairs: list[tuple[int, int]], k: int) -> np.ndarray:
    out = np.diag(w[: k * len(SCALES)].reshape(k, -1).sum(axis=1))
    for (a, b), share in zip(pairs, w[k * len(SCALES) :], strict=True):
        out[a, b] = share
    return out


def _moved(w: np.ndarray, every: np.ndarray, n_pairs: int) -> np.ndarray:
    """Return the probability of a move in each pair of cells."""
    weighted = w[:, None, None] * every
    total = np.maximum(weighted.sum(axis=0), np.finfo(float).tiny)
    return np.asarray(weighted[-n_pairs:].sum(axis=0) / total)


def _back(table: np.ndarray, used: np.ndarray, n: int) -> np.ndarray:
    """Put a table of used cells into one of all cells."""
    out = np.zeros((n, n))
    out[np.ix_(used, used)] = table
    return out
