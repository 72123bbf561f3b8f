"""How well segments come back, by number of segments: a dot a segment, a line at the weakest."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import GRID, INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of
from segkit.plots.stability import STABLE, VALID

__all__ = ["plot_stability_by_number"]

SPREAD = 0.66
"""Width that the dots of one number of segments take, of 1."""


def plot_stability_by_number(table: Any, ax: Any = None) -> Any:
    """Draw the mean Jaccard of every segment of every number of segments.

    Parameters
    ----------
    table : frame
        Columns n_segments, segment, n, jaccard, low and high.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"n_segments": [2, 2, 3, 3, 3], "segment": [0, 1, 0, 1, 2],
    ...                       "n": [60, 40, 45, 35, 20], "jaccard": [0.9, 0.95, 0.8, 0.7, 0.5],
    ...                       "low": [0.88, 0.9, 0.7, 0.6, 0.4],
    ...                       "high": [0.92, 1.0, 0.9, 0.8, 0.6]})
    >>> plot_stability_by_number(table).get_title(loc="left")
    'Up to 2 segments all come back'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    number = np.array(columns["n_segments"])
    values = np.array(columns["jaccard"], dtype=float)
    numbers = np.unique(number)
    ax = axes_or_new(ax, width=max(6.5, 1.1 * numbers.size + 1.5), height=4.4)
    _thresholds(ax, numbers)
    weakest = np.array([values[number == k].min() for k in numbers])
    ax.plot(numbers, weakest, color=MUTED, lw=1.2, zorder=1)
    _dots(ax, columns, number, values)
    ax.set_xticks(numbers)
    ax.set_xlim(numbers[0] - 0.6, numbers[-1] + 0.95)
    ax.set_ylim(0, 1.04)
    ax.annotate(
        "weakest", (numbers[-1], weakest[-1]), (SPREAD * 32, -4), textcoords="offset points",
        color=MUTED, fontsize=8.5, va="top",
    )  # fmt: skip
    people = sum(n for n, k in zip(columns["n"], number, strict=True) if k == numbers[0])
    return finish(
        ax,
        title=_title(numbers, weakest),
        x=f"number of segments (n = {people:,}; dot: a segment, its number inside)",
        y="mean Jaccard overlap with the best match\n(line: 95 % interval of the mean)",
    )


def _dots(ax: Any, columns: dict[str, list], number: np.ndarray, values: np.ndarray) -> None:
    low, high = (np.array(columns[c], dtype=float) for c in ("low", "high"))
    for k in np.unique(number):
        rows = np.flatnonzero(number == k)
        x = k + (np.linspace(-SPREAD / 2, SPREAD / 2, rows.size) if rows.size > 1 else np.zeros(1))
        for at, row in zip(x, rows, strict=True):
            segment = columns["segment"][row]
            color = color_of(segment, int(row - rows[0]))
            ax.vlines(at, low[row], high[row], color=INK, lw=1.3, zorder=2)
            ax.scatter([at], [values[row]], s=120, color=color, edgecolor="white", zorder=3)
            ax.annotate(
                str(segment), (at, values[row]), ha="center", va="center", color="white",
                fontsize=7, fontweight="bold", zorder=4,
            )  # fmt: skip


def _thresholds(ax: Any, numbers: np.ndarray) -> None:
    ax.axhspan(0, VALID, color=GRID, alpha=0.35, zorder=-1, lw=0)
    for value in (VALID, STABLE):
        ax.axhline(value, color=INK, lw=0.9, ls=(0, (4, 3)), zorder=0)
    words = {"doubtful": (VALID - 0.02, "top"), "valid": ((VALID + STABLE) / 2, "center")}
    words["stable"] = (STABLE + 0.02, "bottom")
    for word, (y, side) in words.items():
        ax.text(numbers[-1] + 0.92, y, word, ha="right", va=side, fontsize=8.5, color=INK)


def _title(numbers: np.ndarray, weakest: np.ndarray) -> str:
    good = numbers[weakest >= VALID]
    if good.size == 0:
        return "With every number of segments some do not come back"
    if good.size == numbers.size:
        return f"With {numbers[0]} to {numbers[-1]} segments all come back"
    bad = numbers[weakest < VALID]
    if good.max() < bad.min():
        return f"Up to {good.max()} segments all come back"
    return f"All segments come back with {', '.join(map(str, good))} of them"
