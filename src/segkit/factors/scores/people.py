"""Scoring people with a fitted factor model: frames in, frames out."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import TransformerMixin

from segkit._checks import check_fitted, check_items, check_same_items
from segkit._frames import Origin, is_frame
from segkit.exceptions import SegkitError
from segkit.factors.loadings import factor_names
from segkit.factors.scores.scale import Scale
from segkit.factors.scores.scoring import Scoring, error_rows, score_rows

__all__ = ["ScoresPeople"]


class ScoresPeople(TransformerMixin):
    """What a model with a scale and a way of scoring does for people."""

    _scale: Scale | None
    _scoring: Scoring
    _quality: dict[str, np.ndarray]
    _origin: Origin

    @property
    def score_quality_(self) -> Any:
        """How far scores stand for factors: factor, determinacy, validity and more (Grice 2001)."""
        check_fitted(self)
        names = factor_names(self._scoring.loadings.shape[1])
        return self._origin.frame({"factor": names, **self._quality})

    def transform(self, X: Any) -> Any:
        """Score people on the factors.

        Parameters
        ----------
        X : frame or array of shape (n_people, n_items)
            Answers to the same items; missing answers are allowed.

        Returns
        -------
        frame or ndarray of shape (n_people, n_factors)
            factor_1, ..., factor_k with mean 0 in the fitted sample, of the kind of X. Missing
            for a person who answered nothing, or too little for the method (with a warning).

        Raises
        ------
        NotFittedError, SegkitError
            Before `fit`, after `fit_correlation` with a bare matrix, or for other items than
            those of the fit.

        Notes
        -----
        Regression scores z' R^-1 S (Thurstone 1935), S the structure, are the expectation of a
        factor given the answers. Bartlett's z' U^-1 L (L' U^-1 L)^-1 (1937), L the loadings and U
        the uniquenesses, are right on average for every value of the factor, and spread wider.
        Ten Berge's (1999) correlate exactly as the factors do and have variance 1.

        For a person with missing answers each is computed from the answered items alone,
        exactly. A regression score then lies nearer to 0, as it should with less known. The
        other two cannot shrink: they are missing where their squared correlation with the
        factor falls below .1. That is so where no item of the factor was answered, and for
        Bartlett's, which must not depend on the other factors, mostly also where the items of
        one factor alone were: an item with a small loading on a second factor cannot tell the
        two apart. Use regression scores where people saw different items.

        Examples
        --------
        With one answer of four the score lies nearer to 0:

        >>> import numpy as np
        >>> from segkit.factors import FactorModel
        >>> rng = np.random.default_rng(0)
        >>> answers = 0.8 * rng.normal(size=(300, 1)) + 0.6 * rng.normal(size=(300, 4))
        >>> model = FactorModel(1, correlation="pearson").fit(answers)
        >>> model.transform([[1.0, 1.0, 1.0, 1.0], [1.0, np.nan, np.nan, np.nan]]).round(1)
        array([[1.1],
               [0.8]])
        """
        return self._per_person(X, score_rows)

    def score_errors(self, X: Any) -> Any:
        """Return the standard error of each person's scores, given what the person answered.

        Parameters
        ----------
        X : frame or array of shape (n_people, n_items)
            Answers to the same items; which of them are missing is all that matters.

        Returns
        -------
        frame or ndarray of shape (n_people, n_factors)
            factor_1, ..., factor_k: standard deviation of score minus factor under the model,
            in standard deviations of the factor. Missing where the score is.

        Raises
        ------
        NotFittedError, SegkitError
            As `transform`.

        Examples
        --------
        Who answers less is known less:

        >>> import numpy as np
        >>> from segkit.factors import FactorModel
        >>> rng = np.random.default_rng(0)
        >>> answers = 0.8 * rng.normal(size=(300, 1)) + 0.6 * rng.normal(size=(300, 4))
        >>> model = FactorModel(1, correlation="pearson").fit(answers)
        >>> model.score_errors([[1.0, 1.0, 1.0, 1.0], [1.0, np.nan, np.nan, np.nan]]).round(1)
        array([[0.3],
               [0.6]])
        """
        return self._per_person(X, error_rows)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:  # noqa: ARG002
        """Return factor_1, ..., factor_k."""
        check_fitted(self)
        return np.array(factor_names(self._scoring.loadings.shape[1]), dtype=object)

    def _per_person(self, X: Any, compute: Callable[[np.ndarray, Scoring], np.ndarray]) -> Any:
        check_fitted(self)
        if self._scale is None:
            raise SegkitError(
                "The model was fitted from a correlation matrix, so the items' means and standard "
                "deviations are not known; expected a model of answers. Call fit(X), or give "
                "fit_correlation what factors.correlation(X) returns."
            )
        table = check_items(X, min_rows=1, varying=False, answered=False)
        check_same_items(self, X)
        found = compute(self._scale.standardise(table.values), self._scoring)
        if not is_frame(X):
            return found
        columns = dict(zip(self.get_feature_names_out(), found.T, strict=True))
        return table.origin.frame(columns, same_rows=True)
