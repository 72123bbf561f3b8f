"""Factor scores: what the answered items say of each factor, by three methods.

The weights of a person depend on which items were answered. People who miss the same items
share their weights, and the weights of many such patterns are solved for in one batch.

References
----------
Thomson, G. H. (1951). The factorial analysis of human ability. Regression estimates of factors,
    also named after Thurstone (1935).
Bartlett, M. S. (1937). The statistical conception of mental factors. British Journal of
    Psychology 28.
ten Berge, J. M. F., Krijnen, W. P., Wansbeek, T. & Shapiro, A. (1999). Some new results on
    correlation-preserving factor scores prediction methods. Linear Algebra and its
    Applications 289 (equation 8).
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from segkit.exceptions import SegkitWarning

__all__ = ["LEAST_KNOWN", "SCORES", "Scoring", "error_rows", "score_rows", "score_strength"]

LEAST_KNOWN = 0.1
"""A Bartlett or ten Berge score with a smaller squared correlation with its factor is missing."""

_NOTHING = 1e-8  # the share of an eigenvalue in the largest that counts as zero
_PATTERNS_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Scoring:
    """A factor model as far as scores need it.

    Attributes
    ----------
    method : {"regression", "bartlett", "tenberge"}
        How people are scored.
    matrix : ndarray of shape (n_items, n_items)
        Correlations of the items.
    loadings : ndarray of shape (n_items, n_factors)
        The pattern.
    factor_correlations : ndarray of shape (n_factors, n_factors)
        Correlations of the factors.
    answers : ndarray of shape (n_items, n_items) or None
        Correlations of the answers as they are given; None where these are the items. An
        ordinal item is the latent variable in `matrix`, its code in `answers`.
    reach : ndarray of shape (n_items,) or None
        Correlation of each answer with its item; None for 1.
    """

    method: str
    matrix: np.ndarray
    loadings: np.ndarray
    factor_correlations: np.ndarray
    answers: np.ndarray | None = None
    reach: np.ndarray | None = None

    @property
    def structure(self) -> np.ndarray:
        """Correlations of items and factors."""
        return self.loadings @ self.factor_correlations

    def weights(self, there: np.ndarray) -> np.ndarray:
        """Return the weights of standardised answers for patterns of answered items.

        Parameters
        ----------
        there : ndarray of bool of shape (n_patterns, n_items)
            Which items were answered.

        Returns
        -------
        ndarray of shape (n_patterns, n_items, n_factors)
            0 for an item without answer; NaN for a factor that the answers cannot score.
        """
        out = _WEIGHTS[self.method](self, there)
        unknown = np.isnan(out).any(axis=1) | (there.sum(axis=1, keepdims=True) == 0)
        if self.method != "regression":
            cross, variance = self.moments(np.nan_to_num(out))
            validity = np.einsum("mkk->mk", cross) ** 2
            unknown = unknown | (validity < LEAST_KNOWN * np.einsum("mkk->mk", variance))
        return np.where(unknown[:, None, :], np.nan, out)

    def moments(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Covariances of scores (rows) with factors (columns), and of the scores.

        Parameters
        ----------
        weights : ndarray of shape (n_patterns, n_items, n_factors)
            Weights of the standardised answers.

        Returns
        -------
        cross, covariance : ndarray of shape (n_patterns, n_factors, n_factors)
        """
        reach = np.ones(len(self.matrix)) if self.reach is None else self.reach
        answers = self.matrix if self.answers is None else self.answers
        turned = weights.transpose(0, 2, 1)
        return turned @ (reach[:, None] * self.structure), turned @ answers @ weights

    def errors(self, weights: np.ndarray) -> np.ndarray:
        """Return the standard deviation of score minus factor, shape (n_patterns, n_factors)."""
        cross, covariance = self.moments(weights)
        variance = np.einsum("mkk->mk", covariance - 2.0 * cross) + 1.0
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def score_strength(matrix: np.ndarray, structure: np.ndarray) -> np.ndarray:
    """Squared multiple correlation of each factor with the items, diag(S' R^-1 S)."""
    return np.einsum("ik,ik->k", structure, np.linalg.solve(matrix, structure))


def score_rows(z: np.ndarray, scoring: Scoring) -> np.ndarray:
    """Score people from what they answered.

    Parameters
    ----------
    z : ndarray of shape (n_people, n_items)
        Standardised answers, missing as NaN.
    scoring : Scoring
        The model.

    Returns
    -------
    ndarray of shape (n_people, n_factors)
        NaN for a person without any answer, or whose answers cannot score the factor.
    """
    there = ~np.isnan(z)
    filled = np.where(there, z, 0.0)
    out = np.empty((z.shape[0], scoring.loadings.shape[1]))
    for groups, weights in _weights_by_pattern(there, scoring):
        for rows, own in zip(groups, weights, strict=True):
            out[rows] = filled[rows] @ own
    _warn_unscored(there, out, scoring.method)
    return out


def error_rows(z: np.ndarray, scoring: Scoring) -> np.ndarray:
    """Return the standard error of each person's scores; shapes as in `score_rows`."""
    there = ~np.isnan(z)
    out = np.empty((z.shape[0], scoring.loadings.shape[1]))
    for groups, weights in _weights_by_pattern(there, scoring):
        for rows, own in zip(groups, scoring.errors(weights), strict=True):
            out[rows] = own
    _warn_unscored(there, out, scoring.method)
    return out


def _weights_by_pattern(
    there: np.ndarray, scoring: Scoring
) -> Iterator[tuple[list[np.ndarray], np.ndarray]]:
    """Yield rows that miss the same items, a list of such groups, and the weights of each."""
    packed, group = np.unique(np.packbits(there, axis=1), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    starts = np.searchsorted(group.ravel()[order], np.arange(packed.shape[0]))
    groups = np.split(order, starts[1:])
    for begin in range(0, len(groups), _PATTERNS_AT_ONCE):
        part = groups[begin : begin + _PATTERNS_AT_ONCE]
        yield part, scoring.weights(there[[rows[0] for rows in part]])


def _solve_answered(matrix: np.ndarray, right: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Solve matrix x = right over the answered items of each pattern; 0 elsewhere."""
    # an item without answer becomes an equation of its own: x = 0
    both = there[:, :, None] & there[:, None, :]
    answered = np.where(both, matrix, np.eye(len(matrix)))
    return np.linalg.solve(answered, np.where(there[:, :, None], right, 0.0))


def _regression(model: Scoring, there: np.ndarray) -> np.ndarray:
    """R^-1 S: the expectation of the factors given the answers."""
    return _solve_answered(model.matrix, model.structure, there)


def _bartlett(model: Scoring, there: np.ndarray) -> np.ndarray:
    """U^-1 L (L' U^-1 L)^-1: least squares of the answers, weighted by uniqueness."""
    loadings = model.loadings
    precision = there / (1.0 - np.einsum("ik,ik->i", model.structure, loadings))
    information = np.einsum("mi,ij,ik->mjk", precision, loadings, loadings, optimize=True)
    axes, inverse, found = _inverse_power(information, 1.0)
    weights = precision[:, :, None] * (loadings @ inverse)
    lost = np.square(axes * ~found[:, None, :]).sum(axis=2)
    return np.where(lost[:, None, :] > _NOTHING, np.nan, weights)


def _ten_berge(model: Scoring, there: np.ndarray) -> np.ndarray:
    """R^-1 L P (P L' R^-1 L P)^-1/2 P, P the root of Phi: scores correlate as the factors."""
    values, vectors = np.linalg.eigh(model.factor_correlations)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    turned = model.loadings @ root
    regressed = _solve_answered(model.matrix, turned, there)
    axes, inverse, found = _inverse_power(turned.T @ regressed, 0.5)
    lost = np.square((root @ axes) * ~found[:, None, :]).sum(axis=2)
    return np.where(lost[:, None, :] > _NOTHING, np.nan, regressed @ inverse @ root)


_WEIGHTS: dict[str, Callable[[Scoring, np.ndarray], np.ndarray]] = {
    "regression": _regression,
    "bartlett": _bartlett,
    "tenberge": _ten_berge,
}
SCORES = tuple(_WEIGHTS)


def _inverse_power(matrices: np.ndarray, power: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eigenvectors, the generalised inverse to a power, and which eigenvalues are not zero."""
    values, axes = np.linalg.eigh(matrices)
    found = values > _NOTHING * np.maximum(values[:, -1:], _NOTHING)
    scale = np.where(found, np.where(found, values, 1.0) ** -power, 0.0)
    return axes, (axes * scale[:, None, :]) @ axes.transpose(0, 2, 1), found


def _warn_unscored(there: np.ndarray, scores: np.ndarray, method: str) -> None:
    silent = ~there.any(axis=1)
    if silent.any():
        warnings.warn(
            f"{int(silent.sum())} people answered none of the items; their scores are missing. "
            "Leave them out before making segments.",
            SegkitWarning,
            stacklevel=5,
        )
    lacking = np.isnan(scores)[~silent].sum(axis=0)
    if lacking.any():
        told = ", ".join(f"factor_{j + 1} of {lacking[j]}" for j in np.flatnonzero(lacking))
        warnings.warn(
            f"Some people answered too few items for {method} scores (squared correlation with "
            f"the factor below {LEAST_KNOWN:g}); missing are {told} people. Use "
            "scores='regression', which draws such scores towards 0 instead.",
            SegkitWarning,
            stacklevel=5,
        )
