"""Segments for each number of segments, with lines of the people they share."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import color_of

__all__ = ["plot_segment_flows"]

DRAWN = 0.02
"""Lines of a smaller share of both segments are left out, as no eye can follow them."""

Node = tuple[int, int]


def plot_segment_flows(table: Any, ax: Any = None) -> Any:
    """Draw one column of segments a number of segments, and lines of shared people between.

    Parameters
    ----------
    table : frame
        Columns from_number, from_segment, from_n, to_number, to_segment, to_n, weight and
        share (of the later segment).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"from_number": [2] * 6, "from_segment": [0, 0, 0, 1, 1, 1],
    ...     "from_n": [60, 60, 60, 40, 40, 40], "to_number": [3] * 6,
    ...     "to_segment": [0, 1, 2] * 2, "to_n": [45, 40, 15] * 2,
    ...     "weight": [45.0, 0, 15, 0, 40, 0], "share": [1.0, 0, 1, 0, 1, 0]})
    >>> plot_segment_flows(table).get_title(loc="left")
    'All 3 segments come whole from one segment before'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    sizes = _sizes(rows)
    numbers = sorted({number for number, _ in sizes})
    height = _heights(sizes, rows, numbers)
    most = max(sum(1 for n, _ in sizes if n == number) for number in numbers)
    ax = axes_or_new(ax, width=max(7.0, 1.5 * len(numbers)), height=1.6 + 0.62 * most)
    _lines(ax, rows, height)
    _nodes(ax, sizes, height)
    ax.set_xticks(numbers)
    ax.set_yticks([])
    ax.set_xlim(numbers[0] - 0.45, numbers[-1] + 0.45)
    ax.margins(y=0.12)
    people = sum(n for (number, _), n in sizes.items() if number == numbers[-1])
    ax = finish(
        ax,
        title=_title(rows),
        x=f"number of segments (n = {people:,})\n"
        "number in a circle: the segment, below it its people; line: shared people,\n"
        "wide for many, dark where they are most of the later segment",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _sizes(rows: list[dict]) -> dict[Node, int]:
    sizes = {(r["from_number"], r["from_segment"]): r["from_n"] for r in rows}
    return sizes | {(r["to_number"], r["to_segment"]): r["to_n"] for r in rows}


def _heights(sizes: dict[Node, int], rows: list[dict], numbers: list[int]) -> dict[Node, float]:
    """Place each column so that segments stand near those that they share people with."""
    height: dict[Node, float] = {}
    for position, number in enumerate(numbers):
        nodes = sorted(node for node in sizes if node[0] == number)
        pull = {node: _pull(node, rows, height) if position else float(node[1]) for node in nodes}
        ordered = sorted(nodes, key=lambda node: (pull[node], node[1]))
        for place, node in enumerate(ordered):
            height[node] = (len(ordered) - 1) / 2 - place
    return height


def _pull(node: Node, rows: list[dict], height: dict[Node, float]) -> float:
    into = [r for r in rows if (r["to_number"], r["to_segment"]) == node]
    total = sum(r["weight"] for r in into) or 1.0
    return -sum(r["weight"] * height[r["from_number"], r["from_segment"]] for r in into) / total


def _lines(ax: Any, rows: list[dict], height: dict[Node, float]) -> None:
    everybody = sum(r["weight"] for r in rows if r["to_number"] == rows[0]["to_number"])
    bend = np.linspace(0, 1, 40)
    step = bend**2 * (3 - 2 * bend)
    for r in sorted(rows, key=lambda r: r["share"]):
        start, end = (r["from_number"], r["from_segment"]), (r["to_number"], r["to_segment"])
        if r["weight"] < DRAWN * everybody and r["share"] < 5 * DRAWN:
            continue
        x = start[0] + (end[0] - start[0]) * bend
        y = height[start] + (height[end] - height[start]) * step
        ax.plot(
            x, y, color=color_of(start[1], start[1]), alpha=0.15 + 0.6 * r["share"],
            lw=1 + 26 * r["weight"] / everybody, solid_capstyle="butt", zorder=1,
        )  # fmt: skip


def _nodes(ax: Any, sizes: dict[Node, int], height: dict[Node, float]) -> None:
    for (number, segment), n in sizes.items():
        y = height[number, segment]
        ax.scatter(
            [number], [y], s=330, color=color_of(segment, segment), edgecolor="white", lw=1.5,
            zorder=3,
        )  # fmt: skip
        ax.annotate(
            str(segment), (number, y), ha="center", va="center", color="white", fontsize=9,
            fontweight="bold", zorder=4,
        )  # fmt: skip
        ax.annotate(
            f"{n:,}", (number, y), (0, -15), textcoords="offset points", ha="center", va="center",
            color=INK, fontsize=7.5, zorder=4,
            bbox={"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.75},
        )  # fmt: skip


def _title(rows: list[dict]) -> str:
    """Say how many segments come from one segment before, at least nine people of ten."""
    best: dict[Node, float] = {}
    for r in rows:
        node = (r["to_number"], r["to_segment"])
        best[node] = max(best.get(node, 0.0), r["share"])
    whole = sum(share >= WHOLE for share in best.values())
    if whole == len(best):
        return f"All {whole} segments come whole from one segment before"
    return f"{whole} of {len(best)} segments come whole (90 % or more) from one segment before"


WHOLE = 0.9
