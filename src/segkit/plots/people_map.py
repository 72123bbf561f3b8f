"""Where segments lie on a map of the people."""

from typing import Any

import numpy as np

from segkit._frames import column, numeric_column
from segkit._result import percent
from segkit.plots._canvas import INK, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_people_map"]

NOISE = "#c9c9c9"
"""People of no segment."""

EDGE = 0.05
"""The share of people on either side who do not set the frame."""

SPOTS = 600.0
"""Area of a spot, in square points, times the square root of their number."""


def plot_people_map(table: Any, segments: Any, ax: Any = None) -> Any:
    """Draw people as points in the colour of their segment, with each segment's name.

    Parameters
    ----------
    table : frame
        ``PeopleMap.frame()``.
    segments : sequence
        The segments in order of their colours.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> places = pd.DataFrame({"x": [0.0, 0.1, 5.0, 5.1], "y": [0.0, 0.2, 4.0, 4.1],
    ...                        "segment": [0, 0, 1, 1], "same": [0.9, 0.8, 0.7, 0.6]})
    >>> plot_people_map(places, [0, 1]).get_title(loc="left")
    'Segment 0 keeps together most (85 % of its neighbours), Segment 1 least (65 %)'
    """
    ax = axes_or_new(ax, width=7.0, height=6.0)
    (x, x_far), (y, y_far) = (_within_frame(numeric_column(table, c)) for c in ("x", "y"))
    segment = column(table, "segment")
    inside = {s: segment == s for s in segments}
    colors = np.full(len(x), NOISE, dtype=object)
    for i, s in enumerate(segments):
        colors[inside[s]] = color_of(s, i)
    # everybody at once, in the order of the rows: no segment is painted over another
    ax.scatter(x, y, s=SPOTS / np.sqrt(len(x)), c=colors.tolist(), alpha=0.75, linewidths=0)
    for s in segments:
        _name(ax, x[inside[s]], y[inside[s]], s)
    ax.set_xticks([])
    ax.set_yticks([])
    none = len(x) - sum(int(rows.sum()) for rows in inside.values())
    notes = f"\ngrey: {none:,} people of no segment" if none else ""
    far = int((x_far | y_far).sum())
    notes += f"\nat the edge: {far:,} people far from all others" if far else ""
    return finish(
        ax, title=_finding(numeric_column(table, "same"), inside),
        x=f"{len(x):,} people: neighbours answer alike; axes, sizes of clouds and distances "
        f"between them have no meaning{notes}",
    )  # fmt: skip


def _within_frame(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bring the few that lie far out to the edge, so that the others can be seen."""
    low, high = np.quantile(places, [EDGE, 1 - EDGE])
    margin = 0.35 * (high - low)
    near = np.clip(places, low - margin, high + margin)
    return near, near != places


def _name(ax: Any, x: np.ndarray, y: np.ndarray, segment: Any) -> None:
    from matplotlib.patheffects import withStroke

    if not len(x):
        return
    # the person in the middle, as the middle of a bent cloud may lie outside of it
    middle = np.argmin(np.hypot(x - np.median(x), y - np.median(y)))
    ax.text(
        x[middle], y[middle], f"{segment_name(segment)}\nn = {len(x):,}", ha="center",
        va="center", fontsize=9.5, color=INK, fontweight="bold",
        path_effects=[withStroke(linewidth=3.5, foreground="white", alpha=0.9)],
    )  # fmt: skip


def _finding(same: np.ndarray, inside: dict[Any, np.ndarray]) -> str:
    """Say which segment keeps together most and least."""
    kept = {s: float(same[rows].mean()) for s, rows in inside.items() if rows.any()}
    if not kept:
        return "Nobody on this map belongs to a segment"
    most, least = max(kept, key=lambda s: kept[s]), min(kept, key=lambda s: kept[s])
    told = f"{segment_name(most)} keeps together most ({percent(kept[most])} of its neighbours)"
    if most == least:
        return told
    return f"{told}, {segment_name(least)} least ({percent(kept[least])})"
