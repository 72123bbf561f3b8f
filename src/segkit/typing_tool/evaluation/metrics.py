"""The figures of an evaluation, as functions of weighted sums over respondents.

Every figure is computed from sums that are linear in the respondents' weights, so the
bootstrap of respondents needs no second look at the data: other weights, other sums, the
same formulas.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from segkit._resample import bootstrap_counts
from segkit.typing_tool.evaluation.crossfit import CrossFit

__all__ = ["N_BINS", "Sums", "agreement_of", "called_first", "drawn_weights", "figures", "sums_of"]

N_BINS = 10
CHUNK = 50  # bootstrap samples at a time

Sums = dict[str, np.ndarray]
"""Weighted sums by name, each of shape (n_draws, ...)."""


def sums_of(fit: CrossFit, weights: np.ndarray) -> Sums:
    """Sum what the figures need over respondents and repeats.

    Parameters
    ----------
    fit : CrossFit
        Truth and cross-fitted answers.
    weights : ndarray of shape (n_draws, n_respondents)
        Weights of the respondents in each draw.

    Returns
    -------
    Sums
    """
    parts = [_features(fit, repeat) for repeat in range(len(fit.first))]
    out: Sums = {}
    for name in parts[0]:
        mean = np.mean([part[name] for part in parts], axis=0)
        flat = weights @ mean.reshape(len(mean), -1)
        out[name] = flat.reshape(len(weights), *mean.shape[1:])
    return out


def figures(sums: Sums, effective_n: float) -> dict[tuple[str, int], np.ndarray]:
    """Return every figure, by its name and segment (-1: all), and its value at chance.

    Parameters
    ----------
    sums : Sums
        From `sums_of`.
    effective_n : float
        Kish's effective number of respondents.

    Returns
    -------
    dict
        Each value has shape (n_draws, 2): the figure and what chance would give (NaN where
        chance has no meaning).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            **_agreement(sums),
            **_probability_figures(sums),
            **_calibration(sums, effective_n),
            **_by_segment(sums),
        }
    return {key: np.stack(np.broadcast_arrays(*pair), axis=1) for key, pair in found.items()}


def agreement_of(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return accuracy, its value at chance, and kappa of the tagged.

    Parameters
    ----------
    cells : ndarray of shape (n_draws, n_segments, n_segments + 1)
        Weight of each pair of segment and tag; the last column is untagged.
    """
    tagged = cells[:, :, :-1]
    total = tagged.sum(axis=(1, 2))
    truth, tags = tagged.sum(axis=2), tagged.sum(axis=1)
    accuracy = np.trace(tagged, axis1=1, axis2=2) / total
    chance = (truth * tags).sum(axis=1) / total**2
    return accuracy, chance, (accuracy - chance) / (1 - chance)


def drawn_weights(w: np.ndarray, n_boot: int, random_state: Any) -> Iterator[np.ndarray]:
    """Yield the respondents' weights in bootstrap samples, fifty samples at a time.

    Parameters
    ----------
    w : ndarray of shape (n,)
        Survey weights; respondents in canonical order.
    n_boot : int
        Bootstrap samples.
    random_state : int, RandomState or None
        The seed.
    """
    counts = bootstrap_counts(n_boot, np.arange(w.size), random_state)
    for start in range(0, n_boot, CHUNK):
        yield np.stack([next(counts) for _ in range(min(CHUNK, n_boot - start))]) * w


Pairs = dict[tuple[str, int], tuple[np.ndarray, np.ndarray]]


def _features(fit: CrossFit, repeat: int) -> dict[str, np.ndarray]:
    truth, probability = fit.membership, fit.probabilities[repeat]
    n, k = truth.shape
    first = fit.first[repeat]
    tag = np.where(fit.kept[repeat], first, k)
    top = np.take_along_axis(probability, first[:, None], 1)[:, 0]
    right = np.take_along_axis(truth, first[:, None], 1)[:, 0]
    tenth = np.array([0.1])
    best = np.hstack([called_first(p, fit.w, tenth) for p in probability.T])
    bins = _equal_bins(top, fit.w)
    return {
        "n": np.ones(n),
        "truth": truth,
        "cells": truth[:, :, None] * np.eye(k + 1)[tag][:, None, :],
        "log_loss": -(truth * np.log(probability)).sum(axis=1),
        "brier": np.square(probability - truth).sum(axis=1),
        "square": np.square(truth).sum(axis=1),
        "ceiling": truth.max(axis=1),
        "best": best,
        "best_right": best * truth,
        "bin_n": bins,
        "bin_p": bins * top[:, None],
        "bin_right": bins * right[:, None],
    }


def _agreement(sums: Sums) -> Pairs:
    cells, n = sums["cells"], sums["n"]
    accuracy, chance, kappa = agreement_of(cells)
    none = np.full(len(n), np.nan)
    return {
        ("accuracy", -1): (accuracy, chance),
        ("majority", -1): (sums["truth"].max(axis=1) / n, none),
        ("ceiling", -1): (sums["ceiling"] / n, none),
        ("kappa", -1): (kappa, np.zeros(len(n))),
        ("abstained", -1): (cells[:, :, -1].sum(axis=1) / n, none),
    }


def _probability_figures(sums: Sums) -> Pairs:
    n = sums["n"]
    share = sums["truth"] / n[:, None]
    entropy = -(share * np.log(np.where(share > 0, share, 1))).sum(axis=1)
    blind = sums["square"] / n - np.square(share).sum(axis=1)
    brier = sums["brier"] / n
    return {
        ("log_loss", -1): (sums["log_loss"] / n, entropy),
        ("brier", -1): (brier, blind),
        ("brier_skill", -1): (1 - brier / blind, np.zeros(len(n))),
    }


def _calibration(sums: Sums, effective_n: float) -> Pairs:
    size, p = sums["bin_n"], sums["bin_p"]
    share = size / sums["n"][:, None]
    gap = np.abs(p - sums["bin_right"]) / sums["n"][:, None]
    mean = np.where(size > 0, p / size, 0)
    # the mean absolute error of a share of n people is sqrt(2 p (1 - p) / (pi n))
    noise = np.sqrt(2 / np.pi * mean * (1 - mean) * share / effective_n)
    return {("calibration_error", -1): (gap.sum(axis=1), noise.sum(axis=1))}


def _by_segment(sums: Sums) -> Pairs:
    cells, n = sums["cells"], sums["n"]
    truth = sums["truth"]
    out: Pairs = {}
    recalls = []
    for s in range(truth.shape[1]):
        hit, tagged = cells[:, s, s], cells[:, :, s].sum(axis=1)
        lift = sums["best_right"][:, s] / sums["best"][:, s] / (truth[:, s] / n)
        recalls.append(hit / truth[:, s])
        out["recall", s] = (recalls[-1], tagged / n)
        out["precision", s] = (hit / tagged, truth[:, s] / n)
        out["lift", s] = (lift, np.ones(len(n)))
    k = truth.shape[1]
    reached = cells[:, :, :-1].sum(axis=(1, 2)) / n
    return {("macro_recall", -1): (np.mean(recalls, axis=0), reached / k), **out}


def called_first(p: np.ndarray, w: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Mark who is called when the likeliest shares of all people are.

    People of equal probability are called alike, each in part: their order would be chance.

    Parameters
    ----------
    p : ndarray of shape (n,)
        The probability of the segment.
    w : ndarray of shape (n,)
        Survey weights.
    shares : ndarray of shape (n_shares,)
        The shares of everyone that are called.

    Returns
    -------
    ndarray of shape (n, n_shares)
        0 to 1; people at the edge count in part.
    """
    _, level = np.unique(-p, return_inverse=True)
    size = np.bincount(level, weights=w)
    before = np.cumsum(size) - size
    part = (w.sum() * shares - before[:, None]) / size[:, None]
    return np.asarray(np.clip(part, 0, 1)[level])


def _equal_bins(top: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Put respondents into bins of equal weight by the probability of their tag."""
    order = np.argsort(top, kind="stable")
    middle = (np.cumsum(w[order]) - w[order] / 2) / w.sum()
    out = np.zeros((top.size, N_BINS))
    out[order, np.minimum((middle * N_BINS).astype(int), N_BINS - 1)] = 1
    return out
