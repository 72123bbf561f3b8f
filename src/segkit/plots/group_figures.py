"""How well a typing tool types each group of people, beside everyone else."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_group_figures"]

LEVEL = 0.05


def plot_group_figures(table: Any, ax: Any = None) -> Any:
    """Draw the accuracy of each group with its interval, and that of the rest.

    Parameters
    ----------
    table : frame
        Columns by, group, n, few, metric, value, low, high, rest, p_adjusted; the rows
        of accuracy are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"by": ["origin"] * 2, "group": ["a", "b"], "n": [80, 20],
    ...                       "few": [False, True], "metric": ["accuracy"] * 2,
    ...                       "value": [0.6, 0.5], "low": [0.5, 0.3], "high": [0.7, 0.7],
    ...                       "rest": [0.5, 0.6], "p_adjusted": [0.4, float("nan")]})
    >>> plot_group_figures(table).get_title(loc="left")
    'No group is typed right more or less often than the rest'
    """
    rows = np.flatnonzero(column(table, "metric") == "accuracy")
    by, group, few = (column(table, c)[rows] for c in ("by", "group", "few"))
    names = ("n", "value", "low", "high", "rest", "p_adjusted")
    n, value, low, high, rest, p = (numeric_column(table, c)[rows] for c in names)
    apart = p < LEVEL
    y = np.arange(rows.size) + 0.6 * np.cumsum(np.append(False, by[1:] != by[:-1]))
    ax = axes_or_new(ax, height=1.7 + 0.36 * (float(y[-1]) + 1))
    ax.vlines(rest, y - 0.28, y + 0.28, color=MUTED, lw=2.2)
    ax.hlines(y, low, high, color=INK, lw=1.3)
    colors = np.where(apart, SEGMENT_COLORS[5], SEGMENT_COLORS[0])
    faces = ["white" if f else c for f, c in zip(few, colors, strict=True)]
    ax.scatter(value, y, s=50, facecolors=faces, edgecolors=colors, linewidths=1.8, zorder=3)
    for at, share, end in zip(y, value, np.fmax(high, rest), strict=True):
        if np.isfinite(share):
            ax.annotate(
                percent(share), (end, at), (6, 0), textcoords="offset points", va="center",
                fontsize=8, color=INK,
            )  # fmt: skip
    labels = [
        f"{literal(b)}: {literal(g)}  (n = {c:,.0f}{', few' if f else ''})"
        for b, g, c, f in zip(by, group, n, few, strict=True)
    ]
    ax.set_yticks(y, labels)
    ax.set_ylim(float(y[-1]) + 0.6, -0.6)
    ax.set_xlim(0, 1)
    return finish(
        ax,
        title=_title(apart),
        x="share of right tags, 95 % interval, on respondents the models had not seen\n"
        "(grey line: everyone else; red: differs; open: too few to be tested)",
        grid="x",
    )


def _title(apart: np.ndarray) -> str:
    if not apart.any():
        return "No group is typed right more or less often than the rest"
    verb = "is" if apart.sum() == 1 else "are"
    return (
        f"{apart.sum()} of {apart.size} groups {verb} typed right more or less often than the rest"
    )
