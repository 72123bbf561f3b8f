"""Congruence of aligned factors against the limits of fair and equal."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import GRID, INK, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["alignment_plot"]

FAIR, EQUAL = 0.85, 0.95
"""From where factors are fairly similar, and equal (Lorenzo-Seva & ten Berge 2006)."""


def alignment_plot(table: Any, ax: Any = None) -> Any:
    """Draw the congruence of each factor.

    Parameters
    ----------
    table : frame
        factor, congruence, was, turned: as `factors.Alignment.frame` gives.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"factor": ["factor_1", "factor_2"], "congruence": [0.98, 0.7],
    ...                       "was": ["factor_2", "factor_1"], "turned": [False, True]})
    >>> alignment_plot(table).get_title(loc="left")
    '1 of 2 factors is found again (congruence 0.85 and more)'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    values = np.array(columns["congruence"], dtype=float)
    n, y = values.size, np.arange(values.size)
    ax = axes_or_new(ax, height=1.5 + 0.42 * n)
    good = values >= FAIR
    colors = np.where(good, SEGMENT_COLORS[0], SEGMENT_COLORS[5])
    ax.axvspan(0.0, FAIR, color=GRID, alpha=0.5, lw=0, zorder=0)
    ax.hlines(y, 0.0, values, color=colors, lw=2.0, zorder=2)
    ax.scatter(values, y, c=colors, s=46, zorder=3, clip_on=False)
    for limit, word in ((FAIR, "fair"), (EQUAL, "equal")):
        ax.axvline(limit, color=INK, lw=0.9, ls=(0, (4, 3)), zorder=1)
        ax.text(limit, n - 0.42, f" {word}", ha="left", va="bottom", fontsize=8.5, color=INK)
    for k in range(n):
        ax.annotate(
            f"{values[k]:.3f}{_note(columns, k)}", (1.0, k), (8, 0),
            xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            fontsize=8.5, color=colors[k], annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks(y, [name.replace("_", " ") for name in columns["factor"]])
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(n - 0.4, -0.6)
    verb = "is" if good.sum() == 1 else "are"
    title = f"{good.sum()} of {n} factors {verb} found again (congruence {FAIR} and more)"
    return finish(ax, title=title, x="Tucker's congruence with the factor of the other model")


def _note(columns: dict[str, list], k: int) -> str:
    was = columns["was"][k] if "was" in columns else ""
    parts = [f"was {was.replace('_', ' ')}"] if was and was != columns["factor"][k] else []
    parts += ["turned round"] if "turned" in columns and columns["turned"][k] else []
    return f" ({', '.join(parts)})" if parts else ""
