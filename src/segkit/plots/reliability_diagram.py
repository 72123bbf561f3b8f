"""Whether stated probabilities come true: observed against stated."""

from typing import Any

import numpy as np

from segkit._frames import numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_reliability_diagram"]


def plot_reliability_diagram(table: Any, ax: Any = None) -> Any:
    """Draw the share of right tags against the probability that was stated.

    Parameters
    ----------
    table : frame
        Columns predicted, observed, low, high, n; one row a bin of respondents.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"predicted": [0.3, 0.6], "observed": [0.32, 0.58], "n": [50, 50],
    ...                       "low": [0.2, 0.45], "high": [0.45, 0.7]})
    >>> plot_reliability_diagram(table).get_title(loc="left")
    'Stated probabilities are off by 2 points on average'
    """
    p, seen, low, high, n = (
        numeric_column(table, c) for c in ("predicted", "observed", "low", "high", "n")
    )
    ax = axes_or_new(ax, width=5.2, height=4.8)
    ax.plot([0, 1], [0, 1], color=MUTED, lw=1, ls=(0, (4, 3)))
    ax.errorbar(
        p, seen, yerr=np.clip([seen - low, high - seen], 0, None), fmt="none", ecolor=INK,
        capsize=3, lw=1.2,
    )  # fmt: skip
    ax.scatter(p, seen, s=20 + 130 * n / n.max(), color=SEGMENT_COLORS[0], zorder=3)
    start = max(0.0, min(p.min(), low.min()) - 0.06)
    end = min(1.0, max(p.max(), high.max()) + 0.06)
    ax.set_xlim(start, end)
    ax.set_ylim(start, end)
    ax.annotate(
        "as stated", (end, end), (-26, -10), textcoords="offset points", ha="right", fontsize=8.5,
        color=MUTED,
    )  # fmt: skip
    gap = 100 * float((np.abs(p - seen) * n).sum() / n.sum())
    points = "point" if round(gap) == 1 else "points"
    return finish(
        ax,
        title=f"Stated probabilities are off by {gap:.0f} {points} on average",
        x="stated probability of the tag (mean of a tenth of the respondents)",
        y="share of right tags, 95 % interval",
        grid="both",
    )
