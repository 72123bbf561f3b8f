"""Extraction: loadings and uniquenesses that reproduce a correlation matrix.

All methods look for the uniquenesses; given them, the loadings are eigenvectors.

Weighted least squares gives the residual of items i and j the weight u_i u_j, where u is the
share of an item that the other items leave unexplained, 1 / diag(R^-1): items with little in common
with the rest count more. That is the criterion R's psych states for fm = "wls". Its search follows
the slope of another criterion and stops early (on the complete bfi answers at .195, while its own
minres solution has .192 and the minimum is .185), so its loadings differ from ours by up to .05.

References
----------
Harman, H. H. & Jones, W. H. (1966). Factor analysis by minimizing residuals (minres).
    Psychometrika 31.
Joreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis. Psychometrika 32.
Joreskog, K. G. (1977). Factor analysis by least-squares and maximum-likelihood methods. In Enslein,
    Ralston & Wilf, Statistical methods for digital computers (slopes and curvatures).
"""

import warnings
from dataclasses import dataclass
from functools import partial

import numpy as np

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.extraction.newton import Bowl, least_within

__all__ = ["EXTRACTIONS", "Extraction", "check_identified", "extract", "most_factors"]

LEAST_UNIQUENESS = 0.005
"""The lower bound of an item's uniqueness; an item that reaches it is a Heywood case."""

_PAF_STEPS = 20_000
_PAF_ENOUGH = 1e-10
_APART = 1e-8  # eigenvalues nearer than this are taken to be this far apart


@dataclass(frozen=True, eq=False)
class Extraction:
    """Unrotated factors.

    Attributes
    ----------
    loadings : ndarray of shape (n_items, n_factors)
        Columns by size, each with a positive sum.
    uniquenesses : ndarray of shape (n_items,)
        The share of an item's variance that no factor holds.
    heywood : ndarray of bool of shape (n_items,)
        Items whose uniqueness fell to its bound.
    converged : bool
        Whether the search ended by itself.
    """

    loadings: np.ndarray
    uniquenesses: np.ndarray
    heywood: np.ndarray
    converged: bool


def most_factors(n_items: int) -> int:
    """Return the largest number of factors that the correlations of so many items determine.

    The degrees of freedom ((p - k)^2 - (p + k)) / 2 may not be negative.

    Examples
    --------
    >>> [most_factors(p) for p in (2, 3, 5, 6, 25)]
    [0, 1, 2, 3, 18]
    """
    k = np.arange(n_items + 1)
    return int(k[(n_items - k) ** 2 - (n_items + k) >= 0].max(initial=0))


def check_identified(n_factors: int, n_items: int) -> None:
    """Refuse more factors than the correlations of so many items determine.

    One factor of two items is let through with a warning: their one correlation is the product
    of two loadings, which every method here then makes equal.

    Examples
    --------
    >>> check_identified(2, 6)
    """
    most = most_factors(n_items)
    if n_factors == 1 and n_items == 2:
        warnings.warn(
            "One factor of two items rests on their one correlation; expected at least 3 items. "
            "Both loadings are taken to be equal, and the fit cannot be tested. Add items.",
            SegkitWarning,
            stacklevel=3,
        )
    elif n_factors > most:
        raise SegkitError(
            f"n_factors={n_factors} was asked of {n_items} feature(s) (items), whose "
            f"correlations tell at most {most} factors apart (n_features={n_items}); expected "
            f"n_factors from 1 to {most}. Ask for fewer factors, or add items."
            if most
            else f"X has {n_items} feature(s) (items; n_features={n_items}); expected at least 3, "
            "the fewest that can show a factor. Add items."
        )


def extract(matrix: np.ndarray, n_factors: int, method: str) -> Extraction:
    """Extract factors from a correlation matrix.

    Parameters
    ----------
    matrix : ndarray of shape (n_items, n_items)
        Correlations.
    n_factors : int
        The number of factors.
    method : {"minres", "ml", "paf", "wls"}
        Least squares of the residual correlations, maximum likelihood, principal axes
        iterated to convergence (which ends at the minres solution, slowly), or least squares
        weighted by what the other items leave unexplained.

    Returns
    -------
    Extraction
    """
    return EXTRACTIONS[method](matrix, n_factors)


def _minres(matrix: np.ndarray, k: int) -> Extraction:
    return _by_least_squares(matrix, k, np.ones(matrix.shape[0]))


def _wls(matrix: np.ndarray, k: int) -> Extraction:
    return _by_least_squares(matrix, k, _unexplained(matrix))


def _by_least_squares(matrix: np.ndarray, k: int, weights: np.ndarray) -> Extraction:
    """Fit the residuals of i and j weighted by w_i w_j: plain least squares of D R D, D = w^.5."""
    root = np.sqrt(weights)
    scaled = matrix * np.outer(root, root)
    psi, settled = least_within(
        partial(_least_squares, matrix=scaled, k=k),
        _start(matrix) * weights,
        LEAST_UNIQUENESS * weights,
        weights,
    )
    values, vectors = np.linalg.eigh(scaled - np.diag(psi))
    loadings = vectors[:, -k:] * np.sqrt(np.maximum(values[-k:], 0.0))
    return _finish(loadings / root[:, None], psi / weights, settled)


def _ml(matrix: np.ndarray, k: int) -> Extraction:
    low, high = np.full(matrix.shape[0], np.log(LEAST_UNIQUENESS)), np.zeros(matrix.shape[0])
    logs, settled = least_within(
        partial(_likelihood, matrix=matrix, k=k), np.log(_start(matrix)), low, high
    )
    root = np.exp(logs / 2.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
    scale = np.sqrt(np.maximum(values[-k:] - 1.0, 0.0))
    return _finish(root[:, None] * vectors[:, -k:] * scale, np.square(root), settled)


def _paf(matrix: np.ndarray, k: int) -> Extraction:
    psi, change, loadings = _start(matrix), np.inf, np.empty(0)
    for _ in range(_PAF_STEPS):
        values, vectors = np.linalg.eigh(matrix - np.diag(psi))
        loadings = vectors[:, -k:] * np.sqrt(np.maximum(values[-k:], 0.0))
        new = np.maximum(1.0 - np.square(loadings).sum(axis=1), LEAST_UNIQUENESS)
        change, psi = float(np.abs(new - psi).max()), new
        if change < _PAF_ENOUGH:
            break
    return _finish(loadings, psi, change < _PAF_ENOUGH)


EXTRACTIONS = {"minres": _minres, "ml": _ml, "paf": _paf, "wls": _wls}


def _least_squares(psi: np.ndarray, matrix: np.ndarray, k: int) -> Bowl:
    """Half the sum of squared eigenvalues of R - Psi that the factors leave (Joreskog 1977)."""
    values, vectors = np.linalg.eigh(matrix - np.diag(psi))
    # an eigenvalue below zero among the k largest cannot be fitted by a loading
    held = (np.arange(values.size) >= values.size - k) & (values > 0)
    left, axes = values[~held], vectors[:, ~held]
    curvature = np.square(axes @ axes.T)
    pull = 2.0 * left[:, None] / np.minimum(left[:, None] - values[held], -_APART)
    curvature += _across(axes, pull, vectors[:, held])
    return 0.5 * float(left @ left), -np.square(axes) @ left, curvature


def _likelihood(logs: np.ndarray, matrix: np.ndarray, k: int) -> Bowl:
    """Joreskog's discrepancy (1967) as a function of the logarithms of the uniquenesses."""
    root = np.exp(logs / 2.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
    held = np.arange(values.size) >= values.size - k
    left, axes = np.maximum(values[~held], 1e-300), vectors[:, ~held]
    curvature = ((axes * left) @ axes.T) * (axes @ axes.T)
    between = np.minimum(left[:, None] - values[held], -_APART)
    pull = (left[:, None] - 1.0) * (left[:, None] + values[held]) / between
    curvature += _across(axes, pull, vectors[:, held])
    value = float((left - np.log(left) - 1.0).sum())
    return value, np.square(axes) @ (1.0 - left), curvature


def _across(left: np.ndarray, pull: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return the sum over m, n of pull_mn l_im l_jm h_in h_jn, for all items i, j."""
    inner = (left[None] * pull.T[:, None, :]) @ left.T
    return np.asarray((inner * (held.T[:, :, None] * held.T[:, None, :])).sum(axis=0))


def _start(matrix: np.ndarray) -> np.ndarray:
    """One minus the squared multiple correlations; .5 where they cannot be had."""
    if np.linalg.eigvalsh(matrix)[0] < 1e-6:
        return np.full(matrix.shape[0], 0.5)
    return np.clip(_unexplained(matrix), LEAST_UNIQUENESS, 1.0)


def _unexplained(matrix: np.ndarray) -> np.ndarray:
    """Return the share of each item that the others leave unexplained, 1 / diag(R^-1)."""
    return np.asarray(1.0 / np.diag(np.linalg.inv(matrix)))


def _finish(loadings: np.ndarray, psi: np.ndarray, converged: bool) -> Extraction:
    ordered = loadings[:, ::-1]
    signs = np.where(ordered.sum(axis=0) < 0, -1.0, 1.0)
    ordered = ordered * signs
    uniquenesses = 1.0 - np.square(ordered).sum(axis=1)
    return Extraction(ordered, uniquenesses, psi <= LEAST_UNIQUENESS + 1e-9, converged)
