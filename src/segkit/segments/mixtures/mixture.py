"""A finite mixture of items of several kinds, for many starts at once.

Within a segment the items are independent, and the log density of every kind of item is
a sum of *features* of the answers times *loadings* of the segment. So the density of all
people in all segments of all starts is one matrix product, and so are the expected
statistics that the M-step needs.

Parameters are dictionaries of arrays whose first axis is the start (R), then the segment
(K) where a parameter belongs to one.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from segkit.segments.mixtures.categorical_items import LOWEST

__all__ = ["Block", "ItemKind", "Mixture", "Params"]

Params = dict[str, np.ndarray]


class ItemKind(Protocol):
    """What a kind of item must be able to do."""

    @property
    def by_segment(self) -> tuple[str, ...]:
        """The parameters with one row a segment."""

    @property
    def n_features(self) -> int:
        """The number d of features."""

    @property
    def of_item(self) -> np.ndarray:
        """Which features belong to which item, zeros and ones (p, d)."""

    def features(self, answers: np.ndarray) -> np.ndarray:
        """Return features (d, n) of answers (n, p)."""

    def start(self, rng: np.random.Generator, n_segments: int) -> Params:
        """Draw the parameters of one start."""

    def loadings(self, params: Params) -> tuple[np.ndarray, np.ndarray]:
        """Return loadings (R, K, d) and a constant (R, K)."""

    def update(self, stats: np.ndarray, params: Params) -> Params:
        """M-step from expected statistics (R, K, d)."""

    def repair(self, guess: Params, inside: Params) -> Params:
        """Bring extrapolated parameters back into their space."""

    def n_parameters(self, n_segments: int) -> int:
        """Count the free parameters."""


@dataclass(frozen=True)
class Block:
    """Items of one kind and the columns they stand in."""

    columns: np.ndarray
    kind: ItemKind


@dataclass(frozen=True)
class Mixture:
    """A mixture of independent items.

    Attributes
    ----------
    blocks : tuple of Block
        The items by kind.
    n_segments : int
        The number of segments K.
    prior : float
        Bayes constant: so many extra respondents, spread evenly over the segments, who
        answer as everybody does. 0 is maximum likelihood.
    everybody : ndarray of shape (d,)
        Mean features over everybody; needed with a prior only.
    """

    blocks: tuple[Block, ...]
    n_segments: int
    prior: float = 0.0
    everybody: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def by_segment(self) -> tuple[str, ...]:
        """The parameters of the items that have one row a segment."""
        return tuple(name for b in self.blocks for name in b.kind.by_segment)

    def features(self, answers: np.ndarray) -> np.ndarray:
        """Return the features of answers (n, p): a row of ones, then each block's, (d, n)."""
        rows = [b.kind.features(answers[:, b.columns]) for b in self.blocks]
        return np.concatenate([np.ones((1, len(answers))), *rows])

    def start(self, seeds: np.ndarray) -> Params:
        """Draw one start a seed; a start does not depend on how many others there are."""
        drawn = [self._one_start(np.random.default_rng(seed)) for seed in seeds]
        return {name: np.stack([d[name] for d in drawn]) for name in drawn[0]}

    def loadings(self, params: Params) -> np.ndarray:
        """Return the loadings of all features, shape (R, K, d)."""
        constant = np.log(np.maximum(params["shares"], LOWEST))
        columns = []
        for block in self.blocks:
            part, added = block.kind.loadings(params)
            columns.append(part)
            constant = constant + added
        return np.concatenate([constant[..., None], *columns], axis=-1)

    def update(self, stats: np.ndarray, params: Params) -> Params:
        """M-step from the expected statistics (R, K, d)."""
        if self.prior:
            stats = stats + self.prior / self.n_segments * self.everybody
        weight = stats[..., 0]
        out = {"shares": weight / weight.sum(axis=-1, keepdims=True)}
        edge = 1
        for block in self.blocks:
            end = edge + block.kind.n_features
            out |= block.kind.update(stats[..., edge:end], params)
            edge = end
        return out

    def repair(self, guess: Params, inside: Params) -> Params:
        """Bring extrapolated parameters back into their space."""
        shares = np.where(guess["shares"] > 0, guess["shares"], inside["shares"] / 2)
        out = {"shares": shares / shares.sum(axis=-1, keepdims=True)}
        for block in self.blocks:
            out |= block.kind.repair(guess, inside)
        return out

    def log_prior(self, loadings: np.ndarray) -> np.ndarray | float:
        """Return the log density of the extra respondents, shape (R,)."""
        if not self.prior:
            return 0.0
        return self.prior / self.n_segments * (loadings @ self.everybody).sum(axis=-1)

    def n_parameters(self) -> int:
        """Count the free parameters: shares and those of the items."""
        items = sum(b.kind.n_parameters(self.n_segments) for b in self.blocks)
        return self.n_segments - 1 + items

    def reorder(self, params: Params, order: np.ndarray) -> Params:
        """Return the parameters with the segments in another order."""
        moving = {"shares", *self.by_segment}
        return {k: v[:, order] if k in moving else v for k, v in params.items()}

    def _one_start(self, rng: np.random.Generator) -> Params:
        out = {"shares": np.full(self.n_segments, 1.0 / self.n_segments)}
        for block in self.blocks:
            out |= block.kind.start(rng, self.n_segments)
        return out
