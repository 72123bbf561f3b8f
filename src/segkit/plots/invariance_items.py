"""How far the loading and the intercept of each item differ between groups."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit.plots._canvas import GRID, INK, MUTED, axes_or_new, finish
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["invariance_items_plot"]

_KINDS = {
    "metric": ("loading", "s", SEGMENT_COLORS[0]),
    "scalar": ("intercept", "o", SEGMENT_COLORS[5]),
}
_LITTLE = 0.1  # standard deviations that hardly matter


def invariance_items_plot(table: Any, ax: Any = None) -> Any:
    """Draw the expected differences of each item; filled where it breaks a step.

    Parameters
    ----------
    table : frame
        step, item, difference, group, breaks: ``factors.Invariance.items``. Residual variances
        (the step "strict") are not drawn.
    ax : matplotlib.axes.Axes or None
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"step": ["scalar", "scalar"], "item": ["a", "b"],
    ...     "difference": [0.02, 0.6], "group": ["2025", "2025"], "breaks": [False, True]})
    >>> invariance_items_plot(table).get_title(loc="left")
    '1 of 2 items differs between groups: b'
    """
    rows = nw.from_native(table, eager_only=True)
    rows = rows.filter(nw.col("step").is_in(list(_KINDS))).to_dict(as_series=False)
    items = list(dict.fromkeys(rows["item"]))
    place = {item: k for k, item in enumerate(items)}
    ax = axes_or_new(ax, height=1.7 + 0.24 * len(items))
    ax.axvspan(-_LITTLE, _LITTLE, color=GRID, alpha=0.6, lw=0, zorder=0)
    ax.axvline(0.0, color=MUTED, lw=0.8)
    columns = (rows[c] for c in ("step", "item", "difference", "group", "breaks"))
    for step, item, difference, group, breaks in zip(*columns, strict=True):
        _, marker, color = _KINDS[step]
        y = place[item] + (-0.16 if step == "metric" else 0.16)
        fill = color if breaks else "white"
        ax.plot(difference, y, marker=marker, ms=6, mfc=fill, mec=color, ls="none", zorder=3)
        if breaks:
            side = 1 if difference >= 0 else -1
            ax.annotate(
                str(group), (difference, y), (8 * side, 0), textcoords="offset points",
                ha="left" if side > 0 else "right", va="center", fontsize=8, color=INK,
            )  # fmt: skip
    _legend(ax, rows["step"])
    reach = 1.25 * max([0.2, *np.abs(np.array(rows["difference"], dtype=float)).tolist()])
    ax.set_xlim(-reach, reach)
    ax.set_yticks(range(len(items)), items)
    ax.set_ylim(len(items) - 0.4, -0.6)
    x = (
        "difference from the first group, in standard deviations of the item\n"
        f"(filled: beyond chance, with the group; band: less than {_LITTLE})"
    )
    return finish(ax, title=_title(rows, len(items)), x=x)


def _legend(ax: Any, steps: list[str]) -> None:
    for step, (word, marker, color) in _KINDS.items():
        if step in steps:
            ax.plot([], [], marker=marker, color=color, ls="none", ms=6, label=word)
    ax.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _title(rows: dict[str, list], n: int) -> str:
    differing = [item for item, breaks in zip(rows["item"], rows["breaks"], strict=True) if breaks]
    named = list(dict.fromkeys(differing))
    if not named:
        return f"None of {n} items differs between groups"
    more = "" if len(named) <= 6 else f" and {len(named) - 6} more"
    verb = "differs" if len(named) == 1 else "differ"
    return f"{len(named)} of {n} items {verb} between groups: {', '.join(named[:6])}{more}"
