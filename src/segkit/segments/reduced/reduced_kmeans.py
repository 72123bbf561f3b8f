"""Reduced k-means: segments and the few dimensions on which they differ, found together.

References
----------
De Soete, G. and Carroll, J. D. (1994). K-means clustering in a low-dimensional Euclidean
space. In New Approaches in Classification and Data Analysis, 212-219. Springer.
Timmerman, M. E., Ceulemans, E., Kiers, H. A. L. and Vichi, M. (2010). Factorial and reduced
k-means reconsidered. Computational Statistics and Data Analysis 54, 1858-1871.
"""

import warnings
from typing import Any, Self

import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.utils import Tags

from segkit._checks import (
    check_boolean,
    check_fitted,
    check_integer,
    check_items,
    check_number,
    check_same_items,
)
from segkit._frames import Matrix, is_frame
from segkit._weights import check_weights, weighted_counts
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.numbering import size_order
from segkit.segments.patterns import Patterns, distinct_rows
from segkit.segments.reduced.reduced_search import Division, best_division
from segkit.segments.reduced.reduced_space import Answers, principal_axes
from segkit.segments.scaling import Scaling

__all__ = ["ReducedKMeans"]

AT_ONCE = 2**16
"""Rows that are assigned at once."""


class ReducedKMeans(TransformerMixin, ClusterMixin, BaseEstimator):
    """Segments that differ on a few dimensions, with dimensions chosen to tell them apart.

    Principal components or factors followed by k-means ("tandem" segmentation) keep the
    dimensions on which people vary most, which need not be those on which segments differ.
    Here memberships and loadings are fitted together, to one criterion.

    Parameters
    ----------
    n_segments : int, default 4
        The number of segments K, at least 2.
    n_dimensions : int, default 2
        The number of dimensions d. K segments span K - 1 at most: from there on, this is
        k-means on all items.
    standardise : bool, default True
        Give every item the same weighted variance first. Without it, items count by their
        variance.
    n_init : int, default 50
        Random starts. The best fifth is carried to convergence; from 10 starts on the best
        divisions are then revised until nothing better is found. More than 20,000 different
        rows are searched by a random part of so many, and the end runs over everybody.
    max_iter : int, default 500
        Most steps of a start.
    tol : float, default 1e-9
        A start has converged when a step gains less, as a share of all variation.
    random_state : int, RandomState or None, default 0
        The seed of the starts.

    Attributes
    ----------
    labels_ : ndarray of shape (n_respondents,)
        The segment of each respondent by (weighted) size, largest 0; ties by the larger centre
        on the first item, the second item, ...
    n_segments_ : int
        Segments that hold anybody; fewer than asked for only with a warning.
    n_dimensions_ : int
        Dimensions: `n_dimensions`, at most K - 1 and the number of items.
    sizes_ : ndarray of shape (n_segments,)
        Share of the respondents in each segment, weighted.
    loadings_ : frame
        item, dimension_1, ..., dimension_d: the weight of each item in the score. Columns have
        length 1 and are at right angles; the dimension that separates the segments most
        comes first, and its sum is positive.
    centres_ : frame
        segment, dimension_1, ..., dimension_d: where each segment lies.
    inertia_ : float
        Weighted sum of squared distances of (scaled) answers from the segments' centres.
    explained_ : float
        Share of all variation of the answers that segments and dimensions explain, 0 to 1.
    n_iter_ : int
        Steps of the best start.
    converged_ : bool
        Whether it converged.
    n_reached_best_ : int
        How many of the runs carried to convergence ended in the best division. One only: ask
        for more starts.

    Raises
    ------
    SegkitError
        For more segments than different rows, a constant item, an item without answers.

    Warns
    -----
    SegkitWarning
        When the best start has not converged, or a segment is left empty.

    Notes
    -----
    The criterion is ``sum_i w_i sum_j m_ij (x_ij - sum_r f_kr a_jr)^2``, smallest over the
    memberships k of respondents i, the centres F (K x d) and the loadings A (p x d, A'A = I);
    x are the centred and scaled answers and ``m_ij`` is 1 where an answer was given, else 0
    (De Soete and Carroll 1994, here with weights and gaps). A missing answer is never
    filled in from others: people go to the segment nearest in what they answered, and each step
    holds gaps at the segment's centre (majorisation), so that the criterion never rises.
    This is right when answers are missing at random given the segment. Somebody without any
    answer does not count in the fit and is sent to segment 0.

    Memberships in `predict_proba` take people to scatter normally about the centres, alike
    in all dimensions, with segments of equal size: the most probable segment is the
    nearest. They are surer than they should be where segments overlap, because the scatter
    is measured within segments that were cut apart. Use `LatentClass` where probabilities matter.

    It misleads where items that have nothing to do with segments share much more variance
    than the segments explain: cutting such a dimension then pays more than finding them
    (Timmerman et al. 2010; ten unrelated items that all follow one habit of ticking high are
    such a dimension). And like every k-means it finds K segments in any data; ask
    `diagnostics.stability` whether they come back.

    The same seed gives the same segments whatever the order of the rows, and whole-number
    weights are repeated rows.

    References
    ----------
    De Soete, G. and Carroll, J. D. (1994). K-means clustering in a low-dimensional space.
    Arabie, P. and Hubert, L. (1994). Cluster analysis in marketing research (tandem).
    Timmerman, M. E. et al. (2010). Factorial and reduced k-means reconsidered.

    Examples
    --------
    The first two items hold three segments, the others vary more and hold none:

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> truth = np.repeat([0, 1, 2], [200, 150, 100])
    >>> useful = 4.0 * truth[:, None] + rng.normal(size=(450, 2))
    >>> X = np.column_stack([useful, 9.0 * rng.normal(size=(450, 2))])
    >>> model = ReducedKMeans(n_segments=3, n_dimensions=1).fit(X)
    >>> model.loadings_.round(1)
      item  dimension_1
    0   x1          0.7
    1   x2          0.7
    2   x3          0.0
    3   x4         -0.1
    >>> bool((model.labels_ == truth).mean() > 0.95)
    True
    """

    def __init__(
        self,
        n_segments: int = 4,
        n_dimensions: int = 2,
        *,
        standardise: bool = True,
        n_init: int = 50,
        max_iter: int = 500,
        tol: float = 1e-9,
        random_state: Any = 0,
    ) -> None:
        self.n_segments = n_segments
        self.n_dimensions = n_dimensions
        self.standardise = standardise
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: ARG002
        """Find the segments and their dimensions.

        Parameters
        ----------
        X : frame or array of shape (n_respondents, n_items)
            Answers as numbers; missing as NaN or null.
        y : None
            Not used.
        sample_weight : array-like of shape (n_respondents,), optional
            Survey weights.

        Returns
        -------
        ReducedKMeans
        """
        self._check_options()
        table = check_items(X)
        w = check_weights(sample_weight, len(table.values))
        check_same_items(self, X, first=True)
        patterns = distinct_rows(table.values, w)
        self._check_enough(patterns)
        self._scaling = Scaling.of(
            Matrix(patterns.values, table.names, table.origin),
            patterns.weights,
            standardise=self.standardise,
        )
        scaled = self._scaling.apply(patterns.values)
        answers = Answers.of(scaled[patterns.counted], patterns.weights[patterns.counted])
        self._store(self._search(answers), answers, table)
        self._store_people(patterns, scaled)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the nearest segment of each respondent.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            Answers; gaps are fine.

        Returns
        -------
        ndarray of shape (n,)
            Somebody without any answer gets segment 0.
        """
        return self._nearest(self._scaled(X).values)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return how probable each segment is for each respondent.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            Answers; gaps are fine.

        Returns
        -------
        ndarray of shape (n, n_segments)
            Rows sum to 1 (see Notes); equal for somebody without any answer.
        """
        values = self._scaled(X).values
        out = np.empty((len(values), self.n_segments_))
        for rows in _chunks(len(values)):
            part = Answers.of(values[rows], np.ones(len(values[rows])))
            distance = part.distances(self._centres)
            nearest = distance.min(axis=1, keepdims=True)
            out[rows] = softmax((nearest - distance) / (2.0 * self._scatter), axis=1)
        return out

    def transform(self, X: Any) -> Any:
        """Score people on the dimensions.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            Answers; gaps are fine.

        Returns
        -------
        frame or ndarray of shape (n, n_dimensions)
            dimension_1, ..., dimension_d: scaled answers times loadings, of the kind of X. A
            missing answer counts as the centre of the person's segment, as in the fit.
        """
        table = self._scaled(X)
        centre = self._centres[self._nearest(table.values)]
        scores = np.where(np.isnan(table.values), centre, table.values) @ self._axes
        if not is_frame(X):
            return scores
        columns = dict(zip(self.get_feature_names_out(), scores.T, strict=True))
        return table.origin.frame(columns, same_rows=True)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:  # noqa: ARG002
        """Return dimension_1, ..., dimension_d."""
        check_fitted(self)
        return np.array(_dimension_names(self.n_dimensions_), dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _check_options(self) -> None:
        check_integer(self.n_segments, name="n_segments", low=2)
        check_integer(self.n_dimensions, name="n_dimensions")
        check_boolean(self.standardise, name="standardise")
        check_integer(self.n_init, name="n_init")
        check_integer(self.max_iter, name="max_iter")
        check_number(self.tol, name="tol")

    def _check_enough(self, patterns: Patterns) -> None:
        n_distinct = int(patterns.counted.sum())
        if n_distinct < self.n_segments:
            raise SegkitError(
                f"n_segments={self.n_segments} was asked for, but X has only {n_distinct} "
                "different row(s) with answers and weight; expected at least one a segment. "
                f"Ask for at most {n_distinct} segments, or give more items."
            )

    def _search(self, answers: Answers) -> Division:
        n_items = answers.values.shape[1]
        self.n_dimensions_ = min(self.n_dimensions, self.n_segments - 1, n_items)
        found, self.n_reached_best_ = best_division(
            answers,
            self.n_segments,
            self.n_dimensions_,
            n_init=self.n_init,
            max_iter=self.max_iter,
            tol=float(self.tol),
            random_state=self.random_state,
        )
        if not found.converged[0]:
            _warn(
                f"The best start had not converged after max_iter={self.max_iter} steps; its "
                "segments may still move. Raise max_iter."
            )
        return found

    def _store(self, found: Division, answers: Answers, table: Matrix) -> None:
        labels = answers.distances(found.centres[0]).argmin(axis=1)
        mass = weighted_counts(labels, answers.w, self.n_segments)
        order = size_order(mass, *found.centres[0].T)[: int((mass > 0).sum())]
        self.n_segments_ = len(order)
        if self.n_segments_ < self.n_segments:
            _warn(
                f"Only {self.n_segments_} of {self.n_segments} segments hold anybody: the others "
                f"lie at the same place on {self.n_dimensions_} dimension(s). Ask for fewer "
                "segments or for more dimensions."
            )
        self._centres = found.centres[0][order]
        self._axes = principal_axes(self._centres, mass[order], self.n_dimensions_)
        distance = answers.distances(self._centres)
        self._scatter = _scatter(answers, self._centres[distance.argmin(axis=1)], self._axes)
        self.inertia_ = float(answers.w @ distance.min(axis=1))
        self._unit = answers.variation / answers.w.sum()
        self.explained_ = 1.0 - self.inertia_ / answers.variation
        self.n_iter_, self.converged_ = int(found.n_iter[0]), bool(found.converged[0])
        names = _dimension_names(self.n_dimensions_)
        frame = table.origin.frame
        self.loadings_ = frame(
            {"item": list(table.names), **dict(zip(names, self._axes.T, strict=True))}
        )
        places = (self._centres @ self._axes).T
        self.centres_ = frame(
            {"segment": np.arange(self.n_segments_), **dict(zip(names, places, strict=True))}
        )

    def _store_people(self, patterns: Patterns, scaled: np.ndarray) -> None:
        labels = self._nearest(scaled)
        self.labels_ = labels[patterns.row_pattern]
        counts = weighted_counts(labels, patterns.weights, self.n_segments_)
        self.sizes_ = counts / counts.sum()

    def _scaled(self, X: Any) -> Matrix:
        check_fitted(self)
        table = check_items(X, min_rows=1, varying=False, answered=False)
        check_same_items(self, X)
        return Matrix(self._scaling.apply(table.values), table.names, table.origin)

    def _nearest(self, scaled: np.ndarray) -> np.ndarray:
        out = np.empty(len(scaled), dtype=np.intp)
        for rows in _chunks(len(scaled)):
            part = Answers.of(scaled[rows], np.ones(len(scaled[rows])))
            # a tie up to rounding goes to the larger segment, whoever else is in the table
            out[rows] = np.round(part.distances(self._centres) / self._unit, 9).argmin(axis=1)
        return out


def _scatter(answers: Answers, centre: np.ndarray, axes: np.ndarray) -> float:
    """Return the variance of people about their centres, a dimension.

    A person with gaps shows a part of the scatter: as much as the loadings of the items
    answered hold.
    """
    seen = np.ones_like(answers.values) if answers.seen is None else answers.seen
    residual = ((answers.values - centre) * seen) @ axes
    shown = seen @ np.square(axes).sum(axis=1)
    variance = (answers.w @ np.square(residual).sum(axis=1)) / (answers.w @ shown)
    # people who all stand on their centres must not divide by zero
    return float(max(variance, 1e-12 * answers.variation / answers.w.sum()))


def _dimension_names(d: int) -> list[str]:
    return [f"dimension_{j + 1}" for j in range(d)]


def _chunks(n: int) -> list[slice]:
    return [slice(first, first + AT_ONCE) for first in range(0, n, AT_ONCE)]


def _warn(text: str) -> None:
    warnings.warn(text, SegkitWarning, stacklevel=4)
