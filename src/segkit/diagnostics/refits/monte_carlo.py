"""How well a number of samples pins a mean down, and when that is well enough."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import t as student

__all__ = ["mean_interval", "tight_within"]

LEAST = 30
"""Samples before which sampling never stops."""
LOST = 0.5
"""Share of the sample that is always allowed for: a segment that is just lost."""


def mean_interval(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % Monte-Carlo interval of the mean of shares.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, ...)
        Shares of at most 1, one a sample.

    Returns
    -------
    low, high : ndarray of shape (...)
        Cut to [0, 1]: where the mean over endlessly many samples of the same respondents
        lies. It says nothing of other respondents.

    Notes
    -----
    Student's interval of the mean, whose lower end is that which would hold if one more sample
    had lost the segment (Jaccard .5), where that is lower. A segment that is lost in one sample
    of fifty often shows nothing of it in the samples drawn; Student's interval alone would then
    hold the mean in fewer than 90 of 100 cases, and in fewer than 80 when sampling ends as
    soon as it looks tight.

    Examples
    --------
    >>> low, high = mean_interval(np.array([0.8, 0.9, 1.0]))
    >>> round(float(low), 2), round(float(high), 2)
    (0.46, 1.0)
    >>> low, high = mean_interval(np.ones(100))
    >>> round(float(low), 3), float(high)
    (0.985, 1.0)
    """
    mean, half = samples.mean(axis=0), _half_width(samples)
    one_more = _with_one_lost(samples)
    low = np.minimum(mean - half, one_more.mean(axis=0) - _half_width(one_more))
    return np.maximum(low, 0.0), np.minimum(mean + half, 1.0)


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
    What is judged is half the width of Student's interval if one more sample had lost the
    segment: see `mean_interval`. At least 30 samples are drawn.

    Examples
    --------
    >>> rule = tight_within(0.02)
    >>> rule([np.ones((30, 2))]), rule([np.ones((50, 2))])
    (False, True)
    """

    def enough(overlaps: Sequence[np.ndarray]) -> bool:
        return len(overlaps[0]) >= LEAST and all(
            _half_width(_with_one_lost(o)).max() < tolerance for o in overlaps
        )

    return enough


def _with_one_lost(samples: np.ndarray) -> np.ndarray:
    return np.concatenate([samples, np.full((1, *samples.shape[1:]), LOST)])


def _half_width(samples: np.ndarray) -> np.ndarray:
    n = len(samples)
    return np.asarray(student.ppf(0.975, n - 1) * samples.std(axis=0, ddof=1) / np.sqrt(n))
