"""What follows from a segment: one outcome, a dot and an interval for each segment."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import figure_text
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import segment_color, segment_name

__all__ = ["plot_outcome"]


def plot_outcome(table: Any, item: str, ax: Any = None) -> Any:
    """Draw one outcome in every segment, corrected (dot, interval) and uncorrected (ring).

    Parameters
    ----------
    table : frame
        Columns item, level, kind, segment, n, value, low, high, uncorrected, overall.
    item : str
        The outcome to draw; of text, each answer has a group of rows.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"item": ["spend"] * 2, "level": [None] * 2, "kind": ["mean"] * 2,
    ...                       "segment": [0, 1], "n": [90, 90], "value": [10.0, 15.0],
    ...                       "low": [9.0, 14.0], "high": [11.0, 16.0],
    ...                       "uncorrected": [10.5, 14.2], "overall": [12.0, 12.0]})
    >>> plot_outcome(table, "spend").get_title(loc="left")
    'spend: 10.0 in segment 0, 15.0 in segment 1'
    """
    rows = np.flatnonzero(column(table, "item") == item)
    segment = column(table, "segment")[rows]
    level = column(table, "level")[rows]
    value, low, high, plain, overall = (
        numeric_column(table, name)[rows]
        for name in ("value", "low", "high", "uncorrected", "overall")
    )
    is_share = column(table, "kind")[rows][0] == "share"
    k = len(set(segment.tolist()))
    gap = 0.9 if len(rows) > k else 0.0
    y = np.arange(len(rows)) + gap * (np.arange(len(rows)) // k)
    unit = 100.0 if is_share else 1.0
    ax = axes_or_new(ax, width=7.4, height=1.7 + 0.36 * (y[-1] + 1))
    for at in range(len(rows)):
        color = segment_color(int(segment[at]))
        ax.hlines(y[at], unit * low[at], unit * high[at], color=color, lw=2.2)
        ax.plot(unit * value[at], y[at], "o", color=color, ms=7, zorder=3)
        ax.plot(unit * plain[at], y[at], "o", mfc="white", mec=MUTED, ms=5, zorder=2)
        ax.annotate(
            figure_text(value[at], is_share), (unit * max(high[at], plain[at]), y[at]), (7, 0),
            textcoords="offset points", va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    for first in range(0, len(rows), k):
        ax.vlines(
            unit * overall[first], y[first] - 0.45, y[first + k - 1] + 0.45, color=MUTED, lw=1
        )
        if len(rows) > k:
            ax.text(
                0, y[first] - 0.62, str(level[first]), transform=ax.get_yaxis_transform(),
                fontsize=9, color=INK, fontweight="bold", va="center",
            )  # fmt: skip
    ax.set_yticks(y, [segment_name(s) for s in segment])
    ax.set_ylim(y[-1] + 0.7, -0.7 - gap)
    ax.margins(x=0.12)
    n = int(numeric_column(table, "n")[rows][0])
    what = "share, %" if is_share else "mean"
    ax = finish(
        ax,
        title=_title(item, segment, level, value, is_share),
        x=f"{what} of {n:,} respondents\n(dot: corrected, with its 95 % interval; "
        "ring: of the people put into the segment; line: everybody)",
        grid="x",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _title(
    item: str, segment: np.ndarray, level: np.ndarray, value: np.ndarray, is_share: bool
) -> str:
    """Say where the outcome, or the answer that varies most, is lowest and highest."""
    k = len(set(segment.tolist()))
    grid = np.nan_to_num(value).reshape(-1, k)
    widest = int(np.round(np.ptp(grid, axis=1), 9).argmax())
    ends = sorted((int(grid[widest].argmin()), int(grid[widest].argmax())))
    told = [f"{figure_text(grid[widest, at], is_share)} in segment {segment[at]}" for at in ends]
    answer = level[widest * k]
    name = item if answer is None or len(grid) == 1 else f"{item} = {answer}"
    return f"{name}: {told[0]}, {told[1]}"
