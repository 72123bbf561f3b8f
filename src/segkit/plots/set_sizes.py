"""How many segments prediction sets hold."""

from typing import Any

import numpy as np

from segkit._frames import numeric_column
from segkit._result import percent
from segkit.plots._canvas import axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_set_sizes"]


def plot_set_sizes(table: Any, ax: Any = None) -> Any:
    """Draw one bar a size.

    Parameters
    ----------
    table : frame
        Columns size, n, share.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"size": [1, 2, 3], "n": [20, 50, 30], "share": [0.2, 0.5, 0.3]})
    >>> plot_set_sizes(table).get_title(loc="left")
    'One segment for 20 % of 100 customers, 2.1 on average'
    """
    size, n, share = (numeric_column(table, c) for c in ("size", "n", "share"))
    ax = axes_or_new(ax, width=6.4, height=1.3 + 0.45 * len(size))
    ax.barh(size, share, height=0.62, color=SEGMENT_COLORS[0], alpha=0.85)
    ax.set_yticks(size, ["1 segment", *(f"{s:.0f} segments" for s in size[1:])])
    ax.set_ylim(size[-1] + 0.6, 0.4)
    ax.set_xlim(0, 1.22 * float(share.max()))
    for at, value, count in zip(size, share, n, strict=True):
        ax.annotate(
            f"{percent(value)} ({count:,.0f})", (value, at), (5, 0),
            textcoords="offset points", va="center", fontsize=8.5,
        )  # fmt: skip
    ax = finish(
        ax,
        title=f"One segment for {percent(share[0])} of {n.sum():,.0f} customers, "
        f"{float(np.dot(size, share)):.1f} on average",
        x="share of the customers, by how many segments their prediction set holds",
    )
    ax.spines["left"].set_visible(False)
    return ax
