"""Accuracy of several models with intervals, and each one's difference to the first."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import segment_color

__all__ = ["plot_model_comparison"]


def plot_model_comparison(table: Any, ax: Any = None) -> Any:
    """Draw a point and an interval a model; beside it what sets it apart from the first.

    Parameters
    ----------
    table : frame
        Columns model, accuracy, low, high, difference, difference_low, difference_high,
        loss_difference, loss_low, loss_high; one row a model.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"model": ["forest", "scorecard"], "accuracy": [0.5, 0.52],
    ...     "low": [0.47, 0.49], "high": [0.53, 0.55], "difference": [0, 0.02],
    ...     "difference_low": [0, -0.01], "difference_high": [0, 0.05],
    ...     "loss_difference": [0, -0.02], "loss_low": [0, -0.03], "loss_high": [0, -0.01]})
    >>> plot_model_comparison(table).get_title(loc="left")
    'scorecard has the lowest log loss: -0.020 against forest'
    """
    names = column(table, "model")
    figures = {c: numeric_column(table, c) for c in _COLUMNS}
    at = np.arange(len(names))
    ax = axes_or_new(ax, width=8.0, height=1.5 + 0.5 * len(names))
    ends = np.stack([figures["accuracy"] - figures["low"], figures["high"] - figures["accuracy"]])
    ax.errorbar(
        figures["accuracy"], at, xerr=ends, fmt="o", color=segment_color(0), capsize=3, ms=6
    )
    clear = figures["loss_low"] * figures["loss_high"] > 0
    for i in at[1:]:
        ax.text(
            1.02, i, _apart(figures, i), transform=ax.get_yaxis_transform(), va="center",
            fontsize=8.5, color=INK if clear[i] else MUTED,
        )  # fmt: skip
    first = f"first model:\nthe others' difference\nis to {names[0]}"
    ax.text(1.02, 0, literal(first), transform=ax.get_yaxis_transform(), va="center", fontsize=8)
    ax.axvline(figures["accuracy"][0], color=MUTED, linewidth=0.8, linestyle=":")
    ax.set_yticks(at, [literal(n) for n in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(lambda v, _: percent(v))
    return finish(
        ax,
        title=_title(names, figures),
        x="agreement with the survey's segment, on respondents not seen (95 % intervals)",
        grid="x",
    )


_COLUMNS = (
    "accuracy", "low", "high", "difference", "difference_low", "difference_high",
    "loss_difference", "loss_low", "loss_high",
)  # fmt: skip


def _apart(figures: dict[str, np.ndarray], i: int) -> str:
    gap, low, high = (100 * figures[c][i] for c in _COLUMNS[3:6])
    loss, least, most = (figures[c][i] for c in _COLUMNS[6:])
    return (
        f"{gap:+.1f} points [{low:+.1f}, {high:+.1f}]\n"
        f"log loss {loss:+.3f} [{least:+.3f}, {most:+.3f}]"
    )


def _title(names: np.ndarray, figures: dict[str, np.ndarray]) -> str:
    best = int(figures["loss_difference"].argmin())
    if best == 0:
        return literal(f"No other model has a lower log loss than {names[0]}")
    words = f"{names[best]} has the lowest log loss: {figures['loss_difference'][best]:+.3f}"
    return literal(f"{words} against {names[0]}")
