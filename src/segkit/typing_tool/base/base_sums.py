"""What the sizes of segments need of a base: sums that its parts add up to, and a sample.

Sums are enough for two of the estimators; the likelihood looks at single customers, and takes
a sample of them where the base is large. The sample is drawn by what the tool says of a
customer, not by where the customer stands: the order of the rows of a frame does not matter.
"""

from dataclasses import dataclass

import numpy as np

from segkit.typing_tool.models.calibration import Decision

__all__ = ["SAMPLE", "BaseSums"]

SAMPLE = 10_000
"""Customers that the likelihood looks at; all, where the base has no more."""

SHELVES = 16  # for every row of the sample: so few of the others stand beside it


@dataclass(frozen=True)
class BaseSums:
    """Tags and probabilities of a base, summed.

    Attributes
    ----------
    counts : ndarray of shape (n_segments + 1,)
        Customers by tag; the last entry is untagged.
    first : ndarray of shape (n_segments,)
        Customers by their likeliest segment, the untagged too.
    total : ndarray of shape (n_segments,)
        Sums of probabilities.
    products : ndarray of shape (n_segments, n_segments)
        Sums of their products, for the sampling error of a small base.
    sample : ndarray of shape (n_sampled, n_segments)
        Probabilities of the customers in the sample.
    """

    counts: np.ndarray
    first: np.ndarray
    total: np.ndarray
    products: np.ndarray
    sample: np.ndarray

    @classmethod
    def of(cls, decision: Decision, n_base: int) -> "BaseSums":
        """Sum over the rows of a decision, which are a part of a base of `n_base` rows."""
        p = decision.probabilities
        n, k = p.shape
        # one line a segment, whoever decided: so the sums are the same to the last bit
        lines = np.ascontiguousarray(p.T)
        return cls(
            np.bincount(np.where(decision.kept, decision.first, k), minlength=k + 1),
            np.bincount(decision.first, minlength=k),
            lines.sum(axis=1),
            lines @ lines.T,
            p if n_base <= SAMPLE else p[_spread_out(lines, round(n * SAMPLE / n_base))],
        )

    @property
    def n(self) -> int:
        """Customers."""
        return int(self.counts.sum())

    @property
    def mean(self) -> np.ndarray:
        """Mean probabilities of the segments."""
        return np.asarray(self.total / self.n)

    @property
    def spread(self) -> np.ndarray:
        """Sampling covariance of `mean`."""
        return np.asarray((self.products / self.n - np.outer(self.mean, self.mean)) / self.n)

    def __add__(self, other: "BaseSums") -> "BaseSums":
        return BaseSums(
            self.counts + other.counts,
            self.first + other.first,
            self.total + other.total,
            self.products + other.products,
            np.concatenate([self.sample, other.sample]),
        )


def _spread_out(lines: np.ndarray, size: int) -> np.ndarray:
    """Return `size` rows, evenly spaced where rows stand in an order that is as good as random."""
    k, n = lines.shape
    # odd multipliers scramble the bits of a row; equal rows stay together and get their share
    odd = 2 * np.random.default_rng(0).integers(0, 2**63, k + 1, dtype=np.uint64) + 1
    mixed = np.zeros(n, dtype=np.uint64)
    for line, multiplier in zip(lines.view(np.uint64), odd[1:], strict=True):
        mixed += line * multiplier
    mixed ^= mixed >> np.uint64(31)
    ranks = ((np.arange(size) + 0.5) * (n / max(size, 1))).astype(int)
    return _at_ranks(mixed * odd[0], ranks)


def _at_ranks(keys: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Return `np.argsort(keys, kind="stable")[ranks]` for a few ranks, sorting only near them.

    The upper bits of a key say how far it stands from the smallest, but for the keys that share
    them; these alone are put in order, and only where a rank asks for one of them.
    """
    bits = min(16, (SHELVES * ranks.size).bit_length())
    shelf = (keys >> np.uint64(64 - bits)).astype(np.int64) if bits else np.zeros(keys.size, int)
    counts = np.bincount(shelf, minlength=2**bits)
    ends = np.cumsum(counts)
    at = np.searchsorted(ends, ranks, side="right")
    asked = np.zeros(counts.size, dtype=bool)
    asked[at] = True
    rows = np.flatnonzero(asked[shelf])
    rows = rows[np.argsort(keys[rows], kind="stable")]
    before = np.cumsum(np.where(asked, 0, counts))  # rows of lower shelves that were left out
    return np.asarray(rows[ranks - before[at]])
