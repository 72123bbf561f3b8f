"""Where the people of each segment are tagged: a matrix of shares."""

from textwrap import fill
from typing import Any

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish, literal
from segkit.plots.palette import segment_name

__all__ = ["plot_confusion"]

LINE = 15  # letters that fit below a column


def plot_confusion(table: Any, ax: Any = None) -> Any:
    """Draw the share of each segment's people that got each tag.

    Parameters
    ----------
    table : frame
        Columns segment (the survey's), tagged (the tool's, or "untagged"), n, share, low,
        high; one row a pair.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": ["0", "0", "1", "1"], "tagged": ["0", "1", "0", "1"],
    ...                       "n": [80, 20, 30, 70], "share": [0.8, 0.2, 0.3, 0.7],
    ...                       "low": [0.7, 0.1, 0.2, 0.6], "high": [0.9, 0.3, 0.4, 0.8]})
    >>> plot_confusion(table).get_title(loc="left")
    'Found again: 70 % to 80 % of each segment'
    """
    truth, tags = column(table, "segment"), column(table, "tagged")
    rows, columns = list(dict.fromkeys(truth)), list(dict.fromkeys(tags))
    share, low, high, n = (numeric_column(table, c) for c in ("share", "low", "high", "n"))
    ax = axes_or_new(ax, width=2.4 + 1.15 * len(columns), height=1.9 + 0.62 * len(rows))
    grid = share.reshape(len(rows), len(columns))
    ax.imshow(grid, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for at, value in enumerate(share):
        i, j = divmod(at, len(columns))
        ax.text(
            j, i, f"{percent(value)}\n{100 * low[at]:.0f}-{100 * high[at]:.0f}",
            ha="center", va="center", fontsize=9, linespacing=1.25,
            color="white" if value > 0.55 else INK,
            fontweight="bold" if truth[at] == tags[at] else "normal",
        )  # fmt: skip
    size = n.reshape(len(rows), -1).sum(axis=1)
    names = [f"{literal(segment_name(r))}  (n = {c:,.0f})" for r, c in zip(rows, size, strict=True)]
    ax.set_yticks(range(len(rows)), names)
    ax.set_xticks(range(len(columns)), [literal(fill(segment_name(c), LINE)) for c in columns])
    found = [grid[i, columns.index(r)] for i, r in enumerate(rows) if r in columns]
    title = f"Found again: {percent(min(found))} to {percent(max(found))} of each segment"
    ax = finish(
        ax,
        title=title,
        x="tag, on respondents the models had not seen\n"
        "(share of the row's people, below it the 95 % interval)",
        y="the survey's segment",
    )
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
