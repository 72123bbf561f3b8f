"""The tables of a forest in lines of eight trees, as the compiled loops read them.

A row looks at the same cells in every tree. With the masks of eight trees side by side, one line
of the cache answers for all eight.
"""

import numpy as np

from segkit.typing_tool.models.joint_tables import JointTables

__all__ = ["LANES", "LINE", "cell_steps", "side_by_side"]

LANES = 8
"""Trees side by side."""

LINE = 64
"""Bytes of a line of the cache: eight masks of 64 bits."""

N_CODES = 64


def cell_steps(joint: JointTables) -> tuple[np.ndarray, np.ndarray]:
    """Return where codes lead in the tables of all groups, laid one after the other.

    Returns
    -------
    steps : ndarray of shape (n_fields, 64), dtype int64
        How far each code of a field moves on; a row's cell in a group is the sum over its fields.
    group : ndarray of shape (n_fields,), dtype int64
        The group of each field.
    """
    n_fields = len(joint.sizes)
    steps, group = np.zeros((n_fields, N_CODES), np.int64), np.zeros(n_fields, np.int64)
    start = 0
    for g, members in enumerate(joint.groups):
        width = 1
        for f in reversed(members):  # the last field of a group runs fastest
            # codes past the last split of the field share its last cell
            steps[f] = width * np.minimum(np.arange(N_CODES), joint.sizes[f] - 1)
            group[f] = g
            width *= joint.sizes[f]
        steps[members[0]] += start
        start += width
    return steps, group


def side_by_side(cells: np.ndarray) -> np.ndarray:
    """Lay the tables of trees side by side, eight by eight.

    Parameters
    ----------
    cells : ndarray of shape (n_trees, n_cells), dtype uint64
        Leaves that stay open.

    Returns
    -------
    ndarray of shape (n_eights, n_cells, 8), dtype uint64
        Every line of eight begins at a multiple of 64 bytes.
    """
    n_trees, n_cells = cells.shape
    n_eights = -(-n_trees // LANES)
    lines = _aligned(n_eights * n_cells * LANES).reshape(n_eights, n_cells, LANES)
    lines[:] = 1  # a tree that fills up the last eight: its one leaf has no votes
    for tree, table in enumerate(cells):
        lines[tree // LANES, :, tree % LANES] = table
    return lines


def _aligned(n: int) -> np.ndarray:
    """Return so many words that begin at a line of the cache."""
    room = np.empty(n + LANES, dtype=np.uint64)
    start = -room.ctypes.data % LINE // room.itemsize
    return room[start : start + n]
