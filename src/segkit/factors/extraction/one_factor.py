"""One factor of many correlation matrices at once, by minimum residuals.

Given the other loadings, the best loading of an item is a ratio of two sums, so the items
take turns until none moves (Harman & Jones 1966); all matrices take each turn together.

References
----------
Harman, H. H. & Jones, W. H. (1966). Factor analysis by minimizing residuals (minres).
    Psychometrika 31.
"""

import numpy as np

from segkit.factors.extraction.extraction import LEAST_UNIQUENESS

__all__ = ["one_factor_loadings"]

_MOST_SWEEPS = 2_000
_ENOUGH = 1e-8


def one_factor_loadings(matrices: np.ndarray) -> np.ndarray:
    """Return the loadings that leave the least squared residual correlations.

    Parameters
    ----------
    matrices : ndarray of shape (n_matrices, n_items, n_items)
        Correlations of at least three items.

    Returns
    -------
    ndarray of shape (n_matrices, n_items)
        With a positive sum; no square is above one minus the least uniqueness.

    Examples
    --------
    >>> loading = np.array([0.8, 0.7, 0.6])
    >>> R = np.outer(loading, loading)
    >>> np.fill_diagonal(R, 1.0)
    >>> one_factor_loadings(R[None]).round(6)
    array([[0.8, 0.7, 0.6]])
    """
    most = np.sqrt(1.0 - LEAST_UNIQUENESS)
    values, vectors = np.linalg.eigh(matrices)
    loadings = np.clip(vectors[:, :, -1] * np.sqrt(values[:, -1:]), -most, most)
    moving = np.arange(len(matrices))
    for _ in range(_MOST_SWEEPS):
        swept = _sweep(matrices[moving], loadings[moving], most)
        change = np.abs(swept - loadings[moving]).max(axis=1)
        loadings[moving] = swept
        moving = moving[change > _ENOUGH]
        if moving.size == 0:
            break
    return loadings * np.where(loadings.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)


def _sweep(matrices: np.ndarray, loadings: np.ndarray, most: float) -> np.ndarray:
    """Give each item its turn."""
    out = loadings.copy()
    for j in range(out.shape[1]):
        own = out[:, j]
        cross = (matrices[:, j] * out).sum(axis=1) - own
        others = np.square(out).sum(axis=1) - np.square(own)
        out[:, j] = np.clip(cross / np.maximum(others, 1e-12), -most, most)
    return out
