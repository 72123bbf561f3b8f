"""Survey weights: check them, and the weighted statistics that every room shares.

Point estimates with whole-number weights equal those of repeated rows. Intervals,
tests and information criteria use Kish's effective n, which does not change when
all weights are multiplied by a constant.

References
----------
Kish, L. (1965). Survey Sampling. Wiley. Section 8.2 (effective n).
"""

from typing import Any

import numpy as np

from segkit.exceptions import SegkitError

__all__ = [
    "check_weights",
    "effective_size",
    "scale_to_effective",
    "standardised",
    "weighted_counts",
    "weighted_mean",
    "weighted_moments",
    "weighted_quantile",
    "weighted_sd",
]

LARGEST = 1e100


def check_weights(sample_weight: Any, n: int) -> np.ndarray:
    """Return survey weights as floats, one a row; ones where none are given.

    Parameters
    ----------
    sample_weight : array-like of shape (n,) or None
        One non-negative number a respondent; zero leaves the respondent out.
    n : int
        The number of respondents.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    SegkitError
        For a wrong length, missing, infinite or negative weights, or all zero.

    Examples
    --------
    >>> check_weights(None, 3)
    array([1., 1., 1.])
    """
    if sample_weight is None:
        return np.ones(n)
    try:
        w = np.asarray(sample_weight, dtype=float)
    except (TypeError, ValueError) as error:
        raise SegkitError(
            f"sample_weight is a {type(sample_weight).__name__} that does not read as numbers; "
            "expected one number a respondent."
        ) from error
    if w.ndim == 0:
        w = np.full(n, float(w))
    if w.shape != (n,):
        raise SegkitError(
            f"sample_weight has shape {w.shape}, but there are {n} respondents; expected shape "
            f"({n},), one weight a row."
        )
    bad = np.flatnonzero(~np.isfinite(w) | (w < 0))
    if bad.size:
        raise SegkitError(
            f"sample_weight is {w[bad[0]]} in row {bad[0]} ({bad.size} such rows); expected finite "
            "weights of zero or more. Drop these respondents, or give them weight 0."
        )
    if not w.any():
        raise SegkitError("sample_weight is zero everywhere; expected some positive weights.")
    if w.max() > LARGEST or w[w > 0].min() < 1 / LARGEST:
        raise SegkitError(
            f"sample_weight goes from {w[w > 0].min():g} to {w.max():g}, too large or too small to "
            "be squared and summed; expected numbers around 1. Divide the weights by their mean."
        )
    return w


def effective_size(w: np.ndarray) -> float:
    """Kish's effective number of respondents, (sum w)^2 / sum w^2.

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 2.0]))
    2.666...
    """
    return float(w.sum() ** 2 / np.square(w).sum())


def scale_to_effective(w: np.ndarray) -> np.ndarray:
    """Weights rescaled to sum to the effective n: for tests, intervals and criteria."""
    return w * (w.sum() / np.square(w).sum())


def weighted_mean(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Weighted mean of each column over its observed rows (NaN where there is none).

    Parameters
    ----------
    values : ndarray of shape (n,) or (n, p)
        Numbers; missing as NaN.
    w : ndarray of shape (n,)
        Weights.
    """
    seen = ~np.isnan(values)
    total = w @ seen
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((w @ np.where(seen, values, 0.0)) / total)


def weighted_moments(values: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and standard deviation of each column, in one pass over what is missing.

    Examples
    --------
    >>> mean, sd = weighted_moments(np.array([1.0, 3.0, np.nan]), np.array([1.0, 1.0, 5.0]))
    >>> float(mean), float(sd)
    (2.0, 1.0)
    """
    seen = ~np.isnan(values)
    total = w @ seen
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (w @ np.where(seen, values, 0.0)) / total
        centred = np.where(seen, values - mean, 0.0)
        return np.asarray(mean), np.asarray(np.sqrt(w @ np.square(centred) / total))


def standardised(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Each column minus its weighted mean, in weighted standard deviations."""
    mean, sd = weighted_moments(values, w)
    return np.asarray((values - mean) / sd)


def weighted_sd(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Weighted standard deviation of each column (denominator: the sum of weights)."""
    return weighted_moments(values, w)[1]


def weighted_counts(codes: np.ndarray, w: np.ndarray, n_codes: int) -> np.ndarray:
    """Sum of weights a code; negative codes (missing) are left out."""
    seen = codes >= 0
    return np.bincount(codes[seen], weights=w[seen], minlength=n_codes)


def weighted_quantile(values: np.ndarray, q: np.ndarray | float, w: np.ndarray) -> np.ndarray:
    """Quantiles of the observed values: the smallest value whose share of weight reaches q.

    This is the inverse of the weighted distribution function (type 1 of Hyndman and
    Fan, 1996), the definition for which whole-number weights equal repeated rows.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Numbers; missing as NaN and left out.
    q : float or ndarray
        Shares in [0, 1].
    w : ndarray of shape (n,)
        Weights.
    """
    keep = ~np.isnan(values) & (w > 0)
    order = np.argsort(values[keep], kind="stable")
    ordered, cumulative = values[keep][order], np.cumsum(w[keep][order])
    if ordered.size == 0:
        return np.full(np.shape(q), np.nan)
    target = np.asarray(q) * cumulative[-1]
    # a share that meets a step exactly must not fall past it by rounding
    at = np.searchsorted(cumulative, target * (1 - 1e-12), side="left")
    return np.asarray(ordered[np.minimum(at, ordered.size - 1)])
