"""How the probabilities of the same person hang together a period later.

Whoever stays in a segment keeps much of what the fields say, errors included: one joint
distribution for each degree of persistence. Whoever moves is seen twice independently.
"""

import numpy as np

__all__ = ["SCALES", "move_distributions", "stay_distributions"]

SCALES = (0.01, 0.02, 0.04, 0.08, 0.12, 0.18, 0.25, 0.4, np.inf)
"""Degrees of persistence: how far probabilities wander (Hellinger distance; inf: anywhere)."""

FLOOR = 1e-6  # now and then anything happens to fields
ROUNDS = 200


def stay_distributions(first: np.ndarray, second: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the joint distributions of people who stay, by segment and persistence.

    Parameters
    ----------
    first, second : ndarray of shape (n_segments, n_cells)
        How people of each segment are spread over cells before and after.
    centres : ndarray of shape (n_cells, n_segments)
        The mean probabilities in each cell.

    Returns
    -------
    ndarray of shape (n_segments, n_scales, n_cells, n_cells)
        With exactly these margins (iterative proportional fitting).
    """
    root = np.sqrt(centres)
    overlap = np.clip(root @ root.T, 0.0, 1.0)
    squared = 1.0 - overlap  # the Hellinger distance, squared
    np.fill_diagonal(squared, 0.0)
    kernels = [np.maximum(np.exp(-squared / (2 * s**2)), FLOOR) for s in SCALES]
    return np.stack(
        [
            np.stack([_fitted(kernel, a, b) for kernel in kernels])
            for a, b in zip(first, second, strict=True)
        ]
    )


def move_distributions(
    first: np.ndarray, second: np.ndarray
) -> tuple[list[tuple[int, int]], np.ndarray]:
    """Return the pairs of different segments, and the joint distribution of who moves so."""
    k = len(first)
    pairs = [(a, b) for a in range(k) for b in range(k) if a != b]
    return pairs, np.stack([np.outer(first[a], second[b]) for a, b in pairs])


def _fitted(kernel: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Scale rows and columns of a kernel until its margins are as given."""
    tiny = np.finfo(float).tiny
    u = np.ones(rows.size)
    for _ in range(ROUNDS):
        v = columns / np.maximum(kernel.T @ u, tiny)
        u = rows / np.maximum(kernel @ v, tiny)
    return np.asarray(u[:, None] * kernel * v)
