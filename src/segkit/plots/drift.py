"""How far each field has moved, beside how far chance alone would move it."""

from textwrap import fill, shorten
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._checks import check_option
from segkit._result import count_text
from segkit.plots._canvas import GRID, INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import SEGMENT_COLORS

__all__ = ["counts_in_words", "plot_drift"]

CHANGED = SEGMENT_COLORS[5]
FIXED = (0.1, 0.25)  # shown to show that they mean little; they judge nothing
MANY = 15  # fields; more are drawn closer
WIDE = 40  # letters of a line beside a dot; wider words would leave the axes no room


def plot_drift(table: Any, ax: Any = None, *, segment: str = "all") -> Any:
    """Draw the PSI of each field as a dot, the range of 95 % of tables without drift as a band.

    Dotted lines stand at the fixed rules .1 and .25, so that a reader sees how far they are from
    chance at this size; nothing is judged by them. Changes beyond chance of a size that matters
    stand in colour, smaller ones as rings.

    Parameters
    ----------
    table : frame
        Columns segment, field, psi, psi_null_95, kind and, where known, matters (else every change
        does), detail, n_before and n_after.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    segment : str
        Whose rows to draw.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment": "all", "field": ["age", "plan"], "psi": [0.2, 0.001],
    ...                       "psi_null_95": [0.02, 0.01], "kind": ["shift", "stable"]})
    >>> plot_drift(table).get_title(loc="left")
    '1 of 2 fields changed beyond chance and by a size that matters'
    """
    frame = nw.from_native(table, eager_only=True)
    there = frame["segment"].unique(maintain_order=True).to_list()
    segment = check_option(segment, there, name="segment")
    rows = frame.filter(nw.col("segment") == segment).sort("psi", descending=True)
    columns = rows.to_dict(as_series=False)
    k = len(columns["field"])
    many = k > MANY
    ax = axes_or_new(ax, width=8.0, height=1.5 + (0.22 if many else 0.36) * k)
    left = _scale(ax, columns)
    y = np.arange(k)
    null = np.maximum(columns["psi_null_95"], left)
    ax.barh(y, null - left, left=left, height=0.7, color=GRID, zorder=0)
    changed = np.array([kind != "stable" for kind in columns["kind"]], dtype=bool)
    large = np.array(columns.get("matters", changed), dtype=bool)
    at = np.maximum(columns["psi"], left)
    looks = (
        (changed & large, {"color": CHANGED, "label": "changed"}),
        (changed & ~large, {"mfc": "white", "mec": INK, "label": "changed little"}),
        (~changed, {"color": MUTED, "label": "stable"}),
    )
    for mask, look in looks:
        ax.plot(at[mask], y[mask], "o", ms=5 if many else 7, ls="none", clip_on=False, **look)
    _words(ax, columns, np.maximum(at, null), lines=1 if many else 2)
    ax.set_yticks(y, columns["field"])
    ax.set_ylim(k - 0.4, -0.6)
    x = (
        "population stability index, log scale\n"
        "band: where 95 % of tables without drift lie; dotted: the fixed rules .1 and .25, not used"
    )
    if (changed & ~large).any():
        x += "\nring: beyond chance, but smaller than matters"
    title = counts_in_words(int(changed.sum()), int((changed & large).sum()), k)
    where = "" if segment == "all" else f" in segment {segment}"
    ax = finish(ax, title=title + where, x=x + _sizes(columns))
    if many:
        ax.tick_params(axis="y", labelsize=7)
    return ax


def _sizes(columns: dict[str, list]) -> str:
    if not columns.get("n_before"):
        return ""
    return (
        f"\neffective n = {columns['n_before'][0]:,.0f} before, {columns['n_after'][0]:,.0f} after"
    )


def _scale(ax: Any, columns: dict[str, list]) -> float:
    """Set a log scale that leaves room for words, and return its left end."""
    values = np.array([*columns["psi"], *columns["psi_null_95"]], dtype=float)
    positive = values[values > 0]
    top = positive.max() if positive.size else 1.0
    bands = np.array(columns["psi_null_95"], dtype=float)
    least = bands[bands > 0].min() if (bands > 0).any() else top
    left = least / 20
    ax.set_xscale("log")
    top = max(top, FIXED[-1])
    ax.set_xlim(left, top * (top / left) ** 0.6)
    for rule in FIXED:
        ax.axvline(rule, color=MUTED, lw=0.8, ls=":", zorder=0)
    # no figures where only words stand
    decades = np.arange(np.ceil(np.log10(left)), np.floor(np.log10(top)) + 1)
    ax.set_xticks(10.0**decades)
    ax.minorticks_off()
    return float(left)


def _words(ax: Any, columns: dict[str, list], at: np.ndarray, *, lines: int) -> None:
    """Say beside each dot what changed, in so many lines; the table has the rest."""
    details = columns.get("detail", [""] * len(at))
    for y, (x, kind, detail) in enumerate(zip(at, columns["kind"], details, strict=True)):
        if kind != "stable":
            words = f"{kind}: {detail}" if detail else kind
            text = literal(fill(shorten(words, lines * WIDE, placeholder=" ..."), WIDE))
            ax.annotate(
                text, (x, y), (9, 0), textcoords="offset points", va="center", fontsize=8.5,
                color=INK, linespacing=0.95,
            )  # fmt: skip


def counts_in_words(n_beyond: int, n_large: int, n_fields: int) -> str:
    """Say how many fields changed beyond chance, and how many of these by a size that matters.

    Examples
    --------
    >>> counts_in_words(8, 2, 11)
    '8 of 11 fields changed beyond chance, 2 by a size that matters'
    """
    if n_beyond == 0:
        return "No field changed beyond chance"
    told = f"{n_beyond} of {count_text(n_fields, 'field')} changed beyond chance"
    if n_large == n_beyond:
        return f"{told} and by a size that matters"
    return f"{told}, {n_large or 'none'} by a size that matters"
