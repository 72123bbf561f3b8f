"""Which figures mark a segment: those that set it apart from all by enough to act on.

References
----------
Dolnicar, S., Gruen, B. and Leisch, F. (2018). Market Segmentation Analysis. Springer,
chapter 8 (marker variables).
Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 2.
"""

import numpy as np

__all__ = ["is_marker"]

POINTS = 0.25
"""A share this far from that of all marks a segment, ..."""

PART = 0.5
"""... or one that differs from it by this part of it."""

LARGE = 0.8
"""Means, which have no natural unit: a large effect against everybody else."""


def is_marker(
    is_share: np.ndarray,
    value: np.ndarray,
    overall: np.ndarray,
    effect: np.ndarray,
    clear: np.ndarray,
) -> np.ndarray:
    """Return which figures mark their segment.

    Parameters
    ----------
    is_share : ndarray of bool
        Shares; the others are means.
    value, overall : ndarray
        The figure in the segment and among all.
    effect : ndarray
        Cohen's d of means.
    clear : ndarray of bool
        Figures on a sufficient base whose difference is told from none by its interval.

    Returns
    -------
    ndarray of bool
        Shares 25 points or half of the overall share away from it, means with an effect of .8;
        never where the figure is not clear.

    Examples
    --------
    >>> share, overall = np.array([0.30, 0.85, 0.12]), np.array([0.20, 0.65, 0.10])
    >>> is_marker(np.ones(3, bool), share, overall, np.zeros(3), np.ones(3, bool))
    array([ True, False, False])
    """
    apart = np.abs(value - overall) + 1e-12  # .45 and .2 are .25 apart, whatever their digits
    with np.errstate(invalid="ignore"):
        share = (apart >= POINTS) | (apart >= PART * overall)
        return np.asarray(clear & np.where(is_share, share, np.abs(effect) >= LARGE))
