"""Segment sizes before and after, with intervals; counted, or corrected for typing error.

References
----------
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
inference. Journal of the American Statistical Association 22, 209-212.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control, norm

from segkit._frames import Origin, column, numeric_column
from segkit._result import percent
from segkit._weights import effective_size, weighted_counts
from segkit.typing_tool.base.estimates import by_probabilities
from segkit.typing_tool.base.typing_error import TypingError

__all__ = [
    "MATTERS",
    "Sizes",
    "change_error",
    "corrected_sizes",
    "counted_sizes",
    "mix_frame",
    "mix_reasons",
    "sizes_of_groups",
    "stated_sizes",
]

Z = float(norm.ppf(0.975))
MATTERS = 0.03
"""A segment that gains or loses less than three points of share is read as unmoved."""


@dataclass(frozen=True)
class Averages:
    """Mean probabilities (n_segments,) of a table, and their sampling covariance."""

    mean: np.ndarray
    spread: np.ndarray


@dataclass(frozen=True)
class Sizes:
    """The sizes of the segments in one table.

    Attributes
    ----------
    share, low, high : ndarray of shape (n_segments,)
        Shares with 95 % intervals.
    tags : ndarray of shape (n_segments + 1,)
        Shares of the tags, the last one of the untagged.
    averages : Averages, optional
        What the sizes were corrected by; None where they were not.
    """

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    tags: np.ndarray
    averages: Averages | None = None

    @property
    def counted(self) -> np.ndarray:
        """Shares of the segments among the tagged; NaN where nobody is."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.tags[:-1] / self.tags[:-1].sum())

    @property
    def error(self) -> np.ndarray:
        """Standard errors of the shares."""
        return (self.high - self.low) / (2 * Z)


def counted_sizes(codes: np.ndarray, w: np.ndarray, n_segments: int) -> Sizes:
    """Count the segments among the tagged, with Wilson's intervals at Kish's effective n.

    Parameters
    ----------
    codes : ndarray of shape (n,)
        Segment codes from 0; the code `n_segments` is "untagged".
    w : ndarray of shape (n,)
        Weights.
    n_segments : int
        The number of segments.
    """
    sums, squares = (weighted_counts(codes, x, n_segments + 1) for x in (w, np.square(w)))
    return sizes_of_groups(sums, squares)


def sizes_of_groups(sums: np.ndarray, squares: np.ndarray) -> Sizes:
    """Return the same from sums of weights and of their squares, the last one of the untagged."""
    n_segments, tags = sums.size - 1, sums / sums.sum()
    if not sums[:-1].any():
        nothing = np.full(n_segments, np.nan)
        return Sizes(nothing, nothing, nothing, tags)
    share, n = tags[:-1] / tags[:-1].sum(), sums[:-1].sum() ** 2 / squares[:-1].sum()
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return Sizes(share, np.maximum(middle - half, 0), np.minimum(middle + half, 1), tags)


def corrected_sizes(
    probabilities: np.ndarray,
    codes: np.ndarray,
    w: np.ndarray,
    error: TypingError,
) -> Sizes:
    """Correct a tool's sizes for its own errors, as its ``segment_mix`` does, but weighted.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_segments)
        The tool's probabilities.
    codes : ndarray of shape (n,)
        Its tags from 0; the code after the last segment is "untagged".
    w : ndarray of shape (n,)
        Weights.
    error : TypingError
        The tool's ``typing_error_``.
    """
    # a whole number of people of equal weight, as many as the weighted ones are worth
    n = max(1, round(effective_size(w)))
    v = w * (n / w.sum())
    tags = weighted_counts(codes, v, probabilities.shape[1] + 1)
    mean = v @ probabilities / n
    spread = ((probabilities * v[:, None]).T @ probabilities / n - np.outer(mean, mean)) / n
    found = by_probabilities(mean, spread, error, np.random.default_rng(0))
    return Sizes(found.share, found.low, found.high, tags / n, Averages(mean, spread))


def stated_sizes(stated: Any, codes: np.ndarray, w: np.ndarray, n_segments: int) -> Sizes:
    """Take the sizes that a tool of another make states itself (its ``segment_mix``).

    Parameters
    ----------
    stated : frame or result
        Columns corrected, low and high, one row a segment in order.
    codes, w, n_segments
        As in `counted_sizes`.
    """
    table = stated.frame() if hasattr(stated, "summary") else stated
    share, low, high = (numeric_column(table, c) for c in ("corrected", "low", "high"))
    tags = weighted_counts(codes, w, n_segments + 1) / w.sum()
    return Sizes(share, low, high, tags)


def change_error(before: Sizes, after: Sizes, error: TypingError | None = None) -> np.ndarray:
    """Return the standard error of each segment's change.

    Notes
    -----
    Corrected sizes share the tool's errors, so most of their uncertainty cancels in the
    change: with ``M`` the mean probabilities of each segment's people, the change is
    ``M^-T (q' - q)``, which varies with the mean probabilities ``q`` and ``q'`` of the two
    tables, and with ``M`` over its draws.
    """
    one, other = before.averages, after.averages
    if error is None or one is None or other is None:
        return np.hypot(before.error, after.error)
    by_draw = np.linalg.pinv(np.swapaxes(error.draws, 1, 2)) @ (other.mean - one.mean)
    undo = np.linalg.pinv(error.matrix.T)
    sampling = np.diag(undo @ (one.spread + other.spread) @ undo.T)
    return np.asarray(np.sqrt(sampling + by_draw.var(axis=0)))


def mix_frame(
    segments: Sequence[str], before: Sizes, after: Sizes, error: np.ndarray, origin: Origin
) -> Any:
    """Put sizes side by side.

    Returns
    -------
    frame
        segment, before, before_low, before_high, counted_before, after, after_low,
        after_high, counted_after, change, low, high (95 % interval of the change),
        p_adjusted (that nothing changed; Benjamini-Hochberg over the segments).
    """
    change = after.share - before.share
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(change == 0, 1.0, 2 * norm.sf(np.abs(change) / error))
    known = np.isfinite(p)
    p[known] = false_discovery_control(p[known]) if known.any() else []
    columns: dict[str, Any] = {"segment": list(segments)}
    for side, sizes in {"before": before, "after": after}.items():
        columns |= {side: sizes.share, f"{side}_low": sizes.low, f"{side}_high": sizes.high}
        columns[f"counted_{side}"] = sizes.counted
    columns |= {"change": change, "low": change - Z * error, "high": change + Z * error}
    return origin.frame(columns | {"p_adjusted": p})


def mix_reasons(mix: Any, alpha: float) -> list[str]:
    """Say which segments grew or shrank by three points or more, beyond chance."""
    if mix is None:
        return []
    names = column(mix, "segment")
    change, p, before, after = (
        numeric_column(mix, name) for name in ("change", "p_adjusted", "before", "after")
    )
    moved = np.flatnonzero((p <= alpha) & (np.abs(change) >= MATTERS))
    return [
        f"Segment {names[i]} {'grew' if change[i] > 0 else 'shrank'} from "
        f"{percent(before[i], 1)} to {percent(after[i], 1)}."
        for i in moved[np.argsort(-np.abs(change[moved]), kind="stable")]
    ]
