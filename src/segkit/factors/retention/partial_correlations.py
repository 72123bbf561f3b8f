"""Velicer's minimum average partial: what components leave of the correlations.

While a component holds what items share, taking it out lowers the partial correlations; once it
holds single items only, the partial correlations rise again.

References
----------
Velicer, W. F. (1976). Determining the number of components from the matrix of partial
    correlations. Psychometrika 41.
Velicer, W. F., Eaton, C. A. & Fava, J. L. (2000). Construct explication through factor or
    component analysis. In Goffin & Helmes (Eds.), Problems and Solutions in Human Assessment
    (the fourth power).
"""

from collections.abc import Iterator

import numpy as np

__all__ = ["average_partials"]

_NO_VARIANCE = 1e-8


def average_partials(matrix: np.ndarray, power: int = 2) -> np.ndarray:
    """Average power of the partial correlations after 0, 1, 2, ... principal components.

    Parameters
    ----------
    matrix : ndarray of shape (n_items, n_items)
        Correlations.
    power : {2, 4}
        2 as in 1976; 4 as in 2000, which weighs the large ones more.

    Returns
    -------
    ndarray of shape (at most n_items - 1,)
        The suggested number is where it is smallest. Ends where components leave an item
        without variance.

    Examples
    --------
    >>> R = np.kron(np.eye(2), np.full((3, 3), 0.5)) + 0.5 * np.eye(6)
    >>> int(np.argmin(average_partials(R))), int(np.argmin(average_partials(R, power=4)))
    (2, 2)
    """
    p = matrix.shape[0]
    # the diagonal of ones is taken out of the sum
    sums = [(partial**power).sum() - p for partial in _partials(matrix)]
    return np.array(sums) / (p * (p - 1))


def _partials(matrix: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the correlations with 0, 1, 2, ... components held constant."""
    values, vectors = np.linalg.eigh(matrix)
    loadings = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0))
    left = matrix.copy()
    for column in loadings.T[:-1]:
        size = left.diagonal()
        if size.min() < _NO_VARIANCE:
            return
        yield left / np.sqrt(np.outer(size, size))
        left = left - np.outer(column, column)
