"""Which candidates come back: the weakest segment of each, by number of segments."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal

__all__ = ["plot_comparison"]

COLORS = ("#33608c", "#b5651d", "#5a7d3a", "#8c4a73", "#6b6b6b", "#2f8f8f")
"""Colours of lines: not those of segments."""

MARKERS = "os^Dv<>p"
VALID = 0.75


def plot_comparison(table: Any, ax: Any = None) -> Any:
    """Draw the mean Jaccard of each candidate's weakest segment, by number of segments.

    Parameters
    ----------
    table : frame
        Columns input, model, n_segments, weakest, weakest_low, weakest_high, allowed,
        suggested; one row a candidate.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"input": "needs", "model": "KMeans", "n_segments": [3, 4, 5],
    ...                       "weakest": [0.8, 0.9, 0.5], "weakest_low": [0.7, 0.8, 0.4],
    ...                       "weakest_high": [0.9, 1.0, 0.6], "allowed": True,
    ...                       "suggested": [False, True, False]})
    >>> plot_comparison(table).get_title(loc="left")
    '4 segments by KMeans on needs: the weakest comes back at 0.90'
    """
    inputs, models = (column(table, name).astype(str) for name in ("input", "model"))
    k, weakest, low, high = (
        numeric_column(table, name)
        for name in ("n_segments", "weakest", "weakest_low", "weakest_high")
    )
    allowed, suggested = (column(table, name).astype(bool) for name in ("allowed", "suggested"))
    ax = axes_or_new(ax, width=7.6, height=4.4)
    ax.axhspan(VALID, 1.02, color="#f1f5ee", zorder=0)
    ax.axhline(VALID, color=MUTED, linewidth=0.8, linestyle="--")
    lines = list(dict.fromkeys(zip(inputs, models, strict=True)))
    shift = (np.arange(len(lines)) - (len(lines) - 1) / 2) * min(0.12, 0.6 / len(lines))
    for i, (table_name, model) in enumerate(lines):
        own = np.flatnonzero((inputs == table_name) & (models == model))
        own = own[np.argsort(k[own], kind="stable")]
        color = COLORS[i % len(COLORS)]
        x, y = k[own] + shift[i], weakest[own]
        ax.plot(x, y, color=color, linewidth=1.2, label=literal(f"{model} on {table_name}"))
        ax.vlines(x, low[own], high[own], color=color, linewidth=1.4)
        ax.scatter(
            x, y, marker=MARKERS[i % len(MARKERS)], s=28, zorder=3, edgecolors=color,
            facecolors=[color if fine else "white" for fine in allowed[own]],
        )  # fmt: skip
        for at in own[suggested[own]]:
            ax.scatter(
                k[at] + shift[i], weakest[at], s=170, facecolors="none", edgecolors=INK, zorder=4
            )
    best = int(np.flatnonzero(suggested)[0])
    ax.legend(
        fontsize=8.5, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0),
        title="ringed: suggested\nhollow: breaks a constraint", title_fontsize=8.5,
        alignment="left",
    )  # fmt: skip
    ax.set_xticks(np.unique(k).astype(int))
    ax.set_ylim(min(0.0, float(low.min())), 1.02)
    return finish(
        ax,
        title=literal(
            f"{k[best]:.0f} segments by {models[best]} on {inputs[best]}: the weakest comes back "
            f"at {weakest[best]:.2f}"
        ),
        x="number of segments",
        y="mean Jaccard of the weakest segment\n(95 % interval; .75 and more is valid)",
        grid="y",
    )
