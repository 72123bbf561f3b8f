"""From the tags of one tool to those of another: a matrix of shares."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import segment_name

__all__ = ["plot_tool_comparison"]


def plot_tool_comparison(table: Any, ax: Any = None) -> Any:
    """Draw the share of each first tag's customers that got each second tag.

    Parameters
    ----------
    table : frame
        Columns first, second (tags, or "untagged"), n, share, low, high, borderline; one row a
        pair, every pair of the tags that occur.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"first": ["0", "0", "1", "1"], "second": ["0", "1", "0", "1"],
    ...                       "n": [80, 20, 30, 70], "share": [0.8, 0.2, 0.3, 0.7],
    ...                       "low": [0.7, 0.1, 0.2, 0.6], "high": [0.9, 0.3, 0.4, 0.8],
    ...                       "borderline": [5, 10, 15, 5]})
    >>> plot_tool_comparison(table).get_title(loc="left")
    '25 % of 200 customers change tag; half of the changes are borderline'
    """
    a, b = column(table, "first"), column(table, "second")
    rows, columns = list(dict.fromkeys(a)), list(dict.fromkeys(b))
    n, share, low, high, close = (
        numeric_column(table, c) for c in ("n", "share", "low", "high", "borderline")
    )
    ax = axes_or_new(ax, width=2.9 + 1.15 * len(columns), height=1.9 + 0.62 * len(rows))
    ax.imshow(share.reshape(len(rows), -1), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for at, value in enumerate(share):
        i, j = divmod(at, len(columns))
        ax.text(
            j, i, f"{percent(value)}\n{100 * low[at]:.0f}-{100 * high[at]:.0f}",
            ha="center", va="center", fontsize=9, linespacing=1.25,
            color="white" if value > 0.55 else INK,
            fontweight="bold" if a[at] == b[at] else "normal",
        )  # fmt: skip
    size = n.reshape(len(rows), -1).sum(axis=1)
    names = [f"{segment_name(r)}  (n = {c:,.0f})" for r, c in zip(rows, size, strict=True)]
    ax.set_yticks(range(len(rows)), names)
    ax.set_xticks(range(len(columns)), [segment_name(c) for c in columns])
    ax = finish(
        ax,
        title=_title(a != b, n, close),
        x="tag of the second tool\n(share of the row's customers, below it the 95 % interval)",
        y="tag of the first tool",
    )
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _title(moved: np.ndarray, n: np.ndarray, close: np.ndarray) -> str:
    changed, total = n[moved].sum(), n.sum()
    if not changed:
        return f"None of {total:,.0f} customers changes tag"
    flips = close[moved].sum() / changed
    told = "half" if abs(flips - 0.5) < 0.005 else percent(flips)
    change = f"{percent(changed / total)} of {total:,.0f} customers change tag"
    return f"{change}; {told} of the changes are borderline"
