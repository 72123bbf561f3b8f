"""Segment sizes of a base, corrected for the tool's own mistakes.

Counting tags is biased: a tool that mistakes people gives large segments too many and
small ones too few. If people of a segment look the same in the base as in the survey, the
mean probability of segment j in the base is q_j = sum_k pi_k M_kj, where M_kj is the mean
probability of j among people of segment k; the sizes pi are found by solving that on the
simplex. Probabilities in place of tags lose less information: the sizes err by a third less.
M comes from the fitted forest itself, from trees that had not seen the respondent: another
forest, fitted on a part of the respondents, makes other mistakes.

References
----------
Bella, A., Ferri, C., Hernandez-Orallo, J. & Ramirez-Quintana, M. J. (2010). Quantification
via probability estimators. ICDM, 737-742 (scaled probability average).
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
from segkit.typing_tool.models.calibration import Decision

__all__ = ["BaseSums", "SegmentMix", "TypingError", "segment_mix", "typing_error"]

N_DRAWS = 400
FAR = 0.20  # share of people counted in another segment from which a warning is due
SUM_WEIGHT = 1e3  # how firmly the sizes are held to a sum of one


@dataclass(frozen=True)
class TypingError:
    """How the tool mistakes people of each segment, with its uncertainty.

    Attributes
    ----------
    matrix : ndarray of shape (n_segments, n_segments)
        Mean probabilities (columns) among people of each segment (rows), out of bag.
    draws : ndarray of shape (n_draws, n_segments, n_segments)
        The same in bootstrap samples of respondents.
    """

    matrix: np.ndarray
    draws: np.ndarray


@dataclass(frozen=True)
class BaseSums:
    """What the correction needs of a base, in sums that parts of it add up to.

    Attributes
    ----------
    counts : ndarray of shape (n_segments + 1,)
        Customers by tag; the last entry is untagged.
    total : ndarray of shape (n_segments,)
        Sums of probabilities.
    products : ndarray of shape (n_segments, n_segments)
        Sums of their products, for the sampling error of a small base.
    """

    counts: np.ndarray
    total: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, decision: Decision) -> "BaseSums":
        """Sum over the rows of a decision."""
        p = decision.probabilities
        tags = np.where(decision.kept, decision.first, p.shape[1])
        return cls(np.bincount(tags, minlength=p.shape[1] + 1), p.sum(axis=0), p.T @ p)

    def __add__(self, other: "BaseSums") -> "BaseSums":
        return BaseSums(
            self.counts + other.counts, self.total + other.total, self.products + other.products
        )


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
    survey; where the base holds other people (not only other shares of the same), neither
    column is right. The interval covers the survey's size and the base's, not that
    assumption. It is wide where the tool is weak: that is the truth about the sizes.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> base = pd.DataFrame({"age": [25] * 30 + [70] * 10, "plan": "a"})
    >>> tool.segment_mix(base).frame()["counted"].tolist()
    [0.75, 0.25]
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
        from segkit.plots.segment_mix import plot_segment_mix

        return plot_segment_mix(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph that a report can quote."""
        sizes = ", ".join(
            f"segment {s} {percent(c)} [{percent(low)}, {percent(high)}] (counted {percent(q)})"
            for s, q, c, low, high in zip(*self.table.values(), strict=True)
        )
        return (
            f"Of {self.n_customers} customers, corrected for typing error: {sizes}. "
            f"{self.n_untagged} untagged. Correction by out-of-bag mean probabilities of each "
            f"segment's people; 95 % intervals by bootstrap of respondents ({N_DRAWS} draws), "
            "under the assumption that people of a segment have the same fields in base and "
            "survey."
        )


def typing_error(
    probabilities: np.ndarray, membership: np.ndarray, w: np.ndarray, random_state: Any
) -> TypingError:
    """Estimate mean probabilities by true segment, with bootstrap draws.

    Parameters
    ----------
    probabilities : ndarray of shape (n_respondents, n_segments)
        From trees that had not seen the respondent, in canonical order.
    membership : ndarray of shape (n_respondents, n_segments)
        The survey's own answer.
    w : ndarray of shape (n_respondents,)
        Survey weights.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    TypingError
    """
    n, k = membership.shape
    # one row a respondent: the outer product of membership and probabilities, weighted
    cells = (membership[:, :, None] * probabilities[:, None, :]).reshape(n, -1) * w[:, None]
    counts = bootstrap_counts(N_DRAWS, np.arange(n), random_state)
    draws = np.stack([count @ cells for count in counts]).reshape(-1, k, k)
    point = cells.sum(axis=0).reshape(k, k)
    # a segment that no respondent is left of gets the tool's average answer
    point = np.where(point.sum(axis=1, keepdims=True) > 0, point, point.sum(axis=0) + 1e-12)
    draws = np.where(draws.sum(axis=2, keepdims=True) > 0, draws, point)
    return TypingError(_rows_to_one(point), _rows_to_one(draws))


def segment_mix(
    sums: BaseSums,
    error: TypingError,
    classes: Sequence[Any],
    *,
    random_state: Any = 0,
    origin: Origin | None = None,
) -> SegmentMix:
    """Correct the sizes of segments for typing error.

    Parameters
    ----------
    sums : BaseSums
        Tags and probabilities of the base.
    error : TypingError
        How people of each segment are mistaken.
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
    n, tagged = int(sums.counts.sum()), sums.counts[:-1]
    counted = tagged / max(1, tagged.sum())
    corrected = _solve(error.matrix, sums.total / n)
    means = _mean_draws(sums, n, len(error.draws), random_state)
    sizes = np.stack([_solve(m, q) for m, q in zip(error.draws, means, strict=True)])
    low, high = np.quantile(sizes, [0.025, 0.975], axis=0)
    low, high = np.minimum(low, corrected), np.maximum(high, corrected)
    _warn_when_far(counted, corrected, low, high, classes)
    table = {
        "segment": list(classes),
        "counted": counted.tolist(),
        "corrected": corrected.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
    }
    return SegmentMix(table, n, int(sums.counts[-1]), Origin((origin or Origin()).kind))


def _rows_to_one(cells: np.ndarray) -> np.ndarray:
    return np.asarray(cells / cells.sum(axis=-1, keepdims=True))


def _mean_draws(sums: BaseSums, n: int, n_draws: int, random_state: Any) -> np.ndarray:
    """Return what the base's mean probabilities could have been, had others been in it."""
    mean = sums.total / n
    spread = (sums.products / n - np.outer(mean, mean)) / n
    rng = np.random.default_rng(random_state)
    return rng.multivariate_normal(mean, spread, size=n_draws, check_valid="ignore")


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
