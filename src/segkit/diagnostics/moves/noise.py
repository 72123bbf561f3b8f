"""Moves told from typing noise, from the probabilities before and after.

A tag is wrong now and then, and the fields behind it wander: tags change although people do
not. The model: people stay or move between segments; the probabilities of each wave say how
people of a segment are spread over cells (calibrated probabilities do); who moves is seen
twice independently; who stays keeps what the fields say, to degrees that are estimated, the
same for all segments.

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

from segkit._resample import percentile_interval, spawn_seeds
from segkit.diagnostics.moves.cells import Cells
from segkit.diagnostics.moves.mixture import mixture_weights
from segkit.diagnostics.moves.persistence import (
    SCALES,
    move_distributions,
    stay_distributions,
)

__all__ = ["CellSums", "Noise", "fit_noise"]

ROUNDS = 3
LEAST = 0.05
"""At least this share of a segment is taken to stay while the rounds go on."""


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
    moves = move_distributions(first, second)
    every, staying, w = _fitted(stays, moves, counts, before.sum(axis=1))
    boot = _resampled(every, counts, sums.effective, w, n_boot, random_state)
    tables = np.stack([_transitions(v, moves[0], staying) for v in (w, *boot)])
    rates = 1 - np.trace(tables[1:], axis1=1, axis2=2)
    low, high = percentile_interval(rates)
    stay_low, stay_high = percentile_interval(np.stack([_stay(t) for t in tables[1:]]))
    return Noise(
        cells=cells,
        transitions=tables[0],
        moved=_back(_moved(w, every), used, cells.n),
        low=float(low),
        high=float(high),
        stay_low=stay_low,
        stay_high=stay_high,
    )


def _rows_to_one(part: np.ndarray) -> np.ndarray:
    total = part.sum(axis=1, keepdims=True)
    return part / np.maximum(total, np.finfo(float).tiny)


def _stay(transitions: np.ndarray) -> np.ndarray:
    total = transitions.sum(axis=1)
    return np.divide(np.diag(transitions), total, out=np.ones_like(total), where=total > 0)


def _fitted(
    stays: np.ndarray,
    moves: tuple[list[tuple[int, int]], np.ndarray],
    counts: np.ndarray,
    sizes: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distributions that are mixed, who stays by segment, and the weights.

    Degrees of persistence are shared by all segments, whose stayers are as many as their size
    less those who move away; that is settled in a few rounds.
    """
    seen, share = counts > 0, sizes / sizes.sum()
    staying = share
    for _ in range(ROUNDS):
        stay = np.tensordot(staying / staying.sum(), stays, 1)
        every = np.concatenate([stay, moves[1]])
        w = mixture_weights(every[:, seen], counts[seen])
        gone = np.zeros(share.size)
        for (a, _b), part in zip(moves[0], w[len(SCALES) :], strict=True):
            gone[a] += part
        staying = np.maximum(share - gone, LEAST * share)
    return every, staying / staying.sum(), w


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


def _transitions(w: np.ndarray, pairs: list[tuple[int, int]], staying: np.ndarray) -> np.ndarray:
    out = np.diag(staying * w[: len(SCALES)].sum())
    for (a, b), share in zip(pairs, w[len(SCALES) :], strict=True):
        out[a, b] = share
    return out


def _moved(w: np.ndarray, every: np.ndarray) -> np.ndarray:
    """Return the probability of a move in each pair of cells."""
    weighted = w[:, None, None] * every
    total = np.maximum(weighted.sum(axis=0), np.finfo(float).tiny)
    return np.asarray(weighted[len(SCALES) :].sum(axis=0) / total)


def _back(table: np.ndarray, used: np.ndarray, n: int) -> np.ndarray:
    """Put a table of used cells into one of all cells."""
    out = np.zeros((n, n))
    out[np.ix_(used, used)] = table
    return out
