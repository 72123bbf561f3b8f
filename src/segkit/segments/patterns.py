"""Equal rows of answers collapsed into one pattern with the sum of their weights.

A likelihood is a sum over respondents, so collapsing equal rows is exact. Patterns are
sorted by content: whatever follows sees the same table for every arrangement of the rows.
"""

from dataclasses import dataclass

import numpy as np

from segkit._resample import canonical_order

__all__ = ["Patterns", "distinct_rows"]


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
