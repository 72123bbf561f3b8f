"""What changed the sizes of segments: people who came, went or moved, and the tool."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_mix_change"]

WORDS = {
    "turnover": "came or went",
    "moved": "moved",
    "model": "the new tool",
    "total": "in all",
}


def plot_mix_change(table: Any, ax: Any = None) -> Any:
    """Draw the parts of each segment's change with their intervals.

    Parameters
    ----------
    table : frame
        ``MixChange.frame()``: segment, part, change, low, high.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": ["0"] * 4, "part": ["turnover", "moved", "model", "total"],
    ...     "change": [0.01, -0.04, 0.0, -0.03], "low": [0.0, -0.05, 0.0, -0.04],
    ...     "high": [0.02, -0.03, 0.0, -0.02]})
    >>> plot_mix_change(table).get_title(loc="left")
    'Segment 0 changed most, by -3.0 points; of it -4.0 by people who moved'
    """
    segments, parts = column(table, "segment"), column(table, "part")
    change, low, high = (100 * numeric_column(table, c) for c in ("change", "low", "high"))
    names = list(dict.fromkeys(segments))
    ax = axes_or_new(ax, width=7.5, height=1.5 + 1.15 * len(names))
    for row, (segment, part) in enumerate(zip(segments, parts, strict=True)):
        y = row + 0.8 * names.index(segment)
        whole = part == "total"
        color = color_of(int(segment) if segment.isdigit() else segment, names.index(segment))
        ax.barh(y, change[row], 0.8, color=color, alpha=0.95 if whole else 0.45)
        ax.plot([low[row], high[row]], [y, y], color=INK, lw=1.3)
        ax.annotate(
            f"{change[row]:+.1f}", (max(high[row], 0.0), y), (5, 0), textcoords="offset points",
            va="center", fontsize=8, color=INK, fontweight="bold" if whole else "normal",
        )  # fmt: skip
    at = [row + 0.8 * names.index(s) for row, s in enumerate(segments)]
    labels = [
        f"{segment_name(s)}:  {WORDS[p]}" if p == parts[0] else WORDS[p]
        for s, p in zip(segments, parts, strict=True)
    ]
    ax.set_yticks(at, labels)
    ax.invert_yaxis()
    ax.axvline(0, color=MUTED, lw=0.8)
    ax.margins(x=0.14)
    return finish(
        ax,
        title=_title(segments, parts, change),
        x="change of the segment's share, percentage points (95 % interval)",
        grid="x",
    )


def _title(segments: np.ndarray, parts: np.ndarray, change: np.ndarray) -> str:
    whole = parts == "total"
    if not np.abs(change).max():
        return "No segment changed its size"
    segment = segments[whole][np.argmax(np.abs(change[whole]).round(9))]
    here = {p: c for s, p, c in zip(segments, parts, change, strict=True) if s == segment}
    cause = max(("turnover", "moved", "model"), key=lambda p: abs(here[p]))
    words = {"turnover": "who came or went", "moved": "people who moved", "model": "the new tool"}
    return (
        f"{segment_name(segment)} changed most, by {here['total']:+.1f} points; "
        f"of it {here[cause]:+.1f} by {words[cause]}"
    )
