"""Sizes of segments in two waves, with the intervals of their changes."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_wave"]

WIDEST = 0.4
"""Half the height of the two bars of a segment."""


def plot_wave(table: Any, ax: Any = None, *, interpretable: bool = True) -> Any:
    """Draw the size of each segment in the old wave and in the new one, by the old model.

    Parameters
    ----------
    table : frame
        ``WaveComparison.frame()``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    interpretable : bool
        False: the measurement changed, and the title says that sizes cannot be compared.

    Returns
    -------
    matplotlib.axes.Axes
        A pale bar is the old wave, a full one the new; the line on the full bar is where the size
        of the old wave plus the 95 % interval of the change lies.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": ["0", "1"], "kind": "size", "what": "old model",
    ...     "before": [0.7, 0.3], "after": [0.6, 0.4], "change": [-0.1, 0.1],
    ...     "low": [-0.15, 0.05], "high": [-0.05, 0.15], "changed": True, "n_before": [70, 30],
    ...     "n_after": [60, 40]})
    >>> plot_wave(table).get_title(loc="left")
    'Segment 0 shrank from 70 % to 60 % [-15.0, -5.0 points]'
    """
    kinds, what = column(table, "kind"), column(table, "what")
    rows = np.flatnonzero((kinds == "size") & (what == "old model"))
    segments = [_number(s) for s in column(table, "segment")[rows]]
    before, after, low, high, n_old, n_new = (
        numeric_column(table, c)[rows]
        for c in ("before", "after", "low", "high", "n_before", "n_after")
    )
    changed = column(table, "changed")[rows].astype(bool)
    k = len(rows)
    ax = axes_or_new(ax, height=1.7 + 0.62 * k)
    y = np.arange(k)
    colors = [color_of(s, i) for i, s in enumerate(segments)]
    ax.barh(y - WIDEST / 2, before, height=WIDEST * 0.92, color=colors, alpha=0.38)
    ax.barh(y + WIDEST / 2, after, height=WIDEST * 0.92, color=colors, alpha=0.92)
    ends = np.clip(before + low, 0, 1), np.clip(before + high, 0, 1)
    reach = np.clip([after - ends[0], ends[1] - after], 0, None)
    ax.errorbar(after, y + WIDEST / 2, xerr=reach, fmt="none", ecolor=INK, capsize=3, lw=1.3)
    right = np.maximum(ends[1], after)
    for i in range(k):
        ax.annotate(
            f"{percent(before[i])} (n {n_old[i]:,.0f})", (before[i], y[i] - WIDEST / 2), (5, 0),
            textcoords="offset points", va="center", fontsize=8, color=MUTED,
        )  # fmt: skip
        ax.annotate(
            f"{percent(after[i])} (n {n_new[i]:,.0f})", (right[i], y[i] + WIDEST / 2), (6, 0),
            textcoords="offset points", va="center", fontsize=8.5, color=INK,
            fontweight="bold" if changed[i] else "normal",
        )  # fmt: skip
    ax.set_yticks(y, [segment_name(s) for s in segments])
    ax.set_ylim(k - 0.45, -0.6)
    ax.set_xlim(0, min(1.15, 1.28 * float(max(right.max(), before.max()))))
    ax.xaxis.set_major_formatter(lambda value, _: percent(value))
    ax = finish(
        ax,
        title=_finding(segments, (before, after, low, high), changed, interpretable),
        x="share of the respondents by the old model: pale before, full after\n"
        "line: old size plus the 95 % interval of the change; bold: changed",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _number(segment: Any) -> Any:
    """Return the number of a segment, which has its colour; a name stays as it is."""
    text = str(segment)
    return int(text) if text.lstrip("-").isdigit() else text


def _finding(
    segments: list[Any], figures: tuple[np.ndarray, ...], changed: np.ndarray, interpretable: bool
) -> str:
    if not interpretable:
        return "The items no longer measure the same: sizes cannot be compared"
    if not changed.any():
        return "No segment's size changed beyond chance by a size that matters"
    before, after, low, high = figures
    most = int(np.argmax(np.where(changed, np.abs(after - before).round(9), -1.0)))
    word = "grew" if after[most] > before[most] else "shrank"
    return (
        f"{segment_name(segments[most])} {word} from {percent(before[most])} to "
        f"{percent(after[most])} [{100 * low[most]:+.1f}, {100 * high[most]:+.1f} points]"
    )
