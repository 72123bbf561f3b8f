"""What each field contributes to a typing tool."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["plot_field_importance"]

MOST = 25  # fields that a figure can hold


def plot_field_importance(table: Any, ax: Any = None) -> Any:
    """Draw by how much the log loss rises when a field is shuffled.

    Parameters
    ----------
    table : frame
        Columns field, loss_rise, low, high; most important first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"field": ["age", "city"], "loss_rise": [0.1, 0.0],
    ...                       "low": [0.08, -0.01], "high": [0.12, 0.01]})
    >>> plot_field_importance(table).get_title(loc="left")
    'age tells most; 1 of 2 fields tells nothing beyond noise'
    """
    names = column(table, "field")
    rise, low, high = (numeric_column(table, c) for c in ("loss_rise", "low", "high"))
    shown = min(MOST, len(names))
    ax = axes_or_new(ax, height=1.3 + 0.32 * shown)
    y = np.arange(shown)
    colors = [SEGMENT_COLORS[0] if edge > 0 else MUTED for edge in low[:shown]]
    ax.barh(y, rise[:shown], height=0.62, color=colors)
    reach = np.clip([rise[:shown] - low[:shown], high[:shown] - rise[:shown]], 0, None)
    ax.errorbar(rise[:shown], y, xerr=reach, fmt="none", ecolor=INK, capsize=3, lw=1.2)
    ax.set_yticks(y, names[:shown])
    ax.set_ylim(shown - 0.4, -0.6)
    ax.axvline(0, color=INK, lw=0.8)
    more = f" (the first {shown} of {len(names)} fields)" if len(names) > shown else ""
    ax = finish(
        ax,
        title=_title(names, low),
        x=f"rise in log loss when the field is shuffled, nats a person, 95 % interval{more}",
        grid="x",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _title(names: np.ndarray, low: np.ndarray) -> str:
    idle = int((low <= 0).sum())
    if idle == len(names):
        return "No field tells segments apart beyond noise"
    verb = "tells" if idle == 1 else "tell"
    rest = f"; {idle} of {len(names)} fields {verb} nothing beyond noise" if idle else ""
    return f"{names[0]} tells most{rest}"
