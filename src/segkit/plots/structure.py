"""Segments against worlds without segments: a strip of dots a statistic, and the answers."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish

__all__ = ["plot_structure"]

LEVEL = 0.05
FEWEST = 19
"""With fewer worlds there is no place that 95 % of them lie left of."""
WORDS = {
    "stability": "stability\n(halves agree, ARI)",
    "separation": "separation\n(depth of valleys)",
}


def plot_structure(table: Any, worlds: Any, ax: Any = None) -> Any:
    """Draw what worlds without segments give, a dot each, and the answers beside it.

    Parameters
    ----------
    table : frame
        Columns statistic, observed, null_median, null_95, p, p_low, p_high, n_null.
    worlds : frame
        Columns world (0: the answers), statistic, value.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"statistic": ["stability", "separation"], "observed": [0.9, 0.3],
    ...                       "null_median": [0.6, 0.3], "null_95": [0.7, 0.4],
    ...                       "p": [0.01, 0.6], "p_low": [0.0, 0.5], "p_high": [0.04, 0.7],
    ...                       "n_null": [99, 99]})
    >>> worlds = pd.DataFrame({"world": [0, 1, 0, 1], "value": [0.9, 0.6, 0.3, 0.3],
    ...                        "statistic": ["stability"] * 2 + ["separation"] * 2})
    >>> plot_structure(table, worlds).get_title(loc="left")
    'More stable than worlds without segments, not more separated: reproducible'
    """
    names = column(table, "statistic").tolist()
    observed, high, p, n = (
        numeric_column(table, c) for c in ("observed", "null_95", "p", "n_null")
    )
    intervals = list(zip(p, *(numeric_column(table, c) for c in ("p_low", "p_high")), strict=True))
    of, value = column(worlds, "statistic"), numeric_column(worlds, "value")
    drawn = numeric_column(worlds, "world") > 0
    ax = axes_or_new(ax, width=7.2, height=3.2)
    for row, name in enumerate(names):
        dots = np.sort(value[drawn & (of == name)])
        # neighbours are spread out, so that no dot hides another
        offset = 0.2 * (3 * np.arange(dots.size) % 7 - 3) / 3
        ax.scatter(dots, row + offset, s=14, color=MUTED, alpha=0.7, linewidths=0)
        if dots.size >= FEWEST:
            ax.plot([high[row]] * 2, [row - 0.34, row + 0.34], color=MUTED, linewidth=1.4)
        ax.scatter(observed[row], row, s=70, marker="D", color="#b5651d", zorder=3)
        ax.annotate(
            f"{observed[row]:.2f}, p = {p[row]:.2f}", (observed[row], row - 0.36), (0, 2),
            textcoords="offset points", ha="center", fontsize=9, color=INK,
        )  # fmt: skip
    ax.set_yticks(range(len(names)), [WORDS.get(name, name) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.margins(x=0.08)
    bar = "; bar: 95 % of these worlds lie to its left" if n.max() >= FEWEST else ""
    return finish(
        ax,
        title=_title(dict(zip(names, intervals, strict=True))),
        x=f"diamond: the answers; dots: {_worlds(n)} worlds with the same margins and "
        f"correlations\n"
        f"and no segments{bar}",
        grid="x",
    )


def _worlds(n: np.ndarray) -> str:
    return " and ".join(f"{each:.0f}" for each in dict.fromkeys(n))


def _title(found: dict[str, tuple[float, float, float]]) -> str:
    (p, low, high), separation = found["stability"], found["separation"]
    border = ", but borderline" if low <= LEVEL <= high else ""
    if p > LEVEL:
        return f"No more stable than worlds without segments: constructive{border}"
    if separation[1] <= LEVEL <= separation[2]:
        border = ", but borderline"
    if separation[0] > LEVEL:
        return "More stable than worlds without segments, not more separated: reproducible" + border
    return f"More stable and more separated than worlds without segments: natural{border}"
