"""Equal rows of answers collapsed into one pattern with the sum of their weights.

A likelihood is a sum over respondents, so collapsing equal rows is exact. Patterns are
sorted by content: whatever follows sees the same table for every arrangement of the rows.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_numbers
from segkit._resample import canonical_order
from segkit.exceptions import SegkitError

__all__ = ["Patterns", "distinct_rows", "shares_at_start"]


@dataclass(frozen=True)
class Patterns:
    """The distinct rows of a table.

    Attributes
    ----------
    values : ndarray of shape (n_patterns, n_items)
        The distinct rows, sorted; missing is NaN.
    weights : ndarray of shape (n_patterns,)
        The sum of weights of the rows of each pattern.
    row_pattern : ndarray of shape (n_rows,)
        The pattern of each row: ``values[row_pattern]`` is the table again.
    """

    values: np.ndarray
    weights: np.ndarray
    row_pattern: np.ndarray

    @property
    def counted(self) -> np.ndarray:
        """Which patterns a fit can use: some weight and some answer."""
        return (self.weights > 0) & ~np.isnan(self.values).all(axis=1)


def distinct_rows(values: np.ndarray, w: np.ndarray) -> Patterns:
    """Collapse equal rows; missing answers are equal to each other.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_items)
        Finite numbers, missing as NaN.
    w : ndarray of shape (n_rows,)
        Weights.

    Returns
    -------
    Patterns

    Examples
    --------
    >>> found = distinct_rows(np.array([[2.0], [1.0], [2.0]]), np.ones(3))
    >>> found.values.ravel(), found.weights, found.row_pattern
    (array([1., 2.]), array([1., 2.]), array([1, 0, 1]))
    """
    # weights are the last key, so that sums over equal rows do not depend on the row order either
    order = canonical_order(values, w)
    ordered = values[order]
    comparable = np.where(np.isnan(ordered), np.inf, ordered)
    is_new = np.ones(len(values), dtype=bool)
    is_new[1:] = (comparable[1:] != comparable[:-1]).any(axis=1)
    row_pattern = np.empty(len(values), dtype=np.intp)
    row_pattern[order] = np.cumsum(is_new) - 1
    first = np.flatnonzero(is_new)
    return Patterns(ordered[first], np.add.reduceat(w[order], first), row_pattern)


def shares_at_start(
    start: Any, patterns: Patterns, w: np.ndarray, n_segments: int
) -> np.ndarray | None:
    """Return each pattern's share in each segment that a fit is to begin at.

    Parameters
    ----------
    start : array-like of int of shape (n_rows,) or None
        The segment of each row, from 0; -1 is nowhere.
    patterns : Patterns
        The distinct rows.
    w : ndarray of shape (n_rows,)
        Weights.
    n_segments : int
        The number of segments, each of which must hold somebody with weight.

    Returns
    -------
    ndarray of shape (n_patterns, n_segments), or None
        None where no start was given.

    Raises
    ------
    SegkitError
        For another number of rows or other segments.
    """
    if start is None:
        return None
    codes = check_numbers(start, what="start", one_a_row=False)
    inside = codes[(codes >= 0) & (w > 0)] if codes.shape == w.shape else np.empty(0, int)
    if not np.array_equal(np.unique(inside), np.arange(n_segments)):
        raise SegkitError(
            f"start has shape {codes.shape} and the segments {np.unique(inside).tolist()[:8]}; "
            f"expected shape {w.shape}, a segment from 0 to {n_segments - 1} for each row, and "
            "somebody with weight in each. Leave start out to search."
        )
    sums = np.zeros((len(patterns.values), n_segments))
    seen = codes >= 0
    np.add.at(sums, (patterns.row_pattern[seen], codes[seen].astype(np.intp)), w[seen])
    return np.asarray(sums / np.maximum(patterns.weights, 1e-300)[:, None])
