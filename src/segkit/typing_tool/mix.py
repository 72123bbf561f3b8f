"""Segment sizes of a base, corrected for the tool's own mistakes.

Counting tags is biased: a tool that mistakes people gives large segments too many and
small ones too few. If people of a segment look the same in the base as in the survey, the
counts are q_j = sum_k pi_k P(tag j | segment k), and the sizes pi are found by solving
that for pi on the simplex.

References
----------
Saerens, M., Latinne, P. & Decaestecker, C. (2002). Adjusting the outputs of a classifier
to new a priori probabilities. Neural Computation 14, 21-41, section 2.3.2 (confusion
matrix method).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import nnls

from segkit._frames import Origin
from segkit._resample import bootstrap_counts
from segkit._result import Result, percent
from segkit.exceptions import SegkitWarning
from segkit.typing_tool.crossfit import CrossFit

__all__ = ["SegmentMix", "TypingError", "segment_mix", "typing_error"]

N_DRAWS = 400
FAR = 0.10  # share of people counted in another segment from which a warning is due
SUM_WEIGHT = 1e3  # how firmly the sizes are held to a sum of one


@dataclass(frozen=True)
class TypingError:
    """Where people of each segment are tagged, with its uncertainty.

    Attributes
    ----------
    matrix : ndarray of shape (n_segments, n_segments + 1)
        P(tag | segment), cross-fitted; the last column is untagged.
    draws : ndarray of shape (n_draws, n_segments, n_segments + 1)
        The same in bootstrap samples of respondents.
    """

    matrix: np.ndarray
    draws: np.ndarray


@dataclass(frozen=True, repr=False)
class SegmentMix(Result):
    """The sizes of the segments in a base.

    Attributes
    ----------
    table : dict
        Columns ``segment``, ``counted`` (share of tags), ``corrected`` (share after
        correction for typing error), ``low``, ``high`` (95 % interval of `corrected`).
    n_customers : int
        Rows of the base.
    n_untagged : int
        Rows without a tag; they are in no `counted` share.

    Notes
    -----
    The correction assumes that people of one segment have the same fields in base and
    survey; where the base holds other people (not only others shares of the same), neither
    column is right. The interval covers the survey's size and the base's, not that
    assumption. It is wide where the tool is weak: that is the truth about the sizes.
    """

    table: dict[str, list[Any]]
    n_customers: int
    n_untagged: int
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row a segment."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw corrected sizes with intervals beside the counted ones."""
        from segkit.plots.segment_mix import segment_mix as figure

        return figure(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph that a report can quote."""
        sizes = ", ".join(
            f"segment {s} {percent(c)} [{percent(low)}, {percent(high)}] (counted {percent(q)})"
            for s, q, c, low, high in zip(*self.table.values(), strict=True)
        )
        return (
            f"Of {self.n_customers} customers, corrected for typing error: {sizes}. "
            f"{self.n_untagged} untagged. Correction by the cross-fitted confusion matrix; 95 % "
            f"intervals by bootstrap of respondents ({N_DRAWS} draws), under the assumption that "
            "people of a segment have the same fields in base and survey."
        )


def typing_error(fit: CrossFit, random_state: Any) -> TypingError:
    """Estimate P(tag | segment) from cross-fitted tags, with bootstrap draws."""
    n, k = fit.membership.shape
    tags = np.where(fit.kept, fit.first, k)
    hits = np.mean([np.eye(k + 1)[tag] for tag in tags], axis=0)
    # one row a respondent: the outer product of membership and tag, weighted
    cells = (fit.membership[:, :, None] * hits[:, None, :]).reshape(n, -1) * fit.w[:, None]
    counts = bootstrap_counts(N_DRAWS, np.arange(n), random_state)
    draws = np.stack([count @ cells for count in counts]).reshape(-1, k, k + 1)
    point = cells.sum(axis=0).reshape(k, k + 1)
    # a segment that a draw left out has the point's row
    draws = np.where(draws.sum(axis=2, keepdims=True) > 0, draws, point)
    return TypingError(_rows_to_one(point), _rows_to_one(draws))


def segment_mix(
    counts: np.ndarray,
    error: TypingError,
    classes: Sequence[Any],
    *,
    random_state: Any = 0,
    origin: Origin | None = None,
) -> SegmentMix:
    """Correct the counts of tags for typing error.

    Parameters
    ----------
    counts : ndarray of shape (n_segments + 1,)
        Customers by tag; the last entry is untagged.
    error : TypingError
        Where people of each segment are tagged.
    classes : sequence
        The segments.
    random_state : int
        The seed of the interval.
    origin : Origin, optional
        The kind of frame to hand out.

    Returns
    -------
    SegmentMix

    Warns
    -----
    SegkitWarning
        When counted and corrected sizes lie far apart.
    """
    n = int(counts.sum())
    tagged = counts[:-1]
    counted = tagged / max(1, tagged.sum())
    corrected = _solve(error.matrix, counts / n)
    rng = np.random.default_rng(random_state)
    shares = rng.multinomial(n, counts / n, size=len(error.draws)) / n
    sizes = np.stack([_solve(m, q) for m, q in zip(error.draws, shares, strict=True)])
    low, high = np.quantile(sizes, [0.025, 0.975], axis=0)
    _warn_when_far(counted, corrected, low, high, classes)
    table = {
        "segment": list(classes),
        "counted": counted.tolist(),
        "corrected": corrected.tolist(),
        "low": np.minimum(low, corrected).tolist(),
        "high": np.maximum(high, corrected).tolist(),
    }
    return SegmentMix(table, n, int(counts[-1]), Origin((origin or Origin()).kind))


def _rows_to_one(cells: np.ndarray) -> np.ndarray:
    return np.asarray(cells / cells.sum(axis=-1, keepdims=True))


def _solve(matrix: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Least squares on the simplex."""
    k = len(matrix)
    left = np.vstack([matrix.T, np.full((1, k), SUM_WEIGHT)])
    sizes = nnls(left, np.append(shares, SUM_WEIGHT))[0]
    return np.asarray(sizes / sizes.sum())


def _warn_when_far(
    counted: np.ndarray,
    corrected: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    classes: Sequence[Any],
) -> None:
    moved = np.abs(counted - corrected).sum() / 2
    outside = (counted < low) | (counted > high)
    if moved > FAR and outside.any():
        worst = int(np.argmax(np.where(outside, np.abs(counted - corrected), -1)))
        warnings.warn(
            f"Counted and corrected sizes differ by {percent(moved)} of the customers; segment "
            f"{classes[worst]}: counted {percent(counted[worst])}, corrected "
            f"{percent(corrected[worst])} [{percent(low[worst])}, {percent(high[worst])}]. Report "
            "the corrected sizes with their intervals, and ask whether the base holds the kind "
            "of people the survey asked.",
            SegkitWarning,
            stacklevel=4,
        )
