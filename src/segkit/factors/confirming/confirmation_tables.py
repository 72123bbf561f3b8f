"""The tables of a confirmatory check."""

from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.standardised import (
    bounded_interval,
    correlation_estimates,
    loading_estimates,
)
from segkit.factors.confirming.structure import Structure

__all__ = ["correlations_frame", "loadings_columns"]


def loadings_columns(
    fit: LikelihoodFit, structure: Structure, covariances: np.ndarray, *, fixed: bool
) -> dict[str, Any]:
    """Return factor, item, loading, se, low, high, raw, raw_se, explained.

    Parameters
    ----------
    fit : LikelihoodFit
        The estimates.
    structure : Structure
        Items and factors.
    covariances : ndarray of shape (n_parameters, n_parameters)
        Covariances of the estimates.
    fixed : bool
        Whether items have variance 1 by definition, so that loadings are standardised as they are.
    """
    pairs = structure.pairs()
    (raw, raw_error), (loading, error) = loading_estimates(fit, covariances, pairs)
    if fixed:
        loading, error = raw, raw_error
    low, high = bounded_interval(loading, error)
    (matrices,) = fit.matrices
    variance = np.diag(matrices.covariance())
    explained = 1.0 - np.diag(matrices.residual_covariances) / variance
    return {
        "factor": [structure.factors[j] for _, j in pairs],
        "item": [structure.items[i] for i, _ in pairs],
        "loading": loading,
        "se": error,
        "low": low,
        "high": high,
        "raw": raw,
        "raw_se": raw_error,
        "explained": explained[[i for i, _ in pairs]],
    }


def correlations_frame(
    fit: LikelihoodFit, structure: Structure, covariances: np.ndarray, origin: Origin
) -> Any:
    """Return a, b, correlation, se, low, high."""
    first, second, (value, error) = correlation_estimates(fit, covariances)
    low, high = bounded_interval(value, error)
    return origin.frame(
        {
            "a": [structure.factors[j] for j in first],
            "b": [structure.factors[j] for j in second],
            "correlation": value,
            "se": error,
            "low": low,
            "high": high,
        }
    )
