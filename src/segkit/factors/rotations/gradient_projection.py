"""Gradient projection: go down a rotation criterion from many starts at once.

The axes of the factors are the columns of a square matrix, orthogonal in an orthogonal
rotation, of length 1 in an oblique one. Each step goes against the slope within the axes that are
allowed, returns to them, and is halved until the criterion falls (Jennrich 2001, 2002). The
size of a step is that of Barzilai & Borwein (1988), which takes a third of the steps that
doubling the last size would. All starts are one batch of matrix products; a start leaves the
batch when it has settled. The one that is kept is polished by Newton's method.

References
----------
Jennrich, R. I. (2001). A simple general procedure for orthogonal rotation. Psychometrika 66.
Jennrich, R. I. (2002). A simple general method for oblique rotation. Psychometrika 67.
Barzilai, J. & Borwein, J. M. (1988). Two-point step size gradient methods. IMA Journal of
    Numerical Analysis 8.
"""

from dataclasses import dataclass

import numpy as np

from segkit.factors.rotations.criteria import CriterionFunction

__all__ = ["Descent", "Surface", "descend", "polish"]

_MOST_STEPS = 3_000
_MOST_HALVINGS = 40
_FALL = 1e-3  # of what the slope promises: below it a step is halved
_ROUNDING = 1e-14
_SMALLEST, _LARGEST = 1e-4, 1e4  # sizes of a first try
_MOST_POLISHING = 8
_LITTLE = 1e-5  # how far ahead and behind the curvature is measured
_SAME = 1e-12
_TINY = np.finfo(float).tiny
_FLAT = 1e-5  # a slope from which no step leads down is the bottom when it is not steeper


@dataclass(frozen=True, eq=False)
class Surface:
    """A criterion over the axes that are allowed.

    Attributes
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        Unrotated loadings.
    criterion : callable
        One of `segkit.factors.rotations.criteria`.
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
        if not self.oblique:
            values, slopes = self.criterion(self.loadings @ axes)
            return values, self.within(axes, self.loadings.T @ slopes)
        # in one piece: products of many small matrices are four times as fast
        back = np.ascontiguousarray(_turned(np.linalg.inv(axes)))
        patterns = self.loadings @ back
        values, slopes = self.criterion(patterns)
        return values, self.within(axes, -back @ (_turned(slopes) @ patterns))

    def within(self, axes: np.ndarray, ways: np.ndarray) -> np.ndarray:
        """Return the part of each way that leads along the axes that are allowed."""
        if self.oblique:
            return ways - axes * (axes * ways).sum(axis=1, keepdims=True)
        turn = _turned(axes) @ ways
        return ways - axes @ ((turn + _turned(turn)) / 2.0)

    def go(self, axes: np.ndarray, step: np.ndarray) -> np.ndarray:
        """Return the allowed axes nearest to `axes` minus a step."""
        moved = axes - step
        if self.oblique:
            return moved / np.sqrt(np.einsum("sij,sij->sj", moved, moved))[:, None, :]
        left, _, right = np.linalg.svd(moved)
        return left @ right


@dataclass(frozen=True, eq=False)
class Descent:
    """Where the starts ended.

    Attributes
    ----------
    axes : ndarray of shape (n_starts, n_factors, n_factors)
        One axis a column.
    values : ndarray of shape (n_starts,)
        The criterion.
    steepness : ndarray of shape (n_starts,)
        The length of its slope along the allowed axes.
    settled : ndarray of bool of shape (n_starts,)
        At the bottom: flat enough, or unable to fall within the last digits.
    """

    axes: np.ndarray
    values: np.ndarray
    steepness: np.ndarray
    settled: np.ndarray


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
    n = axes.shape[0]
    end = Descent(axes.copy(), np.empty(n), np.empty(n), np.zeros(n, dtype=bool))
    # what follows is about the starts that still go, and `who` says which these are
    who, sizes, stuck = np.arange(n), np.ones(n), np.zeros(n, dtype=bool)
    values, slopes = surface.look(axes)
    for step in range(_MOST_STEPS + 1):
        squares = _dot(slopes, slopes)
        steepness = np.sqrt(squares)
        done = stuck | (steepness <= enough) | (step == _MOST_STEPS)
        if done.any():
            at, flat = who[done], steepness[done]
            end.axes[at], end.values[at], end.steepness[at] = axes[done], values[done], flat
            end.settled[at] = flat <= np.where(stuck[done], max(_FLAT, enough), enough)
            if done.all():
                break
            keep = ~done
            who, axes, values, slopes, sizes, squares = (
                v[keep] for v in (who, axes, values, slopes, sizes, squares)
            )
        before = axes, slopes
        least = sizes * squares * _FALL - _ROUNDING
        axes, values, slopes, stuck = _fall(surface, (axes, values, slopes), sizes, least)
        sizes = _next_sizes(axes - before[0], slopes - before[1], longer=step % 2 == 1)
    return end


def polish(surface: Surface, axes: np.ndarray, enough: float) -> np.ndarray:
    """Go from near a bottom to its last digits by Newton's method.

    The curvature comes from slopes a little ahead and behind along every way, all in one batch.

    Parameters
    ----------
    surface : Surface
        What to go down.
    axes : ndarray of shape (1, n_factors, n_factors)
        A place near the bottom.
    enough : float
        The steepness to reach.

    Returns
    -------
    ndarray of shape (1, n_factors, n_factors)
        The axes that were given where no step came nearer.
    """
    n = axes.shape[1]
    units = np.eye(n * n).reshape(-1, n, n)
    value, slope = surface.look(axes)
    for _ in range(_MOST_POLISHING):
        steepness = float(np.linalg.norm(slope))
        if steepness <= enough:
            break
        ways = _LITTLE * surface.within(axes, units)
        around = surface.look(surface.go(axes, np.concatenate([-ways, ways])))[1]
        bent = surface.within(axes, around[: n * n] - around[n * n :])
        curvature = bent.reshape(n * n, n * n) / (2.0 * _LITTLE)
        # ways that are not allowed have no curvature: they are left out
        inverse = np.linalg.pinv((curvature + curvature.T) / 2.0, rcond=1e-6, hermitian=True)
        tried = surface.go(axes, (inverse @ slope.ravel()).reshape(axes.shape))
        new, new_slope = surface.look(tried)
        nearer = np.linalg.norm(new_slope) < steepness / 2.0
        if not nearer or new[0] > value[0] + _SAME * abs(value[0]):
            break
        axes, value, slope = tried, new, new_slope
    return axes


def _fall(
    surface: Surface,
    here: tuple[np.ndarray, np.ndarray, np.ndarray],
    sizes: np.ndarray,
    least: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Move each start down its slope, by less until it falls by `least`; say who cannot.

    From axes, values and slopes to axes, values, slopes and who is stuck.
    """
    axes, values, slopes = here
    # far too long a step may overflow: it is halved like any other that does not fall
    with np.errstate(over="ignore", invalid="ignore"):
        there = surface.go(axes, sizes[:, None, None] * slopes)
        new, new_slopes = surface.look(there)
        short = ~(values - new > least)
        waiting = np.flatnonzero(short)
        for _ in range(_MOST_HALVINGS):
            if not waiting.size:
                break
            sizes[waiting] /= 2.0
            least[waiting] /= 2.0
            tried = surface.go(axes[waiting], sizes[waiting, None, None] * slopes[waiting])
            there[waiting], (new[waiting], new_slopes[waiting]) = tried, surface.look(tried)
            short[waiting] = ~(values[waiting] - new[waiting] > least[waiting])
            waiting = waiting[short[waiting]]
    if waiting.size:  # nothing lower anywhere along the slope: they stay where they are
        there[waiting], new[waiting] = axes[waiting], values[waiting]
        new_slopes[waiting] = slopes[waiting]
    return there, new, new_slopes, short


def _next_sizes(moved: np.ndarray, bent: np.ndarray, *, longer: bool) -> np.ndarray:
    """Return the sizes that fit how the slopes bent over the last step, one of two ways."""
    both = np.abs(_dot(moved, bent))
    over, under = (_dot(moved, moved), both) if longer else (both, _dot(bent, bent))
    return np.minimum(np.maximum(over / np.maximum(under, _TINY), _SMALLEST), _LARGEST)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("sij,sij->s", a, b)


def _turned(matrices: np.ndarray) -> np.ndarray:
    return matrices.swapaxes(-1, -2)
