"""How well each segment is found again: bars with intervals and the two thresholds."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import GRID, INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_stability"]

VALID, STABLE = 0.75, 0.85  # the readings of segkit.diagnostics.stability


def plot_stability(table: Any, ax: Any = None) -> Any:
    """Draw the mean Jaccard of each segment with its interval and its range over samples.

    Parameters
    ----------
    table : frame
        Columns segment, n, jaccard, low, high and, where known, sample_05, sample_95 and warm.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": [0, 1], "n": [60, 40], "jaccard": [0.9, 0.6],
    ...                       "low": [0.88, 0.55], "high": [0.92, 0.65]})
    >>> plot_stability(table).get_title(loc="left")
    '1 of 2 segments comes back in samples of the respondents'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    k = len(columns["segment"])
    ax = axes_or_new(ax, height=1.4 + 0.5 * k)
    _bars(ax, columns)
    warm = _warm(ax, columns)
    _thresholds(ax)
    ax.set_xlim(0, 1.02)
    ax.set_ylim(k - 0.4, -0.9)
    good = sum(value >= VALID for value in columns["jaccard"])
    ax = finish(
        ax,
        title=_title(good, k),
        x="mean Jaccard overlap with the best match in a sample\n"
        "(line: 95 % interval of the mean; band: 90 % of the samples"
        + (";\ndiamond: mean from starts at the segments themselves)" if warm else ")"),
    )
    ax.spines["left"].set_visible(False)
    return ax


def _title(good: int, k: int) -> str:
    if good == k:
        return f"All {k} segments come back in samples of the respondents"
    verb = "comes" if good < 2 else "come"
    return f"{good or 'None'} of {k} segments {verb} back in samples of the respondents"


def _bars(ax: Any, columns: dict[str, list]) -> None:
    values = np.array(columns["jaccard"], dtype=float)
    low, high = (np.array(columns[c], dtype=float) for c in ("low", "high"))
    y = np.arange(values.size)
    colors = [color_of(s, i) for i, s in enumerate(columns["segment"])]
    ax.barh(y, values, height=0.62, color=colors, alpha=0.85)
    if "sample_05" in columns:
        ax.hlines(y, columns["sample_05"], columns["sample_95"], color=MUTED, lw=7, alpha=0.35)
    ax.errorbar(
        values, y, xerr=[values - low, high - values], fmt="none", ecolor=INK, capsize=3, lw=1.4
    )
    names = [segment_name(s) for s in columns["segment"]]
    ax.set_yticks(y, [f"{s}  (n = {n:,})" for s, n in zip(names, columns["n"], strict=True)])
    for at, value in zip(y, values, strict=True):
        ax.annotate(
            f"{value:.2f}", (0, at), (6, 0), textcoords="offset points", va="center",
            color="white", fontsize=9, fontweight="bold",
        )  # fmt: skip


def _warm(ax: Any, columns: dict[str, list]) -> bool:
    """Mark the means from warm starts where there are any."""
    values = np.array(columns.get("warm", [np.nan]), dtype=float)
    if not np.isfinite(values).all():
        return False
    y = np.arange(values.size)
    ax.scatter(values, y, marker="D", s=34, facecolor="white", edgecolor=INK, lw=1.2, zorder=3)
    return True


def _thresholds(ax: Any) -> None:
    ax.axvspan(0, VALID, color=GRID, alpha=0.35, zorder=-1, lw=0)
    for value in (VALID, STABLE):
        ax.axvline(value, color=INK, lw=0.9, ls=(0, (4, 3)))
    words = {"doubtful": (VALID - 0.01, "right"), "valid": ((VALID + STABLE) / 2, "center")}
    words["stable"] = (STABLE + 0.01, "left")
    for word, (x, side) in words.items():
        ax.text(x, -0.5, word, ha=side, va="bottom", fontsize=8.5, color=INK)
    ax.set_xticks([0, 0.25, 0.5, VALID, STABLE, 1])
