"""How widely respondents differ in their use of the scale."""

from typing import Any

import numpy as np

from segkit._frames import numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["response_style_plot"]

_WORDS = {
    "acquiescence": "above the middle",
    "disacquiescence": "below the middle",
    "extreme": "at either end",
    "midpoint": "exactly in the middle",
}


def response_style_plot(table: Any, ax: Any = None) -> Any:
    """Draw, for each style, the range of most respondents and the median.

    Parameters
    ----------
    table : frame
        ``ResponseStyle.frame()``.
    ax : matplotlib Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import pandas as pd
    >>> shares = {"acquiescence": [0.5, 0.7], "disacquiescence": [0.3, 0.2]}
    >>> table = pd.DataFrame({**shares, "extreme": [0.1, 0.9], "midpoint": [0.2, 0.1]})
    >>> response_style_plot(table).get_xlabel()
    "share of a respondent's answers (%)"
    """
    columns = {style: numeric_column(table, style) for style in _WORDS}
    drawn = {style: v[~np.isnan(v)] for style, v in columns.items() if not np.isnan(v).all()}
    ax = axes_or_new(ax, height=1.3 + 0.5 * max(len(drawn), 2))
    for y, values in enumerate(drawn.values()):
        low, mid, high = 100 * np.quantile(values, [0.1, 0.5, 0.9])
        ax.plot([low, high], [y, y], color=SEGMENT_COLORS[4], linewidth=7, solid_capstyle="butt")
        ax.plot(mid, y, "o", color=SEGMENT_COLORS[0], markersize=7)
        ax.text(mid, y + 0.18, f"{mid:.0f} %", ha="center", va="bottom", fontsize=8.5, color=INK)
    ax.set_yticks(range(len(drawn)), [_WORDS[style] for style in drawn])
    ax.set_ylim(-0.5, len(drawn) - 0.3)
    ax.set_xlim(0, 100)
    ends = np.quantile(drawn["extreme"], [0.1, 0.9]) if "extreme" in drawn else (0.0, 0.0)
    title = f"Answers at either end: {percent(ends[0])} to {percent(ends[1])} of a person's answers"
    x = "share of a respondent's answers (%)"
    finish(ax, title=title, x=x, grid="x")
    n = max((len(v) for v in drawn.values()), default=0)
    ax.text(
        1.0, -0.22, f"bar: 10 % to 90 % of {n} respondents; point: median",
        transform=ax.transAxes, ha="right", va="top", fontsize=8, color=INK,
    )  # fmt: skip
    return ax
