"""Scree: the eigenvalues of the items over those of shuffled answers."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["scree_plot"]

_FACT, _CHANCE = SEGMENT_COLORS[0], "#d9d9d9"


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
    ax.scatter(factor[kept], value[kept], color=_FACT, s=34, zorder=4)
    ax.scatter(factor[~kept], value[~kept], color="white", edgecolor=_FACT, s=26, zorder=4)
    for k in np.flatnonzero(kept):
        label = f"{value[k]:.2f}"
        ax.annotate(
            label, (factor[k], value[k]), (6, 4), textcoords="offset points", fontsize=8, color=INK
        )
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
    ax.set_ylim(0.0, float(max(value.max(), high.max())) * 1.08)
    ax.set_xticks(factor if factor.size <= 30 else factor[::5])
    return finish(ax, title=_title(kept), x="factor", y="eigenvalue", grid="y")


def _title(kept: np.ndarray) -> str:
    n = int(kept.sum())
    if n == 0:
        return "No factor: the items hang together no more than shuffled answers"
    if n == 1:
        return "1 factor holds more than shuffled answers do"
    return f"{n} factors hold more than shuffled answers do"
