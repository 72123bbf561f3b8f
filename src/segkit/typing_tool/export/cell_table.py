"""All cells that a forest tells apart: combinations of runs of codes.

Where they are few, a table of them says exactly what the forest says.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from segkit.typing_tool.models.forest import Forest

__all__ = ["MAX_CELLS", "CellTable", "count_cells", "used_thresholds"]

MAX_CELLS = 8_000
"""The most rows of a cell table."""


@dataclass(frozen=True)
class CellTable:
    """The cells of a forest, numbered from 0 with the last field running fastest.

    Attributes
    ----------
    cuts : list of ndarray
        For each field the thresholds at which some tree parts its codes: run i holds the codes
        up to and including the i-th that are not in a run before.
    """

    cuts: list[np.ndarray]

    @classmethod
    def of(cls, forest: Forest) -> "CellTable":
        """Return the cells of a forest."""
        return cls(used_thresholds(forest))

    @property
    def sizes(self) -> list[int]:
        """The number of runs of each field."""
        return [c.size + 1 for c in self.cuts]

    @property
    def strides(self) -> list[int]:
        """By how much the number of a cell grows with the run of each field."""
        return [prod(self.sizes[f + 1 :]) for f in range(len(self.cuts))]

    @property
    def runs(self) -> np.ndarray:
        """The run of each field in each cell, shape (n_cells, n_fields)."""
        return np.indices(self.sizes).reshape(len(self.sizes), -1).T

    @property
    def codes(self) -> np.ndarray:
        """A row of codes in each cell: the first of each run, shape (n_cells, n_fields)."""
        first = [np.concatenate([[0], c + 1]) for c in self.cuts]
        columns = [f[p] for f, p in zip(first, self.runs.T, strict=True)]
        return np.stack(columns, axis=1).astype(np.uint8)

    def part(self, field: int, code: int) -> int:
        """Return what a code of a field adds to the number of the cell."""
        run = int(np.searchsorted(self.cuts[field], code, side="left"))
        return run * self.strides[field]


def count_cells(forest: Forest) -> int:
    """Return how many combinations of codes the trees tell apart at most."""
    return prod(c.size + 1 for c in used_thresholds(forest))


def used_thresholds(forest: Forest) -> list[np.ndarray]:
    """Return for each field the thresholds at which some tree parts its codes."""
    return [np.unique(forest.threshold[forest.feature == f]) for f in range(forest.n_fields)]
