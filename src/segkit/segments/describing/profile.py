"""What sets each segment apart: values, indices, differences with intervals, effects, tests."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_option, check_same_rows
from segkit._frames import (
    Nullable,
    attach,
    column,
    frame_like,
    n_rows,
    numeric_column,
    take,
)
from segkit._result import Result
from segkit._weights import check_weights
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.describing.contrasts import Contrasts, adjusted
from segkit.segments.describing.groups import Groups, check_error, group_contrasts, read_groups
from segkit.segments.describing.joins import join_segments
from segkit.segments.describing.marks import is_marker
from segkit.segments.describing.table_rows import Row, table_rows, used_among

__all__ = ["Profile", "profile"]

SMALL_BASE = 30
"""Below so many effective answers a figure is flagged."""


@dataclass(frozen=True, repr=False)
class Profile(Result):
    """Every item in every segment, beside everybody else.

    Attributes
    ----------
    table : frame
        The rows; see `frame`.
    segments : tuple
        The segments in order.
    used_items : tuple of str
        The items that made the segments.
    n_respondents : int
        People with a segment.
    weighted : bool
        True when survey weights were given.
    corrected : bool
        True when classification errors were put right.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [30, 34, 29, 60, 63, 58]})
    >>> found = profile(people, [0, 0, 0, 1, 1, 1])
    >>> found.frame()["value"].round(1).tolist()
    [31.0, 60.3]
    """

    table: Any
    segments: tuple[Any, ...]
    used_items: tuple[str, ...]
    n_respondents: int
    weighted: bool
    corrected: bool = False

    def frame(self) -> Any:
        """Return one row an item (for text: an item and level) and segment.

        Returns
        -------
        frame
            item, level : the item; the answer whose share is shown, empty for means;
            kind : "mean" or "share";
            segment;
            n, n_effective : answers in the segment (of memberships: by half or more); Kish's
            effective number of them;
            value, value_low, value_high : weighted mean or share, with its 95 % interval;
            sd : weighted standard deviation, empty for shares;
            overall : the same value among everybody with a segment;
            index : 100 times value over overall (100 = all); lift : value over overall; both
            empty for items with negative values, which have no natural zero;
            difference, low, high : the segment minus everybody else, with its 95 % interval;
            effect : Cohen's d (means) or h (shares) of that difference;
            p_adjusted : two-sided, adjusted over all tested rows (Benjamini and Hochberg);
            empty for the items that made the segments;
            small_base : fewer than 30 effective answers;
            marker : the line marks the segment: a share 25 points, or half of the overall share,
            away from it, a mean with an effect of .8; on a base that is not small, and told
            from no difference by its interval.
        """
        return self.table

    def plot(self, ax: Any = None, measure: str = "effect", most: int = 30) -> Any:
        """Draw the items that differ most as a heat map over the segments.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        measure : {"effect", "index"}
            What the colours show; the cells hold the values.
        most : int
            The most rows to draw, largest effects first kept.
        """
        from segkit.plots.profile import plot_profile

        return plot_profile(self.table, ax=ax, measure=measure, most=most)

    def joins(self) -> Any:
        """Return how the segments relate: joined step by step, the most similar first.

        Returns
        -------
        frame
            step;
            first, second : the segments, or groups of segments, that are joined;
            joined : the name of the new group;
            distance : how far their profiles are apart, on average over the pairs of segments:
            the root mean square effect over items (Cohen's d or h; .2 small, .8 large); every
            item counts the same, and lines that some segment never answered are left out;
            n_first, n_second : their people.

        Notes
        -----
        Average linkage (Sokal and Michener 1958). A join describes; it is no test that two
        segments are one.
        """
        return join_segments(self.table)

    def dendrogram(self, ax: Any = None) -> Any:
        """Draw the joins as a tree, with the sizes of the segments."""
        from segkit.plots.dendrogram import plot_dendrogram

        return plot_dendrogram(self.joins(), self.segments, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: what was compared and how, and each segment's first marker."""
        told = []
        for segment in self.segments:
            first = self.markers(segment, n=1)
            if n_rows(first):
                effect = numeric_column(first, "effect")[0]
                told.append(f"{segment}: {_row_name(first)} ({effect:+.2f})")
        weights = ", weighted" if self.weighted else ""
        errors = "; classification errors put right (BCH), taken as known" * self.corrected
        used = (
            f" {len(self.used_items)} items made the segments: described, not tested."
            if self.used_items
            else " Items that made the segments should be named in used_items: tests on them "
            "mean nothing."
        )
        return (
            f"Profile of {len(self.segments)} segments, {self.n_respondents} respondents{weights}; "
            "each segment minus everybody else, 95 % intervals with the labels held fixed and "
            f"Kish's effective n{errors}.{used} Largest effects: {'; '.join(told)}."
        )

    def markers(self, segment: Any, n: int = 5) -> Any:
        """Return what sets one segment apart most: the rows with the largest effects.

        Parameters
        ----------
        segment : int or str
            The segment.
        n : int
            The number of rows.

        Returns
        -------
        frame
            Rows of `frame`, largest absolute effect first; small bases are left out.
        """
        check_option(segment, self.segments, name="segment")
        check_integer(n, name="n")
        effect = np.abs(numeric_column(self.table, "effect"))
        small = numeric_column(self.table, "small_base") > 0
        mine = column(self.table, "segment") == segment
        rows = np.flatnonzero(mine & ~small & ~np.isnan(effect))
        return take(self.table, rows[np.argsort(-effect[rows], kind="stable")[:n]])


def profile(
    table: Any,
    labels: Any,
    used_items: Sequence[str] = (),
    sample_weight: Any = None,
    *,
    error: Any = None,
) -> Profile:
    """Describe segments by items and fields: how each differs from everybody else.

    Parameters
    ----------
    table : frame or array of shape (n_respondents, n_items)
        What to describe them by: numbers (means), yes/no columns (share of yes) and text
        (share of each answer), inside or outside the survey. Missing answers are left out.
    labels : array-like of shape (n_respondents,), Scheme, or table (n_respondents, n_groups)
        The segments of any method: numbers or text. -1 is noise: these people are left out.
        A `Scheme` brings its names and order. A table holds memberships from 0 to 1, one column
        a segment (``model.predict_proba(X)``), or yes/no for groups that may overlap, as
        personas do.
    used_items : sequence of str
        The items that made the segments. They are described, never tested: segments differ
        on them because they were made to.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    error : ClassificationError or array-like of shape (n_segments, n_segments), optional
        Classification errors of the labels (``classification_error(model, X)``; for memberships
        with ``assignment="proportional"``): figures are put right for them.

    Returns
    -------
    Profile

    Raises
    ------
    SegkitError
        For fewer than two segments, labels that do not fit the table, an unknown used item,
        a column without answers, of dates, or of text with over 50 different answers, errors
        that do not fit the labels.

    Notes
    -----
    The difference is the segment minus everybody else, not minus all: it does not shrink when
    a segment is large. Its interval is Welch's for means and Newcombe's for shares; the test
    is Welch's t, or the z test of two shares. All use Kish's effective n, so weights of
    another unit change nothing. Intervals hold the labels fixed: the segments themselves are
    uncertain too, which `segkit.diagnostics.stability` shows.

    Of memberships, somebody who belongs to a segment by .7 counts .7 inside and .3 outside. This
    blurs the segments: each figure holds a part of the others. With `error` the weights inside
    are those of Bolck, Croon and Hagenaars (2004), as in `outcomes`: over many respondents 1
    in the true segment and 0 elsewhere. Use it on fields from outside the model, never on the
    items that made it. In both cases intervals are sandwich intervals, and `error` is taken as
    known; `outcomes` counts that it is not, and compares pairs of segments.

    An index of ratings (1-5) depends on where the scale begins: read it for shares and amounts,
    and read the effect for ratings. An effect of .2 is small, .5 medium, .8 large (Cohen 1988).

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [30, 34, 29, 60, 63, 58], "app": [True, True, False] * 2})
    >>> found = profile(people, [0, 0, 0, 1, 1, 1])
    >>> found.frame()[["item", "segment", "n", "value", "difference", "index"]].round(1)
      item  segment  n  value  difference  index
    0  age        0  3   31.0       -29.3   67.9
    1  age        1  3   60.3        29.3  132.1
    2  app        0  3    0.7         0.0  100.0
    3  app        1  3    0.7         0.0  100.0
    """
    found = read_groups(labels, what="labels")
    check_same_rows(len(found.membership), n_rows(table), what="labels", other="the table")
    if found.codes is not None and len(found.names) < 2:
        raise SegkitError(
            f"labels holds {len(found.names)} segment(s); expected at least two, as each is "
            "compared with everybody else. Ask for more segments, or check the labels."
        )
    w = check_weights(sample_weight, len(found.membership))
    rows = table_rows(table)
    used = used_among(used_items, tuple(dict.fromkeys(r.item for r in rows)))
    errors = None if error is None else check_error(error, found)
    values, is_share = np.column_stack([r.values for r in rows]), [r.is_share for r in rows]
    figures = group_contrasts(values, np.array(is_share), found, w, errors)
    _warn_of_impossible(figures, rows)
    described = w > 0 if found.codes is None else (w > 0) & (found.codes >= 0)
    return Profile(
        table=_table(table, rows, found, figures, used),
        segments=found.names,
        used_items=used,
        n_respondents=int(described.sum()),
        weighted=sample_weight is not None,
        corrected=error is not None,
    )


def _table(
    like: Any, rows: list[Row], found: Groups, figures: Contrasts, used: tuple[str, ...]
) -> Any:
    """Lay the figures out, item by item and segment by segment."""
    k = len(found.names)
    each = [row for row in rows for _ in range(k)]
    values = np.column_stack([r.values for r in rows])
    with np.errstate(invalid="ignore", divide="ignore"):
        lift = figures.value / figures.overall
    lift[:, np.nanmin(values, axis=0) < 0] = np.nan
    is_share = np.array([r.is_share for r in rows])
    small = figures.n_effective < SMALL_BASE
    clear = ~small & ((figures.low > 0) | (figures.high < 0))
    tested = np.array([r.item not in used for r in rows])
    p = np.where(tested, figures.p, np.nan)
    levels = np.array([r.level or "" for r in each], dtype=object)
    columns = {
        "level": Nullable(levels, np.array([r.level is None for r in each])),
        "kind": np.array(["share" if r.is_share else "mean" for r in each], dtype=object),
        "segment": np.tile(_segment_column(found.names), len(rows)),
        "n": figures.n.T.ravel().astype(np.int64),
        "n_effective": figures.n_effective.T.ravel(),
        "value": figures.value.T.ravel(),
        "value_low": figures.value_low.T.ravel(),
        "value_high": figures.value_high.T.ravel(),
        "sd": np.where([r.is_share for r in each], np.nan, figures.sd.T.ravel()),
        "overall": figures.overall.T.ravel(),
        "index": (100 * lift).T.ravel(),
        "lift": lift.T.ravel(),
        "difference": figures.difference.T.ravel(),
        "low": figures.low.T.ravel(),
        "high": figures.high.T.ravel(),
        "effect": figures.effect.T.ravel(),
        "p_adjusted": adjusted(p.T.ravel()),
        "small_base": small.T.ravel(),
        "marker": is_marker(
            is_share, figures.value, figures.overall, figures.effect, clear
        ).T.ravel(),
    }
    return attach(frame_like(like, {"item": [r.item for r in each]}), columns)


def _warn_of_impossible(figures: Contrasts, rows: list[Row]) -> None:
    """Say that the correction took a share beyond 0 or 1."""
    beyond = np.any((figures.value < 0) | (figures.value > 1), axis=0).tolist()
    names = [r.item for r, out in zip(rows, beyond, strict=True) if out and r.is_share]
    if names:
        warnings.warn(
            f"`{names[0]}` has a corrected share below 0 or above 1 ({len(set(names))} such "
            "item(s)): segments overlap too much for so few people. Read it as unknown, or ask "
            "for fewer segments.",
            SegkitWarning,
            stacklevel=3,
        )


def _segment_column(names: tuple[Any, ...]) -> np.ndarray:
    whole = all(isinstance(n, int) for n in names)
    return np.array(names) if whole else np.array([str(n) for n in names], dtype=object)


def _row_name(row: Any) -> str:
    item, level = column(row, "item")[0], column(row, "level")[0]
    return str(item) if level is None else f"{item} = {level}"
