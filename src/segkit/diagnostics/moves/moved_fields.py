"""Which fields moved customers: what the tool's answer owes to the change of each field.

References
----------
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games II,
307-317 (here its two extreme orders only: each field first, and each field last).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from segkit._checks import check_columns, check_frame
from segkit._frames import Origin, column, n_rows, select, take
from segkit._result import Result, count_text, percent
from segkit._weights import effective_size
from segkit.diagnostics.moves.keys import finalised
from segkit.exceptions import SegkitError
from segkit.segments.describing.contrasts import Z

__all__ = ["MovedFields", "Movers", "explain_moves", "sample_movers"]

TOGETHER = "together"
ALL = "all"
NEARLY = 1e-6  # two equal probabilities may differ by so much


@dataclass(frozen=True)
class Movers:
    """A sample of those whose segment changed.

    Attributes
    ----------
    rows_before, rows_after : ndarray of shape (n_movers,)
        Where they stand in the tables.
    was, is_now : ndarray of shape (n_movers,)
        Positions of their segments.
    weights : ndarray of shape (n_movers,)
        Weights; those of a sampled pair stand for all of it.
    totals : ndarray of shape (n_segments, n_segments)
        Everybody (weight) by pair.
    """

    rows_before: np.ndarray
    rows_after: np.ndarray
    was: np.ndarray
    is_now: np.ndarray
    weights: np.ndarray
    totals: np.ndarray


@dataclass(frozen=True, repr=False)
class MovedFields(Result):
    """The fields whose change made the tool change its answer, by pair of segments.

    Attributes
    ----------
    table : dict
        The columns of `frame`.
    n_movers : float
        People (weight) whose segment changed.
    n_sample : int
        Of them, those who were looked at.
    origin : Origin
        The kind of the frame.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.diagnostics import migration
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> later = fields.assign(age=fields["age"] + 5)
    >>> moves = migration(tool.tag(fields), tool.tag(later))
    >>> found = moves.movers(tool, fields, later).frame()
    >>> found["field"].tolist()[0], bool(found["effect"][0] > 0.5)
    ('age', True)
    """

    table: dict[str, list[Any]]
    n_movers: float
    n_sample: int
    origin: Origin

    def frame(self) -> Any:
        """Return one row a pair of segments and field, the largest effect first.

        Returns
        -------
        frame
            from, to ("all": every change together); n : people (weight) who changed so;
            sample : those who were looked at; field ("together": what fields do only jointly);
            effect : what its change adds to p(to) - p(from), in probability; low, high : 95 %
            interval over the sample; share : of the whole swing; changed : share of the sample
            whose field changed at all.
        """
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the effects of fields over all changes."""
        from segkit.plots.moved_fields import plot_moved_fields

        return plot_moved_fields(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: the fields that moved most people."""
        rows = zip(*(self.table[c] for c in ("from", "field", "share")), strict=True)
        first = [(name, share) for pair, name, share in rows if pair == ALL and name != TOGETHER]
        told = ", ".join(f"{name} ({percent(share)})" for name, share in first[:3])
        return (
            f"{count_text(round(self.n_movers), 'person', 'people')} changed from one segment to "
            f"another; {self.n_sample:,} "
            f"of them were looked at. Fields whose change accounts for most of it: {told}. It says "
            "what moved the tag, not why people changed."
        )


def sample_movers(movers: Movers, keys: np.ndarray, n_each: int, seed: int) -> Movers:
    """Take at most so many people of each pair of segments, whatever the order of the rows.

    Parameters
    ----------
    movers : Movers
        All of them.
    keys : ndarray of shape (n_movers,)
        Numbers that tell people apart.
    n_each : int
        The most of one pair.
    seed : int
        Another seed takes others.
    """
    k = len(movers.totals)
    drawn = finalised(keys.view(np.uint64) ^ finalised(np.array([seed], dtype=np.uint64)))
    pair = movers.was.astype(np.int64) * k + movers.is_now
    order = np.lexsort([drawn, pair])
    start = np.searchsorted(pair[order], pair[order], side="left")
    kept = order[np.arange(order.size) - start < n_each]
    weights = movers.weights[kept]
    seen = np.bincount(pair[kept], weights=weights, minlength=k * k)
    scale = np.divide(movers.totals.ravel(), seen, out=np.zeros(k * k), where=seen > 0)
    return Movers(
        movers.rows_before[kept],
        movers.rows_after[kept],
        movers.was[kept],
        movers.is_now[kept],
        weights * scale[pair[kept]],
        movers.totals,
    )


def explain_moves(
    tool: Any, before: Any, after: Any, movers: Movers, segments: Sequence[str], origin: Origin
) -> MovedFields:
    """Put each change of tag down to fields, by pair of segments.

    Parameters
    ----------
    tool : TypingTool
        The tool that tagged both tables.
    before, after : frame
        Fields, row by row as the tagged tables.
    movers : Movers
        Whose changes are explained.
    segments : sequence of str
        Names of the positions in `movers`.
    origin : Origin
        The kind of the result's frame.
    """
    names = _field_names(tool)
    first, second = (
        _fields(table, names, rows, what)
        for table, rows, what in (
            (before, movers.rows_before, "before"),
            (after, movers.rows_after, "after"),
        )
    )
    ends = _ends(tool, segments, movers)
    effects = np.stack([_effect(tool, first, second, name, ends) for name in names])
    swing = _swing(_margin(tool, first, ends), _margin(tool, second, ends))
    effects = np.vstack([effects, swing - effects.sum(axis=0)])
    changed = np.stack([column(first, n) != column(second, n) for n in names])
    changed = np.vstack([changed, np.full((1, swing.size), np.nan)])
    table = _table([*names, TOGETHER], effects, swing, changed, movers, segments)
    return MovedFields(table, float(movers.totals.sum()), swing.size, origin)


def _swing(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how far the margins moved, if they are those of people who were tagged so."""
    told = int(((first <= NEARLY) & (second >= -NEARLY)).sum())
    if told < first.size / 2:
        raise SegkitError(
            f"Of {first.size:,} people whose tag changed, the tool would give only {told:,} the "
            "tags that they have; expected its own tags. Give the tables that were tagged, before "
            "and then after, in the same order of rows, and the tool that tagged them."
        )
    return second - first


def _field_names(tool: Any) -> list[str]:
    names = getattr(tool, "fields_", None)
    names = getattr(tool, "feature_names_in_", None) if names is None else names
    if names is None or not hasattr(tool, "predict_proba"):
        raise SegkitError(
            f"The {type(tool).__name__} does not know the names of its fields; expected the fitted "
            "tool that tagged both tables."
        )
    return [str(name) for name in names]


def _fields(table: Any, names: list[str], rows: np.ndarray, what: str) -> Any:
    check_frame(table, what=what)
    check_columns(table, names, what=what)
    if rows.size and rows.max() >= n_rows(table):
        raise SegkitError(
            f"{what} has {count_text(n_rows(table), 'row')}, but the tagged table had more; "
            "expected the same rows in the same order. Give the tables that were tagged."
        )
    return take(select(table, names), rows)


def _ends(tool: Any, segments: Sequence[str], movers: Movers) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of the tool's probabilities that people came from and went to."""
    classes = [str(c) for c in tool.classes_]
    lacking = [s for s in segments if s not in classes]
    if lacking:
        raise SegkitError(
            f"The tool does not know segment `{lacking[0]}`; it knows {', '.join(classes)}. Give "
            "the tool that tagged both tables."
        )
    place = np.array([classes.index(s) for s in segments])
    return place[movers.was], place[movers.is_now]


def _margin(tool: Any, fields: Any, ends: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    p, rows = np.asarray(tool.predict_proba(fields), dtype=float), np.arange(ends[0].size)
    return np.asarray(p[rows, ends[1]] - p[rows, ends[0]])


def _effect(
    tool: Any, first: Any, second: Any, name: str, ends: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return what a field adds when it changes last, and when it changes first, on average."""
    last = _margin(tool, second, ends) - _margin(tool, _with(second, first, name), ends)
    alone = _margin(tool, _with(first, second, name), ends) - _margin(tool, first, ends)
    return (last + alone) / 2


def _with(table: Any, other: Any, name: str) -> Any:
    """Return a table with one column of another."""
    column_ = nw.from_native(other, eager_only=True).get_column(name)
    return nw.from_native(table, eager_only=True).with_columns(column_).to_native()


def _table(
    names: list[str],
    effects: np.ndarray,
    swing: np.ndarray,
    changed: np.ndarray,
    movers: Movers,
    segments: Sequence[str],
) -> dict[str, list[Any]]:
    everybody = np.arange(swing.size)
    groups = [(ALL, ALL, float(movers.totals.sum()), everybody)]
    for a, b in np.argwhere(movers.totals > 0):
        here = np.flatnonzero((movers.was == a) & (movers.is_now == b))
        groups.append((segments[a], segments[b], float(movers.totals[a, b]), here))
    rows = [
        row
        for a, b, total, here in groups
        if here.size
        for row in _rows(names, effects[:, here], swing[here], changed[:, here],
                         movers.weights[here], (a, b, total))
    ]  # fmt: skip
    columns = ("from", "to", "n", "sample", "field", "effect", "low", "high", "share", "changed")
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))


def _rows(
    names: list[str],
    effects: np.ndarray,
    swing: np.ndarray,
    changed: np.ndarray,
    w: np.ndarray,
    head: tuple[str, str, float],
) -> list[tuple[Any, ...]]:
    """Return the rows of one pair of segments, the largest effect first, the rest last."""
    mean = effects @ w / w.sum()
    variance = np.square(effects - mean[:, None]) @ w / w.sum()
    reach = Z * np.sqrt(variance / max(effective_size(w) - 1, 1))
    whole = float(swing @ w / w.sum())
    order = [*np.argsort(-mean[:-1], kind="stable").tolist(), len(names) - 1]
    return [
        (
            *head, w.size, names[j], float(mean[j]), float(mean[j] - reach[j]),
            float(mean[j] + reach[j]), float(mean[j] / whole) if whole else np.nan,
            float(changed[j] @ w / w.sum()),
        )
        for j in order
    ]  # fmt: skip
