"""Survey weights: check them, and the weighted statistics that every room shares.

Point estimates with whole-number weights equal those of repeated rows. Intervals,
tests and information criteria use Kish's effective n, which does not change when
all weights are multiplied by a constant.

References
----------
Kish, L. (1965). Survey Sampling. Wiley. Section 8.2 (effective n).
"""

from numbers import Real
from typing import Any

import numpy as np

from segkit._checks import check_columns
from segkit._frames import is_frame, n_rows, numeric_column
from segkit.exceptions import SegkitError

__all__ = [
    "check_weights",
    "effective_size",
    "is_pair",
    "read_weights",
    "scale_to_effective",
    "standardised",
    "two_weights",
    "weighted_counts",
    "weighted_mean",
    "weighted_moments",
    "weighted_quantile",
    "weighted_sd",
]

LARGEST = 1e100


def check_weights(sample_weight: Any, n: int, *, first_row: int = 0) -> np.ndarray:
    """Return survey weights as floats, one a row; ones where none are given.

    Parameters
    ----------
    sample_weight : array-like of shape (n,) or None
        One non-negative number a respondent; zero leaves the respondent out.
    n : int
        The number of respondents.
    first_row : int
        The number of the first row, where these are the weights of a part of a table.

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
            f"sample_weight is {w[bad[0]]} in row {first_row + bad[0]} ({bad.size} such rows); "
            "expected finite weights of zero or more. Drop these rows, or give them weight 0."
        )
    if not w.any():
        raise SegkitError("sample_weight is zero everywhere; expected some positive weights.")
    if w.max() > LARGEST or w[w > 0].min() < 1 / LARGEST:
        raise SegkitError(
            f"sample_weight goes from {w[w > 0].min():g} to {w.max():g}, too large or too small to "
            "be squared and summed; expected numbers around 1. Divide the weights by their mean."
        )
    return w


def read_weights(table: Any, sample_weight: Any, *, what: str) -> np.ndarray:
    """Return the checked weights of a table's rows: a column of it, or one number a row.

    Parameters
    ----------
    table : frame or array
        The rows.
    sample_weight : str, array-like of shape (n_rows,), or None
        The column that holds the weights, or the weights.
    what : str
        What messages call the table.

    Raises
    ------
    SegkitError
        For an absent column, or weights that `check_weights` refuses; the table is named.

    Examples
    --------
    >>> import pandas as pd
    >>> read_weights(pd.DataFrame({"w": [1, 2]}), "w", what="X")
    array([1., 2.])
    """
    place = what
    if isinstance(sample_weight, str):
        place = f"`{sample_weight}` in {what}"
        if not is_frame(table):
            raise SegkitError(
                f"sample_weight={sample_weight!r} names a column, but {what} is an array; expected "
                "a frame that has it. Give the weights themselves, one number a row."
            )
        check_columns(table, [sample_weight], what=what)
        sample_weight = numeric_column(table, sample_weight, what=what)
    try:
        return check_weights(sample_weight, n_rows(table))
    except SegkitError as error:
        raise SegkitError(f"Of {place}: {error}") from error


def two_weights(sample_weight: Any) -> tuple[Any, Any]:
    """Return the weights of two tables: the parts of a pair; anything else is given to both.

    Examples
    --------
    >>> two_weights("w")
    ('w', 'w')
    >>> two_weights(("w", None))
    ('w', None)
    """
    if is_pair(sample_weight):
        return sample_weight[0], sample_weight[1]
    return sample_weight, sample_weight


def is_pair(sample_weight: Any) -> bool:
    """Say whether weights are those of two tables; two numbers are the weights of two rows."""
    if not isinstance(sample_weight, tuple | list) or len(sample_weight) != 2:
        return False
    return not all(isinstance(part, Real) for part in sample_weight)


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
