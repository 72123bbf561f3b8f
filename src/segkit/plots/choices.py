"""How often each field was chosen by the training parts of a cross-validation."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_choices"]

MOST = 40  # fields that a figure can hold


def plot_choices(table: Any, ax: Any = None) -> Any:
    """Draw the share of training parts that chose each field, the most chosen first.

    Parameters
    ----------
    table : frame
        Columns choice, value, used, share; the rows whose choice is "field" are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"choice": ["field", "field"], "value": ["age", "city"],
    ...                       "used": [True, False], "share": [1.0, 0.2]})
    >>> plot_choices(table).get_title(loc="left")
    '1 of 2 fields is in use; every training part chose it'
    """
    is_field = column(table, "choice") == "field"
    names, used = column(table, "value")[is_field], column(table, "used")[is_field].astype(bool)
    share = numeric_column(table, "share")[is_field]
    order = np.lexsort((np.arange(names.size), ~used, -share))[:MOST]
    y = np.arange(order.size)
    ax = axes_or_new(ax, height=1.3 + 0.3 * order.size)
    ax.barh(
        y, share[order], height=0.62,
        color=[SEGMENT_COLORS[0] if own else MUTED for own in used[order]],
    )  # fmt: skip
    for at, value in zip(y, share[order], strict=True):
        ax.annotate(
            f"{100 * value:.0f} %", (value, at), (4, 0), textcoords="offset points",
            va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    ax.set_yticks(y, names[order])
    ax.set_ylim(order.size - 0.4, -0.6)
    ax.set_xlim(0, 1.08)
    more = f" (the first {MOST} of {names.size} fields)" if names.size > MOST else ""
    ax = finish(
        ax,
        title=_title(used, share),
        x=f"share of training parts that chose the field; grey: not in the tool{more}",
        grid="x",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _title(used: np.ndarray, share: np.ndarray) -> str:
    n = int(used.sum())
    verb, whom = ("is", "it") if n == 1 else ("are", "them all")
    text = f"{n} of {used.size} fields {verb} in use"
    sure = int((share[used] == 1).sum())
    if sure == n:
        return f"{text}; every training part chose {whom}"
    return f"{text}; {sure} of them {'was' if sure == 1 else 'were'} chosen by every training part"
