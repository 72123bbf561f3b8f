"""Machine code for the inner loops, where numba and a folder for its cache are there.

Where they are not, `loops` answers None and NumPy does the same work, to the bit, in more time.
``NUMBA_CACHE_DIR`` names the folder that keeps the compiled code.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from segkit.typing_tool.models.joint_tables import JointTables, joint_tables

__all__ = ["MANY_ROWS", "CompiledForest", "loops"]

MANY_ROWS = 32_768
"""Rows from which it is worth to load numba."""

CELLS = (1024, 512, 64)  # combinations in one table: 8 kB, several fit in the first-level cache


def loops(n_rows: int) -> Any:
    """Return the compiled loops (`kernels`) for so many rows, or None where NumPy is to work."""
    return _loaded() if n_rows >= MANY_ROWS else None


@lru_cache(maxsize=1)
def _loaded() -> Any:
    try:
        from segkit.typing_tool.models import kernels

        _compile(kernels)
    except Exception:
        # no numba, one that does not fit, no place for its cache, a full disk: NumPy works too
        return None
    return kernels


def _compile(kernels: Any) -> None:
    """Call every loop once on next to nothing: compiled now, not while somebody measures."""
    leaves = np.zeros((1, 1, 64), np.uint64)
    for kind in (np.uint16, np.uint32):
        index, votes = np.zeros((1, 1), kind), np.zeros((1, 2), np.int64)
        kernels.add_votes(index, np.ones((1, 1), np.uint64), leaves, votes)
    votes[:] = 1
    kernels.decide_votes(votes, votes[0], np.ones(4097, np.int64), 0)
    kernels.bin_numbers(np.zeros(1), np.zeros(1), np.zeros(3, np.uint8))
    number = np.zeros(1, np.int32)
    kernels.number_keys(np.zeros(1, np.uint64), np.zeros(2, np.int32), number, number.copy())


@dataclass(frozen=True)
class CompiledForest:
    """A forest's tables in the form that the compiled loops read.

    Attributes
    ----------
    kernels : module
        The loops.
    joint : JointTables
        Fields in groups.
    starts : tuple of int
        Where each group's cells begin in a tree's line of `cells`.
    cells : ndarray of shape (n_trees, n_cells), dtype uint64
        All groups' tables side by side.
    leaves : ndarray of shape (n_trees, n_words, 64), dtype uint64
        Packed votes of the leaves.
    n_segments : int
        The number of segments.
    """

    kernels: Any
    joint: JointTables
    starts: tuple[int, ...]
    cells: np.ndarray
    leaves: np.ndarray
    n_segments: int

    @classmethod
    def of(
        cls, kernels: Any, masks: np.ndarray, packed: np.ndarray, n_segments: int
    ) -> "CompiledForest":
        """Build them from the engine's masks and packed leaf votes."""
        joint = joint_tables(masks, CELLS)
        widths = [table.shape[1] for table in joint.tables]
        leaves = np.zeros((*packed.shape[:2], 64), np.uint64)
        leaves[:, :, kernels.LOWEST_BIT] = packed[:, :, 1:]
        starts = tuple(int(s) for s in np.cumsum([0, *widths[:-1]]))
        return cls(kernels, joint, starts, np.concatenate(joint.tables, axis=1), leaves, n_segments)

    def score(self, codes: np.ndarray) -> np.ndarray:
        """Return the votes of a block of rows of codes."""
        votes = np.zeros((len(codes), self.n_segments), np.int64)
        kind = np.uint16 if self.cells.shape[1] <= 2**16 else np.uint32
        index = np.empty((len(self.starts), len(codes)), kind)
        for line, at, start in zip(index, self.joint.index(codes), self.starts, strict=True):
            np.add(at, start, out=line, casting="unsafe")
        self.kernels.add_votes(index, self.cells, self.leaves, votes)
        return votes
