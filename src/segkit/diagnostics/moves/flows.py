"""Who was where before and after, as sums: people by segment of either table.

The last row is people who came (entrants), the last column people who went (leavers); before
them stand the untagged. Nobody is dropped.
"""

from dataclasses import dataclass

import numpy as np

from segkit.diagnostics.moves.pairing import NOBODY
from segkit.diagnostics.moves.tagged import Tagged
from segkit.segments.describing.contrasts import Group, wilson

__all__ = ["Flows", "Pairs", "flows_of", "pair_people"]


@dataclass(frozen=True)
class Pairs:
    """The same people in both tables, and who is in one of them only.

    Attributes
    ----------
    rows_before, rows_after : ndarray of shape (n_both,)
        Where the people of both tables stand.
    left : ndarray of shape (n_left,)
        Rows of the first table whose people are not in the second.
    came : ndarray of shape (n_came,)
        Rows of the second table whose people are not in the first.
    """

    rows_before: np.ndarray
    rows_after: np.ndarray
    left: np.ndarray
    came: np.ndarray


@dataclass(frozen=True)
class Flows:
    """People by tag before and after.

    Attributes
    ----------
    counts : ndarray of shape (k + 2, k + 2)
        Sums of weights; k segments, untagged, and entrants (rows) or leavers (columns).
    squares : ndarray of shape (k + 2, k + 2)
        Sums of squared weights.
    """

    counts: np.ndarray
    squares: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """Each cell as a share of its row; NaN in a row without people."""
        total = self.counts.sum(axis=1, keepdims=True)
        return np.divide(
            self.counts, total, out=np.full(self.counts.shape, np.nan), where=total > 0
        )

    @property
    def effective(self) -> np.ndarray:
        """Kish's effective number of people in each row."""
        return effective(self.counts.sum(axis=1), self.squares.sum(axis=1))

    def intervals(self) -> np.ndarray:
        """Return the score intervals of the shares, of shape (2, k + 2, k + 2)."""
        n = np.broadcast_to(self.effective[:, None], self.counts.shape)
        return wilson(Group(n, self.shares, np.zeros_like(self.counts)))


def effective(total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Return Kish's effective n from sums of weights and of their squares."""
    return np.divide(total**2, squares, out=np.zeros_like(squares), where=squares > 0)


def pair_people(row: np.ndarray, n_after: int) -> Pairs:
    """Tell people of both tables from those in one.

    Parameters
    ----------
    row : ndarray of shape (n_before,)
        For each row of the first table the row of the second, or -1.
    n_after : int
        Rows of the second table.

    Examples
    --------
    >>> pair_people(np.array([2, -1]), 3).came
    array([0, 1])
    """
    both = row != NOBODY
    there = np.zeros(n_after, dtype=bool)
    there[row[both]] = True
    return Pairs(np.flatnonzero(both), row[both], np.flatnonzero(~both), np.flatnonzero(~there))


def flows_of(
    pairs: Pairs, tags: tuple[np.ndarray, np.ndarray], tables: tuple[Tagged, Tagged], k: int
) -> Flows:
    """Sum people by tag before and after; people of both tables weigh what they did before.

    Parameters
    ----------
    pairs : Pairs
        Who is who.
    tags : tuple of ndarray
        Tags of all rows of either table as positions; k is untagged.
    tables : tuple of Tagged
        Both tables.
    k : int
        The number of segments.
    """
    a, b = tags
    size = k + 2
    groups = [
        (a[pairs.rows_before], b[pairs.rows_after], tables[0].weights, pairs.rows_before),
        (a[pairs.left], np.full(pairs.left.size, k + 1), tables[0].weights, pairs.left),
        (np.full(pairs.came.size, k + 1), b[pairs.came], tables[1].weights, pairs.came),
    ]
    counts, squares = np.zeros(size**2), np.zeros(size**2)
    for first, second, weights, rows in groups:
        cell = first.astype(np.int32) * size + second
        w = None if weights is None else weights[rows]
        counts += np.bincount(cell, weights=w, minlength=size**2)
        squares += np.bincount(cell, weights=None if w is None else np.square(w), minlength=size**2)
    return Flows(counts.reshape(size, size), squares.reshape(size, size))
