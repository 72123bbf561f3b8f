"""Opportunity: needs that are important and badly served, with intervals, in every segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import (
    check_frame,
    check_integer,
    check_items,
    check_labels,
    check_same_rows,
    check_share,
    name_list,
)
from segkit._frames import column, column_names, frame_like, numeric_column, select
from segkit._resample import bootstrap_counts, canonical_order
from segkit._result import Result, interval_text
from segkit._weights import check_weights
from segkit.exceptions import SegkitError

__all__ = ["Opportunity", "opportunity", "opportunity_score"]

EVERYBODY = "all"
SMALL_BASE = 30
"""Below so many respondents an interval is itself uncertain, and the summary says so."""

_BATCH_NUMBERS = 4_000_000
"""Bootstrap counts held at once (32 MB)."""


@dataclass(frozen=True, repr=False)
class Opportunity(Result):
    """Opportunity scores of needs, for everybody and for each segment.

    Attributes
    ----------
    scale : (low, high)
        The scale of both batteries; its two highest codes count.
    n_boot : int
        Bootstrap replicates behind each interval.
    level : float
        The share of replicates inside each interval.
    weighted : bool
        True when survey weights were given.

    Examples
    --------
    >>> import pandas as pd
    >>> important = pd.DataFrame({"no queue": [5, 4, 5, 2], "reminder": [3, 5, 2, 1]})
    >>> satisfied = pd.DataFrame({"no queue": [2, 5, 1, 3], "reminder": [4, 5, 4, 2]})
    >>> found = opportunity(important, satisfied, n_boot=0)
    >>> found.frame()["opportunity"].tolist()
    [12.5, 2.5]
    """

    table: Any
    scale: tuple[int, int]
    n_respondents: int
    n_boot: int
    level: float
    random_state: Any
    weighted: bool

    def frame(self) -> Any:
        """Return one row an item and segment ("all" first).

        Columns: item, segment, importance, satisfaction (0-10), opportunity (0-20), low,
        high, n (answered both), n_importance, n_satisfaction.
        """
        return self.table

    def plot(self, ax: Any = None, segment: Any = EVERYBODY) -> Any:
        """Draw the landscape of one segment: importance against satisfaction with zones."""
        from segkit.plots.opportunity import opportunity_plot

        return opportunity_plot(self.table, ax=ax, segment=segment)

    def summary(self) -> str:
        """Return one paragraph: how it was scored, the highest needs, small bases."""
        items, segment = column(self.table, "item"), column(self.table, "segment")
        score, low, high = (
            numeric_column(self.table, name) for name in ("opportunity", "low", "high")
        )
        base = numeric_column(self.table, "n")
        every = np.flatnonzero(segment == EVERYBODY)
        top = every[np.argsort(-score[every], kind="stable")[:3]]
        best = "; ".join(f"{items[i]} {interval_text(score[i], low[i], high[i], 1)}" for i in top)
        n_small = int((base < SMALL_BASE).sum())
        small = f" {n_small} rows stand on fewer than {SMALL_BASE} respondents." if n_small else ""
        return (
            f"Opportunity of {every.size} needs over {self.n_respondents} respondents: importance "
            "+ max(importance - satisfaction, 0), each ten times the share that answered "
            f"{self.scale[1] - 1} or {self.scale[1]} on {self.scale[0]}-{self.scale[1]}"
            f"{', weighted' if self.weighted else ''}. Highest: {best}. Intervals: "
            f"{100 * self.level:g} % of {self.n_boot} respondent bootstraps, seed "
            f"{self.random_state}, one need at a time.{small}"
        )


def opportunity(
    importance: Any,
    satisfaction: Any,
    segments: Any = None,
    sample_weight: Any = None,
    *,
    scale: tuple[int, int] = (1, 5),
    n_boot: int = 200,
    level: float = 0.95,
    random_state: Any = 0,
) -> Opportunity:
    """Score how important and how badly served each need is.

    Parameters
    ----------
    importance, satisfaction : frame of shape (n_respondents, n_needs)
        Ratings of the same needs under the same column names, one row a respondent in the
        same order; missing as NaN or null. Columns are paired by name.
    segments : array-like of shape (n_respondents,) or None
        Segment of each respondent; adds rows for every segment.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights.
    scale : (low, high)
        Whole numbers; the two highest codes count as "important" and "satisfied".
    n_boot : int
        Bootstrap replicates; 0 leaves low and high empty.
    level : float
        The share of replicates inside the interval.
    random_state : int, RandomState or None
        The seed. The same seed gives the same intervals in any row order.

    Returns
    -------
    Opportunity

    Raises
    ------
    SegkitError
        When the two frames differ in columns (named) or rows, a rating lies outside the
        scale, or nobody rated a need.

    Notes
    -----
    With I and S the weighted shares of ratings in the two highest codes, among those who
    rated the need, the score is 10 I + max(10 I - 10 S, 0), from 0 to 20 (Ulwick 2005).
    Above 15 is read as an extreme, 12-15 a solid and 10-12 a modest opportunity; these are
    conventions, not tests. Importance and satisfaction each have their own base: people
    who never met a need cannot be satisfied with it, so compare ``n_satisfaction`` with
    ``n_importance`` before reading a low satisfaction.

    The interval resamples respondents with their weights, so it holds the design effect; it
    speaks of one need at a time, and the segments are taken as given. It is too
    narrow on small bases, and has no width where everybody in a segment agrees. The
    score of all is not the average of the segments' scores, because of the max.

    References
    ----------
    Ulwick, A. W. (2005). What Customers Want. McGraw-Hill. Chapter 3.

    Examples
    --------
    >>> import pandas as pd
    >>> important = pd.DataFrame({"no queue": [5, 4, 5, 2], "reminder": [3, 5, 2, 1]})
    >>> satisfied = pd.DataFrame({"no queue": [2, 5, 1, 3], "reminder": [4, 5, 4, 2]})
    >>> opportunity(important, satisfied, n_boot=0).frame()[["item", "opportunity"]]
           item  opportunity
    0  no queue         12.5
    1  reminder          2.5
    """
    low, high = _check_scale(scale)
    check_integer(n_boot, name="n_boot", low=0)
    names = _same_needs(importance, satisfaction)
    imp = _ratings(importance, names, (low, high), "importance")
    sat = _ratings(satisfaction, names, (low, high), "satisfaction")
    check_same_rows(len(sat), len(imp), what="satisfaction", other="importance")
    w = check_weights(sample_weight, len(imp))
    labels, members = _segment_members(segments, w > 0)
    counted, w = _counted(imp[w > 0], sat[w > 0], high), w[w > 0]
    spread = _intervals(counted, members, w, n_boot, check_share(level, name="level"), random_state)
    table = _table(names, labels, members, counted, w, spread)
    return Opportunity(
        table=frame_like(importance, table),
        scale=(low, high),
        n_respondents=len(w),
        n_boot=n_boot,
        level=level,
        random_state=random_state,
        weighted=sample_weight is not None,
    )


def opportunity_score(importance: np.ndarray, satisfaction: np.ndarray) -> np.ndarray:
    """Return I + max(I - S, 0) of scores from 0 to 10 (Ulwick 2005).

    Examples
    --------
    >>> opportunity_score(np.array([9.0, 4.0]), np.array([3.0, 6.0]))
    array([15.,  4.])
    """
    return np.asarray(importance + np.maximum(importance - satisfaction, 0.0))


def _check_scale(scale: Any) -> tuple[int, int]:
    pair = tuple(scale) if isinstance(scale, list | tuple) else ()
    whole = all(isinstance(v, int | np.integer) and not isinstance(v, bool) for v in pair)
    if len(pair) != 2 or not whole or pair[1] - pair[0] < 2:
        raise SegkitError(
            f"scale={scale!r} was given; expected its lowest and highest code as whole numbers, at "
            "least three codes, for example (1, 5)."
        )
    return int(pair[0]), int(pair[1])


def _same_needs(importance: Any, satisfaction: Any) -> list[str]:
    """Return the needs in the order of importance; refuse frames that differ in them."""
    check_frame(importance, what="importance")
    check_frame(satisfaction, what="satisfaction")
    left, right = column_names(importance), column_names(satisfaction)
    only_left = [n for n in left if n not in right]
    only_right = [n for n in right if n not in left]
    if only_left or only_right:
        parts = [
            f"only {what} has {name_list(names)}"
            for what, names in (("importance", only_left), ("satisfaction", only_right))
            if names
        ]
        raise SegkitError(
            f"importance and satisfaction differ in their columns: {' and '.join(parts)}; expected "
            "the same needs under the same names in both. Rename the columns of one."
        )
    return list(left)


def _ratings(data: Any, names: Sequence[str], scale: tuple[int, int], what: str) -> np.ndarray:
    values = check_items(select(data, names), what=what, min_rows=1, varying=False).values
    low, high = scale
    outside = (values < low) | (values > high) | (values != np.round(values))
    rows, cols = np.nonzero(outside & ~np.isnan(values))
    if rows.size:
        first = values[rows[0], cols[0]]
        same = np.flatnonzero(values[:, cols[0]] == first)
        raise SegkitError(
            f"`{names[cols[0]]}` in {what} holds {first:g} in {len(same)} row(s) (first: row "
            f"{same[0]}); the scale is {low}-{high}. Clean the answers with their codebook, or "
            "give the scale that was used."
        )
    return values


def _segment_members(segments: Any, alive: np.ndarray) -> tuple[list[str], list[np.ndarray]]:
    """Return the names of the segments and the rows of each, among those of positive weight."""
    if segments is None:
        return [], [np.arange(alive.sum())]
    labels = check_labels(segments, n=len(alive))
    known = sorted(set(labels.tolist()), key=lambda v: (isinstance(v, str), v))
    return [_label_text(k) for k in known], [np.flatnonzero(labels[alive] == k) for k in known]


def _label_text(label: Any) -> str:
    whole = isinstance(label, float | np.floating) and float(label).is_integer()
    return str(int(label)) if whole else str(label)


def _counted(imp: np.ndarray, sat: np.ndarray, high: int) -> np.ndarray:
    """Return what is summed over respondents, side by side: (n, 5 needs) of zeros and ones.

    Important, importance rated, satisfied, satisfaction rated, both rated.
    """
    seen_imp, seen_sat = ~np.isnan(imp), ~np.isnan(sat)
    # comparisons with NaN are false: an unanswered need is neither important nor satisfied
    parts = (imp >= high - 1, seen_imp, sat >= high - 1, seen_sat, seen_imp & seen_sat)
    return np.hstack(parts).astype(float)


def _scores(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return importance, satisfaction and opportunity from sums of shape (..., 5 needs)."""
    important, rated_imp, satisfied, rated_sat, _ = np.split(sums, 5, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        imp, sat = 10 * important / rated_imp, 10 * satisfied / rated_sat
    return imp, sat, opportunity_score(imp, sat)


def _sums(counted: np.ndarray, members: Sequence[np.ndarray], w: np.ndarray) -> np.ndarray:
    """Return the weighted sums of each segment, everybody first.

    `w` has shape (n,) or (n_boot, n): all replicates are one matrix product a segment.
    Segments do not overlap, so everybody is their sum.
    """
    each = [w[..., rows] @ counted[rows] for rows in members]
    return np.stack([np.sum(each, axis=0), *(each if len(each) > 1 else [])])


def _intervals(
    counted: np.ndarray,
    members: Sequence[np.ndarray],
    w: np.ndarray,
    n_boot: int,
    level: float,
    random_state: Any,
) -> np.ndarray:
    """Return low and high of every segment's scores: (2, n_segments + 1, needs)."""
    n_rows_out = len(members) + 1 if len(members) > 1 else 1
    if n_boot == 0:
        return np.full((2, n_rows_out, counted.shape[1] // 5), np.nan)
    place = np.zeros(len(w))
    for k, rows in enumerate(members):
        place[rows] = k
    draws = bootstrap_counts(n_boot, canonical_order(counted, w, place), random_state)
    size = max(1, _BATCH_NUMBERS // len(w))
    replicates = []
    for start in range(0, n_boot, size):
        counts = np.array([next(draws) for _ in range(min(size, n_boot - start))])
        counts *= w
        replicates.append(_scores(_sums(counted, members, counts))[2])
    return _quantiles(np.concatenate(replicates, axis=1), level)


def _quantiles(replicates: np.ndarray, level: float) -> np.ndarray:
    """Return the two quantiles over replicates, leaving out those without any rating."""
    tails = [(1 - level) / 2, (1 + level) / 2]
    lost = np.isnan(replicates)
    if not lost.any():  # the usual case, and many times faster
        return np.quantile(replicates, tails, axis=1)
    empty = lost.all(axis=1)
    filled = np.where(empty[:, None, :], 0.0, replicates)
    return np.where(empty, np.nan, np.nanquantile(filled, tails, axis=1))


def _table(
    names: Sequence[str],
    labels: Sequence[str],
    members: Sequence[np.ndarray],
    counted: np.ndarray,
    w: np.ndarray,
    spread: np.ndarray,
) -> dict[str, Any]:
    imp, sat, score = _scores(_sums(counted, members, w))
    _, n_imp, _, n_sat, n_both = np.split(_sums(counted, members, np.ones(len(w))), 5, axis=-1)
    rows = [EVERYBODY, *labels]
    return {
        "item": np.array(list(names) * len(rows), dtype=object),
        "segment": np.array(np.repeat(rows, len(names)).tolist(), dtype=object),
        "importance": imp.ravel(),
        "satisfaction": sat.ravel(),
        "opportunity": score.ravel(),
        "low": spread[0].ravel(),
        "high": spread[1].ravel(),
        "n": n_both.ravel().astype(int),
        "n_importance": n_imp.ravel().astype(int),
        "n_satisfaction": n_sat.ravel().astype(int),
    }
