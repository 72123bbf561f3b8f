"""What segments need now and needed before: changes with their intervals."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import GRID, INK, axes_or_new, finish, literal
from segkit.plots.palette import color_of, segment_name
from segkit.plots.wave import _number

__all__ = ["plot_wave_profile"]

MOST = 30
"""Rows that are drawn: those with the largest changes, in the order of the table."""


def plot_wave_profile(table: Any, ax: Any = None, *, interpretable: bool = True) -> Any:
    """Draw the change of each segment's mean on each need, in standard deviations.

    Parameters
    ----------
    table : frame
        ``WaveComparison.frame()``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    interpretable : bool
        False: the measurement changed, and the title says that needs cannot be compared.

    Returns
    -------
    matplotlib.axes.Axes
        Dots with 95 % intervals, full where the change counts; segments in their colours.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": ["0", "1"], "kind": "profile", "item": "speed",
    ...     "change": [0.4, 0.0], "low": [0.3, -0.1], "high": [0.5, 0.1],
    ...     "changed": [True, False]})
    >>> plot_wave_profile(table).get_title(loc="left")
    'Segment 0 needs more speed: +0.40 sd [+0.30, +0.50]'
    """
    rows = np.flatnonzero(column(table, "kind") == "profile")
    change, low, high = (numeric_column(table, c)[rows] for c in ("change", "low", "high"))
    segments = [_number(s) for s in column(table, "segment")[rows]]
    items = [literal(str(i)) for i in column(table, "item")[rows]]
    changed = column(table, "changed")[rows].astype(bool)
    size = np.nan_to_num(np.abs(change), nan=-1.0)
    shown = np.sort(np.argsort(-size, kind="stable")[:MOST])
    ax = axes_or_new(ax, width=7.4, height=1.6 + 0.26 * max(len(shown), 2))
    names = list(dict.fromkeys(segments))
    for at, row in enumerate(shown):
        color = color_of(segments[row], names.index(segments[row]))
        ax.plot([low[row], high[row]], [at, at], color=color, lw=2.0, solid_capstyle="round")
        face = color if changed[row] else "white"
        ax.plot(change[row], at, "o", ms=6.5, mfc=face, mec=color, mew=1.6)
    ax.axvline(0.0, color=INK, lw=1.0)
    starts = [i for i, row in enumerate(shown) if i and segments[row] != segments[shown[i - 1]]]
    for at in starts:
        ax.axhline(at - 0.5, color=GRID, lw=1.0)
    ax.set_yticks(
        range(len(shown)), [f"{segment_name(segments[row])}: {items[row]}" for row in shown]
    )
    ax.set_ylim(len(shown) - 0.4, -0.6)
    left_out = len(rows) - len(shown)
    more = f"; {left_out} smaller changes are not shown" if left_out else ""
    return finish(
        ax,
        title=_finding(segments, items, (change, low, high), changed, interpretable),
        x="change of the mean, in standard deviations of the old wave, with 95 % interval\n"
        f"full dot: beyond chance and large enough to matter{more}",
        grid="x",
    )


def _finding(
    segments: list[Any],
    items: list[str],
    figures: tuple[np.ndarray, np.ndarray, np.ndarray],
    changed: np.ndarray,
    interpretable: bool,
) -> str:
    if not interpretable:
        return "The items no longer measure the same: needs cannot be compared"
    if not changed.any():
        return "No segment's needs changed beyond chance by a size that matters"
    change, low, high = figures
    most = int(np.argmax(np.where(changed, np.abs(change), -1.0)))
    word = "more" if change[most] > 0 else "less"
    return (
        f"{segment_name(segments[most])} needs {word} {items[most]}: {change[most]:+.2f} sd "
        f"[{low[most]:+.2f}, {high[most]:+.2f}]"
    )
