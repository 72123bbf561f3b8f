"""What leaving the unsure untagged buys: accuracy against the share tagged."""

from typing import Any

import numpy as np

from segkit._frames import numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_coverage_curve"]

MARKS = (0.25, 0.5, 0.75)  # shares of people beside which the cut is written


def plot_coverage_curve(table: Any, ax: Any = None) -> Any:
    """Draw the accuracy of tags against the share of people tagged.

    Parameters
    ----------
    table : frame
        Columns cut, tagged, accuracy, low, high.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"cut": [0.0, 0.5], "tagged": [1.0, 0.4], "accuracy": [0.5, 0.7],
    ...                       "low": [0.48, 0.66], "high": [0.52, 0.74]})
    >>> plot_coverage_curve(table).get_title(loc="left")
    'Tagging the surest 40 % is right for 70 %, tagging everyone for 50 %'
    """
    cut, tagged, accuracy, low, high = (
        numeric_column(table, c) for c in ("cut", "tagged", "accuracy", "low", "high")
    )
    ax = axes_or_new(ax, width=6.4, height=4.0)
    ax.fill_between(tagged, low, high, color=SEGMENT_COLORS[0], alpha=0.18, lw=0)
    ax.plot(tagged, accuracy, color=SEGMENT_COLORS[0], lw=2)
    for at in sorted({int(np.argmin(np.abs(tagged - mark))) for mark in MARKS}):
        ax.scatter(tagged[at], accuracy[at], s=30, color=SEGMENT_COLORS[0], zorder=3)
        ax.annotate(
            f"from {cut[at]:.2f}", (tagged[at], accuracy[at]), (5, 6),
            textcoords="offset points", fontsize=8.5, color=INK,
        )  # fmt: skip
    ax.set_xlim(0, 1)
    half = int(np.argmin(np.abs(tagged - 0.5)))
    return finish(
        ax,
        title=f"Tagging the surest {percent(tagged[half])} is right for {percent(accuracy[half])}, "
        f"tagging everyone for {percent(accuracy[0])}",
        x="share of people tagged (beside the dots: the lowest probability tagged)",
        y="share of right tags, 95 % interval",
        grid="both",
    )
