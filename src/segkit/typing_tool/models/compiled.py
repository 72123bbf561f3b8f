"""Machine code for the inner loops, where numba and a folder for its cache are there.

Where they are not, `loops` answers None and NumPy does the same work, to the bit, in more time.
A numba that is there and fails is told of in one warning; none at all is a choice.
``NUMBA_CACHE_DIR`` names the folder that keeps the compiled code.
"""

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from segkit.exceptions import SegkitWarning
from segkit.typing_tool.models.joint_tables import joint_tables
from segkit.typing_tool.models.lines import LANES, cell_steps, side_by_side

__all__ = ["MANY_ROWS", "CompiledForest", "loops"]

MANY_ROWS = 32_768
"""Rows from which it is worth to load numba."""

SOME_ROWS = 512  # from which its loops are faster than NumPy's calls

CELLS = (512, 64)  # combinations in one table: 32 kB for eight trees, several fit in a cache
NUMBERS = (np.int32, np.int64, np.float64)  # types of numbers that are binned as they are
PLACES = (np.uint16, np.uint32)  # types of the numbers of cells


def loops(n_rows: int) -> Any:
    """Return the compiled loops (`kernels`) for so many rows, or None where NumPy is to work.

    Once they are there, some hundred rows are enough.
    """
    is_loaded = _loaded.cache_info().currsize > 0
    return _loaded() if n_rows >= (SOME_ROWS if is_loaded else MANY_ROWS) else None


@lru_cache(maxsize=1)
def _loaded() -> Any:
    try:
        from segkit.typing_tool.models import kernels

        _compile(kernels)
    except Exception as error:
        # no numba, one that does not fit, no place for its cache, a full disk: NumPy works too
        if not (isinstance(error, ModuleNotFoundError) and error.name == "numba"):
            reason = str(error).partition("\n")[0]
            warnings.warn(
                f"numba is there, but cannot compile the loops of tagging ({type(error).__name__}: "
                f"{reason}). NumPy gives the same tags, in about four times the time. Let "
                "NUMBA_CACHE_DIR name a folder that can be written, or install another release "
                "of numba.",
                SegkitWarning,
                stacklevel=3,
            )
        return None
    return kernels


def _compile(kernels: Any) -> None:
    """Call every loop once on next to nothing: compiled now, not while somebody measures."""
    codes, steps = np.zeros((1, 1), np.uint8), np.zeros((1, 64), np.int64)
    lines, leaves = side_by_side(np.ones((1, 1), np.uint64)), np.zeros((1, 1, LANES, 64), np.uint64)
    votes = np.zeros((1, 2), np.int64)
    for kind in PLACES:
        places = np.empty((1, 1), kind)
        kernels.place_rows(codes, steps, np.zeros(1, np.int64), places)
        kernels.add_votes(places, lines, leaves, votes)
    votes[:] = 1
    for read_only in (False, True):  # as what a tool's file held is, and Arrow's numbers are
        multipliers, table = (_typed(np.int64, n, read_only) for n in (2, 4097))
        kernels.decide_votes(votes, multipliers, table, 0)
    for number_type in NUMBERS:
        values = _typed(number_type, 1, read_only=True)
        kernels.bin_numbers(values, np.zeros(63), np.zeros(65, np.uint8))
    number = np.zeros(1, np.int32)
    kernels.number_keys(np.zeros(1, np.uint64), np.zeros(2, np.int32), number, number.copy())


def _typed(kind: Any, n: int, read_only: bool) -> np.ndarray:
    values = np.ones(n, kind)
    values.flags.writeable = not read_only
    return values


@dataclass(frozen=True)
class CompiledForest:
    """A forest's tables in the form that the compiled loops read.

    Attributes
    ----------
    kernels : module
        The loops.
    steps : ndarray of shape (n_fields, 64), dtype int64
        How far each code of a field moves on in the cells of its group.
    group : ndarray of shape (n_fields,), dtype int64
        Which fields share a table.
    lines : ndarray of shape (n_eights, n_cells, 8), dtype uint64
        The tables of all groups one after the other, for eight trees side by side.
    leaves : ndarray of shape (n_eights, n_words, 8, 64), dtype uint64
        Packed votes of the leaves.
    n_segments : int
        The number of segments.
    """

    kernels: Any
    steps: np.ndarray
    group: np.ndarray
    lines: np.ndarray
    leaves: np.ndarray
    n_segments: int

    @classmethod
    def of(
        cls, kernels: Any, masks: np.ndarray, packed: np.ndarray, n_segments: int
    ) -> "CompiledForest":
        """Build them from the engine's masks and packed leaf votes."""
        joint = joint_tables(masks, CELLS)
        steps, group = cell_steps(joint)
        lines = side_by_side(np.concatenate(joint.tables, axis=1))
        (n_trees, n_words), n_eights = packed.shape[:2], len(lines)
        padded = np.zeros((n_eights * LANES, n_words, 64), np.uint64)
        padded[:n_trees] = packed[:, :, 1:]
        leaves = padded.reshape(n_eights, LANES, n_words, 64).swapaxes(1, 2)
        return cls(kernels, steps, group, lines, np.ascontiguousarray(leaves), n_segments)

    def score(self, codes: np.ndarray) -> np.ndarray:
        """Return the votes of a block of rows of codes."""
        votes = np.zeros((len(codes), self.n_segments), np.int64)
        kind = PLACES[0] if self.lines.shape[1] <= 2**16 else PLACES[1]
        places = np.empty((len(codes), self.group.max() + 1), kind)
        self.kernels.place_rows(np.ascontiguousarray(codes.T), self.steps, self.group, places)
        self.kernels.add_votes(places, self.lines, self.leaves, votes)
        return votes
