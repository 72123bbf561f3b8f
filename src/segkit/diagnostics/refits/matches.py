"""What samples say of the segments under test: overlap, agreement, who stays where.

Figures come from one table of counts a sample (segments under test x segments found);
pairs of people are never formed.

References
----------
Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational
Statistics and Data Analysis 52, 258-271, equation 1 (Jaccard coefficient).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit.segments.agreement import (
    adjusted_rand,
    contingencies,
    jaccard,
    normalised_mutual_information,
    variation_of_information,
)

__all__ = ["Agreement", "agreed", "agreement", "tables"]


@dataclass(frozen=True)
class Agreement:
    """How far each sample agrees with the segments under test.

    Attributes
    ----------
    jaccard : ndarray of shape (n_samples, n_segments)
        Overlap of each segment with its best match in the sample.
    ari, vi, nmi : ndarray of shape (n_samples,)
        Adjusted Rand index, variation of information in bits, normalised mutual
        information.
    """

    jaccard: np.ndarray
    ari: np.ndarray
    vi: np.ndarray
    nmi: np.ndarray


def tables(codes: np.ndarray, labels: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Count people by segment under test and segment found; row and column 0 hold those in none.

    Parameters
    ----------
    codes : ndarray of shape (n,) or (n_samples, n)
        The segments under test from 0; -1 for none.
    labels : ndarray of shape (n_samples, n)
        The segments found, from 0; -1 for none.
    w : ndarray of shape (n,) or (n_samples, n)
        Weights; zero leaves a person out of that sample's table.

    Returns
    -------
    ndarray of shape (n_samples, n_segments + 1, n_found + 1)
    """
    k, k_found = int(codes.max()) + 1, max(1, int(labels.max()) + 1)
    # somebody in no segment still counts in the union, as in any other segment
    return contingencies(codes + 1, labels + 1, k + 1, k_found + 1, w)


def agreement(codes: np.ndarray, labels: np.ndarray, w: np.ndarray) -> Agreement:
    """Compare the segments under test with those of every sample.

    Parameters
    ----------
    codes : ndarray of shape (n,) or (n_samples, n)
        The segments under test from 0; -1 for none.
    labels : ndarray of shape (n_samples, n)
        The segments found, from 0; -1 for none.
    w : ndarray of shape (n,) or (n_samples, n)
        Weights. ``w * (counts > 0)`` compares among those drawn (Hennig, 2007), ``w``
        among everybody.

    Returns
    -------
    Agreement

    Examples
    --------
    >>> same = np.array([0, 0, 1, 1])
    >>> agreement(same, 1 - same[None], np.ones(4)).jaccard
    array([[1., 1.]])
    """
    found = tables(codes, labels, w)
    return Agreement(
        jaccard=jaccard(found)[:, 1:, 1:].max(axis=2),
        ari=adjusted_rand(found),
        vi=variation_of_information(found),
        nmi=normalised_mutual_information(found),
    )


def agreed(codes: np.ndarray, labels: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Say whom each sample puts into the matched segment.

    Parameters
    ----------
    codes, labels, w
        As in `agreement`; `codes` of shape (n,).

    Returns
    -------
    ndarray of shape (n_samples, n), int8
        1: in the matched segment; 0: elsewhere; -1: the sample or the segments under
        test say nothing. Segments are matched one to one by the largest total Jaccard,
        so that two that merge cannot both claim the merged one.
    """
    overlap = jaccard(tables(codes, labels, w))[:, 1:, 1:]
    partner = np.full(overlap.shape[:2], -2)  # -2: no segment is left for this one
    for sample, one in enumerate(overlap):
        ours, theirs = linear_sum_assignment(one, maximize=True)
        partner[sample, ours] = theirs
    said = (codes >= 0) & (labels >= 0)
    return np.where(said, partner[:, codes] == labels, -1).astype(np.int8)
