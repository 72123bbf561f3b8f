"""How large the segments are, with intervals."""

from typing import Any

import numpy as np

from segkit._frames import column, column_names, numeric_column
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_sizes"]


def plot_sizes(table: Any, ax: Any = None) -> Any:
    """Draw the share of each segment as a bar with its 95 % interval.

    Parameters
    ----------
    table : frame
        Columns segment, n, share, low, high and, where given, name: ``Scheme.frame()``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": [0, 1], "n": [60, 40], "share": [0.6, 0.4],
    ...                       "low": [0.5, 0.31], "high": [0.69, 0.5]})
    >>> plot_sizes(table).get_title(loc="left")
    '60 % of 100 people are in Segment 0, 40 % in Segment 1, the smallest'
    """
    segment = column(table, "segment")
    given = column(table, "name") if "name" in column_names(table) else segment
    names = [segment_name(s) for s in given]
    n, share, low, high = (numeric_column(table, c) for c in ("n", "share", "low", "high"))
    y = np.arange(len(names))
    ax = axes_or_new(ax, height=1.1 + 0.5 * len(names))
    colors = [color_of(s, i) for i, s in enumerate(segment)]
    ax.barh(y, 100 * share, height=0.62, color=colors)
    spread = 100 * np.clip([share - low, high - share], 0, None)
    ax.errorbar(100 * share, y, xerr=spread, fmt="none", ecolor=INK, capsize=3, lw=1.4)
    for at, (s, top) in enumerate(zip(share, high, strict=True)):
        ax.annotate(
            f"{100 * s:.0f} %",
            (100 * top, at),
            xytext=(7, 0),  # clear of the interval's cap, whatever the scale
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=INK,
        )
    ax.set_yticks(y, [f"{s}  (n = {count:,.0f})" for s, count in zip(names, n, strict=True)])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, 115 * high.max())
    return finish(
        ax, title=_title(names, share, n.sum()), x="share of people, % (line: 95 % interval)"
    )


def _title(names: list[str], share: np.ndarray, n: float) -> str:
    order = np.argsort(-share, kind="stable")
    first = f"{100 * share[order[0]]:.0f} % of {n:,.0f} people are in {names[order[0]]}"
    if len(names) == 1:
        return first
    return f"{first}, {100 * share[order[-1]]:.0f} % in {names[order[-1]]}, the smallest"
