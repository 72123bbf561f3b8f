"""Factor scores: what the answered items say of each factor.

References
----------
Thomson, G. H. (1951). The factorial analysis of human ability. Regression estimates of factors,
    also named after Thurstone (1935).
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from segkit._checks import name_list
from segkit._weights import weighted_mean, weighted_sd
from segkit.exceptions import SegkitWarning
from segkit.factors.sample import Sample

__all__ = ["Scale", "score_rows", "score_strength", "score_weights"]


@dataclass(frozen=True, eq=False)
class Scale:
    """Mean, standard deviation and range of each item in the fitted sample.

    Attributes
    ----------
    names : tuple of str
        The items.
    centre, spread : ndarray of shape (n_items,)
        Weighted mean and standard deviation (denominator: the sum of weights).
    low, high : ndarray of shape (n_items,)
        The first and last category of ordinal items; infinite for others.
    """

    names: tuple[str, ...]
    centre: np.ndarray
    spread: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, sample: Sample, categories: Mapping[str, np.ndarray]) -> Self:
        """Measure a sample."""
        return cls(
            names=sample.names,
            centre=weighted_mean(sample.values, sample.w),
            spread=weighted_sd(sample.values, sample.w),
            low=np.array([min(categories.get(n, [-np.inf])) for n in sample.names]),
            high=np.array([max(categories.get(n, [np.inf])) for n in sample.names]),
        )

    def standardise(self, values: np.ndarray) -> np.ndarray:
        """Return standardised answers; warn of answers beyond an ordinal item's categories."""
        with np.errstate(invalid="ignore"):
            outside = np.any((values < self.low) | (values > self.high), axis=0)
        names = [self.names[j] for j in np.flatnonzero(outside)]
        if names:
            warnings.warn(
                f"{name_list(names)} hold answers beyond those seen in fit; they are scored as if "
                "the scale went on. Clean the answers with the codebook first.",
                SegkitWarning,
                stacklevel=3,
            )
        return np.asarray((values - self.centre) / self.spread)


def score_weights(matrix: np.ndarray, structure: np.ndarray) -> np.ndarray:
    """Regression weights R^-1 S of the standardised items, shape (n_items, n_factors)."""
    return np.linalg.solve(matrix, structure)


def score_strength(matrix: np.ndarray, structure: np.ndarray) -> np.ndarray:
    """Squared multiple correlation of each factor with the items, diag(S' R^-1 S)."""
    return np.einsum("ik,ik->k", structure, score_weights(matrix, structure))


def score_rows(z: np.ndarray, matrix: np.ndarray, structure: np.ndarray) -> np.ndarray:
    """Conditional expectation of the factors given the items that were answered.

    Parameters
    ----------
    z : ndarray of shape (n_respondents, n_items)
        Standardised answers, missing as NaN.
    matrix : ndarray of shape (n_items, n_items)
        Correlations of the items.
    structure : ndarray of shape (n_items, n_factors)
        Correlations of items and factors.

    Returns
    -------
    ndarray of shape (n_respondents, n_factors)
        NaN for a respondent without any answer.
    """
    out = np.full((z.shape[0], structure.shape[1]), np.nan)
    seen = ~np.isnan(z)
    # respondents who miss the same items share their weights
    patterns, group = np.unique(np.packbits(seen, axis=1), axis=0, return_inverse=True)
    group = group.ravel()
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(patterns.shape[0] + 1))
    for start, stop in pairwise(bounds):
        rows = order[start:stop]
        there = seen[rows[0]]
        if there.any():
            weights = score_weights(matrix[np.ix_(there, there)], structure[there])
            out[rows] = z[np.ix_(rows, there)] @ weights
    _warn_silent(int((~seen.any(axis=1)).sum()))
    return out


def _warn_silent(n: int) -> None:
    if n:
        warnings.warn(
            f"{n} people answered none of the items; their scores are missing. Leave them out "
            "before making segments.",
            SegkitWarning,
            stacklevel=4,
        )
