"""What sets each segment apart: a heat map of items by segments."""

from collections import Counter
from textwrap import fill
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_option
from segkit._frames import column, numeric_column
from segkit._result import figure_text
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_profile"]

FULL = {"effect": 0.8, "index": 40.0}
"""Where colours are full: a large effect; 40 points of index from 100."""

PALE = 1.6
"""Stretches the colour scale, so that dark figures stay legible on full colours."""

LINE = 26
"""Letters of the title's line, beside 12 for each segment's column."""

COLUMN = 13
"""Letters of a segment's name on one line above its column."""

LONGEST = 46
"""Letters of a row's name that are shown."""


def plot_profile(table: Any, ax: Any = None, measure: str = "effect", most: int = 30) -> Any:
    """Draw a profile: colours show how a segment differs, cells hold its value.

    Parameters
    ----------
    table : frame
        ``Profile.frame()``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    measure : {"effect", "index"}
        The colours: effect against everybody else (full at .8), or index (full at 60 and 140).
    most : int
        The most rows to draw; those with the largest effects are kept.

    Returns
    -------
    matplotlib.axes.Axes
        Rows stand under the segment that they mark most; figures in grey rest on small bases,
        bold ones mark their segment.

    Examples
    --------
    >>> from segkit.segments import profile
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [30, 34, 29, 60, 63, 58]})
    >>> plot_profile(profile(people, [0, 0, 0, 1, 1, 1]).frame()).get_title(loc="left")
    'age differs most: Segment 1 60.3, all 45.7'
    """
    check_option(measure, tuple(FULL), name="measure")
    cells = _Cells(table)
    shown = cells.marking_order(check_integer(most, name="most"))
    ax = axes_or_new(ax, width=3.6 + 1.05 * len(cells.segments), height=2.2 + 0.3 * len(shown))
    color = cells.effect if measure == "effect" else cells.index - 100
    full = FULL[measure]
    ax.imshow(
        np.clip(np.nan_to_num(color[shown], posinf=full, neginf=-full), -full, full),
        cmap="PuOr_r", vmin=-PALE * full, vmax=PALE * full, aspect="auto",
    )  # fmt: skip
    for y, row in enumerate(shown):
        for x in range(len(cells.segments)):
            weak = cells.small[row, x]
            ax.text(
                x, y, cells.text(row, x), ha="center", va="center", fontsize=8.5,
                color=MUTED if weak else INK, style="italic" if weak else "normal",
                weight="bold" if cells.marker[row, x] else "normal",
            )  # fmt: skip
    _axes(ax, cells, shown)
    words = {"effect": "effect against everybody else", "index": "index, 100 = all"}[measure]
    left_out = len(cells.names) - len(shown)
    more = f"\n{left_out} rows with smaller effects are not shown" if left_out else ""
    return finish(
        ax, title=fill(cells.finding(shown), LINE + 12 * len(cells.segments)), wrap=False,
        x="cells: mean or share, bold where it marks the segment\n"
        f"colour: {words} (orange above, purple below){more}",
    )  # fmt: skip


class _Cells:
    """The table of a profile as matrices of shape (n_rows, n_segments)."""

    def __init__(self, table: Any) -> None:
        segment = column(table, "segment")
        self.segments = list(dict.fromkeys(segment.tolist()))
        k = len(self.segments)
        item, level = column(table, "item")[::k], column(table, "level")[::k]
        pairs = zip(item, level, strict=True)
        rows_of = Counter(item.tolist())
        self.names = [str(i) if rows_of[i] == 1 else f"{i} = {v}" for i, v in pairs]
        self.is_share = column(table, "kind")[::k] == "share"
        grid = {
            name: numeric_column(table, name).reshape(-1, k)
            for name in ("value", "overall", "effect", "index", "n", "small_base", "marker")
        }
        self.value, self.effect, self.index = grid["value"], grid["effect"], grid["index"]
        self.overall = grid["overall"][:, 0]
        self.n = grid["n"].max(axis=0)
        self.small, self.marker = grid["small_base"] > 0, grid["marker"] > 0

    def marking_order(self, most: int) -> list[int]:
        """Keep the rows with the largest effects, grouped by the segment they mark."""
        effect = np.nan_to_num(self.effect, nan=0.0)
        kept = np.argsort(-np.abs(effect).max(axis=1), kind="stable")[:most]
        marked = effect[kept].argmax(axis=1)
        order = np.lexsort([-effect[kept].max(axis=1), marked])
        return [int(i) for i in kept[order]]

    def text(self, row: int, segment: int) -> str:
        """Write the value of one cell."""
        return figure_text(self.value[row, segment], self.is_share[row])

    def finding(self, shown: list[int]) -> str:
        """Say which cell has the largest effect."""
        effect = np.abs(np.nan_to_num(self.effect[shown], nan=0.0))
        at, segment = np.unravel_index(int(effect.argmax()), effect.shape)
        row = shown[int(at)]
        everybody = figure_text(self.overall[row], self.is_share[row])
        return (
            f"{_short(self.names[row])} differs most: {segment_name(self.segments[segment])} "
            f"{self.text(row, int(segment))}, all {everybody}"
        )


def _axes(ax: Any, cells: _Cells, shown: list[int]) -> None:
    ax.set_yticks(range(len(shown)), [_short(cells.names[r]) for r in shown])
    names = [
        f"{fill(segment_name(s), COLUMN)}\nn = {n:,.0f}"
        for s, n in zip(cells.segments, cells.n, strict=True)
    ]
    ax.set_xticks(range(len(names)), names)
    ax.xaxis.tick_top()
    for i, (label, segment) in enumerate(zip(ax.get_xticklabels(), cells.segments, strict=True)):
        ax.bar(i, 0.16, 0.96, bottom=-0.68, color=color_of(segment, i), clip_on=False)
        label.set_fontweight("bold")
    ax.set_ylim(len(shown) - 0.5, -0.7)
    for side in ("left", "bottom", "top", "right"):
        ax.spines[side].set_visible(False)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 3] + "..."
