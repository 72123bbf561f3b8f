"""Ordered answers in a mixture: the adjacent-category logit model.

Each item has one intercept an answer, each segment one location an item:

``log P(answer c | segment k) = beta_c + s_c alpha_k - log sum_c' exp(beta_c' + s_c' alpha_k)``

with ``s_c`` the score of the answer: its code, scaled so that the item's lowest code is 0
and its highest 1. A segment can only move along the scale, as a whole, so that an answer of
4 lies between 3 and 5: this is what makes the item ordinal, and what saves parameters.

References
----------
Agresti, A. (2010). Analysis of Ordinal Categorical Data, 2nd ed., section 4.1
(adjacent-categories logits).
Vermunt, J. K. and Magidson, J. (2016). Technical Guide for Latent GOLD 5.1, section 2
(ordinal indicators).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segkit.segments.mixtures.categorical_items import LOWEST, one_hot_answers

__all__ = ["OrdinalItems", "ordinal_items"]

START_SPREAD = 3.0
"""Starting locations: standard deviation of the logit between the ends of the scale."""

LONGEST_STEP = 5.0
"""No Newton step moves a parameter further than this."""

FURTHEST = 200.0
"""Locations stay within this: a segment that only gives the last answer has none."""


@dataclass(frozen=True)
class OrdinalItems:
    """A block of ordered items.

    Attributes
    ----------
    categories : tuple of ndarray
        The answers of each item, sorted.
    margins : ndarray of shape (p, C)
        Share of each answer over everybody, zero beyond an item's answers.
    """

    categories: tuple[np.ndarray, ...]
    margins: np.ndarray

    by_segment = ("alpha",)

    @cached_property
    def sizes(self) -> np.ndarray:
        """The number of answers of each item."""
        return np.array([len(c) for c in self.categories])

    @cached_property
    def real(self) -> np.ndarray:
        """Which cells of (p, C) are answers: items have different numbers of them."""
        return np.arange(self.sizes.max()) < self.sizes[:, None]

    @cached_property
    def scores(self) -> np.ndarray:
        """The score of each answer (p, C): 0 for the lowest code, 1 for the highest."""
        out = np.zeros(self.real.shape)
        for j, codes in enumerate(self.categories):
            span = codes[-1] - codes[0]
            out[j, : len(codes)] = (codes - codes[0]) / (span if span > 0 else 1.0)
        return out

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
        """Draw locations around zero; intercepts start at everybody's answers."""
        beta = np.where(self.real, np.log(np.maximum(self.margins, 1e-3)), 0.0)
        alpha = START_SPREAD * rng.standard_normal((n_segments, self.sizes.size))
        return {"alpha": alpha, "beta": beta}

    def loadings(self, params: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return log probabilities a feature (..., K, d) and what is added to each segment."""
        log_p = np.maximum(self.log_probabilities(params), np.log(LOWEST))
        columns = log_p[..., self.real]
        return columns, np.zeros(columns.shape[:-1])

    def log_probabilities(self, params: dict[str, np.ndarray]) -> np.ndarray:
        """Return log P of shape (..., K, p, C); minus infinity beyond an item's answers."""
        return _log_softmax(self._logits(params["beta"], params["alpha"]))

    def update(self, stats: np.ndarray, params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """M-step: one damped Newton step an item, never downhill (a generalised EM step)."""
        counts = np.zeros(stats.shape[:-1] + self.real.shape)
        counts[..., self.real] = stats
        beta, alpha = params["beta"], params["alpha"]
        step_beta, step_alpha = self._newton(counts, beta, alpha)
        return dict(
            zip(
                ("beta", "alpha"),
                self._uphill(counts, beta, alpha, step_beta, step_alpha),
                strict=True,
            )
        )

    def repair(
        self,
        guess: dict[str, np.ndarray],
        inside: dict[str, np.ndarray],  # noqa: ARG002 one signature for all kinds
    ) -> dict[str, np.ndarray]:
        """Keep extrapolated locations finite."""
        return {name: np.clip(guess[name], -FURTHEST, FURTHEST) for name in ("beta", "alpha")}

    def n_parameters(self, n_segments: int) -> int:
        """Count intercepts and locations; one of each item is fixed by the others.

        An answer that nobody with weight gave has none.
        """
        free = np.maximum((self.margins > 0).sum(axis=1) - 1, 0)
        return int(free.sum() + (n_segments - 1) * (free > 0).sum())

    def _logits(self, beta: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        logits = beta[..., None, :, :] + self.scores * alpha[..., None]
        return np.where(self.real, logits, -np.inf)

    def _newton(
        self, counts: np.ndarray, beta: np.ndarray, alpha: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the Newton step of every item; locations are eliminated first (diagonal)."""
        p = np.exp(_log_softmax(self._logits(beta, alpha)))
        n = counts.sum(axis=-1, keepdims=True)
        residual = counts - n * p
        mean = (p * self.scores).sum(axis=-1, keepdims=True)
        centred = self.scores - mean
        ridge = 1e-9 * n.sum(axis=-3) + 1e-12
        g_alpha = (residual * self.scores).sum(axis=-1)
        h_alpha = (n * p * centred**2).sum(axis=-1) + ridge[..., None, :, 0]
        cross = n * p * centred
        h_beta = -np.einsum("...kjc,...kjd->...jcd", n * p, p)
        diagonal = (n * p).sum(axis=-3) + np.where(self.real, ridge, 1.0)
        index = np.arange(self.real.shape[1])
        h_beta[..., index, index] += diagonal
        scaled = cross / h_alpha[..., None]
        schur = h_beta - np.einsum("...kjc,...kjd->...jcd", scaled, cross)
        schur[..., index, index] += ridge
        gradient = residual.sum(axis=-3) - (scaled * g_alpha[..., None]).sum(axis=-3)
        step_beta = np.linalg.solve(schur, gradient[..., None])[..., 0]
        step_alpha = (g_alpha - np.einsum("...kjc,...jc->...kj", cross, step_beta)) / h_alpha
        longest = np.maximum(np.abs(step_beta).max(axis=-1), np.abs(step_alpha).max(axis=-2))
        shrink = np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))
        return step_beta * shrink[..., None], step_alpha * shrink[..., None, :]

    def _uphill(
        self,
        counts: np.ndarray,
        beta: np.ndarray,
        alpha: np.ndarray,
        step_beta: np.ndarray,
        step_alpha: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take each item's step, halved until its expected log-likelihood does not fall."""
        before = self._expected(counts, beta, alpha)
        length = np.ones_like(before)
        for _ in range(6):
            new_beta = beta + length[..., None] * step_beta
            new_alpha = alpha + length[..., None, :] * step_alpha
            falls = self._expected(counts, new_beta, new_alpha) < before
            if not falls.any():
                return new_beta, np.clip(new_alpha, -FURTHEST, FURTHEST)
            length[falls] /= 2
        length[falls] = 0.0
        new_beta = beta + length[..., None] * step_beta
        return new_beta, np.clip(alpha + length[..., None, :] * step_alpha, -FURTHEST, FURTHEST)

    def _expected(self, counts: np.ndarray, beta: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        """Return the expected complete log-likelihood of each item, shape (..., p)."""
        log_p = np.where(self.real, _log_softmax(self._logits(beta, alpha)), 0.0)
        return (counts * log_p).sum(axis=(-3, -1))


def ordinal_items(
    answers: np.ndarray, w: np.ndarray, categories: tuple[np.ndarray, ...]
) -> OrdinalItems:
    """Measure the margins of a block of ordered items.

    Parameters
    ----------
    answers : ndarray of shape (n, p)
        Codes, missing as NaN.
    w : ndarray of shape (n,)
        Weights.
    categories : tuple of ndarray
        The answers of each item, sorted.
    """
    margins = np.zeros((len(categories), max(len(c) for c in categories)))
    for j, codes in enumerate(categories):
        counts = (answers[:, [j]] == codes).T @ w
        margins[j, : len(codes)] = counts / max(counts.sum(), 1e-300)
    return OrdinalItems(categories, margins)


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    top = logits.max(axis=-1, keepdims=True)
    return logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))
