"""A random forest over codes, with whole-number votes.

Each tree is a scikit-learn tree grown on a bootstrap of respondents and turned at once
into plain arrays: at every node a field and a whole-number threshold ("code <= threshold
goes left"), at every leaf `VOTES` votes shared out to the segments. A forest's answer is
a sum of whole numbers, hence the same in every engine, order and batch.

Memberships (probabilities of segments) are learned as they are: a tree grown on them by
squared error makes the splits that Gini makes on one weighted row a respondent and
segment, because both lower the same sum of squared segment shares; but a respondent stays
one row, in the bootstrap and in the smallest leaf.

References
----------
Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.tree import DecisionTreeRegressor

from segkit._resample import bootstrap_counts, spawn_seeds
from segkit.typing_tool.models.engine import MaskEngine

__all__ = [
    "MAX_LEAVES",
    "MAX_TREES",
    "VOTES",
    "Forest",
    "GrownForest",
    "grow_forest",
    "whole_votes",
]

VOTES = 4096
"""Votes that every leaf shares out; sixteen trees' votes for one segment fit in 16 bits."""

MAX_LEAVES = 64
"""One leaf a bit of a 64-bit mask."""

MAX_TREES = 5000
"""The most trees of a forest."""

BATCH = 50  # trees between two looks at the out-of-bag loss
WORTHWHILE = 0.002  # share by which a batch must lower the loss for another to be grown


@dataclass(frozen=True)
class Forest:
    """Trees as flat arrays, one after the other.

    Attributes
    ----------
    starts : ndarray of shape (n_trees + 1,)
        Where each tree's nodes begin; the last entry is the number of nodes.
    feature : ndarray of shape (n_nodes,)
        The field a node asks for; -1 at a leaf.
    threshold : ndarray of shape (n_nodes,)
        Codes up to and including it go left.
    left, right : ndarray of shape (n_nodes,)
        Children, counted from the tree's first node and always after their parent; -1 at
        a leaf.
    votes : ndarray of shape (n_nodes, n_segments)
        A leaf's votes, `VOTES` in all; zeros at inner nodes.
    n_fields : int
        The number of fields.
    """

    starts: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    votes: np.ndarray
    n_fields: int

    @property
    def n_trees(self) -> int:
        """The number of trees."""
        return self.starts.size - 1

    @property
    def n_segments(self) -> int:
        """The number of segments."""
        return int(self.votes.shape[1])

    @property
    def n_leaves(self) -> int:
        """The number of leaves of all trees."""
        return int((self.feature < 0).sum())

    @cached_property
    def engine(self) -> MaskEngine:
        """The tables that score rows of codes quickly; made when first asked for."""
        return MaskEngine.of(self)

    def score(self, codes: np.ndarray, n_jobs: int | None = None) -> np.ndarray:
        """Return the votes of rows of codes.

        Parameters
        ----------
        codes : ndarray of shape (n_rows, n_fields), dtype uint8
            From `FieldCodes.encode`.
        n_jobs : int, optional
            Threads (-1: one a core); the votes do not depend on it.

        Returns
        -------
        ndarray of shape (n_rows, n_segments), dtype int64
            Each row sums to `VOTES` times the number of trees.
        """
        return self.engine.score(codes, n_jobs=n_jobs)

    def score_one(self, codes: np.ndarray) -> np.ndarray:
        """Return the votes of one row of codes, shape (n_segments,)."""
        return self.engine.score_one(codes)

    def summary(self) -> str:
        """Return what it is in a few words."""
        return f"random forest of {self.n_trees} trees ({self.n_leaves} leaves)"


@dataclass(frozen=True)
class GrownForest:
    """A forest and what its respondents got from trees that did not know them.

    Attributes
    ----------
    forest : Forest
        The trees.
    oob_votes : ndarray of shape (n_respondents, n_segments)
        Votes of the trees whose bootstrap left the respondent out.
    loss : tuple of float
        The out-of-bag log loss after each batch of trees.
    left_out : ndarray of shape (n_trees, n_respondents), dtype bool
        Whom each tree's bootstrap left out.
    """

    forest: Forest
    oob_votes: np.ndarray
    loss: tuple[float, ...]
    left_out: np.ndarray

    def out_of_bag(self, codes: np.ndarray) -> np.ndarray:
        """Return the out-of-bag votes of respondents who stand here with other codes.

        Parameters
        ----------
        codes : ndarray of shape (n_respondents, n_fields), dtype uint8
            Codes of the same respondents, in the same order.

        Returns
        -------
        ndarray of shape (n_respondents, n_segments), dtype int64
        """
        votes = np.zeros_like(self.oob_votes)
        _add_out_of_bag(votes, self.forest, codes, self.left_out)
        return votes


def grow_forest(
    codes: np.ndarray,
    membership: np.ndarray,
    w: np.ndarray,
    anchors: np.ndarray,
    *,
    n_trees: int = 200,
    max_leaves: int = MAX_LEAVES,
    min_leaf: float = 5.0,
    split_fields: int | None = None,
    random_state: Any = 0,
    n_jobs: int | None = None,
) -> GrownForest:
    """Grow trees until more of them stop lowering the out-of-bag log loss.

    Parameters
    ----------
    codes : ndarray of shape (n_respondents, n_fields)
        Codes of the fields, rows in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        Each respondent's shares of the segments; rows sum to 1.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    anchors : ndarray of shape (n_fields, 64)
        Codes that no threshold may part (`FieldCodes.anchors`).
    n_trees : int
        The most trees.
    max_leaves : int
        The most leaves of a tree, up to 64.
    min_leaf : float
        The least weight of a leaf, in respondents of average weight.
    split_fields : int, optional
        How many fields, drawn anew, a split may choose from; the root of their number by
        default.
    random_state : int, RandomState or None
        The seed.
    n_jobs : int, optional
        Threads; the forest does not depend on it.

    Returns
    -------
    GrownForest
    """
    growing = _Growing(
        codes.astype(np.float32), membership, w, max_leaves, min_leaf, split_fields, n_jobs
    )
    parts: list[Forest] = []
    oob = np.zeros(membership.shape, dtype=np.int64)
    loss: list[float] = []
    left_out: list[np.ndarray] = []
    for seeds, counts in _batches(n_trees, len(w), random_state):
        part = _joined(growing.trees(seeds, counts), anchors)
        parts.append(part)
        left_out.append(counts == 0)
        _add_out_of_bag(oob, part, codes, left_out[-1])
        loss.append(_log_loss(oob, membership, w))
        if len(loss) > 1 and loss[-1] > loss[-2] * (1 - WORTHWHILE):
            break
    return GrownForest(_concatenated(parts), oob, tuple(loss), np.concatenate(left_out))


def whole_votes(shares: np.ndarray) -> np.ndarray:
    """Share out `VOTES` whole votes by largest remainder (ties: the lowest segment).

    Parameters
    ----------
    shares : ndarray of shape (n_leaves, n_segments)
        Rows sum to 1.

    Examples
    --------
    >>> whole_votes(np.array([[0.5, 0.25, 0.25], [1 / 3, 1 / 3, 1 / 3]]))
    array([[2048, 1024, 1024],
           [1366, 1365, 1365]], dtype=int32)
    """
    # rounding first: shares that are equal but for float noise must stay equal
    exact = np.round(shares / shares.sum(axis=1, keepdims=True) * VOTES, 6)
    votes = np.floor(exact).astype(np.int32)
    left_over = VOTES - votes.sum(axis=1)
    order = np.argsort(votes - exact, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return votes + (rank < left_over[:, None]).astype(np.int32)


@dataclass(frozen=True)
class _Growing:
    """What every tree of a forest shares."""

    X: np.ndarray
    membership: np.ndarray
    w: np.ndarray
    max_leaves: int
    min_leaf: float
    split_fields: int | None
    n_jobs: int | None

    def trees(self, seeds: np.ndarray, counts: np.ndarray) -> list[Any]:
        """Grow one tree a seed, each on its own draw of respondents."""
        jobs = (delayed(self._tree)(s, c) for s, c in zip(seeds, counts, strict=True))
        if self.n_jobs in (None, 1):
            return [self._tree(s, c) for s, c in zip(seeds, counts, strict=True)]
        return list(Parallel(n_jobs=self.n_jobs, prefer="threads")(jobs))

    def _tree(self, seed: int, counts: np.ndarray) -> Any:
        weight = counts * self.w
        drawn = np.flatnonzero(weight)
        tree = DecisionTreeRegressor(
            max_leaf_nodes=self.max_leaves,
            min_weight_fraction_leaf=min(0.5, self.min_leaf / self.w.size),
            max_features="sqrt" if self.split_fields is None else self.split_fields,
            random_state=int(seed),
        )
        tree.fit(self.X[drawn], self.membership[drawn], weight[drawn], check_input=False)
        return tree.tree_


def _batches(n_trees: int, n: int, random_state: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield seeds and bootstrap counts of a batch of trees at a time."""
    # rows stand in canonical order already
    seeds = spawn_seeds(random_state, n_trees + 1)
    draws = bootstrap_counts(n_trees, np.arange(n), int(seeds[-1]))
    for start in range(0, n_trees, BATCH):
        part = seeds[start : min(start + BATCH, n_trees)]
        yield part, np.stack([next(draws) for _ in part])


def _joined(trees: list[Any], anchors: np.ndarray) -> Forest:
    """Turn scikit-learn's trees into plain arrays with whole thresholds and votes."""
    sizes = [t.node_count for t in trees]
    feature = np.concatenate([t.feature for t in trees])
    leaf = feature < 0
    feature = np.where(leaf, -1, feature)
    floor = np.floor(np.concatenate([t.threshold for t in trees]))
    floor = np.where(leaf, 0, floor).astype(np.int64)
    threshold = np.where(leaf, 0, anchors[np.where(leaf, 0, feature), floor])
    shares = np.concatenate([t.value[:, :, 0] for t in trees])
    votes = np.zeros(shares.shape, dtype=np.int32)
    votes[leaf] = whole_votes(shares[leaf])
    return Forest(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        feature.astype(np.int16),
        threshold.astype(np.int16),
        np.concatenate([t.children_left for t in trees]).astype(np.int16),
        np.concatenate([t.children_right for t in trees]).astype(np.int16),
        votes,
        anchors.shape[0],
    )


def _concatenated(parts: list[Forest]) -> Forest:
    ends = np.cumsum([0, *(p.starts[-1] for p in parts)])
    starts = [p.starts[:-1] + end for p, end in zip(parts, ends[:-1], strict=True)]
    names = ("feature", "threshold", "left", "right", "votes")
    arrays = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    return Forest(np.append(np.concatenate(starts), ends[-1]), **arrays, n_fields=parts[0].n_fields)


def _add_out_of_bag(oob: np.ndarray, part: Forest, codes: np.ndarray, left_out: np.ndarray) -> None:
    """Add, in place, the votes of each tree to the respondents it did not see."""
    for tree, unseen in enumerate(left_out):
        out = np.flatnonzero(unseen)
        oob[out] += part.engine.tree_votes(codes[out], tree)


def _log_loss(votes: np.ndarray, membership: np.ndarray, w: np.ndarray) -> float:
    total = votes.sum(axis=1)
    some = total > 0
    share = (votes[some] + 0.5) / (total[some, None] + 0.5 * votes.shape[1])
    lost = -(membership[some] * np.log(share)).sum(axis=1)
    return float(w[some] @ lost / w[some].sum()) if some.any() else float("inf")
