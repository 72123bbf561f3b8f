"""Sizes of segments in a base: corrected for typing error, beside counts of tags."""

from typing import Any

import numpy as np

from segkit._frames import column, column_names, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_segment_mix"]

OTHERS = {"by_tags": ("x", -0.17, "cross: by tags"), "em": ("+", 0.17, "plus: calibrated EM")}


def plot_segment_mix(table: Any, ax: Any = None) -> Any:
    """Draw corrected sizes with intervals, and the counted ones as open circles.

    Parameters
    ----------
    table : frame
        Columns segment, counted, corrected, low, high; ``by_tags`` and ``em`` are drawn where
        they are there.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": [0, 1], "counted": [0.7, 0.3], "corrected": [0.6, 0.4],
    ...                       "low": [0.55, 0.35], "high": [0.65, 0.45]})
    >>> plot_segment_mix(table).get_title(loc="left")
    'Segment 0 is the largest: 60 % [55 %, 65 %]'
    """
    segments = column(table, "segment")
    counted, corrected, low, high = (
        numeric_column(table, c) for c in ("counted", "corrected", "low", "high")
    )
    k = len(segments)
    ax = axes_or_new(ax, height=1.5 + 0.5 * k)
    y = np.arange(k)
    colors = [color_of(s, i) for i, s in enumerate(segments)]
    ax.barh(y, corrected, height=0.62, color=colors, alpha=0.85)
    reach = np.clip([corrected - low, high - corrected], 0, None)
    ax.errorbar(corrected, y, xerr=reach, fmt="none", ecolor=INK, capsize=3, lw=1.4)
    ax.scatter(counted, y, s=42, facecolors="white", edgecolors=INK, zorder=4)
    others = [name for name in OTHERS if name in column_names(table)]
    for name in others:
        marker, shift, _ = OTHERS[name]
        ax.scatter(numeric_column(table, name), y + shift, s=40, c=INK, marker=marker, zorder=4)
    ax.set_yticks(y, [segment_name(s) for s in segments])
    ax.set_ylim(k - 0.4, -0.6)
    ax.set_xlim(0, min(1.0, 1.15 * float(max(high.max(), counted.max()))))
    for at, value in zip(y, corrected, strict=True):
        ax.annotate(
            percent(value), (0, at), (5, 0), textcoords="offset points", va="center",
            fontsize=9, fontweight="bold", color="white" if value > 0.06 else INK,
        )  # fmt: skip
    top = int(np.argmax(corrected))
    span = f"[{percent(low[top])}, {percent(high[top])}]"
    ax = finish(
        ax,
        title=f"{segment_name(segments[top])} is the largest: {percent(corrected[top])} {span}",
        x="share of the customers, corrected for typing error, 95 % interval\n"
        f"({'; '.join(['open circle: share of the tags', *(OTHERS[n][2] for n in others)])})",
    )
    ax.spines["left"].set_visible(False)
    return ax
