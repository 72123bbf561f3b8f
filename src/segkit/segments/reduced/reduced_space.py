"""Memberships and loadings fitted jointly: k-means whose centres lie in a space of few dimensions.

Starts run together as stacks of centres, shape (n_starts, n_segments, n_items). Loadings
need not be carried along: centres of rank d are all there is, and the loadings are their axes.

1. Everybody goes to the nearest centre, by the answers that were given.
2. The means of each segment are cut to rank d. A missing answer stands at the centre of the
   step before: this majorises the loss over the answers given, so no step can raise it.

References
----------
De Soete, G. and Carroll, J. D. (1994). K-means clustering in a low-dimensional Euclidean
space. In New Approaches in Classification and Data Analysis, 212-219. Springer.
Kiers, H. A. L. (1997). Weighted least squares fitting using ordinary least squares
algorithms. Psychometrika 62, 251-266 (majorisation).
"""

from dataclasses import dataclass

import numpy as np

from segkit.segments.agreement import one_hot

__all__ = ["Answers", "assign", "descend", "principal_axes"]


@dataclass(frozen=True)
class Answers:
    """Centred answers as a fit uses them.

    Attributes
    ----------
    values : ndarray of shape (n, n_items)
        Centred answers, 0 where missing.
    seen : ndarray of shape (n, n_items) or None
        1 where an answer was given, 0 where not; None when all were.
    w : ndarray of shape (n,)
        Weights.
    """

    values: np.ndarray
    seen: np.ndarray | None
    w: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, w: np.ndarray) -> "Answers":
        """Take centred answers, missing as NaN."""
        gaps = np.isnan(values)
        seen = (~gaps).astype(float) if gaps.any() else None
        return cls(np.where(gaps, 0.0, values), seen, w)

    @property
    def variation(self) -> float:
        """The weighted sum of squares of all answers given: the loss of no segments at all."""
        return float(self.w @ np.square(self.values).sum(axis=1))

    def distances(self, centres: np.ndarray) -> np.ndarray:
        """Return squared distances over the answers given: (..., K, p) to (n, ..., K)."""
        flat = centres.reshape(-1, centres.shape[-1])
        squares = np.square(flat)
        reach = squares.sum(axis=1) if self.seen is None else self.seen @ squares.T
        own = np.square(self.values).sum(axis=1, keepdims=True)
        out = np.maximum(own + reach - 2.0 * (self.values @ flat.T), 0.0)
        return out.reshape(len(self.values), *centres.shape[:-1])


def assign(answers: Answers, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send everybody to the nearest centre; no segment stays empty while rows can be spared.

    Parameters
    ----------
    answers : Answers
        The people.
    centres : ndarray of shape (n_starts, n_segments, n_items)
        The centres of each start.

    Returns
    -------
    labels : ndarray of shape (n, n_starts)
        The segment of each row.
    loss : ndarray of shape (n_starts,)
        The weighted sum of squared distances.
    centres : ndarray of shape (n_starts, n_segments, n_items)
        As given, but an empty segment has moved to the row that fits its own segment worst
        and starts from the centre of that segment, so that the loss stays the same.
    """
    distance = answers.distances(centres)
    labels = distance.argmin(axis=2)
    nearest = np.take_along_axis(distance, labels[..., None], axis=2)[..., 0]
    k = centres.shape[1]
    sizes = one_hot(labels, k).sum(axis=0).reshape(-1, k)
    if (sizes == 0).any():
        centres = centres.copy()
        for r in np.flatnonzero((sizes == 0).any(axis=1)):
            _move_empty(labels[:, r], nearest[:, r].copy(), sizes[r], centres[r])
    return labels, answers.w @ nearest, centres


def descend(
    answers: Answers, labels: np.ndarray, centres: np.ndarray, n_dimensions: int
) -> np.ndarray:
    """Return the centres of rank d for these memberships; never with a larger loss.

    Parameters
    ----------
    answers : Answers
        The people.
    labels : ndarray of shape (n, n_starts)
        The segment of each row.
    centres : ndarray of shape (n_starts, n_segments, n_items)
        Where missing answers are taken to be.
    n_dimensions : int
        The rank d.

    Returns
    -------
    ndarray of shape (n_starts, n_segments, n_items)
        Exactly the best ones where no answer is missing.
    """
    r, k, p = centres.shape
    hot = one_hot(labels, k) * answers.w[:, None]
    mass = hot.sum(axis=0).reshape(r, k, 1)
    sums = (hot.T @ answers.values).reshape(r, k, p)
    if answers.seen is not None:
        sums += (mass - (hot.T @ answers.seen).reshape(r, k, p)) * centres
    root = np.sqrt(mass)
    spread = np.divide(sums, root, out=np.zeros_like(sums), where=mass > 0)
    # the axes of the segments come from a K x K matrix, whatever the number of items
    axes = np.linalg.eigh(spread @ spread.transpose(0, 2, 1))[1][:, :, -n_dimensions:]
    kept = axes @ (axes.transpose(0, 2, 1) @ spread)
    return np.divide(kept, root, out=centres.copy(), where=mass > 0)


def principal_axes(centres: np.ndarray, mass: np.ndarray, n_dimensions: int) -> np.ndarray:
    """Return the loadings: orthonormal axes along which the segments differ, most first.

    Parameters
    ----------
    centres : ndarray of shape (n_segments, n_items)
        Of rank n_dimensions.
    mass : ndarray of shape (n_segments,)
        The weight of the people in each.
    n_dimensions : int
        The rank d.

    Returns
    -------
    ndarray of shape (n_items, n_dimensions)
        Each column has length 1 and a sum that is not negative.
    """
    axes = np.linalg.svd(np.sqrt(mass)[:, None] * centres, full_matrices=False)[2]
    loadings = axes[:n_dimensions].T
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def _move_empty(
    labels: np.ndarray, nearest: np.ndarray, sizes: np.ndarray, centres: np.ndarray
) -> None:
    """Give each empty segment of one start a row, in place."""
    for k in np.flatnonzero(sizes == 0):
        misfit = np.where(sizes[labels] > 1, nearest, -1.0)
        row = int(misfit.argmax())
        if misfit[row] < 0:
            return
        centres[k] = centres[labels[row]]
        sizes[labels[row]] -= 1
        sizes[k] = 1
        labels[row] = k
