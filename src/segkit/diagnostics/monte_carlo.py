"""How well a number of samples pins a mean down, and when that is well enough."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import t as student

__all__ = ["mean_interval", "tight_within"]

LEAST = 30
"""Samples before which sampling never stops."""
LOST = 0.5
"""Jaccard of the sample that the stopping rule imagines: a segment that is just lost."""


def mean_interval(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % Monte-Carlo interval of the mean of shares.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, ...)
        Shares in [0, 1], one a sample.

    Returns
    -------
    low, high : ndarray of shape (...)
        Student's interval of the mean, cut to [0, 1]: where the mean over endlessly many
        samples of the same respondents lies. It says nothing of other respondents.

    Examples
    --------
    >>> low, high = mean_interval(np.array([0.8, 0.9, 1.0]))
    >>> round(float(low), 2), round(float(high), 2)
    (0.65, 1.0)
    """
    mean, half = samples.mean(axis=0), _half_width(samples)
    return np.maximum(mean - half, 0.0), np.minimum(mean + half, 1.0)


def tight_within(tolerance: float) -> Callable[[Sequence[np.ndarray]], bool]:
    """Return the rule that ends sampling once every mean is known well enough.

    Parameters
    ----------
    tolerance : float
        Half the width that the intervals of all segments must have fallen below.

    Returns
    -------
    callable
        Takes one array of shape (n_samples so far, n_segments) a candidate.

    Notes
    -----
    A segment that is lost in one sample of twenty shows nothing of it in the first ten. The
    interval that is judged is therefore the one that would hold if one more sample had lost
    the segment (Jaccard .5), and at least 30 samples are drawn.

    Examples
    --------
    >>> rule = tight_within(0.02)
    >>> rule([np.ones((30, 2))]), rule([np.ones((50, 2))])
    (False, True)
    """

    def enough(overlaps: Sequence[np.ndarray]) -> bool:
        return len(overlaps[0]) >= LEAST and all(
            _half_width(np.vstack([o, np.full((1, o.shape[1]), LOST)])).max() < tolerance
            for o in overlaps
        )

    return enough


def _half_width(samples: np.ndarray) -> np.ndarray:
    n = len(samples)
    return np.asarray(student.ppf(0.975, n - 1) * samples.std(axis=0, ddof=1) / np.sqrt(n))
