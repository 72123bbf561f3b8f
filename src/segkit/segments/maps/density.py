"""Dense groups of people: UMAP, then HDBSCAN. Most people may belong to none.

References
----------
McInnes, L., Healy, J. and Melville, J. (2018). UMAP: Uniform manifold approximation and
projection for dimension reduction. arXiv:1802.03426.
Campello, R., Moulavi, D. and Sander, J. (2013). Density-based clustering based on
hierarchical density estimates. PAKDD 2013, 160-172.
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
    check_same_items,
    check_share,
)
from segkit._resample import spawn_seeds
from segkit._result import percent
from segkit._weights import check_weights, weighted_counts
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.agreement import contingency
from segkit.segments.maps.density_map import DensityMap, Scaling, density_map
from segkit.segments.numbering import order_by_size
from segkit.segments.patterns import Patterns, distinct_rows

__all__ = ["DensitySegments"]

NOISY = 0.25
"""A larger share of noise is said aloud."""


class DensitySegments(ClusterMixin, BaseEstimator):
    """Segments as dense groups in a map of the people; whoever stands between them is noise.

    Never a default: answers on rating scales are usually a continuum without gaps, and then
    most people are noise or the groups are those that the map happened to tear apart. Use it
    to look for small groups that really stand apart, or on behaviour.

    Parameters
    ----------
    min_share : float, default 0.05
        The smallest segment, as a share of the respondents.
    n_neighbors : int, default 30
        Neighbours that UMAP looks at: fewer show finer structure, real or not.
    n_components : int, default 5
        Dimensions of the map in which dense groups are sought, at most the number of items.
    min_samples : int, default 10
        HDBSCAN: neighbours that make a place dense; more give more noise.
    random_state : int, RandomState or None, default 0
        The seed of the map.

    Attributes
    ----------
    labels_ : ndarray of shape (n_respondents,)
        The segment of each respondent by (weighted) size, largest 0; -1 is noise. Equal rows
        have equal labels. Segments of equal size keep the order in which HDBSCAN found them.
    n_segments_ : int
        The number of segments; 0 when everybody is noise.
    sizes_ : ndarray of shape (n_segments,)
        Share of all respondents in each segment, weighted; the rest is noise.
    noise_share_ : float
        Share of the respondents that belong to no segment, weighted.
    embedding_ : ndarray of shape (n_respondents, n_components)
        The map.
    n_filled_ : int
        Missing answers that were replaced by the item's mean.

    Raises
    ------
    SegkitError
        For too few respondents, a constant item, an item without answers.

    Warns
    -----
    SegkitWarning
        When over 25 % are noise, when nobody belongs to a segment, when answers are missing.

    Notes
    -----
    Items are standardised. A missing answer is replaced by the item's mean, which pulls people
    with many gaps together: leave them out first; somebody without any answer is noise. Weights
    count in sizes and numbering, not in what is dense: UMAP and HDBSCAN know none. The same seed
    gives the same segments in any row order on one machine; another machine may tear the map
    elsewhere.

    New people are placed on the map and get the segment of the dense region they fall into, or
    noise; people of the fit keep the label of the fit (UMAP would place them slightly
    elsewhere). Membership probabilities of a person sum to less than 1: the rest is noise.

    Examples
    --------
    >>> import numpy as np
    >>> DensitySegments(min_share=0.1).get_params()["min_share"]
    0.1
    """

    def __init__(
        self,
        min_share: float = 0.05,
        n_neighbors: int = 30,
        n_components: int = 5,
        min_samples: int = 10,
        *,
        random_state: Any = 0,
    ) -> None:
        self.min_share = min_share
        self.n_neighbors = n_neighbors
        self.n_components = n_components
        self.min_samples = min_samples
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: ARG002
        """Find the dense groups.

        Parameters
        ----------
        X : frame or array of shape (n_respondents, n_items)
            Numbers; missing as NaN or null.
        y : None
            Not used.
        sample_weight : array-like of shape (n_respondents,), optional
            Survey weights: for sizes and numbering only.

        Returns
        -------
        DensitySegments
        """
        self._check_options()
        table = check_items(X)
        w = check_weights(sample_weight, len(table.values))
        check_same_items(self, X, first=True)
        self._check_enough(len(w))
        patterns = distinct_rows(table.values, np.ones(len(w)))
        found = self._map(patterns)
        self._store(found, patterns, w)
        self.n_filled_ = int(np.isnan(table.values).sum())
        self._say_what_is_weak()
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the segment of each respondent, -1 for noise.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            The items of the fit; missing answers are replaced by the items' means.

        Returns
        -------
        ndarray of shape (n,)
            People whose answers all equal those of somebody in the fit get that label.
        """
        patterns, known = self._known_patterns(X)
        out = np.empty(len(patterns.values), dtype=np.intp)
        out[known >= 0] = self._pattern_group[known[known >= 0]]
        out[known < 0] = self._found.place(self._scaling.apply(patterns.values[known < 0]))
        out[_unanswered(patterns.values)] = -1
        return self._number[out][patterns.row_pattern]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return how far each respondent belongs to each segment.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            As for `predict`.

        Returns
        -------
        ndarray of shape (n, n_segments)
            What a row lacks to 1 is noise. These are degrees of membership in dense regions
            (HDBSCAN's soft clustering), not calibrated probabilities.
        """
        patterns, known = self._known_patterns(X)
        soft = np.empty((len(patterns.values), self._found.n_groups))
        soft[known >= 0] = self._fit_membership()[known[known >= 0]]
        soft[known < 0] = self._found.membership(self._scaling.apply(patterns.values[known < 0]))
        soft[_unanswered(patterns.values)] = 0.0
        out = np.zeros((len(patterns.values), self.n_segments_))
        out[:, self._number[self._number >= 0]] = soft[:, self._number[:-1] >= 0]
        return out[patterns.row_pattern]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _check_options(self) -> None:
        check_share(self.min_share, name="min_share")
        check_integer(self.n_neighbors, name="n_neighbors", low=2)
        check_integer(self.n_components, name="n_components")
        check_integer(self.min_samples, name="min_samples")

    def _check_enough(self, n: int) -> None:
        if n <= max(self.n_neighbors, self.min_samples):
            raise SegkitError(
                f"X has {n} respondents, but n_neighbors={self.n_neighbors} and "
                f"min_samples={self.min_samples}; expected more respondents than either. Lower "
                "them, or use LatentClass: density says little about few people."
            )

    def _map(self, patterns: Patterns) -> DensityMap:
        """Fit the map to people in canonical order, so that the order of the rows is no matter."""
        self._scaling = Scaling.of(patterns.values[patterns.row_pattern])
        n, p = len(patterns.row_pattern), patterns.values.shape[1]
        return density_map(
            self._scaling.apply(patterns.values[np.sort(patterns.row_pattern)]),
            n_neighbors=self.n_neighbors,
            n_components=min(self.n_components, p),
            min_size=max(2, round(self.min_share * n)),
            min_samples=self.min_samples,
            seed=int(spawn_seeds(self.random_state, 1)[0]),
        )

    def _store(self, found: DensityMap, patterns: Patterns, w: np.ndarray) -> None:
        in_order = np.argsort(patterns.row_pattern, kind="stable")
        group = _most_common(patterns.row_pattern[in_order], found.groups, found.n_groups)
        group[_unanswered(patterns.values)] = -1
        labels = order_by_size(group[patterns.row_pattern], w)
        # the last place is read by noise, -1
        number = np.full(found.n_groups + 1, -1)
        number[group[patterns.row_pattern]] = labels
        self._found, self._number, self._pattern_group = found, number, group
        self._position = {key: i for i, key in enumerate(_keys(patterns.values))}
        self.labels_ = labels
        self.n_segments_ = int(labels.max()) + 1
        self.sizes_ = weighted_counts(labels, w, self.n_segments_) / w.sum()
        self.noise_share_ = float(w[labels < 0].sum() / w.sum())
        self.embedding_ = np.empty_like(found.embedding)
        self.embedding_[in_order] = found.embedding
        self._fit_pattern = patterns.row_pattern[in_order]

    def _known_patterns(self, X: Any) -> tuple[Patterns, np.ndarray]:
        """Return the distinct rows and where each stands among those of the fit, or -1."""
        check_fitted(self)
        table = check_items(X, min_rows=1, varying=False, answered=False)
        check_same_items(self, X)
        patterns = distinct_rows(table.values, np.ones(len(table.values)))
        known = [self._position.get(key, -1) for key in _keys(patterns.values)]
        return patterns, np.array(known, dtype=np.intp)

    def _fit_membership(self) -> np.ndarray:
        """Return the membership of each pattern of the fit: the mean over its people."""
        soft = self._found.membership()
        first = np.flatnonzero(np.diff(self._fit_pattern, prepend=-1))
        sums = np.add.reduceat(soft, first, axis=0)
        return sums / np.bincount(self._fit_pattern)[:, None]

    def _say_what_is_weak(self) -> None:
        if self.n_filled_:
            _warn(
                f"{self.n_filled_} missing answers were replaced by the items' means: people with "
                "many gaps are pulled together. Leave them out, or use LatentClass."
            )
        if self.noise_share_ > NOISY:
            found = f"{self.n_segments_} segment(s)" if self.n_segments_ else "no segment"
            _warn(
                f"{percent(self.noise_share_)} of the respondents are noise ({found} found). "
                "Answers on rating scales are usually a continuum: there are no gaps for density "
                "to find. Do not drop these people: divide everybody with LatentClass or k-means."
            )


def _most_common(pattern: np.ndarray, group: np.ndarray, n_groups: int) -> np.ndarray:
    """Return the most common group of each pattern; -1 is noise, and wins no tie."""
    counts = contingency(pattern, group + 1, int(pattern.max()) + 1, n_groups + 1)
    counts[:, 0] -= 0.5
    return counts.argmax(axis=1) - 1


def _unanswered(values: np.ndarray) -> np.ndarray:
    """Return who answered nothing: filled with means they would look like a dense group."""
    return np.isnan(values).all(axis=1)


def _keys(values: np.ndarray) -> list[bytes]:
    """Return what tells rows apart: the bytes of each, gaps and zeros in one form."""
    comparable = np.where(np.isnan(values), np.inf, values) + 0.0
    return [row.tobytes() for row in comparable]


def _warn(text: str) -> None:
    warnings.warn(text, SegkitWarning, stacklevel=4)
