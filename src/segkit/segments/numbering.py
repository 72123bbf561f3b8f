"""Segments are numbered by size, the largest 0."""

from typing import Any

import numpy as np

from segkit._weights import check_weights, weighted_counts
from segkit.segments.codes import coded

__all__ = ["order_by_size", "size_order"]


def order_by_size(labels: Any, sample_weight: Any = None) -> np.ndarray:
    """Give the segments of any labels numbers by size: 0 the largest.

    Parameters
    ----------
    labels : array-like of shape (n_respondents,)
        The segments as any clusterer gives them: numbers or text. The number -1 is noise
        (nobody's segment, as in scikit-learn) and stays -1.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights: size is then the sum of weights.

    Returns
    -------
    ndarray of shape (n_respondents,)
        Whole numbers from 0. Segments of equal size keep the order of their labels.

    Raises
    ------
    SegkitError
        For missing labels, or a wrong number of weights.

    Examples
    --------
    >>> order_by_size([7, 3, 3, 3, 7, -1])
    array([ 1,  0,  0,  0,  1, -1])
    """
    found = coded(labels)
    w = check_weights(sample_weight, len(found.codes))
    sizes = weighted_counts(found.codes, w, len(found.names))
    position = np.empty(len(found.names) + 1, dtype=np.intp)
    position[size_order(sizes)] = np.arange(len(found.names))
    position[-1] = -1  # code -1 reads the last place
    return position[found.codes]


def size_order(sizes: np.ndarray, *second: np.ndarray) -> np.ndarray:
    """Return the segments by size, largest first; ties by the further keys, largest first.

    Sizes that differ by rounding only are ties.

    Examples
    --------
    >>> size_order(np.array([2.0, 5.0, 5.0]), np.array([0.0, 1.0, 3.0]))
    array([2, 1, 0])
    """
    keys = [np.round(k / np.abs(k).max(initial=1e-300), 10) for k in (sizes, *second)]
    return np.lexsort([-k for k in keys[::-1]])
