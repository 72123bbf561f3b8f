"""The accuracy of a typing tool by the number of respondents it learns from."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_learning_curve"]

MORE = 500


def plot_learning_curve(table: Any, n_respondents: int, ax: Any = None) -> Any:
    """Draw the accuracy that was measured, and the fitted curve to twice the respondents.

    Parameters
    ----------
    table : frame
        Columns metric, kind ("measured", "fitted"), n, value, low, high; the accuracy is drawn.
    n_respondents : int
        Respondents at hand; what lies beyond is a forecast.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "metric": "accuracy", "kind": ["measured", "measured", "fitted", "fitted"],
    ...     "n": [100, 400, 400, 800], "value": [0.4, 0.5, 0.5, 0.53],
    ...     "low": [0.35, 0.46, 0.46, 0.48], "high": [0.45, 0.54, 0.54, 0.58]})
    >>> plot_learning_curve(table, 400).get_title(loc="left")
    'From 50 % with 400 respondents to 53 % with 800, if the curve holds'
    """
    own = column(table, "metric") == "accuracy"
    kind = column(table, "kind")[own]
    n, value, low, high = (numeric_column(table, c)[own] for c in ("n", "value", "low", "high"))
    seen, drawn = kind == "measured", (kind == "fitted") & (n <= 2.05 * n_respondents)
    ax = axes_or_new(ax, width=6.8, height=4.0)
    color = SEGMENT_COLORS[0]
    inside, beyond = drawn & (n <= n_respondents), drawn & (n >= n_respondents)
    ax.fill_between(n[drawn], low[drawn], high[drawn], color=color, alpha=0.15, lw=0)
    ax.plot(n[inside], value[inside], color=color, lw=2)
    ax.plot(n[beyond], value[beyond], color=color, lw=2, ls="--")
    reach = np.clip([value[seen] - low[seen], high[seen] - value[seen]], 0, None)
    ax.errorbar(
        n[seen], value[seen], yerr=reach, fmt="o", ms=5, color=color, ecolor=INK, capsize=3, lw=1.1
    )
    ax.axvline(n_respondents, color=MUTED, lw=1, ls=":")
    ax.annotate(
        f"all {n_respondents:,} respondents", (n_respondents, 0.02), (5, 0),
        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=8.5, color=INK,
    )  # fmt: skip
    now, last = int(np.flatnonzero(beyond)[0]), int(np.flatnonzero(beyond)[-1])
    ax.set_xlim(0, n[last] * 1.03)
    return finish(
        ax,
        title=f"From {100 * value[now]:.0f} % with {n[now]:,.0f} respondents to "
        f"{100 * value[last]:.0f} % with {n[last]:,.0f}, if the curve holds",
        x="respondents that the tool learned from (dots: measured; line: fitted, dashed: beyond)",
        y="share of right tags, 95 % interval",
        grid="y",
    )
