"""What a fitted model says of itself: information criteria and how certain it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.segments.mixtures.criteria import relative_entropy

__all__ = ["ModelCriteria", "model_criteria"]


@dataclass(frozen=True)
class ModelCriteria:
    """AIC, BIC (smaller is better) and relative entropy (1: certain); NaN where there is none."""

    aic: float
    bic: float
    entropy: float


def model_criteria(fitted: Any, X: Any, w: np.ndarray) -> ModelCriteria:
    """Ask a fitted model for its criteria.

    Parameters
    ----------
    fitted : estimator
        The model or pipeline.
    X : frame or array of shape (n, n_items)
        What it was fitted to.
    w : ndarray of shape (n,)
        Weights, for the entropy.

    Returns
    -------
    ModelCriteria
        From `aic_` and `bic_` (segkit), `aic(X)` and `bic(X)` (scikit-learn's mixtures), and
        `predict_proba` of models that have a likelihood.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> X = np.arange(8.0)[:, None]
    >>> model_criteria(KMeans(2).fit(X), X, np.ones(8))
    ModelCriteria(aic=nan, bic=nan, entropy=nan)
    """
    last = fitted
    if hasattr(fitted, "steps"):
        last = fitted.steps[-1][1]
        X = fitted[:-1].transform(X) if len(fitted.steps) > 1 else X
    aic, bic = (_criterion(last, name, X) for name in ("aic", "bic"))
    if np.isnan(bic):
        # memberships of a model without a likelihood are a matter of convention
        return ModelCriteria(aic, bic, np.nan)
    return ModelCriteria(aic, bic, relative_entropy(np.asarray(last.predict_proba(X)), w))


def _criterion(model: Any, name: str, X: Any) -> float:
    if hasattr(model, f"{name}_"):
        return float(getattr(model, f"{name}_"))
    return float(getattr(model, name)(X)) if callable(getattr(model, name, None)) else np.nan
