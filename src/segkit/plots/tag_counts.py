"""How many customers got each tag."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import MUTED, axes_or_new, finish
from segkit.plots.palette import segment_color, segment_name

__all__ = ["plot_tag_counts"]


def plot_tag_counts(table: Any, ax: Any = None) -> Any:
    """Draw one bar a tag.

    Parameters
    ----------
    table : frame
        Columns segment (the last is "untagged"), n, share.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": ["0", "1", "untagged"], "n": [60, 30, 10],
    ...                       "share": [0.6, 0.3, 0.1]})
    >>> plot_tag_counts(table).get_title(loc="left")
    '100 customers: 10 % left untagged'
    """
    segments = column(table, "segment")
    n, share = numeric_column(table, "n"), numeric_column(table, "share")
    k = len(segments)
    ax = axes_or_new(ax, height=1.3 + 0.45 * k)
    colors = [segment_color(i) for i in range(k - 1)]
    ax.barh(np.arange(k), n, height=0.62, color=[*colors, MUTED], alpha=0.85)
    ax.set_yticks(range(k), [segment_name(s) for s in segments])
    ax.set_ylim(k - 0.4, -0.6)
    ax.set_xlim(0, 1.18 * n.max())
    for at in range(k):
        ax.annotate(
            f"{n[at]:,.0f} ({percent(share[at])})", (n[at], at), (5, 0),
            textcoords="offset points", va="center", fontsize=8.5,
        )  # fmt: skip
    left = f"{percent(share[-1])} left untagged" if n[-1] else "all tagged"
    ax = finish(
        ax,
        title=f"{n.sum():,.0f} customers: {left}",
        x="customers (counts of tags, not corrected for typing error)",
    )
    ax.spines["left"].set_visible(False)
    return ax
