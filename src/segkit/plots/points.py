"""A scorecard on one page: fields and their answers by segments, cells hold points."""

from typing import Any

import numpy as np

from segkit._checks import check_integer
from segkit._frames import column, column_names, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import segment_name

__all__ = ["plot_points"]

PREFIX = "points_"
PALE = 1.5
"""Stretches the colour scale, so that dark figures stay legible on full colours."""

LONGEST = 30
"""Letters of a field's name or an answer that are shown."""


def plot_points(table: Any, ax: Any = None, most: int = 70) -> Any:
    """Draw the points of a scorecard.

    Parameters
    ----------
    table : frame
        Columns field (first "everyone"), meaning, and points_<segment> for each segment; one
        row a code.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    most : int
        The most rows to draw; fields with the largest points are kept, and the others counted
        below.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"field": ["everyone", "plan", "plan"], "meaning": ["", "a", "b"],
    ...                       "points_0": [0, 5, 0], "points_1": [1, 0, 3]})
    >>> plot_points(table).get_title(loc="left")
    'plan moves most: up to 5 points for Segment 0'
    """
    names = [n for n in column_names(table) if n.startswith(PREFIX)]
    values = np.stack([numeric_column(table, n) for n in names], axis=1)
    fields, meanings = column(table, "field"), column(table, "meaning")
    rows = _shown(fields, values, check_integer(most, name="most"))
    shown = values[rows]
    ax = axes_or_new(ax, width=3.8 + 1.0 * len(names), height=1.6 + 0.215 * len(rows))
    ax.imshow(shown, cmap="Blues", vmin=0, vmax=PALE * max(values.max(), 1), aspect="auto")
    for y, x in np.ndindex(shown.shape):
        best = shown[y, x] == shown[y].max() > 0
        ax.text(
            x, y, f"{shown[y, x]:.0f}", ha="center", va="center", fontsize=8.5,
            color=INK if shown[y, x] else MUTED, weight="bold" if best else "normal",
        )  # fmt: skip
    first = [i for i, r in enumerate(rows) if r == 0 or fields[r] != fields[r - 1]]
    for i in first[1:]:
        ax.axhline(i - 0.5, color=INK, linewidth=0.7)
    labels = [_label(fields[r] if i in first else "", meanings[r]) for i, r in enumerate(rows)]
    ax.set_yticks(range(len(rows)), labels)
    ax.set_xticks(range(len(names)), [segment_name(n.removeprefix(PREFIX)) for n in names])
    ax.xaxis.tick_top()
    left = len(set(fields)) - len({fields[r] for r in rows})
    ax = finish(
        ax,
        title=_title(fields, values, names),
        x="add the points of everyone and of one row a field: the most win"
        + (f"\n({left} fields of smaller points are not shown)" if left else ""),
    )
    ax.xaxis.set_label_position("bottom")
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _shown(fields: np.ndarray, values: np.ndarray, most: int) -> list[int]:
    """Return the rows of the fields with the largest points, in the order of the table."""
    top = values.max(axis=1)
    largest = {f: top[fields == f].max() for f in dict.fromkeys(fields[1:].tolist())}
    kept, n_rows = {fields[0]}, 1
    for name in sorted(largest, key=lambda f: -largest[f]):
        n_rows += int((fields == name).sum())
        if n_rows > most and len(kept) > 1:
            break
        kept.add(name)
    return [i for i, f in enumerate(fields) if f in kept]


def _title(fields: np.ndarray, values: np.ndarray, names: list[str]) -> str:
    row, place = np.unravel_index(values[1:].argmax(), values[1:].shape)
    segment = segment_name(names[place].removeprefix(PREFIX))
    most = values[1:][row, place]
    return literal(f"{fields[1:][row]} moves most: up to {most:.0f} points for {segment}")


def _label(field: str, meaning: str) -> str:
    short = [t if len(t) <= LONGEST else t[: LONGEST - 3] + "..." for t in (field, meaning)]
    return literal(f"{short[0]}   {short[1]}" if short[0] else short[1])
