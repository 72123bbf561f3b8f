"""How segments relate: a tree that joins the most similar first."""

from typing import Any

from segkit._frames import column, numeric_column
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish
from segkit.plots.palette import color_of, segment_name

__all__ = ["plot_dendrogram"]

LARGEST = 300.0
"""Area of the mark of the largest segment, in square points."""


def plot_dendrogram(table: Any, segments: Any, ax: Any = None) -> Any:
    """Draw segments joined step by step: the further right, the more unlike.

    Parameters
    ----------
    table : frame
        ``Profile.joins()``.
    segments : sequence
        The segments in order of their colours.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The area of a mark is the number of people.

    Examples
    --------
    >>> from segkit.segments import profile
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [30, 34, 29, 60, 63, 58, 66, 61, 70]})
    >>> found = profile(people, [0, 0, 0, 1, 1, 1, 2, 2, 2])
    >>> plot_dendrogram(found.joins(), found.segments).get_title(loc="left")
    'Most alike: Segment 1 and Segment 2 (1.46)'
    """
    joins = _Joins(table)
    ax = axes_or_new(ax, height=1.6 + 0.5 * len(joins.leaves))
    for first, second, joined, distance in joins.steps:
        (ya, xa), (yb, xb) = joins.place[first], joins.place[second]
        ax.plot([xa, distance, distance, xb], [ya, ya, yb, yb], color=MUTED, linewidth=1.8)
        ax.annotate(
            f"{distance:.2f}", (distance, joins.place[joined][0]), (4, 2),
            textcoords="offset points", va="bottom", fontsize=8.5, color=INK,
        )  # fmt: skip
    order = [segment_name(s) for s in segments]
    for name in joins.leaves:
        n = joins.n[name]
        at = order.index(name)
        color = color_of(segments[at], at)
        ax.scatter(
            [0], [joins.place[name][0]], s=LARGEST * n / max(joins.n.values()), color=color,
            zorder=3, clip_on=False,
        )  # fmt: skip
    ax.set_yticks(
        [joins.place[name][0] for name in joins.leaves],
        [f"{name}  (n = {joins.n[name]:,.0f})" for name in joins.leaves],
    )
    ax.tick_params(axis="y", pad=14)
    ax.set_ylim(len(joins.leaves) - 0.4, -0.6)
    ax.set_xlim(0, 1.12 * max(joins.steps[-1][3], 1e-9))
    out = finish(
        ax, title=joins.finding(), grid="x",
        x="distance of profiles: root mean square effect over items (0.2 small, 0.8 large)",
    )  # fmt: skip
    out.spines["left"].set_visible(False)
    return out


class _Joins:
    """The steps, and the place (y, x) of every segment and join."""

    def __init__(self, table: Any) -> None:
        first, second, joined = (column(table, name) for name in ("first", "second", "joined"))
        distance = numeric_column(table, "distance").tolist()
        self.steps = list(zip(first, second, joined, distance, strict=True))
        parts = dict(zip(joined, zip(first, second, strict=True), strict=True))
        self.leaves = _leaves(joined[-1], parts)
        self.n = dict(zip(first, numeric_column(table, "n_first"), strict=True))
        self.n |= dict(zip(second, numeric_column(table, "n_second"), strict=True))
        self.n = {name: self.n[name] for name in self.leaves}
        self.place = {name: (float(y), 0.0) for y, name in enumerate(self.leaves)}
        for a, b, both, far in self.steps:
            self.place[both] = ((self.place[a][0] + self.place[b][0]) / 2, far)

    def finding(self) -> str:
        """Say which two are most alike, and who joins last."""
        first, second, _, distance = self.steps[0]
        told = f"Most alike: {first} and {second} ({distance:.2f})"
        last = [name for name in self.steps[-1][:2] if name in self.n]
        if len(self.steps) > 2 and last:
            return f"{told}; {last[-1]} joins last ({self.steps[-1][3]:.2f})"
        return told


def _leaves(name: str, parts: dict[str, tuple[str, str]]) -> list[str]:
    if name not in parts:
        return [name]
    return [leaf for part in parts[name] for leaf in _leaves(part, parts)]
