"""How many of each segment's people have another segment later, by period."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_moving"]


def plot_moving(table: Any, ax: Any = None) -> Any:
    """Draw the share that moved with its interval, one line a segment and period.

    Parameters
    ----------
    table : frame
        ``Homogeneity.frame()``: segment, period, n, moved, low, high, p_adjusted.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": ["0", "1"], "period": [1, 1], "n": [400, 300],
    ...     "moved": [0.05, 0.2], "low": [0.03, 0.16], "high": [0.08, 0.25],
    ...     "p_adjusted": [0.001, 0.001]})
    >>> plot_moving(table).get_title(loc="left")
    'Segment 1 moves most: 20 % have another segment later'
    """
    segments, period = column(table, "segment"), numeric_column(table, "period")
    n, moved, low, high = (numeric_column(table, c) for c in ("n", "moved", "low", "high"))
    names, several = list(dict.fromkeys(segments)), len(set(period)) > 1
    ax = axes_or_new(ax, height=1.5 + 0.36 * len(moved))
    for row, segment in enumerate(segments):
        color = color_of(int(segment) if segment.isdigit() else segment, names.index(segment))
        ax.plot([low[row], high[row]], [row, row], color=color, lw=2.5, alpha=0.5)
        ax.plot(moved[row], row, "o", color=color, ms=7)
        ax.annotate(
            percent(moved[row], 1) if np.isfinite(moved[row]) else "", (high[row], row), (6, 0),
            textcoords="offset points", va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    labels = [
        f"{segment_name(s)}{f', period {t:.0f}' if several else ''}  (n = {c:,.0f})"
        for s, t, c in zip(segments, period, n, strict=True)
    ]
    ax.set_yticks(range(len(labels)), labels)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.12 * float(np.nanmax(high)))
    ax.xaxis.set_major_formatter(lambda value, _: percent(value))
    return finish(
        ax,
        title=_title(segments, moved, period, several),
        x="people with another segment later\n(of those with a segment in both; 95 % interval)",
        grid="x",
    )


def _title(segments: np.ndarray, moved: np.ndarray, period: np.ndarray, several: bool) -> str:
    top = int(np.nanargmax(moved))
    when = f" in period {period[top]:.0f}" if several else ""
    return (
        f"{segment_name(segments[top])} moves most{when}: {percent(moved[top])} have another "
        "segment later"
    )
