"""Newton's method within bounds: few steps where each costs an eigenvalue decomposition.

Coordinates that stand at a bound and would leave it rest; the others take Newton's step, shortened
until the loss falls and cut at the bounds. Where the curvature is not that of a valley,
its negative directions are turned.

References
----------
Bertsekas, D. P. (1982). Projected Newton methods for optimization problems with simple constraints.
    SIAM Journal on Control and Optimization 20.
"""

from collections.abc import Callable

import numpy as np

__all__ = ["Bowl", "least_within"]

Bowl = tuple[float, np.ndarray, np.ndarray]
"""Value, slope of shape (n,) and curvature of shape (n, n) at a point."""

_MOST_STEPS = 200
_MOST_HALVINGS = 40
_ENOUGH = 1e-11
_FLAT = 1e-6  # a slope from which no step leads down is the bottom when it is not steeper
_FALL = 1e-4  # of what the slope promises: below it a step is halved
_ROUNDING = 1e-15


def least_within(
    loss: Callable[[np.ndarray], Bowl], start: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, bool]:
    """Return the point of least loss within bounds, and whether it is one.

    Parameters
    ----------
    loss : callable
        Gives value, slope and curvature at a point.
    start, low, high : ndarray of shape (n,)
        Where to begin, and the bounds.

    Returns
    -------
    point : ndarray of shape (n,)
    settled : bool

    Examples
    --------
    >>> def parabola(x):
    ...     return float(((x - 2) ** 2).sum()), 2 * (x - 2), 2 * np.eye(1)
    >>> least_within(parabola, np.array([0.5]), np.array([0.0]), np.array([1.0]))
    (array([1.]), True)
    """
    x = np.clip(start, low, high)
    value, slope, curvature = loss(x)
    steep = np.inf
    for _ in range(_MOST_STEPS):
        # the largest slope that does not push against a bound
        steep = float(np.abs(np.clip(x - slope, low, high) - x).max())
        if steep < _ENOUGH:
            return x, True
        free = ~((x <= low) & (slope > 0) | (x >= high) & (slope < 0))
        step = np.zeros_like(x)
        step[free] = _newton_step(curvature[np.ix_(free, free)], slope[free])
        for _ in range(_MOST_HALVINGS):
            tried = np.clip(x + step, low, high)
            there = loss(tried)
            # written so that a loss of NaN counts as no fall
            if there[0] <= value + _FALL * float(slope @ (tried - x)) + _ROUNDING * abs(value):
                break
            step /= 2.0
        else:
            return x, steep < _FLAT
        last = value - there[0] <= _ROUNDING * abs(value) and steep < _FLAT
        x, (value, slope, curvature) = tried, there
        if last:  # no digit of the loss is left to win
            return x, True
    return x, steep < _FLAT


def _newton_step(curvature: np.ndarray, slope: np.ndarray) -> np.ndarray:
    try:
        np.linalg.cholesky(curvature)  # fails unless it is that of a valley
        return -np.linalg.solve(curvature, slope)
    except np.linalg.LinAlgError:
        values, axes = np.linalg.eigh(curvature)
        least = 1e-6 * max(float(np.abs(values).max()), 1e-6)
        return np.asarray(-axes @ ((axes.T @ slope) / np.maximum(np.abs(values), least)))
