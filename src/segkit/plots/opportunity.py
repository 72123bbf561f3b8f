"""The opportunity landscape: importance against satisfaction, with zones."""

from typing import Any

import numpy as np

from segkit._checks import check_option
from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["opportunity_plot"]

_ZONES = ((15.0, "extreme", 0.30), (12.0, "solid", 0.20), (10.0, "worth a look", 0.11))
"""Lowest score, reading and shade of each zone (conventions of the published method)."""

_MOST_LABELS = 12
_LETTER = 0.115
"""Width of a letter of a label in units of the axes, at the figure's own size."""

_LINE = 0.27
"""Height of a label in units of the axes."""


def opportunity_plot(table: Any, ax: Any = None, segment: Any = "all") -> Any:
    """Draw the needs of one segment as points of importance and satisfaction.

    Parameters
    ----------
    table : frame
        ``Opportunity.frame()``.
    ax : matplotlib Axes or None
        Where to draw; None makes a figure.
    segment : str or int
        Whose needs: "all" or one of the segments.

    Returns
    -------
    matplotlib Axes
        The shaded zones hold scores above 10, 12 and 15; left of the diagonal a need is
        served better than it matters. The twelve highest needs are labelled with their
        score and interval.

    Examples
    --------
    >>> import pandas as pd
    >>> need = {"item": ["a"], "segment": ["all"], "importance": [8.0], "satisfaction": [3.0]}
    >>> score = {"opportunity": [13.0], "low": [12.1], "high": [13.8], "n": [90]}
    >>> table = pd.DataFrame({**need, **score})
    >>> opportunity_plot(table).get_title(loc="left")
    'a is the largest opportunity: 13.0 of 20 (all, n = 90)'
    """
    of_segment = column(table, "segment")
    known = list(dict.fromkeys(of_segment.tolist()))
    rows = np.flatnonzero(of_segment == check_option(str(segment), known, name="segment"))
    items = column(table, "item")[rows]
    x, y, score, low, high, n = (
        numeric_column(table, name)[rows]
        for name in ("importance", "satisfaction", "opportunity", "low", "high", "n")
    )
    ax = axes_or_new(ax, width=7.6, height=6.0)
    _zones(ax)
    drawn = ~np.isnan(score)
    ax.scatter(x[drawn], y[drawn], s=42, color=SEGMENT_COLORS[0], zorder=3, edgecolor="white")
    best = [k for k in np.argsort(-np.nan_to_num(score, nan=-1), kind="stable") if drawn[k]]
    labels = [(x[k], y[k], _label(items[k], score[k], low[k], high[k])) for k in best]
    _labels(ax, labels[:_MOST_LABELS], np.column_stack([x[drawn], y[drawn]]))
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 10)
    title = "no need was rated"
    if best:
        base = f"{n.min():.0f}" if n.min() == n.max() else f"{n.min():.0f} to {n.max():.0f}"
        title = (
            f"{items[best[0]]} is the largest opportunity: {score[best[0]]:.1f} of 20 "
            f"({segment}, n = {base})"
        )
    return finish(
        ax,
        title=title,
        x="importance (10 x share in the two highest codes)",
        y="satisfaction (10 x share in the two highest codes)",
    )


def _zones(ax: Any) -> None:
    """Shade importance + max(importance - satisfaction, 0) above each cut."""
    from matplotlib.patches import Polygon

    for cut, words, shade in _ZONES:
        # the score equals the cut on satisfaction = 2 importance - cut, below the diagonal
        corners = [(cut / 2, 0.0), (10.0, 20.0 - cut), (10.0, 0.0)]
        ax.add_patch(Polygon(corners, color=SEGMENT_COLORS[1], alpha=shade, linewidth=0, zorder=0))
        # at the right edge, where no point's label can stand
        ax.text(
            10.08, 20.0 - cut - 0.25, f"> {cut:.0f}\n{words}", fontsize=7.5, color=INK, va="top"
        )
    ax.plot([0, 10], [0, 10], color=MUTED, linewidth=0.8, linestyle=":", zorder=1)
    ax.text(0.1, 9.9, "served better than it matters", fontsize=8, color=MUTED, va="top")


def _label(item: str, score: float, low: float, high: float) -> str:
    interval = "" if np.isnan(low) else f" [{low:.1f}, {high:.1f}]"
    return f"{item}  {score:.1f}{interval}"


def _labels(ax: Any, labels: list[tuple[float, float, str]], points: np.ndarray) -> None:
    """Write each label beside its point, moved up or down until it covers nothing.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to write.
    labels : list of (x, y, text)
        The most important first: it stands nearest to its point.
    points : ndarray of shape (n_points, 2)
        All points; a point counts as a label without width.
    """
    # boxes as left, right, height: of every point, and of every label written so far
    taken = [(px - 0.1, px + 0.1, py) for px, py in points]
    for x, y, text in labels:
        width = _LETTER * len(text)
        # towards the side that has room; a long label near the middle would leave the figure
        start = x - 0.18 - width if x + width > 9.8 else x + 0.18
        height = _free_height(start, width, y, taken)
        taken.append((start, start + width, height))
        line = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.5}
        ax.annotate(
            text,
            (x, y),
            (start + (width if start < x else 0.0), height),
            fontsize=7.5,
            color=INK,
            ha="right" if start < x else "left",
            va="center",
            zorder=4,
            arrowprops=line if abs(height - y) > 0.2 else None,
        )


def _free_height(
    start: float, width: float, y: float, taken: list[tuple[float, float, float]]
) -> float:
    """Return the height nearest to y at which the label covers no box."""
    for step in range(60):
        height = float(np.clip(y + 0.1 * ((step + 1) // 2) * (-1) ** step, 0.15, 9.85))
        covered = (
            left < start + width and start < right and abs(height - other) < _LINE
            for left, right, other in taken
        )
        if not any(covered):
            return height
    return y
