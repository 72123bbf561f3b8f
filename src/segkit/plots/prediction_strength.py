"""Prediction strength by number of segments, with intervals and the cutoff."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import segment_color

__all__ = ["plot_prediction_strength"]


def plot_prediction_strength(table: Any, ax: Any = None) -> Any:
    """Draw the mean prediction strength of each number of segments.

    Parameters
    ----------
    table : frame
        Columns n_segments, strength, low, high, n, cutoff and predicted.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"n_segments": [2, 3], "strength": [0.9, 0.5], "low": [0.88, 0.4],
    ...                       "high": [0.92, 0.6], "n": [90, 90], "cutoff": [0.8, 0.8],
    ...                       "predicted": [True, False]})
    >>> plot_prediction_strength(table).get_title(loc="left")
    'Halves of the respondents predict up to 2 segments'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    k, mean, low, high = (
        np.array(columns[c], dtype=float) for c in ("n_segments", "strength", "low", "high")
    )
    ax = axes_or_new(ax)
    ax.plot(k, mean, color=segment_color(0), lw=1.5, marker="o", ms=6, zorder=2)
    ax.errorbar(
        k, mean, yerr=[mean - low, high - mean], fmt="none", ecolor=INK, capsize=3, lw=1.3, zorder=3
    )
    cutoff = columns["cutoff"][0]
    ax.axhline(cutoff, color=INK, lw=0.9, ls=(0, (4, 3)))
    ax.text(
        k[-1], cutoff + 0.015, f"predicted from {cutoff:g}", ha="right", fontsize=8.5, color=INK
    )
    for at, value in zip(k, mean, strict=True):
        ax.annotate(
            f"{value:.2f}", (at, value), (6, 6), textcoords="offset points", fontsize=8.5, color=INK
        )
    ax.set_xticks(k, [f"{int(v)}" for v in k])
    ax.set_xlim(k[0] - 0.3, k[-1] + 0.5)
    ax.set_ylim(0, 1.05)
    good = [int(number) for number, ok in zip(k, columns["predicted"], strict=True) if ok]
    title = (
        f"Halves of the respondents predict up to {max(good)} segments"
        if good
        else "Halves of the respondents predict no number of segments"
    )
    return finish(
        ax,
        title=title,
        x=f"number of segments (n = {columns['n'][0]:,})",
        y="mean prediction strength\n(line: 95 % interval of the mean)",
        grid="y",
    )
