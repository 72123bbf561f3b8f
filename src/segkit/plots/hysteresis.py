"""Re-tags avoided by waiting for a margin, against accuracy lost."""

from typing import Any

import numpy as np

from segkit._frames import numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import segment_color

__all__ = ["plot_hysteresis"]


def plot_hysteresis(table: Any, ax: Any = None) -> Any:
    """Draw the share of re-tags avoided over the accuracy lost, one point a threshold.

    Parameters
    ----------
    table : frame
        ``Hysteresis.frame()``: threshold, retags, avoided, accuracy, lost.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"threshold": [0.0, 0.1], "retags": [200.0, 80.0],
    ...     "avoided": [0.0, 0.6], "accuracy": [0.7, 0.695], "lost": [0.0, 0.005]})
    >>> plot_hysteresis(table).get_title(loc="left")
    'Waiting for a lead of 0.1 avoids 60 % of re-tags and costs 0.50 points of accuracy'
    """
    cut, avoided, lost, retags = (
        numeric_column(table, c) for c in ("threshold", "avoided", "lost", "retags")
    )
    ax = axes_or_new(ax)
    points = 100 * lost
    ax.plot(points, avoided, "-o", color=segment_color(0), ms=5)
    for x, y, value, left in zip(points, avoided, cut, retags, strict=True):
        ax.annotate(
            f"{value:g}  ({left:,.0f} re-tags left)", (x, y), (7, -4), textcoords="offset points",
            fontsize=8, color=INK, va="top",
        )  # fmt: skip
    ax.set_ylim(-0.08, 1.06)
    ax.set_xlim(-0.03 * max(points.max(), 0.1), 1.3 * max(points.max(), 0.1))
    ax.yaxis.set_major_formatter(lambda value, _: percent(value))
    return finish(
        ax,
        title=_title(cut, avoided, points),
        x="accuracy lost, in percentage points (estimated from the probabilities)",
        y="re-tags avoided",
        grid="both",
    )


def _title(cut: np.ndarray, avoided: np.ndarray, points: np.ndarray) -> str:
    half = np.flatnonzero(avoided >= 0.5)
    at = int(half[0]) if half.size else len(cut) - 1
    return (
        f"Waiting for a lead of {cut[at]:g} avoids {percent(avoided[at])} of re-tags and costs "
        f"{points[at]:.2f} points of accuracy"
    )
