"""The fields whose change made the tool change its answer."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import segment_color

__all__ = ["plot_moved_fields"]

TOGETHER = "together"


def plot_moved_fields(table: Any, ax: Any = None) -> Any:
    """Draw each field's part in all changes of segment.

    Parameters
    ----------
    table : frame
        ``MovedFields.frame()``: from, to, n, field, effect, low, high, share, changed.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"from": ["all"] * 2, "to": ["all"] * 2, "n": [80.0] * 2,
    ...     "field": ["age", "together"], "effect": [0.3, 0.02], "low": [0.25, 0.0],
    ...     "high": [0.35, 0.04], "share": [0.94, 0.06], "changed": [1.0, float("nan")]})
    >>> plot_moved_fields(table).get_title(loc="left")
    'age accounts for 94 % of what moved 80 tags'
    """
    all_pairs = column(table, "from") == "all"
    names = column(table, "field")[all_pairs]
    n, effect, low, high, share, changed = (
        numeric_column(table, c)[all_pairs]
        for c in ("n", "effect", "low", "high", "share", "changed")
    )
    ax = axes_or_new(ax, width=7.5, height=1.5 + 0.34 * len(names))
    for y, name in enumerate(names):
        color = MUTED if name == TOGETHER else segment_color(0)
        ax.plot([low[y], high[y]], [y, y], color=color, lw=2.5, alpha=0.5)
        ax.plot(effect[y], y, "o", color=color, ms=7)
        known = "" if np.isnan(changed[y]) else f"; changed for {percent(changed[y])}"
        ax.annotate(
            f"{percent(share[y])}{known}", (max(high[y], 0.0), y), (7, 0),
            textcoords="offset points", va="center", fontsize=8, color=INK,
        )  # fmt: skip
    words = ["only together" if name == TOGETHER else literal(str(name)) for name in names]
    ax.set_yticks(range(len(names)), words)
    ax.invert_yaxis()
    ax.axvline(0, color=MUTED, lw=0.8)
    left, right = float(min(low.min(), 0.0)), float(high.max())
    ax.set_xlim(left - 0.04 * (right - left), right + 0.4 * (right - left))
    top = int(np.argmax(np.where(names == TOGETHER, -np.inf, effect)))
    return finish(
        ax,
        title=f"{literal(str(names[top]))} accounts for {percent(share[top])} of what moved "
        f"{n[0]:,.0f} tags",
        x="what a field's change adds to p(new segment) - p(old segment), mean of those who\n"
        "changed (95 % interval); share of the whole swing; how many have another value",
        grid="x",
    )
