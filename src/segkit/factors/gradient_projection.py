"""Gradient projection: go down a rotation criterion from many starts at once.

The axes of the factors are the columns of a square matrix, orthogonal in an orthogonal
rotation, of length 1 in an oblique one. Each step goes against the slope within the axes that are
allowed, returns to them, and is halved until the criterion falls (Jennrich 2001, 2002). The
size of a step is that of Barzilai & Borwein (1988), which takes a third of the steps that
doubling the last size would. All starts are one batch of matrix products; a start leaves the
batch when it has settled.

References
----------
Jennrich, R. I. (2001). A simple general procedure for orthogonal rotation. Psychometrika 66.
Jennrich, R. I. (2002). A simple general method for oblique rotation. Psychometrika 67.
Barzilai, J. & Borwein, J. M. (1988). Two-point step size gradient methods. IMA Journal of
    Numerical Analysis 8.
"""

from dataclasses import dataclass

import numpy as np

from segkit.factors.criteria import CriterionFunction

__all__ = ["Descent", "Surface", "descend"]

_MOST_STEPS = 3_000
_MOST_HALVINGS = 40
_FALL = 1e-3  # of what the slope promises: below it a step is halved
_ROUNDING = 1e-14
_SMALLEST, _LARGEST = 1e-4, 1e4  # sizes of a first try
_FLAT = 1e-5  # a slope from which no step leads down is the bottom when it is not steeper


@dataclass(frozen=True, eq=False)
class Surface:
    """A criterion over the axes that are allowed.

    Attributes
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        Unrotated loadings.
    criterion : callable
        One of `segkit.factors.criteria`.
    oblique : bool
        Whether the axes may stand at other than right angles.
    """

    loadings: np.ndarray
    criterion: CriterionFunction
    oblique: bool

    def patterns(self, axes: np.ndarray) -> np.ndarray:
        """Return the loadings on axes of shape (n_starts, n_factors, n_factors)."""
        return self.loadings @ (_turned(np.linalg.inv(axes)) if self.oblique else axes)

    def look(self, axes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the criterion at each start and its slope along the axes that are allowed."""
        patterns = self.patterns(axes)
        values, slopes = self.criterion(patterns)
        if not self.oblique:
            along = self.loadings.T @ slopes
            turn = _turned(axes) @ along
            return values, along - axes @ ((turn + _turned(turn)) / 2.0)
        along = -_turned(_turned(patterns) @ slopes @ np.linalg.inv(axes))
        return values, along - axes * (axes * along).sum(axis=1, keepdims=True)

    def go(self, axes: np.ndarray, step: np.ndarray) -> np.ndarray:
        """Return the allowed axes nearest to `axes` minus a step."""
        moved = axes - step
        if self.oblique:
            return moved / np.sqrt(np.square(moved).sum(axis=1, keepdims=True))
        left, _, right = np.linalg.svd(moved)
        return left @ right


@dataclass(eq=False)
class Descent:
    """Where the starts are.

    Attributes
    ----------
    axes : ndarray of shape (n_starts, n_factors, n_factors)
        One axis a column.
    values : ndarray of shape (n_starts,)
        The criterion.
    slopes : ndarray of shape (n_starts, n_factors, n_factors)
        Its slope along the allowed axes.
    stuck : ndarray of bool of shape (n_starts,)
        No step led down any more.
    """

    axes: np.ndarray
    values: np.ndarray
    slopes: np.ndarray
    stuck: np.ndarray

    @property
    def steepness(self) -> np.ndarray:
        """Length of the slope at each start."""
        return np.sqrt(np.square(self.slopes).sum(axis=(1, 2)))

    def settled(self, enough: float) -> np.ndarray:
        """Which starts are at the bottom: flat, or unable to fall within the last digits."""
        return (self.steepness <= enough) | (self.stuck & (self.steepness <= _FLAT))


def descend(surface: Surface, axes: np.ndarray, enough: float) -> Descent:
    """Go down from every start.

    Parameters
    ----------
    surface : Surface
        What to go down.
    axes : ndarray of shape (n_starts, n_factors, n_factors)
        The starts.
    enough : float
        The steepness at which a start has settled.

    Returns
    -------
    Descent
    """
    values, slopes = surface.look(axes)
    at = Descent(axes.copy(), values, slopes, np.zeros(axes.shape[0], dtype=bool))
    sizes = np.ones(axes.shape[0])
    for step in range(_MOST_STEPS):
        going = np.flatnonzero((at.steepness > enough) & ~at.stuck)
        if not going.size:
            break
        axes_before, slopes_before = at.axes[going], at.slopes[going]
        _step(surface, at, going, sizes[going])
        moved, bent = at.axes[going] - axes_before, at.slopes[going] - slopes_before
        sizes[going] = _next_size(moved, bent, longer=step % 2 == 1)
    return at


def _step(surface: Surface, at: Descent, going: np.ndarray, sizes: np.ndarray) -> None:
    """Move each start down its slope, by less until the criterion falls."""
    axes, slopes, values = at.axes[going], at.slopes[going], at.values[going]
    promised = np.square(slopes).sum(axis=(1, 2))
    waiting = np.arange(going.size)
    for _ in range(_MOST_HALVINGS):
        tried = surface.go(axes[waiting], sizes[waiting, None, None] * slopes[waiting])
        # far too long a step may overflow: it is halved like any other that does not fall
        with np.errstate(over="ignore", invalid="ignore"):
            new_values, new_slopes = surface.look(tried)
            fallen = values[waiting] - new_values > (
                _FALL * sizes[waiting] * promised[waiting] - _ROUNDING
            )
        there = going[waiting[fallen]]
        at.axes[there], at.values[there] = tried[fallen], new_values[fallen]
        at.slopes[there] = new_slopes[fallen]
        waiting = waiting[~fallen]
        if not waiting.size:
            return
        sizes[waiting] /= 2.0
    at.stuck[going[waiting]] = True


def _next_size(moved: np.ndarray, bent: np.ndarray, *, longer: bool) -> np.ndarray:
    """Return the size that fits how the slope bent over the last step, one of two ways."""
    tiny = np.finfo(float).tiny
    both = np.abs((moved * bent).sum(axis=(1, 2)))
    if longer:
        size = np.square(moved).sum(axis=(1, 2)) / np.maximum(both, tiny)
    else:
        size = both / np.maximum(np.square(bent).sum(axis=(1, 2)), tiny)
    return np.clip(size, _SMALLEST, _LARGEST)


def _turned(matrices: np.ndarray) -> np.ndarray:
    return matrices.swapaxes(-1, -2)
