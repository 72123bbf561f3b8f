"""Rotation: turn factors so that each item loads on few of them.

Varimax and oblimin are computed here; further rotations come from the optional package
factor-analyzer. Oblimin follows the gradient of its criterion, projected so that the
factors keep unit variance (Jennrich 2002).

References
----------
Kaiser, H. F. (1958). The varimax criterion for analytic rotation in factor analysis.
    Psychometrika 23.
Jennrich, R. I. (2002). A simple general method for oblique rotation. Psychometrika 67.
Bernaards, C. A. & Jennrich, R. I. (2005). Gradient projection algorithms and software for
    arbitrary rotation criteria in factor analysis. Educational and Psychological Measurement 65.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from segkit._checks import require
from segkit._resample import spawn_seeds

__all__ = ["ROTATIONS", "Rotation", "rotate"]

_BORROWED = ("promax", "quartimax", "equamax", "geomin_obl", "geomin_ort")
ROTATIONS = (None, "oblimin", "varimax", *_BORROWED)

_MOST_STEPS = 5_000
_ENOUGH = 1e-8
_SAME_OPTIMUM = 1e-5


@dataclass(frozen=True, eq=False)
class Rotation:
    """Rotated loadings.

    Attributes
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        The pattern: positive column sums, largest sum of squares first.
    factor_correlations : ndarray of shape (n_factors, n_factors)
        Ones on the diagonal; the identity after an orthogonal rotation.
    converged : bool
        Whether the search ended by itself.
    n_optima : int
        How many different optima the starts reached (1 with a single start).
    """

    loadings: np.ndarray
    factor_correlations: np.ndarray
    converged: bool = True
    n_optima: int = 1

    @property
    def structure(self) -> np.ndarray:
        """Correlations of items and factors."""
        return self.loadings @ self.factor_correlations


def rotate(
    loadings: np.ndarray, method: str | None, n_starts: int = 1, random_state: int | None = 0
) -> Rotation:
    """Rotate, reflect and sort the factors.

    Parameters
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        Unrotated loadings.
    method : str or None
        One of `ROTATIONS`. Varimax normalises the rows (Kaiser); oblimin has gamma 0, hence is
        quartimin, and does not.
    n_starts : int
        Starts of oblimin: the unrotated axes, then random ones.
    random_state : int or None
        The seed of the random starts.

    Returns
    -------
    Rotation
    """
    k = loadings.shape[1]
    if method is None or k == 1:
        return _arrange(Rotation(loadings, np.eye(k)))
    if method == "varimax":
        return _arrange(_varimax(loadings))
    if method == "oblimin":
        return _arrange(_oblimin(loadings, n_starts, random_state))
    return _arrange(_borrowed(loadings, method))


def _varimax(loadings: np.ndarray) -> Rotation:
    """Maximise the variance of the squared loadings of rows scaled to length 1."""
    length = np.sqrt(np.square(loadings).sum(axis=1, keepdims=True))
    rows = loadings / np.where(length > 0, length, 1.0)
    turn, gain, converged = np.eye(loadings.shape[1]), 0.0, False
    for _ in range(_MOST_STEPS):
        turned = rows @ turn
        slope = turned**3 - turned * np.square(turned).mean(axis=0)
        left, sizes, right = np.linalg.svd(rows.T @ slope)
        turn, before, gain = left @ right, gain, float(sizes.sum())
        converged = gain <= before * (1.0 + 1e-14)
        if converged:
            break
    return Rotation(loadings @ turn, np.eye(loadings.shape[1]), converged)


def _oblimin(loadings: np.ndarray, n_starts: int, random_state: int | None) -> Rotation:
    """Keep the best of the starts; count the optima they reached."""
    runs = [_descend(loadings, start) for start in _starts(loadings, n_starts, random_state)]
    levels = np.sort([value for value, _, _ in runs])
    n_optima = 1 + int((np.diff(levels) > _SAME_OPTIMUM * max(levels[-1], 1.0)).sum())
    best = min(range(len(runs)), key=lambda i: (round(runs[i][0], 9), i))
    _, axes, converged = runs[best]
    pattern = loadings @ np.linalg.inv(axes).T
    return Rotation(pattern, axes.T @ axes, converged, n_optima)


def _starts(loadings: np.ndarray, n: int, random_state: int | None) -> list[np.ndarray]:
    k = loadings.shape[1]
    seeds = spawn_seeds(random_state, n - 1) if n > 1 else np.empty(0, dtype=int)
    random = [np.linalg.qr(np.random.default_rng(s).normal(size=(k, k)))[0] for s in seeds]
    return [np.eye(k), *random]


def _quartimin(pattern: np.ndarray) -> tuple[float, np.ndarray]:
    """Sum of products of squared loadings of different factors, a quarter, and its slope."""
    squares = np.square(pattern)
    others = squares.sum(axis=1, keepdims=True) - squares
    return float((squares * others).sum() / 4.0), pattern * others


def _descend(loadings: np.ndarray, axes: np.ndarray) -> tuple[float, np.ndarray, bool]:
    """Go down the projected gradient over axes of unit length (the columns of `axes`)."""
    value, slope = _oblique_slope(loadings, axes)
    size = 1.0
    for _ in range(_MOST_STEPS):
        # the part of the slope that keeps each column's length
        tangent = slope - axes * (axes * slope).sum(axis=0)
        steepness = float(np.square(tangent).sum())
        if steepness < _ENOUGH**2:
            return value, axes, True
        size *= 2.0
        for _ in range(40):
            moved = axes - size * tangent
            moved /= np.sqrt(np.square(moved).sum(axis=0))
            new_value, new_slope = _oblique_slope(loadings, moved)
            if value - new_value > 0.5 * size * steepness:
                break
            size /= 2.0
        else:
            # no descent left within the digits of the criterion
            return value, axes, steepness < 1e-10
        value, slope, axes = new_value, new_slope, moved
    return value, axes, False


def _oblique_slope(loadings: np.ndarray, axes: np.ndarray) -> tuple[float, np.ndarray]:
    back = np.linalg.inv(axes)
    pattern = loadings @ back.T
    value, slope = _quartimin(pattern)
    return value, -((pattern.T @ slope) @ back).T


def _borrowed(loadings: np.ndarray, method: str) -> Rotation:
    package = require("factor_analyzer", extra="rotations")
    with warnings.catch_warnings():
        # its warnings tell of its own calls; what matters here is checked by the result
        warnings.simplefilter("ignore")
        # kappa = k / (2 p) is what makes equamax of the Crawford-Ferguson family; the
        # package's own default of 0 would be quartimax
        rotator = package.Rotator(
            method=method, max_iter=2_000, tol=1e-7, kappa=loadings.shape[1] / (2 * len(loadings))
        )
        rotated = np.asarray(rotator.fit_transform(loadings))
    k = loadings.shape[1]
    phi = np.eye(k) if rotator.phi_ is None else np.asarray(rotator.phi_)
    kept = np.allclose(rotated @ phi @ rotated.T, loadings @ loadings.T, atol=1e-6)
    return Rotation(rotated, phi, bool(kept))


def _arrange(rotation: Rotation) -> Rotation:
    """Reflect columns to a positive sum, then sort them by their share diag(Phi L'L)."""
    pattern, phi = rotation.loadings, rotation.factor_correlations
    signs = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    share = np.diag(phi @ pattern.T @ pattern)
    order = np.argsort(-np.round(share, 10), kind="stable")
    phi = phi * np.outer(signs, signs)
    return Rotation(
        (pattern * signs)[:, order],
        phi[np.ix_(order, order)],
        rotation.converged,
        rotation.n_optima,
    )
