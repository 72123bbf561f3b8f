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
        Columns field, loss_rise, low, high (shuffled among everyone), conditional_rise,
        conditional_low, conditional_high (among people alike in the other fields); most
        important first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"field": ["age", "city"], "loss_rise": [0.1, 0.0],
    ...                       "low": [0.08, -0.01], "high": [0.12, 0.01],
    ...                       "conditional_rise": [0.07, 0.0], "conditional_low": [0.05, -0.01],
    ...                       "conditional_high": [0.09, 0.01]})
    >>> plot_field_importance(table).get_title(loc="left")
    'age tells most; 1 of 2 fields tells nothing beyond noise'
    """
    names = column(table, "field")
    shown = min(MOST, len(names))
    rise, low, high = (numeric_column(table, c) for c in ("loss_rise", "low", "high"))
    added = tuple(
        numeric_column(table, f"conditional_{c}")[:shown] for c in ("rise", "low", "high")
    )
    ax = axes_or_new(ax, height=1.6 + 0.4 * shown)
    y = np.arange(shown)
    colors = [SEGMENT_COLORS[0] if edge > 0 else MUTED for edge in low[:shown]]
    ax.barh(y - 0.1, rise[:shown], height=0.46, color=colors)
    _intervals(ax, y - 0.1, rise[:shown], low[:shown], high[:shown])
    _intervals(ax, y + 0.27, *added)
    faces = [SEGMENT_COLORS[1] if edge > 0 else "white" for edge in added[1]]
    ax.scatter(added[0], y + 0.27, marker="D", s=26, c=faces, edgecolors=INK, zorder=3)
    ax.set_yticks(y, names[:shown])
    ax.set_ylim(shown - 0.4, -0.6)
    ax.axvline(0, color=INK, lw=0.8)
    more = f" (the first {shown} of {len(names)} fields)" if len(names) > shown else ""
    ax = finish(
        ax,
        title=_title(names, low),
        x=f"rise in log loss, nats a person, 95 % interval{more}\n"
        "bar: the field shuffled among everyone; diamond: among people alike in the other fields\n"
        "(grey and open: nothing beyond noise)",
        grid="x",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _intervals(
    ax: Any, y: np.ndarray, value: np.ndarray, low: np.ndarray, high: np.ndarray
) -> None:
    reach = np.clip([value - low, high - value], 0, None)
    ax.errorbar(value, y, xerr=reach, fmt="none", ecolor=INK, capsize=2.5, lw=1.1)


def _title(names: np.ndarray, low: np.ndarray) -> str:
    idle = int((low <= 0).sum())
    if idle == len(names):
        return "No field tells segments apart beyond noise"
    verb = "tells" if idle == 1 else "tell"
    rest = f"; {idle} of {len(names)} fields {verb} nothing beyond noise" if idle else ""
    return f"{names[0]} tells most{rest}"
