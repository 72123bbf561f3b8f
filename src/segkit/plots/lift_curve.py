"""What calling the likeliest finds of each segment, beside calling at random."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import segment_color, segment_name

__all__ = ["plot_lift_curve"]

TOP = 0.1


def plot_lift_curve(table: Any, ax: Any = None) -> Any:
    """Draw the share of each segment's people found against the share of customers called.

    Parameters
    ----------
    table : frame
        Columns segment, called, found, low, high, lift.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": ["0", "0", "0"], "called": [0.1, 0.5, 1.0],
    ...                       "found": [0.2, 0.7, 1.0], "low": [0.15, 0.6, 1.0],
    ...                       "high": [0.25, 0.8, 1.0], "lift": [2.0, 1.4, 1.0]})
    >>> plot_lift_curve(table).get_title(loc="left")
    'Calling the likeliest tenth reaches 2.0 times as many of a segment as calling at random'
    """
    segment = column(table, "segment")
    numbers = {c: numeric_column(table, c) for c in ("called", "found", "low", "high", "lift")}
    ax = axes_or_new(ax, width=6.4, height=4.6)
    ax.plot([0, 1], [0, 1], color=MUTED, lw=1, ls=(0, (4, 3)))
    ax.axvline(TOP, color=MUTED, lw=0.8)
    lifts = []
    for position, name in enumerate(dict.fromkeys(segment)):
        rows = np.flatnonzero(segment == name)
        lifts.append(_line(ax, {c: v[rows] for c, v in numbers.items()}, str(name), position))
    ax.annotate(
        "at random", (0.8, 0.8), (4, -12), textcoords="offset points", fontsize=8.5, color=MUTED
    )
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.01)
    ax.legend(frameon=False, fontsize=8.5, loc="lower right", labelcolor=INK)
    low, high = f"{min(lifts):.1f}", f"{max(lifts):.1f}"
    times = low if low == high else f"{low} to {high}"
    return finish(
        ax,
        title=f"Calling the likeliest tenth reaches {times} times as many of a segment as calling "
        "at random",
        x="share of customers called, the likeliest first (line: one tenth)",
        y="share of the segment's people found, 95 % interval",
        grid="both",
    )


def _line(ax: Any, rows: dict[str, np.ndarray], name: str, position: int) -> float:
    """Draw one segment's curve from the origin, mark its top tenth and return the lift there."""
    top = int(np.argmin(np.abs(rows["called"] - TOP)))
    color, lift = segment_color(position), float(rows["lift"][top])
    x, y, low, high = (np.append(0, rows[c]) for c in ("called", "found", "low", "high"))
    ax.fill_between(x, low, high, color=color, alpha=0.14, lw=0)
    label = f"{literal(segment_name(name))}: lift {lift:.1f} in the top tenth"
    ax.plot(x, y, color=color, lw=1.8, label=label)
    ax.scatter(rows["called"][top], rows["found"][top], s=34, color=color, zorder=3)
    return lift
