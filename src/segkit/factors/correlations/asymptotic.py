"""How well correlations are known: their covariance over samples, from influence functions.

References
----------
Muthen, B. (1984). A general structural equation model with dichotomous, ordered categorical, and
    continuous latent variable indicators. Psychometrika 49.
Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis of covariance
    structures. British Journal of Mathematical and Statistical Psychology 37.
"""

import numpy as np

from segkit.exceptions import SegkitError
from segkit.factors.correlations.influence import (
    Influence,
    ordinal_influence,
    pearson_influence,
    polyserial_influence,
)
from segkit.factors.correlations.polychoric import code_items
from segkit.factors.sample import Sample

__all__ = ["MOST_PAIRS", "covariance_of", "influence_of"]

MOST_PAIRS = 5_000
"""Pairs (100 items) whose covariances are held at most: a matrix of 200 MB."""

_LEAST_ROWS = 1_000  # with fewer in a product, adding up its result costs more than the product


def influence_of(sample: Sample, estimates: np.ndarray, ordinal: np.ndarray) -> Influence:
    """Return the influence of every respondent on every correlation of a sample.

    Parameters
    ----------
    sample : Sample
        The answers.
    estimates : ndarray of shape (n_items, n_items)
        Correlations as estimated, before any repair.
    ordinal : ndarray of bool of shape (n_items,)
        Which items were taken as ordinal; pairs of two others are Pearson's.

    Returns
    -------
    Influence
        Pairs in the order of ``numpy.triu_indices(n_items, 1)``.
    """
    p = ordinal.size
    number = np.zeros((p, p), dtype=int)
    number[np.triu_indices(p, 1)] = np.arange(p * (p - 1) // 2)
    number += number.T
    at, others = np.flatnonzero(ordinal), np.flatnonzero(~ordinal)
    parts = []
    for items, influence in ((at, _ordinal), (others, _pearson)):
        first, second = np.triu_indices(items.size, 1)
        if first.size:
            rho = estimates[items[first], items[second]]
            parts.append(
                (
                    number[items[first], items[second]],
                    influence(sample, items, rho, first, second),
                )
            )
    if at.size and others.size:
        block = np.ix_(at, others)
        between = polyserial_influence(
            code_items(sample.values[:, at]), sample.values[:, others], sample.w, estimates[block]
        )
        parts.append((number[block].ravel(), between))
    return _joined(parts, sample.w.size, p * (p - 1) // 2)


def covariance_of(influence: Influence) -> np.ndarray:
    """Return the covariance of all estimates, shape (n_pairs, n_pairs).

    Raises
    ------
    SegkitError
        For more than `MOST_PAIRS` pairs.
    """
    if influence.n_pairs > MOST_PAIRS:
        raise SegkitError(
            f"The covariances of {influence.n_pairs:,} correlations were asked for; expected at "
            f"most {MOST_PAIRS:,} (100 items). Take fewer items."
        )
    out = np.zeros((influence.n_pairs, influence.n_pairs))
    for block in influence.blocks(_LEAST_ROWS):
        out += block.T @ block
    return out


def _ordinal(
    sample: Sample, items: np.ndarray, rho: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Influence:
    return ordinal_influence(code_items(sample.values[:, items]), sample.w, rho, first, second)


def _pearson(
    sample: Sample, items: np.ndarray, rho: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Influence:
    return pearson_influence(sample.values[:, items], sample.w, rho, first, second)


def _joined(parts: list[tuple[np.ndarray, Influence]], n: int, n_pairs: int) -> Influence:
    if len(parts) == 1:
        return parts[0][1]

    def of_rows(rows: slice) -> np.ndarray:
        out = np.empty((rows.stop - rows.start, n_pairs))
        for at, influence in parts:
            out[:, at] = influence.of_rows(rows)
        return out

    return Influence(n, n_pairs, of_rows)
