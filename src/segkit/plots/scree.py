"""Scree: the eigenvalues of the items over those of shuffled answers."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["scree_plot"]

_FACT, _CHANCE = SEGMENT_COLORS[0], "#d9d9d9"
_MANY = 30
"""From so many factors on, marks are smaller and not every factor is numbered."""


def scree_plot(table: Any, ax: Any = None) -> Any:
    """Draw eigenvalues and the band that chance leaves.

    Parameters
    ----------
    table : frame
        factor, eigenvalue, null_mean, null_high, retained: as `factors.FactorCount.scree` gives.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"factor": [1, 2], "eigenvalue": [1.6, 0.4], "null_mean": [1.1, 0.9],
    ...                       "null_high": [1.2, 1.0], "retained": [True, False]})
    >>> scree_plot(table).get_title(loc="left")
    '1 factor holds more than shuffled answers do'
    """
    rows = nw.from_native(table, eager_only=True)
    factor = rows["factor"].to_numpy()
    value, mean, high = (rows[name].to_numpy() for name in ("eigenvalue", "null_mean", "null_high"))
    kept = rows["retained"].to_numpy().astype(bool)
    ax = axes_or_new(ax)
    ax.fill_between(factor, 0.0, high, color=_CHANCE, alpha=0.6, linewidth=0)
    ax.plot(factor, mean, color=MUTED, linewidth=1.0, linestyle="--")
    ax.plot(factor, value, color=_FACT, linewidth=1.2, zorder=3)
    size = 30.0 if factor.size <= _MANY else 12.0
    ax.scatter(factor[kept], value[kept], color=_FACT, s=size, zorder=4)
    ax.scatter(factor[~kept], value[~kept], color="white", edgecolor=_FACT, s=0.7 * size, zorder=4)
    n_kept = int(kept.sum())
    # the first and the last say where the retained ones lie; more words would cover each other
    for k in sorted({0, n_kept - 1}) if n_kept else ():
        label = f"{value[k]:.2f}"
        ax.annotate(
            label, (factor[k], value[k]), (6, 4), textcoords="offset points", fontsize=8, color=INK
        )
    top = float(max(value.max(), high.max())) * 1.15
    _mark(ax, n_kept, top)
    # the words stand in the band, at its right, where the curve has left it
    end = max(0, int(0.62 * (factor.size - 1)))
    ax.annotate(
        "what shuffled answers reach",
        (factor[end], high[end]),
        (0, 6),
        textcoords="offset points",
        fontsize=8,
        color=MUTED,
    )
    ax.set_ylim(0.0, top)
    ax.set_xlim(0.4, factor.size + 0.6)
    ax.set_xticks(_ticks(factor.size))
    return finish(ax, title=_title(kept), x="factor", y="eigenvalue", grid="y")


def _mark(ax: Any, n_kept: int, top: float) -> None:
    """Draw the line between the last factor that is retained and the next."""
    ax.axvline(n_kept + 0.5, color=INK, linewidth=0.9, linestyle=":", zorder=2)
    ax.annotate(
        f"suggested: {n_kept}",
        (n_kept + 0.5, top),
        (5, -10),
        textcoords="offset points",
        fontsize=8.5,
        color=INK,
    )


def _ticks(n: int) -> list[int]:
    """Return 1 and then every factor, every fifth or every tenth, as room allows."""
    step = next(s for s in (1, 5, 10, 50, 100) if n <= _MANY * s or s == 100)
    return [1, *range(step, n + 1, step)] if step > 1 else list(range(1, n + 1))


def _title(kept: np.ndarray) -> str:
    n = int(kept.sum())
    if n == 0:
        return "No factor: the items hang together no more than shuffled answers"
    if n == 1:
        return "1 factor holds more than shuffled answers do"
    return f"{n} factors hold more than shuffled answers do"
