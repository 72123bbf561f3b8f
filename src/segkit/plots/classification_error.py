"""Where the people of each segment are put by a latent class model: a matrix of shares."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import segment_name

__all__ = ["plot_classification_error"]


def plot_classification_error(table: Any, ax: Any = None) -> Any:
    """Draw the probability of being put into each segment, a row for each true segment.

    Parameters
    ----------
    table : frame
        Columns segment, assigned, probability, low, high; one row a pair.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": [0, 0, 1, 1], "assigned": [0, 1, 0, 1],
    ...                       "probability": [0.9, 0.1, 0.2, 0.8],
    ...                       "low": [0.8, 0.0, 0.1, 0.7], "high": [1.0, 0.2, 0.3, 0.9]})
    >>> plot_classification_error(table).get_title(loc="left")
    'Put where they belong: 80 % to 90 % of each segment'
    """
    names = list(dict.fromkeys(column(table, "segment").tolist()))
    k = len(names)
    grid, low, high = (
        numeric_column(table, name).reshape(k, k) for name in ("probability", "low", "high")
    )
    ax = axes_or_new(ax, width=2.6 + 1.15 * k, height=1.9 + 0.62 * k)
    ax.imshow(grid, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for i, j in np.ndindex(k, k):
        ax.text(
            j, i, f"{percent(float(grid[i, j]))}\n{100 * low[i, j]:.0f}-{100 * high[i, j]:.0f}",
            ha="center", va="center", fontsize=9, linespacing=1.25,
            color="white" if grid[i, j] > 0.55 else INK,
            fontweight="bold" if i == j else "normal",
        )  # fmt: skip
    ax.set_yticks(range(k), [segment_name(s) for s in names])
    ax.set_xticks(range(k), [segment_name(s) for s in names])
    kept = sorted(float(p) for p in grid.diagonal())
    ax = finish(
        ax,
        title=f"Put where they belong: {percent(kept[0])} to {percent(kept[-1])} of each segment",
        x="segment they are put into\n(share of the row's people, below it the 95 % interval)",
        y="segment they belong to",
    )
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
