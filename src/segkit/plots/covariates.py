"""Who belongs to a segment: odds ratios with intervals, a row for each covariate."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import segment_color, segment_name

__all__ = ["plot_covariates"]

WIDEST = 1e3
"""Odds ratios beyond this, either way, are drawn at the edge."""


def plot_covariates(table: Any, ax: Any = None) -> Any:
    """Draw the odds ratio of each covariate and segment against the reference.

    Parameters
    ----------
    table : frame
        Columns segment, reference, covariate, level, against, coefficient, se, odds_ratio,
        odds_low, odds_high; the intercepts are not drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": [1], "reference": [0], "covariate": ["age"],
    ...                       "level": [None], "against": [None], "coefficient": [0.1],
    ...                       "se": [0.02], "odds_ratio": [1.11], "odds_low": [1.06],
    ...                       "odds_high": [1.15]})
    >>> plot_covariates(table).get_title(loc="left")
    'age: a unit more multiplies the odds of segment 1 against segment 0 by 1.11'
    """
    covariate = column(table, "covariate")
    rows = np.flatnonzero(covariate != "intercept")
    segment, level, against = (column(table, c)[rows] for c in ("segment", "level", "against"))
    odds, low, high = (
        # a coefficient that runs to infinity has no interval
        np.clip(numeric_column(table, c)[rows], 1 / WIDEST, WIDEST)
        for c in ("odds_ratio", "odds_low", "odds_high")
    )
    segments = list(dict.fromkeys(segment.tolist()))
    n_each = len(rows) // len(segments)
    names = [
        str(c) if v is None else f"{c}: {v}\n(against {a})"
        for c, v, a in zip(covariate[rows], level, against, strict=True)
    ]
    ax = axes_or_new(ax, width=7.4, height=1.9 + n_each * (0.25 + 0.22 * len(segments)))
    ax.set_xscale("log")
    ax.axvline(1.0, color=MUTED, lw=1)
    for at in range(len(rows)):
        group, place = at % n_each, segments.index(segment[at])
        y = group + 0.7 * ((place + 0.5) / len(segments) - 0.5)
        color = segment_color(int(segment[at]))
        ax.hlines(y, low[at], high[at], color=color, lw=2.2)
        ax.plot(
            odds[at], y, "o", color=color, ms=6, zorder=3,
            label=segment_name(segment[at]) if group == 0 else None,
        )  # fmt: skip
        ax.annotate(
            f"{odds[at]:.2f}", (np.fmax(high[at], odds[at]), y), (5, 0),
            textcoords="offset points", va="center", fontsize=8, color=INK,
        )  # fmt: skip
    ax.set_yticks(range(n_each), names[:n_each])
    ax.set_ylim(n_each - 0.5, -0.5)
    _ticks(ax, float(np.nanmin([odds, low])), float(np.nanmax([odds, high])))
    reference = column(table, "reference")[0]
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8.5)
    z = np.abs(numeric_column(table, "coefficient") / numeric_column(table, "se"))[rows]
    surest = int(np.nan_to_num(z).argmax())
    more = "a unit more" if level[surest] is None else f"{level[surest]}, not {against[surest]},"
    ax = finish(
        ax,
        title=f"{covariate[rows][surest]}: {more} multiplies the odds of segment "
        f"{segment[surest]} against segment {reference} by {odds[surest]:.2f}",
        x=f"odds ratio of a unit against segment {reference}, with its 95 % interval (log scale)",
        grid="x",
    )
    ax.spines["left"].set_visible(False)
    return ax


def _ticks(ax: Any, low: float, high: float) -> None:
    """Write odds as plain numbers, closer where the axis is short."""
    low, high = min(low, 1.0) / 1.15, max(high, 1.0) * 1.3
    if high / low > 500:
        known = 10.0 ** np.arange(-3, 4)
    elif high / low > 8:
        known = np.array([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50])
    else:
        known = np.array([0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5])
    shown = known[(known >= low) & (known <= high)]
    ax.set_xlim(low, high)
    ax.set_xticks(shown, [f"{v:g}" for v in shown])
    ax.set_xticks([], minor=True)
