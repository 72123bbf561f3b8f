"""The cells of a crosstab laid out as a person reads them."""

from typing import Any

import numpy as np

from segkit._frames import column, frame_like, numeric_column
from segkit._result import figure_text
from segkit.plots.crosstab import column_name

__all__ = ["wide_table"]


def wide_table(cells: Any, *, weighted: bool) -> Any:
    """Lay tidy cells out: one row a line, one column a column, bases above their items.

    Parameters
    ----------
    cells : frame
        ``Crosstab.frame()``.
    weighted : bool
        Show effective bases too.

    Returns
    -------
    frame
        Text.
    """
    layout = _Layout(cells)
    lines: list[list[str]] = []
    shown: list[list[str]] = []
    for at, item in enumerate(layout.items):
        first = at == 0 or item != layout.items[at - 1]
        bases = layout.bases(at, weighted)
        if first and bases != shown:
            shown = bases
            lines += [[item, *base] for base in bases]
        lines.append([item, *layout.line(at, first)])
    columns = {
        name: np.array(values, dtype=object)
        for name, values in zip(layout.names(), zip(*lines, strict=True), strict=True)
    }
    return frame_like(cells, columns)


class _Layout:
    """Tidy cells as matrices of shape (n_lines, n_columns)."""

    def __init__(self, cells: Any) -> None:
        letter = column(cells, "letter")
        # the total, which alone has no letter, begins each line
        self.width = len(letter) // int((letter == "").sum())
        self.letter = letter[: self.width]
        self.banner, self.column = (
            column(cells, name)[: self.width] for name in ("banner", "column")
        )
        self.items, self.level, self.kind = (
            column(cells, name)[:: self.width].tolist() for name in ("item", "level", "kind")
        )
        grid = {
            name: numeric_column(cells, name).reshape(-1, self.width)
            for name in ("n", "n_effective", "value", "small_base", "association", "p_association")
        }
        self.n, self.n_effective, self.value = grid["n"], grid["n_effective"], grid["value"]
        self.small = grid["small_base"] > 0
        self.association, self.p = grid["association"], grid["p_association"]
        self.letters = column(cells, "letters").reshape(-1, self.width)
        # the column at which each banner begins
        self.starts = [i for i in range(1, self.width) if self.banner[i] != self.banner[i - 1]]

    def names(self) -> list[str]:
        pairs = zip(self.letter, self.banner, self.column, strict=True)
        heads = [f"{letter} {column_name(b, c)}".strip() for letter, b, c in pairs]
        return ["item", "answer", *heads, *(f"by {self.banner[i]}" for i in self.starts)]

    def bases(self, at: int, weighted: bool) -> list[list[str]]:
        """Return the lines of bases of an item: answer, figures, blanks."""
        blank = [""] * len(self.starts)
        small = ["*" if s else "" for s in self.small[at]]
        told = [["n", *(f"{n:,.0f}{s}" for n, s in zip(self.n[at], small, strict=True)), *blank]]
        if weighted:
            told.append(["effective n", *(f"{n:,.0f}" for n in self.n_effective[at]), *blank])
        return told

    def line(self, at: int, first: bool) -> list[str]:
        """Return one line; associations stand beside the first of an item."""
        texts = [self._cell(at, i) for i in range(self.width)]
        told = [self._association(at, i) if first else "" for i in self.starts]
        yes = self.level[at] == "True" and self.items.count(self.items[at]) == 1
        return ["yes" if yes else self.level[at] or "mean", *texts, *told]

    def _cell(self, at: int, i: int) -> str:
        value = figure_text(self.value[at, i], self.kind[at] == "share")
        star = "*" if self.small[at, i] and value else ""
        return f"{value}{star} {self.letters[at, i]}".strip()

    def _association(self, at: int, i: int) -> str:
        measure = "V" if self.kind[at] == "share" else "eta"
        value, p = self.association[at, i], self.p[at, i]
        if np.isnan(value):
            return ""
        test = "" if np.isnan(p) else ", p < 0.001" if p < 0.001 else f", p = {p:.3f}"
        return f"{measure} {value:.2f}{test}"
