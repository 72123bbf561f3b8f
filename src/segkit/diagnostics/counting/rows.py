"""The rows that are counted: their groups and weights, brought into order once for all fields."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

__all__ = ["Rows"]

ROWS_A_GROUP = 2000  # with fewer on average, comparing group by group costs more than one search


@dataclass(frozen=True)
class Rows:
    """Groups and weights of a table's rows.

    Attributes
    ----------
    groups : ndarray of shape (n_rows,), dtype intp
        The group of each row from 0.
    n_groups : int
        The number of groups.
    w : ndarray of shape (n_rows,)
        Weights.
    alike : bool
        Every row has weight 1.
    order : ndarray of shape (n_rows,) or None
        The rows group by group; None where there is one group.
    starts : ndarray of shape (n_groups + 1,)
        Where each group begins in that order.
    squares : ndarray of shape (n_groups,)
        Sums of squared weights.
    """

    groups: np.ndarray
    n_groups: int
    w: np.ndarray
    alike: bool
    order: np.ndarray | None
    starts: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, groups: np.ndarray, n_groups: int, w: np.ndarray) -> "Rows":
        """Bring the rows into the order of their groups.

        Examples
        --------
        >>> rows = Rows.of(np.array([1, 0, 1]), 2, np.ones(3))
        >>> rows.order, rows.starts
        (array([1, 0, 2]), array([0, 1, 3]))
        """
        groups = np.asarray(groups, dtype=np.intp)
        sizes = np.bincount(groups, minlength=n_groups)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        # short whole numbers are sorted by counting
        few = groups.astype(np.uint16) if n_groups < 2**16 else groups
        order = np.argsort(few, kind="stable") if n_groups > 1 else None
        alike = bool((w == 1).all())
        squares = sizes if alike else np.bincount(groups, np.square(w), n_groups)
        return cls(groups, n_groups, w, alike, order, starts, squares.astype(float))

    @property
    def compared(self) -> bool:
        """Whether comparing every value with every edge is the quickest way to count."""
        return self.alike and self.groups.size >= ROWS_A_GROUP * self.n_groups

    def grouped(self, values: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the values of each group."""
        ordered = values if self.order is None else values[self.order]
        for g in range(self.n_groups):
            yield ordered[self.starts[g] : self.starts[g + 1]]

    def sums(self, codes: np.ndarray, n_codes: int) -> np.ndarray:
        """Return the sum of weights of each group and code."""
        w = None if self.alike else self.w
        cells = self.groups * n_codes + codes if self.n_groups > 1 else codes
        sums = np.bincount(cells, weights=w, minlength=self.n_groups * n_codes)
        return sums.reshape(self.n_groups, n_codes).astype(float)

    def at(self, rows: np.ndarray) -> "Rows":
        """Return some of the rows."""
        return Rows.of(self.groups[rows], self.n_groups, self.w[rows])
