"""Rotation criteria: what each kind of simple structure costs, and its slope.

Every criterion takes patterns of shape (n_starts, n_items, n_factors), all starts at once, and
returns its value for each start, shape (n_starts,), and the slope with respect to every loading,
in the shape of the patterns. Lower is simpler.

References
----------
Bernaards, C. A. & Jennrich, R. I. (2005). Gradient projection algorithms and software for
    arbitrary rotation criteria in factor analysis. Educational and Psychological Measurement 65
    (values and slopes).
Kaiser, H. F. (1958). The varimax criterion for analytic rotation in factor analysis.
    Psychometrika 23.
Crawford, C. B. & Ferguson, G. A. (1970). A general rotation criterion and its use in orthogonal
    rotation. Psychometrika 35 (equamax).
Browne, M. W. (1972). Oblique rotation to a partially specified target. British Journal of
    Mathematical and Statistical Psychology 25.
Browne, M. W. (2001). An overview of analytic rotation in exploratory factor analysis.
    Multivariate Behavioral Research 36 (geomin).
Jennrich, R. I. & Bentler, P. M. (2011). Exploratory bi-factor analysis. Psychometrika 76.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = [
    "CRITERIA",
    "Criterion",
    "CriterionFunction",
    "bifactor",
    "equamax",
    "geomin",
    "partial_target",
    "quartimax",
    "quartimin",
    "varimax",
]

CriterionFunction = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

_GEOMIN_DELTA = 0.01
_FEW, _MANY = 10, 100


@dataclass(frozen=True)
class Criterion:
    """A criterion and how the field uses it.

    Attributes
    ----------
    function : callable
        Patterns to values and slopes.
    oblique : bool
        Whether the factors may correlate.
    n_starts : int
        Starts where nothing else is asked for: many where local optima are common.
    kaiser : bool
        Whether the rows are scaled to length 1 while rotating.
    """

    function: CriterionFunction
    oblique: bool
    n_starts: int = _FEW
    kaiser: bool = False


def varimax(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return minus a quarter of the squared loadings' variation within columns (Kaiser 1958)."""
    squares = np.square(patterns)
    spread = squares - squares.mean(axis=1, keepdims=True)
    return _dot(spread, spread) / -4.0, -patterns * spread


def quartimax(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return minus a quarter of the sum of fourth powers."""
    cubes = patterns**3
    return _dot(cubes, patterns) / -4.0, -cubes


def equamax(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the Crawford-Ferguson complexity of rows and columns, with kappa = k / (2 p)."""
    n_items, n_factors = patterns.shape[1:]
    kappa = n_factors / (2.0 * n_items)
    squares = np.square(patterns)
    in_row = squares.sum(axis=2, keepdims=True) - squares
    in_column = squares.sum(axis=1, keepdims=True) - squares
    others = (1.0 - kappa) * in_row + kappa * in_column
    return _dot(squares, others) / 4.0, patterns * others


def quartimin(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a quarter of the products of an item's squared loadings (oblimin, gamma 0)."""
    squares = np.square(patterns)
    others = squares.sum(axis=2, keepdims=True) - squares
    return _dot(squares, others) / 4.0, patterns * others


def geomin(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sum of the items' geometric means of squared loadings plus .01 (Browne 2001)."""
    raised = np.square(patterns) + _GEOMIN_DELTA
    means = np.exp(np.log(raised).mean(axis=2, keepdims=True))
    return means.sum(axis=(1, 2)), (2.0 / patterns.shape[2]) * patterns / raised * means


def bifactor(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return four quartimins of all factors but the first, which is free (Jennrich & Bentler)."""
    value, slope = quartimin(patterns[:, :, 1:])
    free = np.zeros_like(patterns[:, :, :1])
    return 4.0 * value, np.concatenate([free, 4.0 * slope], axis=2)


def partial_target(target: np.ndarray) -> CriterionFunction:
    """Return the squared distance from the numbers of a target; NaN is left free (Browne 1972).

    Parameters
    ----------
    target : ndarray of shape (n_items, n_factors)
        Loadings to come near to, NaN where any loading will do.
    """
    fixed, goal = np.isfinite(target), np.nan_to_num(target)

    def distance(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gap = (patterns - goal) * fixed
        return _dot(gap, gap), 2.0 * gap

    return distance


CRITERIA = {
    "varimax": Criterion(varimax, oblique=False, kaiser=True),
    "quartimax": Criterion(quartimax, oblique=False),
    "equamax": Criterion(equamax, oblique=False),
    "bifactor": Criterion(bifactor, oblique=False, n_starts=_MANY),
    "oblimin": Criterion(quartimin, oblique=True),
    "quartimin": Criterion(quartimin, oblique=True),
    "geomin": Criterion(geomin, oblique=True, n_starts=_MANY),
}
"""The criteria that need nothing but loadings, by the name of their rotation."""


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(np.einsum("sij,sij->s", a, b))
