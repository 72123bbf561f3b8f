"""Verdicts against worlds without segments, for one candidate or jointly for many.

References
----------
Westfall, P. H. and Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley, section 2.2
(the largest of many statistics).
"""

import numpy as np

__all__ = ["LEVEL", "joint_p", "verdict_of"]

LEVEL = 0.05
"""The most that a world without segments is called natural or reproducible."""


def verdict_of(p_stability: float, p_separation: float) -> str:
    """Return the verdict: stability is tested first, and separation only beyond it.

    Examples
    --------
    >>> verdict_of(0.01, 0.4), verdict_of(0.4, 0.01)
    ('reproducible', 'constructive')
    """
    if p_stability > LEVEL:
        return "constructive"
    return "natural" if p_separation <= LEVEL else "reproducible"


def joint_p(figures: np.ndarray) -> np.ndarray:
    """Return p values that hold for all candidates together.

    Parameters
    ----------
    figures : ndarray of shape (n_worlds + 1, n_candidates)
        A statistic of each candidate; the first row is that of the answers.

    Returns
    -------
    ndarray of shape (n_candidates,)
        The share of all rows in which the largest standardised figure is at least the
        candidate's own of the answers. The probability that any p is at most a, when the
        answers are one more world, is at most a.

    Examples
    --------
    >>> worlds = np.array([[0.9, 0.5], [0.2, 0.4], [0.3, 0.6], [0.25, 0.5]])
    >>> joint_p(worlds)
    array([0.25, 0.75])
    """
    spread = figures.std(axis=0)
    # a candidate that is alike in all worlds tells nothing
    z = (figures - figures.mean(axis=0)) / np.where(spread > 1e-12, spread, np.inf)
    largest = z.max(axis=1)
    # the answers are one of the rows, so the count is never zero
    return np.asarray((largest[:, None] >= z[0] - 1e-12).mean(axis=0))
