"""Accuracy by number of questions, between the largest segment and all items."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_golden_questions"]

_LONG = 26  # characters of an item that are written below a number of questions


def plot_golden_questions(table: Any, suggested: int | None = None, ax: Any = None) -> Any:
    """Draw the accuracy of lists of questions by their length.

    Parameters
    ----------
    table : frame
        Columns n_questions, added, accuracy, low, high, majority, ceiling, n.
    suggested : int, optional
        The length to mark.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"n_questions": [1, 2], "added": ["q3", "q1"],
    ...                       "accuracy": [0.5, 0.7], "low": [0.48, 0.66], "high": [0.52, 0.74],
    ...                       "majority": [0.3, 0.3], "ceiling": [0.9, 0.9], "n": [500, 500]})
    >>> plot_golden_questions(table, 2).get_title(loc="left")
    '2 questions place 70 % of people, all items 90 %'
    """
    n, accuracy, low, high, majority, ceiling = (
        numeric_column(table, c)
        for c in ("n_questions", "accuracy", "low", "high", "majority", "ceiling")
    )
    n_people = int(numeric_column(table, "n")[0])
    added = [str(a) for a in column(table, "added")]
    color = SEGMENT_COLORS[0]
    ax = axes_or_new(ax, width=7.2, height=4.6)
    ax.errorbar(n, accuracy, [accuracy - low, high - accuracy], color=color, lw=2, elinewidth=1)
    ax.scatter(n, accuracy, s=26, color=color, zorder=3)
    at = int(np.flatnonzero(n == suggested)[0]) if suggested is not None else n.size - 1
    if suggested is not None:
        ax.scatter(n[at], accuracy[at], s=130, facecolor="none", edgecolor=color, lw=1.6, zorder=4)
    for level, words in ((ceiling[0], "all items"), (majority[0], "the largest segment")):
        ax.axhline(level, color=MUTED, lw=1, ls="--", zorder=1)
        ax.annotate(
            f"{words} {percent(level)}", (1, level), (0, 3), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", fontsize=8.5, color=INK,
        )  # fmt: skip
    ax.set_ylim(max(0.0, min(majority[0], low.min()) - 0.08), 1.0)
    ax.set_xlim(n[0] - 0.6, n[-1] + 0.6)
    names = [a if len(a) <= _LONG else a[: _LONG - 1] + "…" for a in added]
    labels = [f"{int(k)}  {literal(a)}" for k, a in zip(n, names, strict=True)]
    ax.set_xticks(n, labels, rotation=35, ha="right", rotation_mode="anchor")
    what = f"{int(n[at])} question{'s' if n[at] > 1 else ''}"
    place = "place" if n[at] > 1 else "places"
    return finish(
        ax,
        title=f"{what} {place} {percent(accuracy[at])} of people, all items {percent(ceiling[0])}",
        x="number of questions and the one that is added (ring: the suggested list)",
        y=f"share of right tags, 95 % interval, n = {n_people:,}",
        grid="y",
    )
