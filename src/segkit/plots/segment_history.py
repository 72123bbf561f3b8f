"""How large the segments were, day after day, with intervals."""

import itertools
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._result import count_text
from segkit.plots._canvas import INK, MUTED, axes_or_new, finish, literal
from segkit.plots.palette import segment_color, segment_name

__all__ = ["plot_segment_history"]

APART = 0.05  # shares closer than this at the right edge have their names pushed apart


def plot_segment_history(table: Any, ax: Any = None) -> Any:
    """Draw the share of each segment over days as a line, its 95 % interval as a band.

    Parameters
    ----------
    table : frame
        Columns day, version, segment, n, share, low and high. A dashed line stands where another
        version of the tool came in, whose segments are lines of their own.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2026-11-01", "2026-11-02"])
    >>> table = pd.DataFrame({"day": days.repeat(2), "version": 1, "segment": ["a", "b"] * 2,
    ...     "n": [60, 40, 50, 50], "share": [0.6, 0.4, 0.5, 0.5],
    ...     "low": [0.55, 0.35, 0.45, 0.45], "high": [0.65, 0.45, 0.55, 0.55]})
    >>> plot_segment_history(table).get_title(loc="left")
    'a: 60.0 % on 2026-11-01, 50.0 % on 2026-11-02, the largest change'
    """
    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    lines = _lines(columns)
    ax = axes_or_new(ax, width=8.6, height=4.2)
    order = _order(columns)
    for (version, segment), line in lines.items():
        color = segment_color(order[version, segment])
        ax.fill_between(line["day"], line["low"], line["high"], color=color, alpha=0.18, lw=0)
        ax.plot(line["day"], line["share"], color=color, lw=2, marker="o", ms=3.5)
    last = max(columns["version"])
    ends = {s: line["share"][-1] for (v, s), line in lines.items() if v == last}
    day = max(columns["day"])
    for segment, y in _apart(ends).items():
        text = f"{literal(segment_name(segment))} {100 * ends[segment]:.1f} %"
        ax.annotate(
            text, (day, y), (8, 0), textcoords="offset points", va="center", fontsize=8.5,
            color=INK, annotation_clip=False,
        )  # fmt: skip
    for start in _starts(columns):
        ax.axvline(start, color=MUTED, lw=1, ls="--", zorder=0)
    ax.set_ylim(0, min(1.0, 1.15 * float(np.nanmax(columns["high"]))))
    ax.margins(x=0.02)
    ax.yaxis.set_major_formatter(lambda y, _: f"{100 * y:.0f} %")
    _dates(ax, sorted(set(columns["day"])))
    customers = sum(n for n, d in zip(columns["n"], columns["day"], strict=True) if d == day)
    x = f"day (last: {count_text(customers, 'tagged customer')}; band: 95 % interval)"
    return finish(ax, title=_title(lines, last), x=x, y="share of customers", grid="y")


def _lines(columns: dict[str, list[Any]]) -> dict[tuple[int, str], dict[str, list[Any]]]:
    """Return days and figures of each version's segments."""
    lines: dict[tuple[int, str], dict[str, list[Any]]] = {}
    names = ("day", "share", "low", "high")
    for i in sorted(range(len(columns["day"])), key=lambda i: columns["day"][i]):
        key = (columns["version"][i], columns["segment"][i])
        line = lines.setdefault(key, {name: [] for name in names})
        for name in names:
            line[name].append(columns[name][i])
    return lines


def _order(columns: dict[str, list[Any]]) -> dict[tuple[int, str], int]:
    """Return the place of each segment in size: on the first day of its version."""
    order: dict[tuple[int, str], int] = {}
    for version in set(columns["version"]):
        rows = [i for i, v in enumerate(columns["version"]) if v == version]
        first = min(columns["day"][i] for i in rows)
        here = [i for i in rows if columns["day"][i] == first]
        here.sort(key=lambda i: (-columns["n"][i], columns["segment"][i]))
        named = [str(columns["segment"][i]) for i in here]
        for place, i in enumerate(here):
            segment = columns["segment"][i]
            # numbers are in order of size already
            number = int(segment) if all(name.isdigit() for name in named) else place
            order[version, segment] = number
    return order


def _starts(columns: dict[str, list[Any]]) -> list[Any]:
    """Return the days on which another version came in."""
    days = sorted(set(zip(columns["day"], columns["version"], strict=True)))
    return [day for (_, before), (day, now) in itertools.pairwise(days) if before != now]


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """Push names apart that would stand on each other."""
    gap = APART * max(ends.values())
    found: dict[str, float] = {}
    below = -np.inf
    for segment, y in sorted(ends.items(), key=lambda item: item[1]):
        below = max(y, below + 1.2 * gap)
        found[segment] = below
    return found


def _dates(ax: Any, days: list[Any]) -> None:
    most = 8
    step = -(-len(days) // most)
    shown = days[::-1][::step][::-1]
    ax.set_xticks(shown, [str(d)[:10] for d in shown])


def _title(lines: dict[tuple[int, str], dict[str, list[Any]]], version: int) -> str:
    changes = {
        segment: (round(abs(line["share"][-1] - line["share"][0]), 9), line["share"][0])
        for (v, segment), line in lines.items()
        if v == version
    }
    segment = max(changes, key=lambda s: (*changes[s], s))
    line = lines[version, segment]
    first, last = str(line["day"][0])[:10], str(line["day"][-1])[:10]
    name = literal(segment_name(segment))
    if first == last:
        return f"The sizes of {count_text(len(changes), 'segment')} on {first}"
    return (
        f"{name}: {100 * line['share'][0]:.1f} % on {first}, {100 * line['share'][-1]:.1f} % on "
        f"{last}, the largest change"
    )
