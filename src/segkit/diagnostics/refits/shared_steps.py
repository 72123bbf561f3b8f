"""The earlier steps of pipelines, fitted once a sample for all candidates that begin alike.

Factors and then three, four, five segments: the factors are the same in each.
"""

from pickle import PicklingError
from typing import Any

import numpy as np
from joblib import hash as content_hash
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline

from segkit.segments.ensembles.refitting import weight_parameters

__all__ = ["SharedSteps", "with_shared_steps"]


class SharedSteps(TransformerMixin, BaseEstimator):
    """Steps that are fitted the first time they are asked, and remembered.

    All that ask must fit to the same rows with the same weights, and transform the same
    table: the one sample that they are shared in.

    Parameters
    ----------
    steps : list of (str, transformer)
        As in a scikit-learn pipeline.
    """

    def __init__(self, steps: list[tuple[str, Any]]) -> None:
        self.steps = steps

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> "SharedSteps":
        """Fit the steps."""
        self.fit_transform(X, y, sample_weight)
        return self

    def fit_transform(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:  # noqa: ARG002
        """Fit the steps, or remember what the first fit gave."""
        if not hasattr(self, "part_"):
            self.pipeline_ = Pipeline(self.steps)
            parameters = weight_parameters(self.pipeline_, sample_weight)
            self.part_ = self.pipeline_.fit_transform(X, **parameters)
        return self.part_

    def transform(self, X: Any) -> Any:
        """Transform everybody, or remember what the first transformation gave."""
        if not hasattr(self, "everybody_"):
            self.everybody_ = self.pipeline_.transform(X)
        return self.everybody_


def with_shared_steps(
    model: Any, known: dict[str, SharedSteps], rows: np.ndarray, w: np.ndarray | None, X: Any
) -> Any:
    """Return the pipeline with its earlier steps taken from those known, or made known.

    Parameters
    ----------
    model : estimator
        Unfitted and seeded; anything but a pipeline of two steps or more, whose earlier steps
        can be compared by content, comes back as it is.
    known : dict
        The steps shared so far in this sample; it grows.
    rows, w, X
        What the steps are fitted to.

    Returns
    -------
    estimator
    """
    if len(getattr(model, "steps", ())) < 2:
        return model
    try:
        key = f"{id(X)} {content_hash([model.steps[:-1], rows, w])}"
    except (PicklingError, AttributeError, TypeError):
        return model  # steps that hold a lambda or the like cannot be compared
    steps = known.setdefault(key, SharedSteps(model.steps[:-1]))
    return Pipeline([("shared", steps), model.steps[-1]])
