"""Bootstrap of reliability coefficients: replicates are weights, never copied rows.

The sums behind the correlations of all replicates are one product of the replicates'
weights with products of the answers, taken in parts that fit in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from segkit._progress import track
from segkit._resample import bootstrap_counts, canonical_order
from segkit._weights import weighted_moments
from segkit.factors.correlations.polychoric import code_items, polychoric_pairs, thresholds_of
from segkit.factors.correlations.repair import smooth
from segkit.factors.extraction.one_factor import one_factor_loadings
from segkit.factors.sample import Sample
from segkit.factors.scales.alpha import alpha_from
from segkit.factors.scales.categorical_omega import categorical_omega
from segkit.factors.scales.omega import omega_total

__all__ = ["COEFFICIENTS", "bootstrap_reliability"]

COEFFICIENTS = ("alpha", "omega", "categorical")
"""What every replicate gives: alpha, omega total, categorical omega."""

_NUMBERS_AT_ONCE = 4_000_000
_LEAST_VARIANCE = 1e-12  # of an item scaled to variance 1
_FAR = 9.0  # stands for a threshold beyond which nobody answered


@dataclass(frozen=True, eq=False)
class _Moments:
    """Covariances and correlations of replicates, shape (n_replicates, n_items, n_items)."""

    covariances: np.ndarray
    correlations: np.ndarray


def bootstrap_reliability(
    sample: Sample, correlation: str, n_factors: int, n_boot: int, random_state: Any
) -> np.ndarray:
    """Compute the coefficients of resampled respondents.

    Parameters
    ----------
    sample : Sample
        The answers to a scale's items.
    correlation : {"pearson", "polychoric"}
        What omega rests on.
    n_factors : int
        Factors behind omega total; 0 for none.
    n_boot : int
        Replicates.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    ndarray of shape (n_boot, 3)
        `COEFFICIENTS`; a row of NaN where an item does not vary in the replicate.
    """
    order = canonical_order(sample.values, sample.w)
    draws = bootstrap_counts(n_boot, order, random_state)
    at_once = max(1, _NUMBERS_AT_ONCE // sample.n_respondents)
    out = np.empty((0, len(COEFFICIENTS)))
    starts = range(0, n_boot, at_once)
    for _ in track(starts, what=f"bootstrap of `{sample.names[0]}` and the other items"):
        weights = np.stack(list(islice(draws, at_once))) * sample.w
        out = np.vstack([out, _coefficients(sample, weights, correlation, n_factors)])
    return out


def _coefficients(
    sample: Sample, weights: np.ndarray, correlation: str, n_factors: int
) -> np.ndarray:
    out = np.full((len(weights), len(COEFFICIENTS)), np.nan)
    moments = _moments(sample, weights)
    good = np.flatnonzero(np.isfinite(moments.correlations).all(axis=(1, 2)))
    if good.size == 0:
        return out
    R = moments.correlations[good]
    if correlation == "polychoric":
        R, thresholds = _polychoric(sample, weights[good])
        if R.shape[1] > 2:
            out[good, 2] = _categorical(sample, R, thresholds)
    out[good, 0] = alpha_from(moments.covariances[good])
    out[good, 1] = _omegas(R, n_factors)
    return out


def _moments(sample: Sample, weights: np.ndarray) -> _Moments:
    """Pairwise covariances and correlations, by the sums of all pairs in one product."""
    p, (mean, scale) = len(sample.names), weighted_moments(sample.values, sample.w)
    scaled = (sample.values - mean) / scale
    seen = (~np.isnan(scaled)).astype(float)
    z = np.where(seen > 0, scaled, 0.0)

    def products(rows: slice) -> np.ndarray:
        left = np.stack([seen[rows], z[rows], np.square(z[rows]), z[rows]])
        right = np.stack([seen[rows], seen[rows], seen[rows], z[rows]])
        return np.asarray(np.einsum("qni,qnj->nqij", left, right))

    total, sums, squares, cross = np.moveaxis(
        _sums(weights, products, 4 * p * p).reshape(-1, 4, p, p), 1, 0
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        # entry (i, j): about item i, over those who answered item j as well
        mean = sums / total
        variance = squares / total - np.square(mean)
        variance[variance < _LEAST_VARIANCE] = np.nan
        covariances = cross / total - mean * mean.swapaxes(1, 2)
        correlations = covariances / np.sqrt(variance * variance.swapaxes(1, 2))
    return _Moments(covariances * np.outer(scale, scale), correlations)


def _sums(
    weights: np.ndarray, products: Callable[[slice], np.ndarray], n_columns: int
) -> np.ndarray:
    """Weighted sums over the respondents of `products`, shape (n_replicates, n_columns)."""
    out = np.zeros((len(weights), n_columns))
    for rows in _parts(weights.shape[1], max(1, _NUMBERS_AT_ONCE // n_columns)):
        out += weights[:, rows] @ products(rows).reshape(-1, n_columns)
    return out


def _parts(n: int, size: int) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, n, size))


def _polychoric(sample: Sample, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Polychoric correlations and thresholds of all replicates, every pair at once.

    Returns
    -------
    matrices : ndarray of shape (n_replicates, n_items, n_items)
    thresholds : ndarray of shape (n_replicates, n_items, widest - 1)
    """
    items = code_items(sample.values)
    p, c, b = len(sample.names), items.widest, len(weights)
    first, second = np.triu_indices(p, 1)
    hot = (items.codes[:, :, None] == np.arange(c)).astype(float)

    def products(rows: slice) -> np.ndarray:
        return hot[rows][:, first, :, None] * hot[rows][:, second, None, :]

    tables = _sums(weights, products, first.size * c * c).reshape(-1, c, c)
    margins = (weights @ hot.reshape(len(hot), -1)).reshape(-1, c)
    n_categories = np.tile([found.size for found in items.categories], b)
    # a category that a replicate lacks at the low end has its threshold at minus infinity
    thresholds = np.maximum(thresholds_of(margins, n_categories), -_FAR)
    shift = (p * np.arange(b))[:, None]
    pairs = (first + shift).ravel(), (second + shift).ravel()
    rho = polychoric_pairs(tables, thresholds, pairs=pairs).rho.reshape(b, -1)
    matrices = np.tile(np.eye(p), (b, 1, 1))
    matrices[:, first, second] = matrices[:, second, first] = rho
    return np.stack([smooth(matrix)[0] for matrix in matrices]), thresholds.reshape(b, p, -1)


def _omegas(matrices: np.ndarray, n_factors: int) -> np.ndarray:
    if n_factors == 0:
        return np.full(len(matrices), np.nan)
    if n_factors > 1:
        return np.array([omega_total(matrix, n_factors) for matrix in matrices])
    loadings = one_factor_loadings(matrices)
    shared = np.square(loadings.sum(axis=1))
    return np.asarray(shared / (shared + (1.0 - np.square(loadings)).sum(axis=1)))


def _categorical(sample: Sample, matrices: np.ndarray, thresholds: np.ndarray) -> list[float]:
    steps = [np.diff(found) for found in code_items(sample.values).categories]
    rows = zip(matrices, one_factor_loadings(matrices), thresholds, strict=True)
    return [
        categorical_omega(
            R,
            loadings,
            [np.minimum(cut[: step.size], _FAR) for cut, step in zip(cuts, steps, strict=True)],
            steps,
        )
        for R, loadings, cuts in rows
    ]
