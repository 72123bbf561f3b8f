"""The factor model: from items to latent needs, and a score on each for every person.

References
----------
Harman, H. H. & Jones, W. H. (1966). Factor analysis by minimizing residuals (minres).
    Psychometrika 31.
Hattori, M., Zhang, G. & Preacher, K. J. (2017). Multiple local solutions and geomin rotation.
    Multivariate Behavioral Research 52.
Grieder, S. & Steiner, M. D. (2022). Algorithmic jingle jungle: a comparison of implementations of
    principal axis factoring and promax rotation in R and SPSS. Behavior Research Methods 54.
"""

import warnings
from copy import copy
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from segkit._checks import (
    check_boolean,
    check_correlation_matrix,
    check_fitted,
    check_integer,
    check_option,
    check_same_items,
    name_list,
    note_items,
)
from segkit._frames import Origin
from segkit._result import count_text, percent
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.correlations.correlation import METHODS, Correlation, correlate_sample
from segkit.factors.correlations.correlation_result import method_text
from segkit.factors.correlations.repair import refuse_singular
from segkit.factors.doubts import doubts
from segkit.factors.extraction.extraction import EXTRACTIONS, check_identified, extract
from segkit.factors.fit.fit_indices import FitIndices, fit_indices
from segkit.factors.fit.scaled_fit import headline_fit, scaling_text
from segkit.factors.loadings import loadings_frame
from segkit.factors.reading import ShowsLoadings
from segkit.factors.rotations.rotation import Rotation, check_rotation, rotate
from segkit.factors.rotations.target import read_target
from segkit.factors.sample import read_sample
from segkit.factors.scores.people import ScoresPeople
from segkit.factors.scores.scale import Scale
from segkit.factors.scores.score_quality import score_quality, validity_text
from segkit.factors.scores.scoring import SCORES, Scoring

__all__ = ["FactorModel"]


class FactorModel(ScoresPeople, ShowsLoadings, BaseEstimator):
    """Exploratory factor analysis with ordinal, weighted and missing answers.

    Parameters
    ----------
    n_factors : int
        The number of factors; `n_factors` suggests one.
    correlation : str
        How the items are correlated: "polychoric", "pearson", "spearman", "tetrachoric",
        "polyserial", "mixed" or "auto" (see `correlation`).
    extraction : {"minres", "ml", "paf", "wls"}
        Least squares of the residual correlations; maximum likelihood; principal axes iterated
        to convergence; least squares that give items with little in common more weight.
    rotation : str or None
        Oblique: "oblimin" (gamma 0, hence the same as "quartimin"), "promax" (power 4),
        "geomin" (delta .01) and "target". Orthogonal: "varimax", "quartimax", "equamax" and
        "bifactor" (a general factor, which comes first, beside the others).
    scores : {"regression", "bartlett", "tenberge"}
        How people are scored: nearest to the factor on average; without bias, whatever the
        factor's value; or correlating exactly as the factors do.
    missing : {"pairwise", "listwise", "em"}
        Who counts for the correlations (see `correlation`).
    n_starts : int or None
        Starts of the rotation: the unrotated axes, then random ones; the best optimum is kept.
        None takes 100 for geomin, bifactor and target, which often have several optima, and 10
        for the others.
    kaiser : bool or None
        Whether items are scaled to communality 1 while rotating (Kaiser normalisation). None
        does as R's psych: for varimax and promax, not for the others.
    target : frame or array of shape (n_items, n_factors), or None
        For rotation "target": loadings to come near to, NaN where free. Rows in the order of the
        items, or named by a column ``item``: ``loadings_`` of another model will do.
    random_state : int, RandomState or None
        The seed of the random starts; where one solution is best, it does not depend on it.

    Attributes
    ----------
    loadings_ : frame
        item, factor_1, ..., factor_k: the pattern, in the kind of frame that was given.
    structure_ : frame
        The same shape: correlations of items and factors.
    factor_correlations_ : ndarray of shape (n_factors, n_factors)
        The identity after an orthogonal rotation.
    communalities_, uniquenesses_ : ndarray of shape (n_items,)
        The share of an item's variance that the factors hold, and the rest.
    variance_ : frame
        factor, ss_loadings, proportion, cumulative.
    fit_ : FitIndices
        chi2, df, p, rmsea, rmsea_low, rmsea_high, tli, cfi, rmsr, bic. For ordinal items (up to
        100) and EM (up to 60) the scaled ones, computed when first asked for.
    fit_naive_ : FitIndices
        The same as R's psych computes them, which take every correlation as Pearson's.
    thresholds_ : dict of str to ndarray
        Thresholds of the latent normal of ordinal items; empty with Pearson correlations.
    score_strength_ : ndarray of shape (n_factors,)
        Squared multiple correlation of each factor with the items: how much of it the scores
        of a person who answered everything can know.
    score_quality_ : frame
        factor, determinacy, least_agreement, validity, univocality, accuracy (Grice 2001).
    correlation_ : Correlation or None
        The correlations (None where a bare matrix was given).
    items_ : tuple of str
        The items.
    heywood_ : tuple of str
        Items whose whole variance went to the factors (Heywood cases): the solution stands at
        its bound.
    n_optima_ : int
        Optima that the starts of the rotation reached.
    share_at_best_ : float
        The share of starts that reached the one that is shown.

    Raises
    ------
    SegkitError
        In `fit`: for more factors than the items can tell apart, an item that is constant or
        empty, answers the correlation refuses, or items that repeat each other.

    Notes
    -----
    A loading is the weight of a factor in an item's latent answer; with an oblique rotation it
    is a regression weight, and the correlation stands in ``structure_``. Each factor is
    reflected to a positive sum of loadings; the factor with the largest share
    diag(Phi L'L) comes first. Both are conventions: compare solutions with `congruence`.

    `transform` scores people and says how each method treats missing answers;
    `score_errors` gives the error of each score.
    ``score_quality_`` says how far scores stand for factors: determinacy is the most any score
    can correlate with the factor, validity what these do; univocality and accuracy are the
    largest departures from the factor correlations, of scores with factors and of scores with
    each other. Below a determinacy of .9 take care with single people (Grice 2001); a value above
    1 tells that the model does not reproduce the correlations.

    With ordinal items z is the standardised code of the answer, not the latent variable;
    validity and errors count that loss. It misleads where answers pile up at one end: steps
    between codes are then unequal in the latent variable, and scores at that end are too
    close together. Expectations given the latent thresholds are not offered.

    Fit indices of Pearson's correlations follow R's psych, those of ordinal items lavaan's scaled
    ones, which ``missing="em"`` takes as well (see `FitIndices`); the tests compare both. A model
    that fits is not thereby the right one: two items of nearly the same wording make a factor as
    easily as a need does.

    References
    ----------
    Harman & Jones (1966). Psychometrika 31. Hattori, Zhang & Preacher (2017). Multivariate
    Behavioral Research 52. Thurstone, L. L. (1935). The vectors of mind. Bartlett, M. S. (1937).
    British Journal of Psychology 28. ten Berge, J. M. F. et al. (1999). Linear Algebra and its
    Applications 289. Grice, J. W. (2001). Psychological Methods 6.

    Examples
    --------
    Two needs behind six items; the loadings used to make the matrix come back:

    >>> import numpy as np
    >>> from segkit import factors
    >>> made = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.7], [0, 0.6], [0, 0.5]])
    >>> R = made @ made.T
    >>> np.fill_diagonal(R, 1.0)
    >>> model = factors.FactorModel(n_factors=2, rotation="varimax").fit_correlation(R, 500)
    >>> model.loadings_.round(2)
      item  factor_1  factor_2
    0   x1       0.8       0.0
    1   x2       0.7       0.0
    2   x3       0.6       0.0
    3   x4       0.0       0.7
    4   x5       0.0       0.6
    5   x6       0.0       0.5
    """

    _fit: FitIndices | None

    def __init__(
        self,
        n_factors: int = 5,
        correlation: str = "polychoric",
        extraction: str = "minres",
        rotation: str | None = "oblimin",
        scores: str = "regression",
        *,
        missing: str = "pairwise",
        n_starts: int | None = None,
        kaiser: bool | None = None,
        target: Any = None,
        random_state: Any = 0,
    ) -> None:
        self.n_factors = n_factors
        self.correlation = correlation
        self.extraction = extraction
        self.rotation = rotation
        self.scores = scores
        self.missing = missing
        self.n_starts = n_starts
        self.kaiser = kaiser
        self.target = target
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: ARG002
        """Find the factors of answers.

        Parameters
        ----------
        X : frame or array of shape (n_respondents, n_items)
            Answers; missing as NaN or null.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_respondents,) or None
            Survey weights. Loadings with whole-number weights are those of repeated rows; fit
            indices use Kish's effective n.

        Returns
        -------
        FactorModel
        """
        self._check_settings()
        if isinstance(X, Correlation):
            raise SegkitError(
                "X is a Correlation; expected answers, one row a respondent. Call "
                "fit_correlation(X): it finds the same model and scores people too."
            )
        check_same_items(self, X, first=True)
        sample = read_sample(X, sample_weight, missing=self.missing)
        check_identified(self.n_factors, len(sample.names))
        found = correlate_sample(sample, self.correlation, missing=self.missing)
        self._remember(found, found.names, found.origin)
        return self._solve(found.matrix, found.effective_n, found.effective_pairs)

    def fit_correlation(self, R: Any, n_respondents: int | None = None) -> Self:
        """Find the factors of correlations that were found before.

        Parameters
        ----------
        R : Correlation, or frame or array of shape (n_items, n_items)
            Correlations.
        n_respondents : int or None
            The number of respondents behind them, for the fit indices. None takes the effective
            n of a `Correlation`; a bare matrix does not know it.

        Returns
        -------
        FactorModel
            Of a `Correlation` of answers it is the model that `fit` finds, and scores people. Of
            a bare matrix it cannot: means and standard deviations are not known.
        """
        self._check_settings()
        if isinstance(R, Correlation):
            n, sizes, found, names, origin = R.effective_n, R.effective_pairs, R, R.names, R.origin
            matrix = R.matrix
        else:
            table = check_correlation_matrix(R)
            n, sizes, found, names = np.nan, None, None, table.names
            matrix, origin = table.values, Origin(table.origin.kind)
        if n_respondents is not None or found is None:
            n = float(check_integer(n_respondents, name="n_respondents", low=3))
        check_identified(self.n_factors, len(names))
        note_items(self, names, named=origin.kind != "array")
        self._remember(found, names, origin)
        return self._solve(matrix, n, sizes)

    @property
    def fit_(self) -> FitIndices:
        """The fit: scaled for ordinal items, and for the holes that EM fills."""
        check_fitted(self)
        if self._fit is None:
            loadings = self._rotated.loadings @ np.linalg.cholesky(self.factor_correlations_)
            self._fit = headline_fit(self.fit_naive_, self.correlation_, loadings, self.extraction)
        return self._fit

    def summary(self) -> str:
        """Return one paragraph: settings, n, explained variance and fit."""
        check_fitted(self)
        fit, k, p = self.fit_, self._rotated.loadings.shape[1], len(self.items_)
        method = method_text(self.correlation_.method) if self.correlation_ else "given"
        text = (
            f"{count_text(k, 'factor')} of {p} items by {self.extraction} with "
            f"{self.rotation or 'no'} rotation, from {method} correlations of {fit.n:,.0f} "
            f"respondents (effective n), {'holds' if k == 1 else 'hold'} "
            f"{percent(self.communalities_.mean())} of the variance. {fit.sentence}"
        )
        if self.heywood_:
            text += f" Heywood cases, at their bound: {name_list(self.heywood_)}."
        text += self._rotated.account
        text += f" {validity_text(self.scores, self._quality['validity'])}"
        text += scaling_text(fit, self.fit_naive_, ordinal=bool(self.thresholds_))
        return text if self.correlation_ is None else f"{text} {self.correlation_.summary()}"

    def _check_settings(self) -> None:
        check_integer(self.n_factors, name="n_factors")
        check_option(self.correlation, METHODS, name="correlation")
        check_option(self.extraction, tuple(EXTRACTIONS), name="extraction")
        check_option(self.scores, SCORES, name="scores")
        check_rotation(self.rotation, self.n_factors, self.n_starts, self.kaiser, self.target)

    def _remember(
        self,
        found: Correlation | None,
        names: tuple[str, ...],
        origin: Origin,
    ) -> None:
        self.items_, self._origin = names, origin
        self.correlation_: Correlation | None = found
        self.thresholds_: dict[str, np.ndarray] = found.thresholds if found else {}
        answers = found.sample if found else None
        self._scale: Scale | None = Scale.of(answers, found) if found and answers else None

    def _solve(self, matrix: np.ndarray, n: float, pair_sizes: np.ndarray | None = None) -> Self:
        refuse_singular(matrix, self.items_)
        found = extract(matrix, self.n_factors, self.extraction)
        rotated = self._rotate(found.loadings, self.n_starts)
        self.heywood_ = tuple(np.array(self.items_, dtype=object)[found.heywood])
        for text in doubts(self.heywood_, self.extraction, self.rotation, found, rotated):
            warnings.warn(text, SegkitWarning, stacklevel=3)
        self._store(matrix, rotated)
        implied = rotated.structure @ rotated.loadings.T
        np.fill_diagonal(implied, 1.0)
        self.fit_naive_ = fit_indices(matrix, implied, self.n_factors, n, pair_sizes)
        self._fit = None
        return self

    def _rotate(self, loadings: np.ndarray, n_starts: int | None) -> Rotation:
        wanted = self.rotation == "target"
        return rotate(
            loadings,
            self.rotation,
            n_starts,
            self.random_state,
            kaiser=self.kaiser,
            target=read_target(self.target, self.items_, self.n_factors) if wanted else None,
        )

    def _store(self, matrix: np.ndarray, rotated: Rotation) -> None:
        self._matrix, self._rotated = matrix, rotated
        self.loadings_ = loadings_frame(self._origin, self.items_, rotated.loadings)
        self.factor_correlations_ = rotated.factor_correlations
        self.communalities_ = (rotated.structure * rotated.loadings).sum(axis=1)
        self.uniquenesses_ = 1.0 - self.communalities_
        self._scoring = Scoring(
            self.scores,
            matrix,
            rotated.loadings,
            rotated.factor_correlations,
            answers=self._scale.answers if self._scale else None,
            reach=self._scale.reach if self._scale else None,
        )
        self._quality = score_quality(self._scoring)
        self.score_strength_ = np.square(self._quality["determinacy"])
        self.n_optima_, self.share_at_best_ = rotated.n_optima, rotated.share_at_best

    def with_factors(self, rotation: Rotation, *, reordered: bool = False) -> Self:
        """Return a copy whose factors are turned otherwise; what they hold together stays.

        Parameters
        ----------
        rotation : Rotation
            Loadings and factor correlations of the same space, as `align` finds them.
        reordered : bool
            Whether order and signs are all that changes. Else the copy holds no answers: to
            bootstrap them would be to rotate them as the setting `rotation` says.
        """
        if not isinstance(rotation, Rotation):
            raise SegkitError(
                f"rotation is a {type(rotation).__name__}; expected a Rotation, as align finds it."
            )
        if check_boolean(reordered, name="reordered"):
            other = type(self).__new__(type(self))
            other.__dict__.update(self.__dict__)
        else:
            other = copy(self)
        other._store(self._matrix, rotation)
        return other

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        found = state.get("correlation_")
        if found is None or "_fit" not in state:
            return state
        # respondents' answers are not saved with a model; what needs them is taken before
        return {**state, "correlation_": replace(found, sample=None), "_fit": self.fit_}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
