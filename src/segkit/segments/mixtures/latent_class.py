"""Latent class segmentation: unordered, ordered and numeric items, weighted, gaps welcome.

References
----------
Vermunt, J. K. and Magidson, J. (2002). Latent class cluster analysis. In Hagenaars and
McCutcheon (eds), Applied Latent Class Analysis, 89-106. Cambridge University Press.
Linzer, D. A. and Lewis, J. B. (2011). poLCA. Journal of Statistical Software 42(10).
"""

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import Tags

from segkit._checks import (
    check_fitted,
    check_integer,
    check_items,
    check_number,
    check_option,
    check_same_items,
    check_share,
)
from segkit._frames import Matrix, frame_like
from segkit._weights import check_weights, effective_size, weighted_counts
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.mixtures.class_profile import answer_probabilities, item_means, mean_table
from segkit.segments.mixtures.criteria import criteria, relative_entropy
from segkit.segments.mixtures.item_blocks import (
    Variances,
    build_mixture,
    check_answers,
    kinds_of,
    known_answers,
)
from segkit.segments.mixtures.mixture import Mixture
from segkit.segments.mixtures.search import SAME, Search, best_solution, solution_from
from segkit.segments.mixtures.solution import Solution, in_order_of_size
from segkit.segments.patterns import Patterns, distinct_rows, shares_at_start

__all__ = ["LatentClass"]


class LatentClass(ClusterMixin, BaseEstimator):
    """Segments as a mixture: within a segment the items are independent.

    Parameters
    ----------
    n_segments : int, default 4
        The number of segments K; 1 gives the baseline for BIC.
    items : {"categorical", "ordinal", "gaussian"} or dict, default "categorical"
        What the answers are: one kind for all items, or ``{item name: kind}``.

        * ``"categorical"``: whole-number codes without order; each segment has its own
          probability for each answer.
        * ``"ordinal"``: whole-number codes with order; the adjacent-category logit model.
          Each item has one intercept an answer, each segment one location an item, so a
          segment moves along the scale as a whole (see Notes).
        * ``"gaussian"``: numbers; each segment has a mean and a variance for each item.
    n_init : int, default 50
        Random starts. The best fifth is carried to convergence; from 10 starts on the best
        solutions are then revised until nothing better is found.
    prior : float, default 0
        Bayes constant: so many extra respondents, spread evenly over the segments, who
        answer as everybody does. It keeps probabilities off 0 and 1. 0 is maximum likelihood.
    variances : {"shared", "segment"}, default "shared"
        Numeric items: one variance an item for all segments, or one for each segment and item.
        Ask for ``"segment"`` on measurements (amounts, factor scores) whose spread differs
        between segments, never on 5-point answers: there the likelihood prefers tiny segments
        of equal answers to real ones.
    min_variance : float, default 0.01
        Smallest variance of a numeric item in a segment, as a share of its variance over
        everybody. Without it a segment of equal answers has an infinite likelihood.
    max_iter : int, default 5000
        Most EM steps of a start.
    tol : float, default 1e-10
        A start has converged when an EM step gains less log-likelihood than this a respondent.
    random_state : int, RandomState or None, default 0
        The seed of the starts.

    Attributes
    ----------
    labels_ : ndarray of shape (n_respondents,)
        The most probable segment of each respondent. Segments are numbered by the (weighted)
        number of respondents in `labels_`, largest 0; ties by `class_shares_`, then by the
        larger mean on the first item, the second item, ...
    n_segments_ : int
        The number of segments.
    sizes_ : ndarray of shape (n_segments,)
        Share of the respondents in each segment by `labels_`, weighted.
    class_shares_ : ndarray of shape (n_segments,)
        Share of each segment in the model: better than `sizes_` where segments overlap.
    class_probabilities_ : frame
        Columns item, answer, segment, probability: categorical and ordinal items.
    means_ : frame
        Columns item, segment, mean, sd: numeric items, and the codes of ordinal ones.
    log_likelihood_ : float
        Sum over respondents of weight times log density.
    n_parameters_ : int
        Free parameters.
    n_effective_ : float
        Kish's effective number of respondents with any answer; without weights their number.
    aic_, bic_, sabic_ : float
        Information criteria, smaller is better. With weights they are those of `n_effective_`
        respondents, and do not change when all weights are multiplied by a constant.
    entropy_ : float
        Relative entropy (R squared): 1 when everybody is assigned with certainty, 0 when the
        answers say nothing.
    n_iter_ : int
        EM steps of the best start.
    converged_ : bool
        Whether it converged.
    restarts_ : frame
        One row a run carried to convergence: round (0: random start, else the round of
        revision), log_likelihood (with a prior: log posterior, shifted by a constant), n_iter,
        converged, reached_best.
    n_reached_best_ : int
        How many of these runs ended within 0.01 of the best log-likelihood. One only: ask for
        more starts.

    Raises
    ------
    SegkitError
        For more segments than different rows, a constant item, an item without answers,
        codes that are not whole numbers, weights that are all zero, an unknown kind.

    Notes
    -----
    The density of a respondent is ``sum_k share_k prod_j f_j(x_j | k)`` over the items j that
    were answered; a missing answer leaves its term out (full-information maximum likelihood,
    valid when answers are missing at random). Somebody without any answer has the model's
    shares as membership, and does not count in the fit.

    Ordinal items follow ``log P(answer c | k) = beta_jc + s_c alpha_jk - log sum``, with
    ``s_c`` the code scaled to 0-1 (adjacent-category logits; Agresti 2010, section 4.1): it
    has ``C - 1 + K - 1`` parameters an item of C answers instead of ``K (C - 1)``, uses the
    distances between the codes, and cannot describe a segment that avoids the middle of the
    scale; for such segments treat the item as categorical.

    The model finds segments in any data, also where people form a continuum or merely differ in
    how they use the scale. A high `entropy_` says that the segments are told apart, not that
    they are real. Two variables that stay related within a segment are split into more
    segments than there are.

    The same seed gives the same segments whatever the order of the rows. Whole-number weights
    are repeated rows for every estimate; `prior` counts in the unit of the weights.

    References
    ----------
    McCutcheon, A. L. (1987). Latent Class Analysis. Sage.
    Vermunt, J. K. and Magidson, J. (2002). Latent class cluster analysis.
    Agresti, A. (2010). Analysis of Ordinal Categorical Data, 2nd ed. Wiley.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({
    ...     "cheap": [1, 1, 1, 1, 0, 0, 0],
    ...     "fast": [1, 1, 1, 0, 0, 0, 1],
    ...     "safe": [0, 0, 0, 0, 1, 1, 1],
    ... })
    >>> model = LatentClass(n_segments=2).fit(answers)
    >>> model.labels_
    array([0, 0, 0, 0, 1, 1, 1])
    >>> someone = pd.DataFrame({"cheap": [1], "fast": [float("nan")], "safe": [0]})
    >>> model.predict_proba(someone).round(2)
    array([[1., 0.]])
    """

    def __init__(
        self,
        n_segments: int = 4,
        items: Any = "categorical",
        *,
        n_init: int = 50,
        prior: float = 0.0,
        variances: str = "shared",
        min_variance: float = 0.01,
        max_iter: int = 5000,
        tol: float = 1e-10,
        random_state: Any = 0,
    ) -> None:
        self.n_segments = n_segments
        self.items = items
        self.n_init = n_init
        self.prior = prior
        self.variances = variances
        self.min_variance = min_variance
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: Any = None,  # noqa: ARG002
        sample_weight: Any = None,
        start: Any = None,
    ) -> Self:
        """Find the segments.

        Parameters
        ----------
        X : frame or array of shape (n_respondents, n_items)
            Answers as numbers; missing as NaN or null.
        y : None
            Not used.
        sample_weight : array-like of shape (n_respondents,), optional
            Survey weights.
        start : array-like of int of shape (n_respondents,), optional
            Segments to begin at, 0 to K - 1 (-1: nowhere): no other start is tried.

        Returns
        -------
        LatentClass
        """
        self._check_options()
        table = check_items(X)
        kinds = kinds_of(self.items, table.names)
        check_answers(table, kinds)
        w = check_weights(sample_weight, len(table.values))
        check_same_items(self, X, first=True)
        patterns = distinct_rows(table.values, w)
        self._check_enough(patterns)
        mixture = self._mixture(patterns, kinds)
        search = self._search(
            mixture, patterns, shares_at_start(start, patterns, w, self.n_segments)
        )
        solution = in_order_of_size(mixture, search.params, patterns)
        self._store_solution(solution, table, patterns)
        self._store_criteria(solution, table, w)
        self._store_search(search, X)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable segment of each respondent.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            Answers; gaps are fine. Answers that the fit has not seen are read as missing,
            with a warning.

        Returns
        -------
        ndarray of shape (n,)
            Somebody without any answer gets the segment with the largest model share.
        """
        return self.predict_proba(X).argmax(axis=1)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the membership probabilities of each respondent.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            Answers, as for `predict`.

        Returns
        -------
        ndarray of shape (n, n_segments)
            Rows sum to 1; somebody without any answer gets `class_shares_`.
        """
        return self._memberships(X)[0]

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:  # noqa: ARG002
        """Return the mean log density of respondents; higher is better.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            Answers, as for `predict`.
        y : None
            Not used.
        sample_weight : array-like of shape (n,), optional
            Survey weights.

        Returns
        -------
        float
        """
        log_density = self._memberships(X)[1]
        w = check_weights(sample_weight, len(log_density))
        return float(w @ log_density / w.sum())

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _check_options(self) -> None:
        check_integer(self.n_segments, name="n_segments")
        check_integer(self.n_init, name="n_init")
        check_integer(self.max_iter, name="max_iter")
        check_number(self.prior, name="prior")
        check_number(self.tol, name="tol")
        check_option(self.variances, ("shared", "segment"), name="variances")
        check_share(self.min_variance, name="min_variance")

    def _check_enough(self, patterns: Patterns) -> None:
        n_distinct = int(patterns.counted.sum())
        if n_distinct < self.n_segments:
            raise SegkitError(
                f"n_segments={self.n_segments} was asked for, but X has only {n_distinct} "
                "different row(s) with answers and weight; expected at least one a segment. "
                f"Ask for at most {n_distinct} segments, or give more items."
            )

    def _mixture(self, patterns: Patterns, kinds: tuple[str, ...]) -> Mixture:
        return build_mixture(
            patterns.values,
            patterns.weights,
            kinds,
            self.n_segments,
            prior=float(self.prior),
            variances=Variances(self.variances == "shared", float(self.min_variance)),
        )

    def _search(self, mixture: Mixture, patterns: Patterns, start: np.ndarray | None) -> Search:
        """Search among the people who count: some weight, some answer."""
        counted = patterns.counted
        people = mixture, mixture.features(patterns.values[counted]), patterns.weights[counted]
        options: dict[str, Any] = {
            "max_iter": self.max_iter,
            "tol": float(self.tol),
            "random_state": self.random_state,
        }
        if start is None:
            found = best_solution(*people, n_init=self.n_init, **options)
        else:
            found = solution_from(*people, start[counted], **options)
        if not found.converged:
            warnings.warn(
                f"The best start had not converged after max_iter={self.max_iter} EM steps; its "
                "probabilities may still move. Raise max_iter, or ask for fewer segments.",
                SegkitWarning,
                stacklevel=3,
            )
        return found

    def _store_solution(self, solution: Solution, table: Matrix, patterns: Patterns) -> None:
        self._solution = solution
        self._names = table.names
        self.n_segments_ = self.n_segments
        probabilities, log_density = solution.memberships(patterns.values)
        labels = probabilities.argmax(axis=1)
        self.labels_ = labels[patterns.row_pattern]
        counts = weighted_counts(labels, patterns.weights, self.n_segments)
        self.sizes_ = counts / counts.sum()
        self.class_shares_ = solution.params["shares"][0].copy()
        self.log_likelihood_ = float(patterns.weights @ log_density)
        w = np.where(patterns.counted, patterns.weights, 0.0)
        self.entropy_ = relative_entropy(probabilities, w)
        mixture, params, names = solution.mixture, solution.params, table.names
        mean, sd = item_means(mixture, params, len(names))
        frame = table.origin.frame
        self.class_probabilities_ = frame(answer_probabilities(mixture, params, names))
        self.means_ = frame(mean_table(mixture, mean, sd, names))

    def _store_criteria(self, solution: Solution, table: Matrix, w: np.ndarray) -> None:
        counted = w[~np.isnan(table.values).all(axis=1)]
        self.n_effective_ = effective_size(counted)
        self.n_parameters_ = solution.mixture.n_parameters()
        found = criteria(
            self.log_likelihood_ * self.n_effective_ / counted.sum(),
            self.n_parameters_,
            self.n_effective_,
        )
        self.aic_, self.bic_, self.sabic_ = found.aic, found.bic, found.sabic

    def _store_search(self, search: Search, X: Any) -> None:
        self.n_iter_ = search.n_iter
        self.converged_ = search.converged
        reached = search.ends > search.ends.max() - SAME
        self.n_reached_best_ = int(reached.sum())
        # what standardising added is the same for all runs; a prior's share of the best one's
        # objective is taken off all of them
        shift = self.log_likelihood_ - search.objective
        columns = {
            "round": search.round,
            "log_likelihood": search.ends + shift,
            "n_iter": search.steps,
            "converged": search.has_converged,
            "reached_best": reached,
        }
        self.restarts_ = frame_like(X, columns)

    def _memberships(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        check_fitted(self)
        table = check_items(X, min_rows=1, varying=False, answered=False)
        check_same_items(self, X)
        mixture = self._solution.mixture
        return self._solution.memberships(known_answers(table.values, mixture, self._names))
