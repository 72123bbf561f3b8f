"""The bit-mask engine: many rows of codes through a forest without walking its trees.

The leaves of a tree are numbered from left to right, one bit each. For every field and
code a table holds the leaves that can still be reached; the tables of all fields are
joined by AND, and the lowest bit left is the leaf where a walk would end. Fields with few
codes share one table over their combinations, which halves the look-ups. All numbers are
whole: votes are equal to those of a walk, for every order and batch.

References
----------
Lucchese, C., Nardini, F. M., Orlando, S., Perego, R., Tonellotto, N. & Venturini, R.
(2015). QuickScorer: a fast algorithm to rank documents with additive ensembles of
regression trees. SIGIR, 73-82.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from joblib import effective_n_jobs

from segkit.typing_tool.models.compiled import MANY_ROWS, CompiledForest, loops
from segkit.typing_tool.models.joint_tables import JointTables, joint_tables, single_tables

__all__ = ["MaskEngine"]

N_CODES = 64
BLOCK = 131_072  # rows at a time: every table is fetched once a block, so blocks are long
CELLS = (4096, 512, 64)  # combinations in one table: 32 kB fill the first-level cache
FEW_ROWS = 4096  # below this, joint tables cost more than they save
LANE = 16  # bits a segment in a word of packed votes
TREES_A_WORD = 15  # 15 x 4096 votes fit in 16 bits


@dataclass(frozen=True)
class MaskEngine:
    """Tables of reachable leaves.

    Attributes
    ----------
    masks : ndarray of shape (n_trees, n_fields, 64), dtype uint64
        Leaves that a code of a field leaves open.
    leaf_votes : ndarray of shape (n_trees, 65, n_segments), dtype int64
        Votes of the leaf whose bit is the i-th, counted from 1.
    """

    masks: np.ndarray
    leaf_votes: np.ndarray

    @classmethod
    def of(cls, forest: Any) -> "MaskEngine":
        """Build the tables of a forest."""
        padded = _Padded.of(forest)
        first, size = padded.leaf_ranges()
        return cls(_masks(padded, first, size, forest.n_fields), padded.leaf_votes(first))

    def score(self, codes: np.ndarray, n_jobs: int | None = None) -> np.ndarray:
        """Return the votes of each row of codes, shape (n_rows, n_segments), int64."""
        score = self._scorer(len(codes))
        threads = effective_n_jobs(n_jobs)
        size = max(1, min(BLOCK, -(-len(codes) // threads)))
        blocks = [codes[i : i + size] for i in range(0, len(codes), size)]
        if threads == 1 or len(blocks) < 2:
            parts = [score(b) for b in blocks]
        else:
            with ThreadPoolExecutor(threads) as pool:
                parts = list(pool.map(score, blocks))
        if len(parts) == 1:
            return parts[0]
        none = np.empty((0, self.leaf_votes.shape[2]), dtype=np.int64)
        return np.concatenate(parts) if parts else none

    def score_one(self, codes: np.ndarray) -> np.ndarray:
        """Return the votes of one row of codes; all trees at once."""
        masks = np.bitwise_and.reduce(
            self.masks[:, np.arange(codes.size), codes.astype(np.intp)], axis=1
        )
        leaf = np.bitwise_count(masks ^ (masks - np.uint64(1)))
        return np.asarray(self.leaf_votes[np.arange(leaf.size), leaf].sum(axis=0))

    def tree_votes(self, codes: np.ndarray, tree: int) -> np.ndarray:
        """Return the votes of one tree for each row of codes."""
        index = codes.astype(np.intp)
        mask = np.bitwise_and.reduce(
            [self.masks[tree, f, index[:, f]] for f in range(codes.shape[1])], axis=0
        )
        return np.asarray(self.leaf_votes[tree, np.bitwise_count(mask ^ (mask - np.uint64(1)))])

    @cached_property
    def _packed(self) -> np.ndarray:
        """Leaf votes of up to four segments side by side in one 64-bit word."""
        per_word = 64 // LANE
        n_trees, n_leaves, k = self.leaf_votes.shape
        words = -(-k // per_word)
        out = np.zeros((n_trees, words, n_leaves), dtype=np.uint64)
        for s in range(k):
            lane = np.uint64(LANE * (s % per_word))
            out[:, s // per_word] |= self.leaf_votes[:, :, s].astype(np.uint64) << lane
        return out

    @cached_property
    def _single(self) -> JointTables:
        return single_tables(self.masks)

    @cached_property
    def _joint(self) -> JointTables:
        return joint_tables(self.masks, CELLS)

    @cached_property
    def _compiled(self) -> CompiledForest:
        kernels, k = loops(MANY_ROWS), self.leaf_votes.shape[2]
        return CompiledForest.of(kernels, self.masks, self._packed, k)

    def _scorer(self, n_rows: int) -> Callable[[np.ndarray], np.ndarray]:
        """Return what scores a block fastest when so many rows wait."""
        if loops(n_rows) is not None:
            return self._compiled.score
        grouped = self._single if n_rows < FEW_ROWS else self._joint
        return partial(self._score_block, grouped=grouped)

    def _score_block(self, codes: np.ndarray, grouped: JointTables) -> np.ndarray:
        n, (n_trees, n_words, _) = len(codes), self._packed.shape
        index = grouped.index(codes)
        mask, other = np.empty(n, np.uint64), np.empty(n, np.uint64)
        leaf = np.empty(n, np.intp)
        words = np.zeros((n_words, n), np.uint64)
        votes = np.zeros((n, self.leaf_votes.shape[2]), np.int64)
        one = np.uint64(1)
        for tree in range(n_trees):
            # every index is within its table: "clip" only spares the check
            np.take(grouped.tables[0][tree], index[0], out=mask, mode="clip")
            for table, at in zip(grouped.tables[1:], index[1:], strict=True):
                np.take(table[tree], at, out=other, mode="clip")
                np.bitwise_and(mask, other, out=mask)
            np.subtract(mask, one, out=other)
            np.bitwise_xor(mask, other, out=mask)
            np.bitwise_count(mask, out=leaf)
            for word, packed in zip(words, self._packed[tree], strict=True):
                np.take(packed, leaf, out=other, mode="clip")
                np.add(word, other, out=word)
            if tree % TREES_A_WORD == TREES_A_WORD - 1:
                _unpack(words, votes)
        _unpack(words, votes)
        return votes


@dataclass(frozen=True)
class _Padded:
    """A forest's trees side by side, each padded to the largest."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    votes: np.ndarray

    @classmethod
    def of(cls, forest: Any) -> "_Padded":
        """Lay out a forest's trees with as many places each as the largest has."""
        sizes = np.diff(forest.starts)
        tree = np.repeat(np.arange(sizes.size), sizes)
        place = np.arange(forest.starts[-1]) - np.repeat(forest.starts[:-1], sizes)
        width = int(sizes.max())

        def spread(values: np.ndarray, fill: int) -> np.ndarray:
            out = np.full((sizes.size, width, *values.shape[1:]), fill, dtype=np.int64)
            out[tree, place] = values
            return out

        return cls(
            spread(forest.feature, -2),
            spread(forest.threshold, 0),
            spread(forest.left, -1),
            spread(forest.right, -1),
            spread(forest.votes, 0),
        )

    def leaf_ranges(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of the first leaf below each node, and how many there are."""
        size = (self.feature == -1).astype(np.int64)
        first = np.zeros_like(size)
        trees = np.arange(size.shape[0])
        # children stand after their parent: upwards for the counts, downwards for the first
        for node in range(size.shape[1] - 1, -1, -1):
            inner = trees[self.feature[:, node] >= 0]
            left, right = self.left[inner, node], self.right[inner, node]
            size[inner, node] = size[inner, left] + size[inner, right]
        for node in range(size.shape[1]):
            inner = trees[self.feature[:, node] >= 0]
            left, right = self.left[inner, node], self.right[inner, node]
            first[inner, left] = first[inner, node]
            first[inner, right] = first[inner, node] + size[inner, left]
        return first, size

    def leaf_votes(self, first: np.ndarray) -> np.ndarray:
        """Return the votes of each tree's leaves from left to right, counted from 1."""
        tree, node = np.nonzero(self.feature == -1)
        out = np.zeros((self.feature.shape[0], N_CODES + 1, self.votes.shape[2]), np.int64)
        out[tree, first[tree, node] + 1] = self.votes[tree, node]
        return out


def _masks(padded: _Padded, first: np.ndarray, size: np.ndarray, n_fields: int) -> np.ndarray:
    """Return the leaves that each code of each field leaves open."""
    tree, node = np.nonzero(padded.feature >= 0)
    left = padded.left[tree, node]
    n_left = size[tree, left].astype(np.uint64)  # at most 63: both children hold a leaf
    start = first[tree, left].astype(np.uint64)
    one = np.uint64(1)
    open_right = ~(((one << n_left) - one) << start)
    masks = np.full((padded.feature.shape[0], n_fields, N_CODES), ~np.uint64(0))
    field, threshold = padded.feature[tree, node], padded.threshold[tree, node]
    # a code above the threshold closes the left leaves, and so does every code after it
    np.bitwise_and.at(masks, (tree, field, threshold + 1), open_right)
    return np.bitwise_and.accumulate(masks, axis=2)


def _unpack(words: np.ndarray, votes: np.ndarray) -> None:
    """Add packed votes to the sums, in place, and clear them."""
    lane, per_word = np.uint64((1 << LANE) - 1), 64 // LANE
    for s in range(votes.shape[1]):
        shift = np.uint64(LANE * (s % per_word))
        votes[:, s] += ((words[s // per_word] >> shift) & lane).astype(np.int64)
    words[:] = 0
