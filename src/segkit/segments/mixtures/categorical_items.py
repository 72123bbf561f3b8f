"""Unordered answers in a mixture: each segment has a probability for each answer of each item.

References
----------
McCutcheon, A. L. (1987). Latent Class Analysis. Sage.
Linzer, D. A. and Lewis, J. B. (2011). poLCA: an R package for polytomous variable latent
class analysis. Journal of Statistical Software 42(10), equations 7 and 8 (M-step).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["LOWEST", "CategoricalItems", "one_hot_answers", "shares_of"]

LOWEST = 1e-100
"""Probabilities are floored here before their logarithm: a zero stays a zero in effect."""


@dataclass(frozen=True)
class CategoricalItems:
    """A block of unordered items.

    Attributes
    ----------
    categories : tuple of ndarray
        The answers of each item, sorted.
    n_given : ndarray of shape (p,), optional
        How many answers of each item people with weight gave; by default all.
    """

    categories: tuple[np.ndarray, ...]
    n_given: np.ndarray | None = None

    by_segment = ("theta",)

    @cached_property
    def sizes(self) -> np.ndarray:
        """The number of answers of each item."""
        return np.array([len(c) for c in self.categories])

    @cached_property
    def edges(self) -> np.ndarray:
        """Where each item begins among the columns of all answers."""
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]])

    @property
    def n_features(self) -> int:
        """One feature an answer."""
        return int(self.sizes.sum())

    @property
    def of_item(self) -> np.ndarray:
        """Which features belong to which item, zeros and ones (p, d)."""
        return np.repeat(np.eye(self.sizes.size), self.sizes, axis=1)

    def features(self, answers: np.ndarray) -> np.ndarray:
        """Return the answers as zeros and ones, shape (n_answers, n)."""
        return one_hot_answers(answers, self.categories)

    def start(self, rng: np.random.Generator, n_segments: int) -> dict[str, np.ndarray]:
        """Draw probabilities uniformly on the simplex of each item and segment."""
        drawn = rng.standard_exponential((n_segments, int(self.sizes.sum())))
        return {"theta": self._normalised(drawn)}

    def loadings(self, params: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return log probabilities a feature (..., K, d) and what is added to each segment."""
        log_theta = np.log(np.maximum(params["theta"], LOWEST))
        return log_theta, np.zeros(log_theta.shape[:-1])

    def update(self, stats: np.ndarray, params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """M-step: shares of the expected counts; an empty segment keeps its probabilities."""
        return {"theta": shares_of(stats, params["theta"], self._totals(stats))}

    def repair(
        self, guess: dict[str, np.ndarray], inside: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Bring an extrapolated guess back among the probabilities."""
        theta = np.where(guess["theta"] > 0, guess["theta"], inside["theta"] / 2)
        return {"theta": self._normalised(theta)}

    def n_parameters(self, n_segments: int) -> int:
        """Count the free probabilities; an answer that nobody with weight gave has none."""
        given = self.sizes if self.n_given is None else self.n_given
        return int(n_segments * np.maximum(given - 1, 0).sum())

    def _totals(self, columns: np.ndarray) -> np.ndarray:
        return np.repeat(np.add.reduceat(columns, self.edges, axis=-1), self.sizes, axis=-1)

    def _normalised(self, columns: np.ndarray) -> np.ndarray:
        return columns / self._totals(columns)


def one_hot_answers(answers: np.ndarray, categories: Sequence[np.ndarray]) -> np.ndarray:
    """Return one row of zeros and ones an item and answer; a missing answer is all zeros."""
    rows = [answers[:, j] == code for j, codes in enumerate(categories) for code in codes]
    return np.array(rows, dtype=float)


def shares_of(counts: np.ndarray, fallback: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Divide counts by totals; where a total is nothing, keep the fallback."""
    return np.divide(counts, totals, out=fallback.copy(), where=totals > 1e-12)
