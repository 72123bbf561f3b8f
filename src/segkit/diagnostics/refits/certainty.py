"""How certain each respondent's segment is: in the core of a segment or at a border."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit.diagnostics.refits.matches import tables
from segkit.segments.agreement import jaccard

__all__ = ["CORE", "Certainty", "certainties"]

CORE = 0.9
"""Share of samples from which a respondent belongs to the core of a segment."""


@dataclass(frozen=True)
class Certainty:
    """Where the samples put each respondent.

    Attributes
    ----------
    certainty : ndarray of shape (n,)
        Share of the samples that put the respondent into the own segment; NaN where no
        sample says anything, or the respondent is in no segment.
    second : ndarray of shape (n,)
        Position of the segment that comes next; -1 where no other was ever given.
    n_samples : ndarray of shape (n,)
        The samples that say something.
    """

    certainty: np.ndarray
    second: np.ndarray
    n_samples: np.ndarray


def certainties(codes: np.ndarray, labels: np.ndarray, w: np.ndarray) -> Certainty:
    """Count into which of the segments under test the samples put everybody.

    Parameters
    ----------
    codes : ndarray of shape (n,)
        The segments under test from 0; -1 for none.
    labels : ndarray of shape (n_samples, n)
        The segments found, from 0; -1 for none.
    w : ndarray of shape (n_samples, n)
        Weights of those drawn, zero for the others: segments are matched among them.

    Returns
    -------
    Certainty

    Notes
    -----
    In each sample the segments found are matched one to one to those under test by the
    largest total Jaccard, so that two segments that merge cannot both claim the merged
    one. Somebody in a segment without a match counts as put elsewhere.

    Examples
    --------
    >>> codes = np.array([0, 0, 1, 1])
    >>> found = certainties(codes, np.array([[1, 1, 0, 0], [0, 0, 0, 1]]), np.ones((2, 4)))
    >>> found.certainty.tolist(), found.second.tolist()
    ([1.0, 1.0, 0.5, 1.0], [-1, -1, 0, -1])
    """
    overlap = jaccard(tables(codes, labels, w))[:, 1:, 1:]
    n, k = codes.size, overlap.shape[1]
    votes, said = np.zeros((n, k + 1)), np.zeros(n)  # the last column: a segment without a match
    for one, found in zip(overlap, labels, strict=True):
        ours, theirs = linear_sum_assignment(one, maximize=True)
        match = np.full(one.shape[1], k)
        match[theirs] = ours
        known = (codes >= 0) & (found >= 0)
        said += known
        votes[known, match[found[known]]] += 1
    inside = codes >= 0
    own = np.where(inside, votes[np.arange(n), codes], 0.0)
    certainty = np.full(n, np.nan)
    np.divide(own, said, out=certainty, where=said > 0)
    others = votes[:, :k].copy()
    others[np.flatnonzero(inside), codes[inside]] = 0
    second = np.where(others.max(axis=1) > 0, others.argmax(axis=1), -1)
    return Certainty(certainty, second, said.astype(int))
