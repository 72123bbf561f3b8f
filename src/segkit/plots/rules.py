"""Rules: which segments the people of each rule belong to, as bars under everybody's."""

from textwrap import fill
from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_rules"]

LINE = 58
"""Letters of a condition on one line."""

BAR = 2.0
"""Thickness of a bar, in lines of text."""

TEXT_LINE = 0.165
"""Height of a line of text in inches."""

WORTH_TELLING = 9.0
"""Percentage points below which a part of a bar has no figure."""


def plot_rules(table: Any, ax: Any = None) -> Any:
    """Draw one bar a rule: the shares of the segments among the people who meet it.

    Parameters
    ----------
    table : frame
        ``Rules.frame()``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The first bar is everybody's. The segment that a rule stands for is framed and has its
        95 % interval in the row's name; rules on small bases are pale.

    Examples
    --------
    >>> from segkit.segments import rules
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [25, 31, 38, 29, 52, 60, 47, 66] * 10})
    >>> found = rules(people, [0, 0, 0, 0, 1, 1, 1, 1] * 10)
    >>> plot_rules(found.frame()).get_title(loc="left")
    'Segment 0: 100 % where age at most 42, 50 % of everybody'
    """
    bars = _Bars(table)
    y = bars.down()
    ax = axes_or_new(ax, width=9.2, height=1.5 + TEXT_LINE * (y[-1] + 6))
    mixes = np.vstack([bars.overall, bars.share])[: len(y)]
    left = np.zeros(len(y))
    for k, segment in enumerate(bars.segments):
        drawn = ax.barh(
            y, 100 * mixes[:, k], BAR, left=left, color=color_of(segment, k),
            edgecolor="white", linewidth=1.2, label=segment_name(segment),
        )  # fmt: skip
        for row, bar in enumerate(drawn):
            _mark(ax, bars, row, k, bar)
        left += 100 * mixes[:, k]
    ax.set_yticks(y, [f"everybody (n {bars.n.sum():,.0f})", *bars.names])
    ax.set_ylim(y[-1] + 2, -3.6)
    ax.set_xlim(0, 100)
    ax.legend(
        loc="lower left", bbox_to_anchor=(0.0, -1.3), bbox_transform=ax.transData, borderaxespad=0,
        ncols=len(bars.segments), frameon=False, fontsize=8.5, handlelength=1.0, columnspacing=1.2,
    )  # fmt: skip
    out = finish(
        ax, title=fill(bars.finding(), 60), wrap=False,
        x="share of the people who meet the rule, % (framed: the segment it stands for)",
    )  # fmt: skip
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return out


class _Bars:
    """The table of rules as matrices of shape (n_rules, n_segments)."""

    def __init__(self, table: Any) -> None:
        segment = column(table, "segment")
        self.segments = list(dict.fromkeys(segment.tolist()))
        k = len(self.segments)
        grid = {
            name: numeric_column(table, name).reshape(-1, k)
            for name in ("share", "low", "high", "n", "lift", "told", "overall", "small_base")
        }
        self.share, self.low, self.high, self.lift = (
            grid[name] for name in ("share", "low", "high", "lift")
        )
        self.told, self.small = grid["told"] > 0, grid["small_base"][:, 0] > 0
        self.n, self.overall = grid["n"][:, 0], grid["overall"][0]
        self.conditions = column(table, "condition")[::k].tolist()
        # one rule is everybody, whose bar is drawn anyway
        rows = range(len(self.conditions)) if len(self.conditions) > 1 else ()
        self.names = [self._name(row) for row in rows]

    def down(self) -> np.ndarray:
        """Return the place of each bar in lines of text: names of several lines take more."""
        heights = np.array([2, *(max(name.count("\n") + 1, 2) for name in self.names)])
        return np.cumsum(heights + 0.7) - (heights + 0.7) / 2

    def finding(self) -> str:
        """Say which rule raises its segment most."""
        row = int(np.where(self.told, self.lift, 0).max(axis=1).argmax())
        k = int(self.told[row].argmax())
        name = segment_name(self.segments[k])
        if not self.names:
            return f"No question tells the segments apart: {name} is the largest"
        return (
            f"{name}: {100 * self.share[row, k]:.0f} % where {self.conditions[row]}, "
            f"{100 * self.overall[k]:.0f} % of everybody"
        )

    def _name(self, row: int) -> str:
        low, high = (100 * bound[row, self.told[row]][0] for bound in (self.low, self.high))
        share = 100 * self.share[row, self.told[row]][0]
        words = fill(self.conditions[row], LINE)
        return f"{words}\n{share:.0f} % [{low:.0f}, {high:.0f}], n {self.n[row]:,.0f}"


def _mark(ax: Any, bars: _Bars, row: int, k: int, bar: Any) -> None:
    """Write the figure of a part, and frame the one that its rule stands for."""
    told = row > 0 and bars.told[row - 1, k]
    if row > 0 and bars.small[row - 1]:
        bar.set_alpha(0.5)
    if told:
        bar.set(edgecolor=INK, linewidth=1.8, zorder=3)
    if bar.get_width() >= WORTH_TELLING:
        ax.text(
            bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height() / 2,
            f"{bar.get_width():.0f} %", ha="center", va="center", fontsize=8.5, zorder=4,
            color="white", fontweight="bold" if told else "normal",
        )  # fmt: skip
