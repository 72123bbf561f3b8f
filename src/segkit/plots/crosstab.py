"""Items by columns of people: a heat map of values, coloured by what the letters found."""

from textwrap import fill, shorten
from typing import Any

import numpy as np

from segkit._checks import check_integer
from segkit._frames import column, numeric_column
from segkit._result import figure_text
from segkit.plots._canvas import GRID, INK, MUTED, axes_or_new, finish
from segkit.plots.palette import segment_color

__all__ = ["column_name", "plot_crosstab"]

PALE = 2.0
"""Stretches the colour scale, so that dark figures stay legible on full colours."""

GAP = 0.25
"""Space before each banner and each item of several lines."""

LONGEST = 40
"""Letters of a line's name that are shown."""

LINE = 12
"""Letters of a column's name on one line."""


def column_name(banner: str, column: str) -> str:
    """Name a column for people: a bare number, a yes or no says what it speaks of.

    Examples
    --------
    >>> column_name("segment", "0"), column_name("app", "True"), column_name("region", "north")
    ('segment 0', 'app yes', 'north')
    """
    word = {"True": "yes", "False": "no"}.get(column, column)
    bare = word != column or column.lstrip("-").replace(".", "", 1).isdigit()
    return f"{banner} {word}" if bare else column


def plot_crosstab(table: Any, ax: Any = None, most: int = 40) -> Any:
    """Draw a crosstab: cells hold values and letters, colours say which were found to differ.

    Parameters
    ----------
    table : frame
        ``Crosstab.frame()``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    most : int
        The most lines to draw; items with the strongest associations are kept.

    Returns
    -------
    matplotlib.axes.Axes
        Orange cells are larger than other columns of their banner, purple ones smaller; the
        more columns, the fuller. Figures in grey rest on small bases.

    Examples
    --------
    >>> from segkit.segments import crosstab
    >>> import pandas as pd
    >>> table = pd.DataFrame({"app": [True] * 30 + [False] * 50, "region": ["n"] * 40 + ["s"] * 40})
    >>> plot_crosstab(crosstab(table, "app", "region").frame()).get_title(loc="left")
    'app differs most, by region (V 0.77): n 75 %, s 0 %'
    """
    cells = _Cells(table)
    shown = cells.shown(check_integer(most, name="most"))
    x, y = cells.across(), cells.down(shown)
    ax = axes_or_new(ax, width=3.0 + 0.95 * len(x), height=2.3 + 0.29 * len(shown))
    _draw(ax, cells, shown, x, y)
    _heads(ax, cells, x, y)
    ax.set_yticks(y, [cells.name(line) for line in shown])
    ax.set_xlim(-0.5, x[-1] + 0.5)
    left_out = len(cells.item) - len(shown)
    more = f"\n{left_out} lines of items with weaker associations are not shown" if left_out else ""
    out = finish(
        ax, title=fill(cells.finding(shown), 24 + 11 * len(x)), wrap=False,
        x="cells: share or mean, and the columns it is significantly larger than\ncolour: larger "
        f"(orange) or smaller (purple) than other columns; grey: small base{more}",
    )  # fmt: skip
    for side in ("left", "bottom", "top", "right"):
        ax.spines[side].set_visible(False)
    return out


class _Cells:
    """The tidy cells as matrices of shape (n_lines, n_columns)."""

    def __init__(self, table: Any) -> None:
        letter = column(table, "letter")
        # the total, which alone has no letter, begins each line
        k = len(letter) // int((letter == "").sum())
        self.letter = letter[:k].tolist()
        self.banner, self.column = (column(table, name)[:k] for name in ("banner", "column"))
        self.item, self.level, self.kind = (
            column(table, name)[::k] for name in ("item", "level", "kind")
        )
        grid = {
            name: numeric_column(table, name).reshape(-1, k)
            for name in ("value", "n", "small_base", "association", "tested")
        }
        self.value, self.n = grid["value"], grid["n"]
        self.small, self.tested = grid["small_base"] > 0, grid["tested"] > 0
        self.association = grid["association"]
        self.letters = column(table, "letters").reshape(-1, k)

    def shown(self, most: int) -> list[int]:
        """Return the lines of the items with the strongest associations, in order."""
        strength = np.nan_to_num(self.association, nan=-1.0).max(axis=1)
        kept: list[int] = []
        for item in dict.fromkeys(self.item[np.argsort(-strength, kind="stable")]):
            lines = np.flatnonzero(self.item == item).tolist()
            if kept and len(kept) + len(lines) > most:
                break
            kept += lines
        return sorted(kept[:most])

    def across(self) -> np.ndarray:
        """Return the place of each column, with a gap before each banner."""
        return np.arange(len(self.letter)) + GAP * np.cumsum(_begins(self.banner))

    def down(self, shown: list[int]) -> np.ndarray:
        """Return the place of each line, with a gap around items of several lines."""
        item = self.item[shown]
        several = np.array([(self.item == name).sum() > 1 for name in item])
        before = np.r_[False, several[:-1]]
        return np.arange(len(shown)) + GAP * np.cumsum(_begins(item) & (several | before))

    def name(self, line: int) -> str:
        """Name a line."""
        alone = (self.item == self.item[line]).sum() == 1
        item, level = self.item[line], self.level[line]
        text = item if level is None or (alone and level == "True") else f"{item} = {level}"
        return shorten(str(text), LONGEST, placeholder="...")

    def text(self, line: int, at: int) -> str:
        """Write the value of one cell."""
        return figure_text(self.value[line, at], self.kind[line] == "share")

    def balance(self, line: int) -> np.ndarray:
        """Return the share of its fellow columns that a cell is larger, less smaller, than."""
        out = np.zeros(len(self.letter))
        for at, found in enumerate(self.letters[line]):
            for letter in _split(found):
                out[at] += 1
                out[self.letter.index(letter)] -= 1
        fellows = np.array([(self.banner == b).sum() - 1 for b in self.banner])
        return out / np.maximum(fellows, 1)

    def finding(self, shown: list[int]) -> str:
        """Say which item and banner have the strongest association, and show its ends."""
        strength = np.nan_to_num(self.association[shown], nan=-1.0)
        at, first = np.unravel_index(int(strength.argmax()), strength.shape)
        if strength.max() < 0:
            return "No column differs from another"
        banner = self.banner[first]
        mine = np.flatnonzero((self.banner == banner) & self.tested[shown[int(at)]])
        item = self.item[shown[int(at)]]
        lines = np.flatnonzero(self.item == item)
        line = int(lines[np.ptp(self.value[np.ix_(lines, mine)], axis=1).argmax()])
        order = mine[np.argsort(-self.value[line, mine], kind="stable")]
        ends = ", ".join(
            f"{column_name(banner, self.column[i])} {self.text(line, i)}"
            for i in (order[0], order[-1])
        )
        measure = "V" if self.kind[line] == "share" else "eta"
        return (
            f"{self.name(line)} differs most, by {banner} ({measure} {strength.max():.2f}): {ends}"
        )


def _draw(ax: Any, cells: _Cells, shown: list[int], x: np.ndarray, y: np.ndarray) -> None:
    from matplotlib import colormaps

    shade = colormaps["PuOr_r"]
    for line, height in zip(shown, y.tolist(), strict=True):
        for at, balance in enumerate(cells.balance(line)):
            ax.barh(
                height, 0.98, 0.96, left=x[at] - 0.49,
                color=shade(0.5 + balance / (2 * PALE)) if balance else "white",
                edgecolor=GRID, linewidth=0.5,
            )  # fmt: skip
            weak = cells.small[line, at]
            ax.text(
                x[at], height, f"{cells.text(line, at)} {cells.letters[line, at]}".strip(),
                ha="center", va="center", fontsize=8.5, color=MUTED if weak else INK,
                style="italic" if weak else "normal",
                fontweight="bold" if cells.letters[line, at] else "normal",
            )  # fmt: skip


def _heads(ax: Any, cells: _Cells, x: np.ndarray, y: np.ndarray) -> None:
    """Write letter, name and n above each column, and a stripe for each banner or segment."""
    base = cells.n.max(axis=0)
    names = []
    for letter, banner, name, n in zip(cells.letter, cells.banner, cells.column, base, strict=True):
        words = fill(column_name(banner, name), LINE, break_long_words=True)
        names.append(f"{letter}\n{words}\nn = {n:,.0f}".lstrip())
    ax.set_xticks(x, names)
    ax.xaxis.tick_top()
    for at, label in enumerate(ax.get_xticklabels()):
        label.set_fontweight("bold")
        ax.bar(x[at], 0.14, 0.98, bottom=-0.72, color=_stripe(cells, at), clip_on=False)
    ax.set_ylim(y[-1] + 0.55, -0.75)


def _stripe(cells: _Cells, at: int) -> str:
    segments = cells.banner[at] == "segment"
    return segment_color(int((cells.banner[:at] == "segment").sum())) if segments else MUTED


def _begins(names: np.ndarray) -> np.ndarray:
    return np.r_[False, names[1:] != names[:-1]]


def _split(letters: str) -> list[str]:
    """Take the letters of a cell apart: each begins with its one capital.

    Examples
    --------
    >>> _split("ACAa")
    ['A', 'C', 'Aa']
    """
    parts: list[str] = []
    for sign in letters:
        if sign.isupper():
            parts.append(sign)
        else:
            parts[-1] += sign
    return parts
