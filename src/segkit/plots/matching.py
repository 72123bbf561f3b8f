"""The flow of people between two divisions: who became whom."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_matching"]

LEFT, RIGHT, WIDTH = 0.0, 1.0, 0.05
GAP = 0.03
"""Space between two segments, as a share of all people."""


def plot_matching(table: Any, ax: Any = None) -> Any:
    """Draw the segments of a on the left, those of b on the right, relations as bands.

    Parameters
    ----------
    table : frame
        ``Matching.frame()``: a, b, n, share, share_of_b, relation.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Heights are people. A band holds the people that two segments share; whatever a bar
        has no band for went to, or came from, segments that it has no relation to.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"a": [0, 1], "b": [0, 0], "n": [60, 40], "share": [1.0, 1.0],
    ...                       "share_of_b": [0.6, 0.4], "relation": ["same", "merged"]})
    >>> plot_matching(table).get_title(loc="left")
    '1 of 2 segments is the same; 1 merged'
    """
    a, b, relation = (column(table, name) for name in ("a", "b", "relation"))
    n, share, share_of_b = (numeric_column(table, c) for c in ("n", "share", "share_of_b"))
    with np.errstate(invalid="ignore", divide="ignore"):
        left = _bars(a, n / share)
        right = _bars(b, n / np.where(np.isnan(share_of_b), 1.0, share_of_b))
    height = max(_top(left), _top(right))
    ax = axes_or_new(ax, width=7.5, height=1.6 + 0.55 * max(len(left), len(right)))
    _draw_bars(ax, left, LEFT - WIDTH, "right", "a")
    _draw_bars(ax, right, RIGHT, "left", "b")
    used = {("a", s): 0.0 for s in left} | {("b", s): 0.0 for s in right}
    for i in range(len(n)):
        if a[i] is not None and b[i] is not None:
            _band(ax, left, right, used, (a[i], b[i], n[i], f"{relation[i]} {share[i]:.0%}"))
    ax.set_xlim(LEFT - 0.45, RIGHT + 0.45)
    ax.set_ylim(height * 1.02, -0.09 * height)
    ax.set_axis_off()
    return finish(ax, title=_title(relation, len(left)))


def _title(relation: np.ndarray, n_left: int) -> str:
    same = int((relation == "same").sum())
    kinds = [k for k in ("split", "merged", "new", "gone") if (relation == k).any()]
    rest = ", ".join(f"{(relation == k).sum()} {k}" for k in kinds)
    told = f"{same} of {n_left} segments {'is' if same == 1 else 'are'} the same"
    return f"{told}; {rest}" if rest else told


def _bars(segments: np.ndarray, sizes: np.ndarray) -> dict[Any, tuple[float, float]]:
    """Return top and height of each segment's bar, in the order of the segments."""
    size = {s: v for s, v in zip(segments, sizes, strict=True) if s is not None}
    gap = GAP * sum(v for v in size.values() if np.isfinite(v))
    out, top = {}, 0.0
    for s in sorted(size, key=lambda v: (isinstance(v, str), v)):
        out[s] = (top, float(np.nan_to_num(size[s])))
        top += out[s][1] + gap
    return out


def _top(bars: dict[Any, tuple[float, float]]) -> float:
    return max((top + height for top, height in bars.values()), default=1.0)


def _draw_bars(
    ax: Any, bars: dict[Any, tuple[float, float]], x: float, side: str, heading: str
) -> None:
    words = x - 0.02 if side == "right" else x + WIDTH + 0.02
    for i, (segment, (top, height)) in enumerate(bars.items()):
        ax.bar(x, height, WIDTH, bottom=top, align="edge", color=color_of(segment, i))
        ax.text(
            words, top + height / 2, f"{segment_name(segment)}\nn = {height:,.0f}",
            ha=side, va="center", fontsize=9, color=INK,
        )  # fmt: skip
    ax.text(words, -0.045 * _top(bars), heading, ha=side, fontsize=10, color=MUTED, weight="bold")


def _band(
    ax: Any,
    left: dict[Any, tuple[float, float]],
    right: dict[Any, tuple[float, float]],
    used: dict[tuple[str, Any], float],
    relation: tuple[Any, Any, float, str],
) -> None:
    """Draw one band and note how much of either bar it takes."""
    a, b, n, words = relation
    start, end = left[a][0] + used["a", a], right[b][0] + used["b", b]
    used["a", a] += n
    used["b", b] += n
    x = np.linspace(LEFT, RIGHT, 60)
    bend = (1 - np.cos(np.pi * x)) / 2
    top = start + (end - start) * bend
    color = color_of(a, list(left).index(a))
    ax.fill_between(x, top, top + n, color=color, alpha=0.35, lw=0)
    ax.text(0.03, start + n / 2, words, va="center", fontsize=8.5, color=INK)
