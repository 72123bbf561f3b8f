"""Correlations of items as a triangle of coloured cells."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, axes_or_new, finish

__all__ = ["correlation_plot"]

_MOST_WRITTEN = 12  # with more items, figures in the cells are too small to read


def correlation_plot(table: Any, ax: Any = None) -> Any:
    """Draw the pairs of a correlation table.

    Parameters
    ----------
    table : frame
        item_a, item_b, correlation, n: one row a pair, as `factors.Correlation.frame` gives.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"item_a": ["a", "a", "b"], "item_b": ["b", "c", "c"],
    ...                       "correlation": [0.6, 0.1, -0.2], "n": [90, 88, 91]})
    >>> correlation_plot(table).get_title(loc="left").splitlines()[0]
    'Strongest pair: a and b (+0.60)'
    """
    pairs = nw.from_native(table, eager_only=True)
    a, b = pairs["item_a"].to_list(), pairs["item_b"].to_list()
    r = pairs["correlation"].to_numpy()
    names = list(dict.fromkeys([*a, *b]))
    place = {name: k for k, name in enumerate(names)}
    grid = np.full((len(names), len(names)), np.nan)
    grid[[place[x] for x in b], [place[x] for x in a]] = r
    side = min(9.0, 2.0 + 0.3 * len(names))
    ax = axes_or_new(ax, width=side + 1.0, height=side)
    image = ax.imshow(grid[1:, :-1], cmap="RdBu_r", vmin=-1.0, vmax=1.0)
    ax.set_xticks(range(len(names) - 1), names[:-1], rotation=90)
    ax.set_yticks(range(len(names) - 1), names[1:])
    if len(names) <= _MOST_WRITTEN:
        _write(ax, grid[1:, :-1])
    ax.figure.colorbar(image, ax=ax, shrink=0.7, label="correlation")
    k = int(np.argmax(np.abs(r)))
    finish(ax, title=f"Strongest pair: {a[k]} and {b[k]} ({r[k]:+.2f})\n{_rests_on(pairs)}")
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _rests_on(pairs: Any) -> str:
    low, high = int(pairs["n"].min()), int(pairs["n"].max())
    return f"n = {low:,}" if low == high else f"n = {low:,} to {high:,} a pair"


def _write(ax: Any, grid: np.ndarray) -> None:
    for i, j in zip(*np.nonzero(~np.isnan(grid)), strict=True):
        color = "white" if abs(grid[i, j]) > 0.6 else INK
        ax.text(j, i, f"{grid[i, j]:.2f}", ha="center", va="center", fontsize=8, color=color)
