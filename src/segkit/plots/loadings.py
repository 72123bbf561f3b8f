"""Loadings as coloured cells: one row an item, sorted by factor, small ones muted."""

import textwrap
from itertools import takewhile
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, MUTED, axes_or_new, finish

__all__ = ["loadings_plot"]

NOTABLE = 0.3
"""Absolute loadings below this are written in grey."""

_WIDE = 52  # characters of a wording that fit beside a row
_SHARED = 16  # a beginning that all wordings share is left out from this length on


def loadings_plot(table: Any, ax: Any = None) -> Any:
    """Draw a table of loadings.

    Parameters
    ----------
    table : frame
        item, factor_1, ..., factor_k, and where known wording: as
        `factors.FactorModel.loadings_table` gives (missing loadings stay empty).
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"item": ["a", "b"], "factor_1": [0.8, 0.1], "factor_2": [0.0, 0.2]})
    >>> loadings_plot(table).get_title(loc="left")
    '1 of 2 items load at least 0.3 on one factor alone; 1 on none'
    """
    rows = nw.from_native(table, eager_only=True)
    factors = [name for name in rows.columns if name.startswith("factor_")]
    grid = np.column_stack([rows[name].to_numpy().astype(float) for name in factors])
    labels = _labels(rows)
    ax = axes_or_new(ax, width=_width(labels, len(factors)), height=1.4 + 0.24 * len(labels))
    ax.imshow(np.nan_to_num(grid), cmap="RdBu_r", vmin=-1.0, vmax=1.0, aspect="auto", alpha=0.85)
    for i, j in zip(*np.nonzero(~np.isnan(grid)), strict=True):
        _write(ax, i, j, grid[i, j])
    ax.set_xticks(range(len(factors)), [name.replace("_", " ") for name in factors])
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(top=False, labeltop=True, labelbottom=False)
    finish(ax, title=_title(grid))
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _labels(rows: Any) -> list[str]:
    items = rows["item"].to_list()
    if "wording" not in rows.columns:
        return items
    wordings = _own_part([str(wording or "") for wording in rows["wording"].to_list()])
    return [
        f"{textwrap.shorten(wording, _WIDE, placeholder='...')}  {item}" if wording else item
        for item, wording in zip(items, wordings, strict=True)
    ]


def _own_part(wordings: list[str]) -> list[str]:
    """Leave out the words with which all wordings begin: they would fill the room of the others."""
    words = [wording.split() for wording in wordings]
    given = [w for w in words if w]
    shared = sum(
        1 for _ in takewhile(lambda place: len(set(place)) == 1, zip(*given, strict=False))
    )
    if len(given) < 2 or len(" ".join(given[0][:shared])) < _SHARED:
        return wordings
    return [" ".join(["...", *w[shared:]]) if w else "" for w in words]


def _width(labels: list[str], n_factors: int) -> float:
    return min(12.0, 1.6 + 0.065 * max(len(label) for label in labels) + 0.8 * n_factors)


def _write(ax: Any, i: int, j: int, value: float) -> None:
    size = abs(value)
    color = "white" if size > 0.65 else INK if size >= NOTABLE else MUTED
    weight = "bold" if size >= NOTABLE else "normal"
    ax.text(
        j, i, f"{value:z.2f}", ha="center", va="center", fontsize=7.5, color=color, weight=weight
    )


def _title(grid: np.ndarray) -> str:
    """Say how many items belong to one factor alone."""
    notable = (np.abs(np.nan_to_num(grid)) >= NOTABLE).sum(axis=1)
    n, clear = notable.size, int((notable == 1).sum())
    text = f"{clear} of {n} items load at least {NOTABLE} on one factor alone"
    across, none = int((notable > 1).sum()), int((notable == 0).sum())
    rest = [f"{across} on several" if across else "", f"{none} on none" if none else ""]
    return "; ".join([text, *[r for r in rest if r]])
