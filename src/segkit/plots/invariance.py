"""What each step of invariance costs in fit, against the limit."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["invariance_plot"]

LIMIT = 0.010
"""The fall of CFI that a step may have (Cheung & Rensvold 2002)."""

_SHARED = {
    "configural": "same structure",
    "metric": "+ same loadings",
    "scalar": "+ same intercepts",
    "strict": "+ same residual variances",
}


def invariance_plot(table: Any, ax: Any = None) -> Any:
    """Draw the fall of CFI from step to step; fit and test stand beside it.

    Parameters
    ----------
    table : frame
        step, cfi, rmsea, rmsea_low, rmsea_high, delta_cfi, difference_p, holds, and where known
        n: as `factors.Invariance.frame` gives.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"step": ["configural", "metric"], "cfi": [0.96, 0.958],
    ...     "rmsea": [0.04, 0.04], "rmsea_low": [0.03, 0.03], "rmsea_high": [0.05, 0.05],
    ...     "delta_cfi": [float("nan"), -0.002], "difference_p": [float("nan"), 0.3],
    ...     "holds": [True, True]})
    >>> invariance_plot(table).get_title(loc="left")
    'Every step holds: configural, metric'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    n = len(columns["step"])
    change = np.array([np.nan if v is None else v for v in columns["delta_cfi"]], dtype=float)
    ax = axes_or_new(ax, width=8.6, height=1.5 + 0.62 * n)
    y = np.arange(n)
    colors = [SEGMENT_COLORS[2] if holds else SEGMENT_COLORS[5] for holds in columns["holds"]]
    known = ~np.isnan(change)
    ax.hlines(y[known], 0.0, change[known], color=MUTED, lw=1.4, zorder=1)
    ax.scatter(change[known], y[known], c=[c for c, k in zip(colors, known, strict=True) if k],
               s=52, zorder=3)  # fmt: skip
    left = min(float(np.nanmin(change, initial=0.0)), -LIMIT) * 1.25
    right = max(float(np.nanmax(change, initial=0.0)) * 1.25, -0.15 * left)
    ax.set_xlim(left, right)
    ax.axvline(0.0, color=MUTED, lw=0.8)
    ax.axvline(-LIMIT, color=INK, lw=0.9, ls=(0, (4, 3)))
    ax.text(-LIMIT, n - 0.53, " limit", ha="left", va="bottom", fontsize=8.5, color=INK)
    for k in range(n):
        ax.annotate(
            _words(columns, k), (1.0, k), (10, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=8.5, color=colors[k],
            annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks(y, [f"{s}\n{_SHARED.get(s, '')}" for s in columns["step"]])
    ax.set_ylim(n - 0.5, -0.6)
    n_text = f" (n = {columns['n'][0]:,.0f})" if "n" in columns else ""
    x = f"change of CFI from the step before{n_text}"
    return finish(ax, title=_title(columns), x=x)


def _words(columns: dict[str, list], k: int) -> str:
    word = "holds" if columns["holds"][k] else "does not hold"
    low, high = columns["rmsea_low"][k], columns["rmsea_high"][k]
    fit = f"CFI {columns['cfi'][k]:.3f}, RMSEA {columns['rmsea'][k]:.3f} [{low:.3f}, {high:.3f}]"
    p = columns["difference_p"][k]
    test = "" if p is None or np.isnan(p) else f", p {'< .001' if p < 0.001 else f'= {p:.3f}'}"
    return f"{word}{test}\n{fit}"


def _title(columns: dict[str, list]) -> str:
    broken = [s for s, holds in zip(columns["step"], columns["holds"], strict=True) if not holds]
    if not broken:
        return f"Every step holds: {', '.join(columns['step'])}"
    before = columns["step"][: columns["step"].index(broken[0])]
    if not before:
        return f"The {broken[0]} step does not hold"
    held = ", ".join(before)
    verb = "holds" if len(before) == 1 else "hold"
    return f"{held[0].upper()}{held[1:]} {verb}; {broken[0]} does not"
