"""Who is who in two tagged bases, kept for what names customers or looks at their fields."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.diagnostics.moves.customers import customer_table
from segkit.diagnostics.moves.flows import Pairs
from segkit.diagnostics.moves.judged import Judged
from segkit.diagnostics.moves.moved_fields import Movers
from segkit.diagnostics.moves.tagged import Tagged

__all__ = ["People"]


@dataclass(frozen=True)
class People:
    """People of two tagged bases.

    Attributes
    ----------
    tables : tuple of Tagged
        Both bases.
    tags : tuple of ndarray
        Tags as positions among all segments; the number of segments is untagged.
    pairs : Pairs
        Who is who.
    ids : str or None
        The column that told; None: the place of the row.
    judged : Judged or None
        Changed tags, weighed.
    """

    tables: tuple[Tagged, Tagged]
    tags: tuple[np.ndarray, np.ndarray]
    pairs: Pairs
    ids: str | None
    judged: Judged | None

    def weighed(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Return people by tags (size x size) whose change is a real move, and a flip."""
        if self.judged is None:
            return np.full((size, size), np.nan), np.full((size, size), np.nan)
        rows, (a, b) = self.judged.rows, self.tags
        cell = a[self.pairs.rows_before[rows]].astype(np.int64) * size
        cell += b[self.pairs.rows_after[rows]]
        w, real = self.judged.changers.weights, self.judged.real
        sums = [np.bincount(cell[m], weights=w[m], minlength=size**2) for m in (real, ~real)]
        return sums[0].reshape(size, size), sums[1].reshape(size, size)

    def changers(self, k: int, *, only_real: bool) -> Movers:
        """Return everybody who changed from one of k segments to another."""
        a, b = self.tags
        if only_real and self.judged is not None:
            at = self.judged.rows[self.judged.real]
        else:
            was, now = a[self.pairs.rows_before], b[self.pairs.rows_after]
            at = np.flatnonzero((was != now) & (was < k) & (now < k))
        rows, later = self.pairs.rows_before[at], self.pairs.rows_after[at]
        weights = self.tables[0].weights
        w = np.ones(at.size) if weights is None else weights[rows]
        totals = np.zeros((k, k))
        np.add.at(totals, (a[rows], b[later]), w)
        return Movers(rows, later, a[rows], b[later], w, totals)

    def keys(self, rows: np.ndarray) -> np.ndarray:
        """Return numbers that tell people of the first base apart."""
        keys = self.tables[0].keys
        return rows if keys is None else keys.values[rows]

    def table(self, segments: tuple[str, ...], kind: str | None) -> Any:
        """Return customers with their ids, as an Arrow table."""
        return customer_table(
            self.tables, self.tags, self.pairs, self.ids, segments, self.judged, kind
        )
