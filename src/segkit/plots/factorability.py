"""Sampling adequacy of each item against Kaiser's limits."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["factorability_plot"]

_LIMITS = {0.5: "unacceptable below", 0.8: "meritorious above"}


def factorability_plot(table: Any, ax: Any = None) -> Any:
    """Draw one dot an item, the weakest at the bottom, and the overall measure as a line.

    Parameters
    ----------
    table : frame
        item, kmo (and the row ``overall``): as `factors.Factorability.frame` gives.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"item": ["overall", "a", "b"], "kmo": [0.7, 0.8, 0.4]})
    >>> factorability_plot(table).get_title(loc="left")
    'KMO 0.70 overall (line); 1 of 2 items below .5'
    """
    rows = nw.from_native(table, eager_only=True)
    names, values = rows["item"].to_list(), rows["kmo"].to_numpy()
    whole = names.index("overall")
    at = [k for k in np.argsort(values, kind="stable") if k != whole]
    ax = axes_or_new(ax, height=min(12.0, 1.6 + 0.2 * len(at)))
    places = np.arange(len(at))
    ax.hlines(places, 0.0, values[at], color="#dddddd", linewidth=1.0, zorder=1)
    weak = values[at] < min(_LIMITS)
    colors = np.where(weak, SEGMENT_COLORS[5], SEGMENT_COLORS[0])
    ax.scatter(values[at], places, c=colors, s=26, zorder=3)
    top = len(at) - 0.3
    for limit, words in _LIMITS.items():
        ax.axvline(limit, color=MUTED, linewidth=0.8, linestyle=":")
        side = "right" if limit == min(_LIMITS) else "left"
        ax.text(limit, top, f" {words} ", fontsize=7.5, color=MUTED, va="bottom", ha=side)
    ax.vlines(values[whole], -0.8, len(at) - 0.5, color=INK, linewidth=1.0, zorder=0)
    ax.set_yticks(places, [names[k] for k in at])
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(-0.8, len(at) + 0.6)
    title = f"KMO {values[whole]:.2f} overall (line); {_weak(int(weak.sum()), len(at))}"
    return finish(ax, title=title, x="measure of sampling adequacy")


def _weak(n_weak: int, n: int) -> str:
    if n_weak == 0:
        return f"none of {n} items is below .5"
    return f"{n_weak} of {n} items below .5"
