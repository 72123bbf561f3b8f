"""Consensus segments: what many segmentations of the same people agree on.

References
----------
Strehl, A. and Ghosh, J. (2002). Cluster ensembles: a knowledge reuse framework for combining
multiple partitions. Journal of Machine Learning Research 3, 583-617.
Wu, J. et al. (2015). K-means-based consensus clustering: a unified view. IEEE Transactions on
Knowledge and Data Engineering 27, 155-169.
Senbabaoglu, Y., Michailidis, G. and Li, J. Z. (2014). Critical limitations of consensus
clustering in class discovery. Scientific Reports 4, 6207.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import Tags

from segkit._checks import check_fitted, check_integer, check_items, check_same_items, name_list
from segkit._frames import Matrix
from segkit._resample import spawn_seeds
from segkit._result import percent
from segkit._weights import check_weights, weighted_counts, weighted_mean
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.agreement import adjusted_rand, contingency
from segkit.segments.ensembles.ensemble import Draw, Member, default_members, fit_members
from segkit.segments.ensembles.refitting import takes_weights
from segkit.segments.ensembles.votes import Votes
from segkit.segments.numbering import size_order
from segkit.segments.patterns import Patterns, distinct_rows
from segkit.segments.scaling import Scaling

__all__ = ["ConsensusSegments"]

PAIRS = 100_000
"""Pairs of people from which ambiguity is estimated."""


class ConsensusSegments(ClusterMixin, BaseEstimator):
    """Segments on which an ensemble of segmentations agrees: methods, seeds, people, items.

    Each member divides a random part of the people by a random part of the items. The
    segments of all members then stand side by side as columns of zeros and ones, and k-means on
    this table finds the division that agrees with them best. No table of pairs of people is
    ever made.

    Parameters
    ----------
    n_segments : int, default 4
        The number of consensus segments K, at least 2.
    members : sequence of estimator, optional
        Unfitted clusterers of scikit-learn or segkit, pipelines included, each with its own
        number of segments (more of them than K help to find segments of odd shapes). Their seeds
        are set anew in each draw. By default k-means, reduced k-means on two dimensions and
        latent classes of numbers, each with K segments and 5 starts: all three take weights and
        missing answers.
    n_draws : int, default 10
        How often each member is fitted, each time to another draw of people and items.
    sample_share : float, default 0.8
        Share of the different respondents in a draw, above 0 to 1.
    item_share : float, default 0.75
        Share of the items in a draw, above 0 to 1; at least two items.
    n_init : int, default 20
        Starts of the k-means that combines the members.
    random_state : int, RandomState or None, default 0
        The seed of draws, members and starts.

    Attributes
    ----------
    labels_ : ndarray of shape (n_respondents,)
        The segment of each respondent by (weighted) size, largest 0; ties by the larger mean on
        the first item, the second item, ...
    n_segments_ : int
        Segments that hold anybody; fewer than asked for only with a warning.
    sizes_ : ndarray of shape (n_segments,)
        Share of the respondents in each segment, weighted.
    membership_ : ndarray of shape (n_respondents, n_segments)
        How far the members put each respondent with each segment; rows sum to 1.
    certainty_ : ndarray of shape (n_respondents,)
        Membership in the own segment: 1 where all members agree, ``1 / n_segments_`` where
        they say nothing.
    agreement_ : ndarray of shape (n_members, n_members)
        Adjusted Rand index of each pair of members, over the people whom both place.
    members_ : frame
        One row a fitted member: member, model, n_segments, n_people (different respondents it
        saw), n_items, agreement (adjusted Rand index with the consensus), with_others (mean
        index with the other members).
    ambiguity_ : float
        Share of 100,000 sampled pairs of people whom between 10 % and 90 % of the members put
        together (PAC): 0 when the members always agree.
    models_ : list of estimator
        The fitted members.

    Raises
    ------
    SegkitError
        When a member cannot be fitted (it is named), or finds no segment at all; for more
        segments than different rows.

    Warns
    -----
    SegkitWarning
        When fits of members warned, members ignore weights, or a segment is left empty.

    Notes
    -----
    *Consensus finds segments in noise too.* Members that see mostly the same people cut a
    shapeless cloud at the same places, above all along the direction in which the items
    correlate most, and the consensus then looks firm (Senbabaoglu et al. 2014). High certainty
    and low ambiguity say that the methods agree, not that there is anything to agree on.
    Compare them with those of data that keep the items' margins and correlations but hold no
    segments, and ask `diagnostics.stability`.

    With x the table of votes (1 where member m puts person i into its segment s), k-means
    minimises ``sum_i w_i sum_m |x_im - c_km|^2`` over the consensus segments k, which is
    maximising their mean category utility with the members (Wu et al. 2015). Members that say
    nothing of a person (noise; not drawn, and no way to place others) are left out of the sum.
    Membership of i in k is the mean over members of ``p_k(s) / sum_l p_l(s)``, with s the
    member's segment of i and ``p_k(s)`` the share of k's people in it; the label is the segment
    with the largest membership.

    Everybody is placed by every member that has `predict`, also who was not in its draw. New
    people are placed in the same way; for a member without `predict` they go to its nearest
    segment mean on standardised items.

    Members with weights see different rows once, with the sum of their weights, so that whole-
    number weights are repeated rows. Members without weights see everybody with a weight above
    zero once, as do models that group by density. The same seed gives the same segments
    whatever the order of the rows, if it does so for the members on sorted rows.

    References
    ----------
    Wu, J. et al. (2015). IEEE Transactions on Knowledge and Data Engineering 27.
    Senbabaoglu, Y. et al. (2014). Scientific Reports 4, 6207.
    Strehl, A. and Ghosh, J. (2002). Journal of Machine Learning Research 3.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.cluster import AgglomerativeClustering, KMeans
    >>> rng = np.random.default_rng(0)
    >>> truth = np.repeat([0, 1, 2], [50, 40, 30])
    >>> X = 4.0 * np.eye(3)[truth] + rng.normal(size=(120, 3))
    >>> members = [KMeans(4, n_init=3), KMeans(6, n_init=3), AgglomerativeClustering(5)]
    >>> model = ConsensusSegments(n_segments=3, members=members, item_share=1.0).fit(X)
    >>> bool((model.labels_ == truth).mean() > 0.9)
    True
    >>> model.agreement_.shape
    (30, 30)
    """

    def __init__(
        self,
        n_segments: int = 4,
        members: Sequence[Any] | None = None,
        *,
        n_draws: int = 10,
        sample_share: float = 0.8,
        item_share: float = 0.75,
        n_init: int = 20,
        random_state: Any = 0,
    ) -> None:
        self.n_segments = n_segments
        self.members = members
        self.n_draws = n_draws
        self.sample_share = sample_share
        self.item_share = item_share
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: ARG002
        """Fit the members and combine them.

        Parameters
        ----------
        X : frame or array of shape (n_respondents, n_items)
            Numbers; missing as NaN or null where the members take them.
        y : None
            Not used.
        sample_weight : array-like of shape (n_respondents,), optional
            Survey weights; they reach the members that take them, and the consensus.

        Returns
        -------
        ConsensusSegments
        """
        models = self._check_options()
        table = check_items(X)
        w = check_weights(sample_weight, len(table.values))
        check_same_items(self, X, first=True)
        patterns = distinct_rows(table.values, w)
        self._check_enough(patterns)
        distinct = Matrix(patterns.values, table.names, table.origin)
        self._scaling = Scaling.of(distinct, patterns.weights)
        seeds = spawn_seeds(self.random_state, self.n_draws * len(models) + 2)
        draws = seeds[2:].reshape(self.n_draws, len(models))
        repeats = np.bincount(patterns.row_pattern, weights=w > 0).astype(int)
        draw = Draw(self.sample_share, self.item_share)
        found, codes = fit_members(models, distinct, patterns, repeats, draw, draws)
        votes = self._keep(found, codes)
        self._combine(votes, patterns, seeds)
        self._describe(votes, patterns, table, int(seeds[1]))
        self._say_what_is_weak(models, weighted=sample_weight is not None)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the segment of each respondent.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            The items of the fit.

        Returns
        -------
        ndarray of shape (n,)
            Segment 0 for somebody of whom no member says anything.
        """
        return _largest(self.predict_proba(X))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return how far the members put each respondent with each segment.

        Parameters
        ----------
        X : frame or array of shape (n, n_items)
            The items of the fit.

        Returns
        -------
        ndarray of shape (n, n_segments)
            Rows sum to 1. These are shares of votes, not calibrated probabilities: members
            that are all wrong in the same way are unanimous.
        """
        check_fitted(self)
        table = check_items(X, min_rows=1, varying=False, answered=False)
        check_same_items(self, X)
        codes = np.column_stack([m.place(table, self._scaling) for m in self._members])
        return self._votes_of(codes).memberships(self._profile)

    def summary(self) -> str:
        """Return one paragraph: how many members of which kinds, how far they agree, the warning.

        Returns
        -------
        str
        """
        check_fitted(self)
        kinds = sorted({m.kind for m in self._members})
        n = len(self._members)
        others = self.agreement_[~np.eye(n, dtype=bool)].mean() if n > 1 else 1.0
        members = f"{n} segmentation{'s' * (n > 1)} ({', '.join(kinds)})"
        return (
            f"{self.n_segments_} consensus segments of {members}, each "
            f" on {percent(self.sample_share)} of the different respondents and "
            f"{percent(self.item_share)} of the items. The members agree with each other by an "
            f"adjusted Rand index of {others:.2f} on average and with the consensus by "
            f"{np.mean(self._with_consensus):.2f}; the average respondent belongs to the own "
            f"segment by {percent(self._mean_certainty)}, and {percent(self.ambiguity_)} of the "
            "pairs of people are ambiguous. Consensus can look firm in data without segments too "
            "(Senbabaoglu et al. 2014): compare these figures with those of data that keep the "
            "items' margins and correlations but hold no segments."
        )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _check_options(self) -> list[Any]:
        check_integer(self.n_segments, name="n_segments", low=2)
        check_integer(self.n_draws, name="n_draws")
        check_integer(self.n_init, name="n_init")
        for name in ("sample_share", "item_share"):
            share = getattr(self, name)
            if not isinstance(share, int | float | np.number) or not 0 < share <= 1:
                raise SegkitError(
                    f"{name}={share!r} was given; expected a share above 0, at most 1 (say 0.8)."
                )
        if self.members is None:
            return default_members(self.n_segments)
        models = list(self.members) if isinstance(self.members, Sequence) else []
        if not models or not all(hasattr(m, "fit") and hasattr(m, "get_params") for m in models):
            raise SegkitError(
                f"members={self.members!r} was given; expected a list of unfitted clusterers, such "
                "as [KMeans(5), LatentClass(4)]."
            )
        return models

    def _check_enough(self, patterns: Patterns) -> None:
        n_distinct = int(patterns.counted.sum())
        if n_distinct < self.n_segments:
            raise SegkitError(
                f"n_segments={self.n_segments} was asked for, but X has only {n_distinct} "
                "different row(s) with answers and weight; expected at least one a segment. "
                f"Ask for at most {n_distinct} segments, or give more items."
            )

    def _keep(self, found: list[Member], codes: np.ndarray) -> Votes:
        """Keep the members that found any segment."""
        useful = [i for i, member in enumerate(found) if member.numbers.size]
        if not useful:
            raise SegkitError(
                "No member found any segment (all noise); expected at least one that does. Give "
                "other members, or none for the defaults."
            )
        self._members = [found[i] for i in useful]
        self._n_empty = len(found) - len(useful)
        self.models_ = [member.model for member in self._members]
        return self._votes_of(codes[:, useful])

    def _votes_of(self, codes: np.ndarray) -> Votes:
        return Votes(codes, tuple(member.numbers.size for member in self._members))

    def _combine(self, votes: Votes, patterns: Patterns, seeds: np.ndarray) -> None:
        """Find the consensus among those who count and have a vote, and number it by size."""
        spoken = patterns.counted & (votes.codes >= 0).any(axis=1)
        said = distinct_rows(votes.codes[spoken].astype(float), patterns.weights[spoken])
        few = Votes(said.values.astype(np.intp), votes.sizes)
        n_segments = min(self.n_segments, len(said.values))
        codes = few.divide(said.weights, n_segments, n_init=self.n_init, seed=int(seeds[0]))
        profile = few.profile(codes, said.weights, n_segments)
        label = _largest(votes.memberships(profile))
        counted = np.where(spoken, patterns.weights, 0.0)
        mass = weighted_counts(label, counted, n_segments)
        means = [
            weighted_mean(patterns.values[label == k], counted[label == k])
            for k in range(n_segments)
        ]
        order = size_order(mass, *np.nan_to_num(np.stack(means)).T)[: int((mass > 0).sum())]
        self.n_segments_ = len(order)
        self._profile = profile[order]

    def _describe(self, votes: Votes, patterns: Patterns, table: Matrix, seed: int) -> None:
        membership = votes.memberships(self._profile)
        label = _largest(membership)
        w = patterns.weights / patterns.weights[patterns.weights > 0].mean()
        counts = weighted_counts(label, w, self.n_segments_)
        self.sizes_ = counts / counts.sum()
        self.labels_ = label[patterns.row_pattern]
        self.membership_ = membership[patterns.row_pattern]
        self.certainty_ = self.membership_.max(axis=1)
        self._mean_certainty = float(w @ membership.max(axis=1) / w.sum())
        self.ambiguity_ = votes.ambiguity(w, PAIRS, seed)
        self.agreement_ = votes.agreement(w)
        self._with_consensus = [
            float(adjusted_rand(contingency(code, label, size, self.n_segments_, w)))
            for code, size in zip(votes.codes.T, votes.sizes, strict=True)
        ]
        self.members_ = self._member_table(table)

    def _member_table(self, table: Matrix) -> Any:
        n = len(self._members)
        others = (self.agreement_.sum(axis=1) - 1.0) / max(n - 1, 1)
        return table.origin.frame(
            {
                "member": np.arange(n),
                "model": [m.kind for m in self._members],
                "n_segments": np.array([m.numbers.size for m in self._members]),
                "n_people": np.array([m.n_people for m in self._members]),
                "n_items": np.array([m.columns.size for m in self._members]),
                "agreement": np.array(self._with_consensus),
                "with_others": others if n > 1 else np.full(n, np.nan),
            }
        )

    def _say_what_is_weak(self, models: list[Any], *, weighted: bool) -> None:
        complaints = sorted({kind for m in self._members for kind in m.complaints})
        n_warned = sum(bool(m.complaints) for m in self._members)
        if n_warned:
            _warn(
                f"{n_warned} of {len(self._members)} fits of members warned "
                f"({', '.join(complaints)}). Fit such a member by itself to see what it says."
            )
        if self._n_empty:
            _warn(
                f"{self._n_empty} fits of members found no segment (all noise); they do not vote."
            )
        deaf = [type(m).__name__ for m in models if weighted and not takes_weights(m)]
        if deaf:
            _warn(
                f"{name_list(deaf)} take no weights: these members see everybody alike. The "
                "consensus itself is weighted."
            )
        if self.n_segments_ < self.n_segments:
            _warn(
                f"Only {self.n_segments_} of {self.n_segments} segments hold anybody: the members "
                "do not tell more apart. Ask for fewer, or give members with more segments."
            )


def _largest(membership: np.ndarray) -> np.ndarray:
    """Return the segment with the largest membership; ties up to rounding to the larger one."""
    return np.asarray(np.round(membership, 9).argmax(axis=1))


def _warn(text: str) -> None:
    warnings.warn(text, SegkitWarning, stacklevel=4)
