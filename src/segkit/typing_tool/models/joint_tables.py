"""Fields put together, so that one look-up of a tree answers for several of them.

Where a table over the combinations of some fields' codes is small enough for the cache, one
access replaces several.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["JointTables", "joint_tables", "single_tables"]

TABLE_BYTES = 128 * 2**20  # of all joint tables together


@dataclass(frozen=True)
class JointTables:
    """Fields in groups, one table over the combinations of codes of each group.

    Attributes
    ----------
    groups : tuple of tuple of int
        The fields of each group.
    sizes : tuple of int
        How many codes of each field are told apart.
    tables : tuple of ndarray of shape (n_trees, n_combinations), dtype uint64
        Leaves that stay open.
    """

    groups: tuple[tuple[int, ...], ...]
    sizes: tuple[int, ...]
    tables: tuple[np.ndarray, ...]

    def index(self, codes: np.ndarray) -> list[np.ndarray]:
        """Return where each row stands in the table of each group."""
        out = []
        for group in self.groups:
            at = np.zeros(len(codes), dtype=np.intp)
            for f in group:
                # codes past the last split of the field share its last cell
                at *= self.sizes[f]
                at += np.minimum(codes[:, f], self.sizes[f] - 1)
            out.append(at)
        return out


def single_tables(masks: np.ndarray) -> JointTables:
    """Return a table a field: nothing to prepare, for a few rows."""
    n_fields, n_codes = masks.shape[1:]
    return JointTables(
        tuple((f,) for f in range(n_fields)),
        (n_codes,) * n_fields,
        tuple(np.ascontiguousarray(masks[:, f]) for f in range(n_fields)),
    )


def joint_tables(masks: np.ndarray, cells: tuple[int, ...]) -> JointTables:
    """Return tables of groups of fields.

    Parameters
    ----------
    masks : ndarray of shape (n_trees, n_fields, 64), dtype uint64
        Leaves that a code of a field leaves open.
    cells : tuple of int
        The most combinations in one table; the first size whose tables fit in memory is taken.
    """
    sizes = _used_codes(masks)
    for most in cells:
        groups = _groups(sizes, most)
        total = sum(int(np.prod([sizes[f] for f in group])) for group in groups)
        if total * len(masks) * 8 <= TABLE_BYTES:
            break
    return JointTables(groups, tuple(sizes), tuple(_table(masks, g, sizes) for g in groups))


def _used_codes(masks: np.ndarray) -> list[int]:
    """Return how many codes of each field the forest tells apart, from the first on."""
    changes = (masks[:, :, 1:] != masks[:, :, :-1]).any(axis=0)
    return [int(np.flatnonzero(row)[-1]) + 2 if row.any() else 1 for row in changes]


def _groups(sizes: list[int], most: int) -> tuple[tuple[int, ...], ...]:
    """Put fields together, largest first, while a group's combinations stay few."""
    groups: list[tuple[int, list[int]]] = []
    for f in sorted(range(len(sizes)), key=lambda j: -sizes[j]):
        fitting = [i for i, (cells, _) in enumerate(groups) if cells * sizes[f] <= most]
        if fitting:
            # the fullest group that still has room
            i = max(fitting, key=lambda j: groups[j][0])
            groups[i] = (groups[i][0] * sizes[f], [*groups[i][1], f])
        else:
            groups.append((sizes[f], [f]))
    return tuple(tuple(members) for _, members in groups)


def _table(masks: np.ndarray, group: tuple[int, ...], sizes: list[int]) -> np.ndarray:
    """Join the tables of a group's fields over all combinations of their codes."""
    joint = masks[:, group[0], : sizes[group[0]]]
    for f in group[1:]:
        joint = (joint[:, :, None] & masks[:, f, None, : sizes[f]]).reshape(len(masks), -1)
    return np.ascontiguousarray(joint)
