"""How often a typing tool is right about each segment, beside chance."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import segment_color, segment_name

__all__ = ["plot_typing_quality"]

_WORDS = {
    "recall": "of its people, tagged so",
    "precision": "of those tagged so, its people",
}


def plot_typing_quality(table: Any, ax: Any = None) -> Any:
    """Draw recall and precision of each segment with intervals and their value at chance.

    Parameters
    ----------
    table : frame
        Columns metric, segment, value, low, high, chance; the rows kappa, recall and
        precision are read.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"metric": ["kappa", "recall", "precision"],
    ...                       "segment": ["all", "0", "0"], "value": [0.2, 0.5, 0.4],
    ...                       "low": [0.1, 0.4, 0.3], "high": [0.3, 0.6, 0.5],
    ...                       "chance": [0.0, 0.3, 0.25]})
    >>> plot_typing_quality(table).get_title(loc="left")
    'Agreement beyond chance: kappa 0.20 [0.10, 0.30]'
    """
    metric, segment = column(table, "metric"), column(table, "segment")
    numbers = {c: numeric_column(table, c) for c in ("value", "low", "high", "chance")}
    segments = list(dict.fromkeys(segment[metric == "recall"]))
    ax = axes_or_new(ax, height=1.7 + 0.62 * len(segments))
    for side, name in ((-0.16, "recall"), (0.16, "precision")):
        rows = np.flatnonzero(metric == name)
        _dots(ax, np.arange(rows.size) + side, {c: v[rows] for c, v in numbers.items()}, name)
    ax.set_yticks(range(len(segments)), [literal(segment_name(s)) for s in segments])
    ax.set_ylim(len(segments) - 0.45, -0.55)
    ax.set_xlim(0, 1)
    kappa = int(np.flatnonzero(metric == "kappa")[0])
    value, low, high = (numbers[c][kappa] for c in ("value", "low", "high"))
    return finish(
        ax,
        title=f"Agreement beyond chance: kappa {value:.2f} [{low:.2f}, {high:.2f}]",
        x="share right, 95 % interval, on respondents the models had not seen\n"
        "(filled: recall; open: precision; grey line: at chance)",
        grid="x",
    )


def _dots(ax: Any, y: np.ndarray, rows: dict[str, np.ndarray], name: str) -> None:
    value, low, high = rows["value"], rows["low"], rows["high"]
    ax.vlines(rows["chance"], y - 0.13, y + 0.13, color=MUTED, lw=2.2)
    ax.hlines(y, low, high, color=INK, lw=1.3)
    colors = [segment_color(i) for i in range(y.size)]
    faces = colors if name == "recall" else "white"
    ax.scatter(value, y, s=52, facecolors=faces, edgecolors=colors, linewidths=1.8, zorder=3)
    for at, v, end in zip(y, value, high, strict=True):
        if np.isfinite(v):
            ax.annotate(
                f"{100 * v:.0f} % {_WORDS[name]}" if at < 0.5 else f"{100 * v:.0f} %", (end, at),
                (6, 0), textcoords="offset points", va="center", fontsize=8, color=INK,
            )  # fmt: skip
