"""Correlations of bootstrap samples: counts that multiply the weights, and no row copied.

A sample's polychoric correlations lie near those of all respondents, so their search starts
there and ends after a few steps.
"""

import warnings
from collections.abc import Callable

import numpy as np

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.correlations.correlation import Correlation, correlate_sample
from segkit.factors.correlations.polychoric import (
    OrdinalItems,
    code_items,
    pair_tables,
    polychoric_pairs,
    thresholds_of,
)
from segkit.factors.correlations.product_moment import pearson_matrix
from segkit.factors.correlations.repair import smooth
from segkit.factors.sample import Sample

__all__ = ["Correlate", "correlate_again"]

_ENOUGH = 1e-5  # a thousandth of what a correlation varies between samples

Correlate = Callable[[np.ndarray], np.ndarray | None]


def correlate_again(sample: Sample, found: Correlation) -> Correlate:
    """Return a function from weights to the correlations of the same answers.

    Parameters
    ----------
    sample : Sample
        The answers.
    found : Correlation
        Their correlations, which say how the samples are to be correlated.

    Returns
    -------
    callable
        It takes weights of shape (n_respondents,), 0 for who was not drawn, and returns the
        matrix, or None where the drawn answers have no correlations (an item is constant).
    """
    if found.missing in ("pairwise", "listwise"):
        if found.method == "pearson":
            return lambda w: _pearson(sample.values, w)
        if found.method == "polychoric":
            items = code_items(sample.values)
            start = found.matrix[np.triu_indices(len(sample.names), 1)]
            return lambda w: _polychoric(items, start, w)
    return lambda w: _any_other(sample, found, w)


def _pearson(values: np.ndarray, w: np.ndarray) -> np.ndarray | None:
    drawn = w > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        return _possible(pearson_matrix(values[drawn], w[drawn]))


def _polychoric(items: OrdinalItems, start: np.ndarray, w: np.ndarray) -> np.ndarray | None:
    drawn = w > 0
    margins, tables = pair_tables(OrdinalItems(items.codes[drawn], items.categories), w[drawn])
    if ((margins > 0).sum(axis=1) < 2).any():
        return None
    n_categories = np.array([c.size for c in items.categories])
    fit = polychoric_pairs(tables, thresholds_of(margins, n_categories), start, _ENOUGH)
    matrix = np.eye(n_categories.size)
    matrix[np.triu_indices(n_categories.size, 1)] = fit.rho
    return _possible(matrix + np.triu(matrix, 1).T)


def _any_other(sample: Sample, found: Correlation, w: np.ndarray) -> np.ndarray | None:
    drawn = w > 0
    part = Sample(sample.values[drawn], sample.names, w[drawn], sample.origin)
    try:
        with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
            # what is repaired in a bootstrap sample is no fault of the answers
            warnings.simplefilter("ignore", SegkitWarning)
            return correlate_sample(part, found.method, missing=found.missing).matrix
    except SegkitError:
        return None


def _possible(matrix: np.ndarray) -> np.ndarray | None:
    return smooth(matrix)[0] if np.isfinite(matrix).all() else None
