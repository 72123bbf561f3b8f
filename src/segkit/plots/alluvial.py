"""Flows of people between segments, before and after: who stayed, moved, came and went."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import count_text, percent
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_alluvial"]

LEFT, RIGHT, WIDTH = 0.0, 1.0, 0.045
GAP = 0.025
"""Space between two bars, as a share of all people."""

SMALL = 0.03
"""Bands of a smaller share of all people carry no figure, as it would not fit."""

LOW = 0.06
"""Bars of a smaller share of all people have their label in one line, as two would not fit."""

OUTSIDE = {"untagged": "#B4B4B4", "entrants": "#D9D9D9", "leavers": "#D9D9D9"}
ONCE = {"entrants", "leavers"}


def plot_alluvial(table: Any, ax: Any = None, *, moved: float | None = None) -> Any:
    """Draw the segments before at the left, after at the right, people as bands between.

    Parameters
    ----------
    table : frame
        ``Migration.frame()``: from, to, n, share.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    moved : float, optional
        The share that truly moved, for the title.

    Returns
    -------
    matplotlib.axes.Axes
        Heights are people. A bar's figure is its share of everybody in its own table; who came
        or went is in the other table only, and has none. A band has the colour of the segment it
        comes from; its figure is the share of that segment.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"from": ["0", "0", "1", "1"], "to": ["0", "1", "0", "1"],
    ...                       "n": [90, 10, 5, 95], "share": [0.9, 0.1, 0.05, 0.95]})
    >>> plot_alluvial(table, moved=0.03).get_title(loc="left")
    '8 % of 200 customers have another segment; typing noise taken out, 3.0 % moved'
    """
    a, b = column(table, "from"), column(table, "to")
    n, share = (numeric_column(table, c) for c in ("n", "share"))
    left, right = _bars(a, n), _bars(b, n)
    height = max(_end(left), _end(right))
    ax = axes_or_new(ax, width=8.0, height=1.7 + 0.62 * max(len(left), len(right)))
    people = n.sum()
    order = _numbered([*left, *right])
    _bands(ax, (a, b, n, share), (left, right), order, people)
    for bars, x, words, side in (
        (left, LEFT - WIDTH, "before", "right"),
        (right, RIGHT, "after", "left"),
    ):
        total = sum(size for name, (_, size) in bars.items() if name not in ONCE)
        _draw(ax, bars, order, x, side, total)
        at = x + WIDTH if side == "right" else x
        ax.text(at, -0.075 * height, words, ha=side, fontsize=10, color=MUTED, weight="bold")
        ax.text(at, -0.025 * height, f"% of n = {total:,.0f}", ha=side, fontsize=8.5, color=MUTED)
    told = "bands: % of the bar at the left"
    ax.text(0.5, -0.025 * height, told, ha="center", fontsize=8.5, color=MUTED)
    ax.set_xlim(LEFT - 0.36, RIGHT + 0.36)
    ax.set_ylim(height * 1.02, -0.13 * height)
    ax.set_axis_off()
    return finish(ax, title=_title(a, b, n, moved))


def _title(a: np.ndarray, b: np.ndarray, n: np.ndarray, moved: float | None) -> str:
    inside = np.array([x not in OUTSIDE and y not in OUTSIDE for x, y in zip(a, b, strict=True)])
    changed = inside & (a != b)
    total, others = n[inside].sum(), n[changed].sum()
    if not total:
        return "Nobody has a segment both before and after"
    if not others:
        return f"None of {count_text(round(total), 'customer')} has another segment"
    told = f"{percent(others / total)} of {total:,.0f} customers have another segment"
    if moved is None:  # without probabilities
        return told
    return f"{told}; typing noise taken out, {percent(moved, 1)} moved"


def _bars(names: np.ndarray, n: np.ndarray) -> dict[str, tuple[float, float]]:
    """Return top and height of each bar, in the order of the table; those once there apart."""
    gap = GAP * n.sum()
    out, top = {}, 0.0
    for name in dict.fromkeys(names):
        size = float(n[names == name].sum())
        if size or name not in OUTSIDE:
            top += gap if name in ONCE else 0.0
            out[name] = (top, size)
            top += size + gap
    return out


def _end(bars: dict[str, tuple[float, float]]) -> float:
    return max((top + size for top, size in bars.values()), default=1.0) or 1.0


def _numbered(names: list[str]) -> dict[str, int]:
    inside = [name for name in dict.fromkeys(names) if name not in OUTSIDE]
    return {name: i for i, name in enumerate(inside)}


def _color(name: str, order: dict[str, int]) -> str:
    if name in OUTSIDE:
        return OUTSIDE[name]
    return color_of(int(name) if name.isdigit() else name, order[name])


def _draw(
    ax: Any,
    bars: dict[str, tuple[float, float]],
    order: dict[str, int],
    x: float,
    side: str,
    total: float,
) -> None:
    people = sum(size for _, size in bars.values())
    words = x - 0.015 if side == "right" else x + WIDTH + 0.015
    for name, (top, size) in bars.items():
        hatch = {"hatch": "///", "edgecolor": MUTED, "lw": 0} if name in ONCE else {}
        color = _color(name, order)
        ax.bar(x + WIDTH / 2, size, WIDTH, bottom=top, color=color, **hatch)
        if not size:
            continue
        share = "" if name in ONCE else f" ({percent(size / total)})"
        end = ", " if size < LOW * people else "\n"
        ax.text(
            words, top + size / 2, f"{segment_name(name)}{end}n = {size:,.0f}{share}",
            ha=side, va="center", fontsize=8.5, color=INK, linespacing=1.15,
        )  # fmt: skip


def _bands(
    ax: Any,
    rows: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    sides: tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]],
    order: dict[str, int],
    people: float,
) -> None:
    left, right = sides
    used = {("from", s): 0.0 for s in left} | {("to", s): 0.0 for s in right}
    x = np.linspace(LEFT, RIGHT, 60)
    bend = (1 - np.cos(np.pi * (x - LEFT) / (RIGHT - LEFT))) / 2
    for a, b, n, share in zip(*rows, strict=True):
        if not n:
            continue
        start, end = left[a][0] + used["from", a], right[b][0] + used["to", b]
        used["from", a] += n
        used["to", b] += n
        top = start + (end - start) * bend
        strong = 0.45 if a == b else 0.3
        ax.fill_between(x, top, top + n, color=_color(a, order), alpha=strong, lw=0)
        if n >= SMALL * people:
            ax.text(0.02, start + n / 2, percent(share), va="center", fontsize=8, color=INK)
