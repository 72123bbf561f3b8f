"""Loadings of a given structure, factor by factor, with their intervals."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import GRID, INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["confirmation_plot"]

WEAK = 0.3
"""Absolute loadings below this say little about their factor."""


def confirmation_plot(table: Any, finding: str = "", ax: Any = None) -> Any:
    """Draw one dot a loading with its interval; weak ones are marked.

    Parameters
    ----------
    table : frame
        factor, item, loading, low, high: as `factors.Confirmation.frame` gives.
    finding : str
        What the title begins with: the fit in words.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"factor": ["price", "price"], "item": ["a", "b"],
    ...                       "loading": [0.8, 0.2], "low": [0.7, 0.1], "high": [0.9, 0.3]})
    >>> confirmation_plot(table).get_title(loc="left")
    '1 of 2 loadings is weaker than 0.3'
    """
    rows = nw.from_native(table, eager_only=True)
    loading, low, high = (rows[c].to_numpy().astype(float) for c in ("loading", "low", "high"))
    factors, n = rows["factor"].to_list(), len(rows)
    ax = axes_or_new(ax, height=1.5 + 0.22 * n)
    y = np.arange(n)
    weak = np.abs(loading) < WEAK
    for mask, color in ((~weak, SEGMENT_COLORS[0]), (weak, SEGMENT_COLORS[5])):
        ax.errorbar(
            loading[mask], y[mask], xerr=np.array([(loading - low)[mask], (high - loading)[mask]]),
            fmt="o", ms=5, color=color, ecolor=color, elinewidth=1.6, capsize=0, zorder=3,
        )  # fmt: skip
    ax.axvspan(-WEAK, WEAK, color=GRID, alpha=0.5, lw=0, zorder=0)
    ax.axvline(0.0, color=MUTED, lw=0.8)
    left, right = min(low.min() - 0.05, 0.0), max(1.0, high.max() + 0.05)
    ax.set_xlim(left, right)
    _headings(ax, factors)
    ax.set_yticks(y, rows["item"].to_list())
    ax.set_ylim(n - 0.4, -0.6)
    title = "; ".join(part for part in (finding, _weak(int(weak.sum()), n)) if part)
    ax = finish(
        ax, title=title,
        x=f"standardised loading (line: 95 % interval; band: weaker than {WEAK})",
    )  # fmt: skip
    ax.spines["left"].set_visible(False)
    return ax


def _headings(ax: Any, factors: list[str]) -> None:
    """Divide the factors by lines and write each name at the right edge."""
    starts = [k for k, name in enumerate(factors) if k == 0 or name != factors[k - 1]]
    for start, stop in zip(starts, [*starts[1:], len(factors)], strict=True):
        if start:
            ax.axhline(start - 0.5, color=GRID, lw=1.0, zorder=0)
        ax.annotate(
            str(factors[start]), (1.0, (start + stop - 1) / 2), (8, 0),
            xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", ha="left", fontsize=9, color=INK, annotation_clip=False,
        )  # fmt: skip


def _weak(n_weak: int, n: int) -> str:
    if n_weak == 0:
        return f"none of {n} loadings is weaker than {WEAK}"
    return f"{n_weak} of {n} loadings {'is' if n_weak == 1 else 'are'} weaker than {WEAK}"
