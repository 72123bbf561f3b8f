"""Loadings with their intervals: one row an item, one strip a factor."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import GRID, INK, MUTED, axes_or_new, finish

__all__ = ["loading_intervals_plot"]

NOTABLE = 0.3
"""The loading that an item's own factor is asked to exceed."""

_STRIP = 2.3  # from one factor's zero to the next, in units of loadings


def loading_intervals_plot(table: Any, ax: Any = None) -> Any:
    """Draw loadings and their intervals; an item's own factor in dark.

    Parameters
    ----------
    table : frame
        item, factor, loading, low, high: one row an item and factor, as
        `factors.LoadingIntervals.frame` gives.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes
        Items are sorted by their own factor and loading. A factor without intervals was found
        too seldom.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"item": ["a", "b"], "factor": ["factor_1"] * 2,
    ...                       "loading": [0.8, 0.4], "low": [0.7, 0.2], "high": [0.9, 0.6]})
    >>> loading_intervals_plot(table).get_title(loc="left")
    'Beyond chance, 1 of 2 items loads more than 0.3 on its factor'
    """
    grid = _Grid(table)
    p, k = grid.loading.shape
    longest = max(len(name) for name in grid.items)
    ax = axes_or_new(ax, width=min(13.0, 1.2 + 0.07 * longest + 1.5 * k), height=1.5 + 0.22 * p)
    for j in range(k):
        _strip(ax, grid, j)
    above = ax.secondary_xaxis("top")
    names = [name.replace("_", " ") for name in grid.factors]
    above.set_xticks([j * _STRIP for j in range(k)], names, color=INK, fontsize=9)
    above.tick_params(length=0)
    above.spines["top"].set_visible(False)
    ax.set_yticks(range(p), [grid.items[i] for i in grid.order])
    ax.set_ylim(p - 0.4, -0.6)
    ax.set_xlim(-1.15, _STRIP * (k - 1) + 1.15)
    ticks = [(j * _STRIP + at, f"{at:g}") for j in range(k) for at in (-0.5, 0.0, 0.5)]
    ax.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
    ax = finish(
        ax,
        title=_title(grid),
        x="loading and its interval (dark: the item's own factor; band: below 0.3)",
        grid="y",
    )
    ax.tick_params(axis="x", labelsize=7.5)
    ax.spines["left"].set_visible(False)
    return ax


class _Grid:
    """The table as matrices of shape (n_items, n_factors)."""

    def __init__(self, table: Any) -> None:
        factor = column(table, "factor")
        self.factors = [str(f) for f in dict.fromkeys(factor.tolist())]
        k = len(self.factors)
        self.items = [str(i) for i in column(table, "item")[::k]]
        self.loading, self.low, self.high = (
            numeric_column(table, name).reshape(-1, k) for name in ("loading", "low", "high")
        )
        size = np.abs(self.loading)
        self.own = size.argmax(axis=1)
        self.order = np.lexsort((-size.max(axis=1), self.own))

    def surely_notable(self) -> np.ndarray:
        """Which items load more than `NOTABLE` on their factor, the whole interval."""
        rows = np.arange(self.own.size)
        low, high = self.low[rows, self.own], self.high[rows, self.own]
        return np.asarray((low > NOTABLE) | (high < -NOTABLE))


def _strip(ax: Any, grid: _Grid, j: int) -> None:
    zero, y = j * _STRIP, np.arange(grid.order.size)
    loading, low, high = (part[grid.order, j] for part in (grid.loading, grid.low, grid.high))
    own = grid.own[grid.order] == j
    ax.axvspan(zero - NOTABLE, zero + NOTABLE, color=GRID, alpha=0.5, lw=0, zorder=-1)
    ax.axvline(zero, color=MUTED, lw=0.7, zorder=0)
    for rows, color, width in ((~own, MUTED, 1.0), (own, INK, 1.8)):
        ax.hlines(y[rows], zero + low[rows], zero + high[rows], color=color, lw=width)
        ax.scatter(zero + loading[rows], y[rows], s=14, color=color, zorder=3)


def _title(grid: _Grid) -> str:
    n, p = int(grid.surely_notable().sum()), len(grid.items)
    verb = "loads" if n == 1 else "load"
    their = "its" if n == 1 else "their"
    return f"Beyond chance, {n} of {p} items {verb} more than {NOTABLE} on {their} factor"
