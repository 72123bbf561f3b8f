"""How far candidates agree with each other, and which segments all of them find."""

from collections.abc import Sequence

import numpy as np

from segkit.segments.agreement import adjusted_rand, contingency, jaccard

__all__ = ["agreement_matrix", "found_again"]


def agreement_matrix(labels: Sequence[np.ndarray], w: np.ndarray) -> np.ndarray:
    """Return the adjusted Rand index of each pair of candidates.

    Parameters
    ----------
    labels : sequence of ndarray of shape (n,)
        Segments from 0; -1 for none.
    w : ndarray of shape (n,)
        Weights with mean one.

    Returns
    -------
    ndarray of shape (n_candidates, n_candidates)

    Examples
    --------
    >>> agreement_matrix([np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])], np.ones(4))
    array([[1., 1.],
           [1., 1.]])
    """
    out = np.eye(len(labels))
    for i in range(len(labels)):
        for j in range(i):
            out[i, j] = out[j, i] = float(adjusted_rand(_table(labels[i], labels[j], w)))
    return out


def found_again(codes: np.ndarray, others: Sequence[np.ndarray], w: np.ndarray) -> np.ndarray:
    """Return how well each other candidate finds each segment.

    Parameters
    ----------
    codes : ndarray of shape (n,)
        The segments in question.
    others : sequence of ndarray of shape (n,)
        Segments of other candidates.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    ndarray of shape (n_others, n_segments)
        The largest Jaccard overlap with one of the other's segments.

    Examples
    --------
    >>> found_again(np.array([0, 0, 1, 1]), [np.array([0, 0, 0, 1])], np.ones(4))
    array([[0.666..., 0.5       ]])
    """
    k = int(codes.max()) + 1
    found = [jaccard(_table(codes, other, w))[1:, 1:].max(axis=1) for other in others]
    return np.stack(found) if found else np.empty((0, k))


def _table(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> np.ndarray:
    # somebody in no segment counts in the union, as in any other segment
    return contingency(a + 1, b + 1, int(a.max()) + 2, int(b.max()) + 2, w)
