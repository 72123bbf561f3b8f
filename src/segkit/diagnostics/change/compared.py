"""Both tables as drift sees them: every field counted over the reference's bins, and the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control

from segkit._checks import check_frame
from segkit._frames import Column, Origin, origin_of, without
from segkit._progress import track
from segkit._weights import read_weights
from segkit.diagnostics.change.field_change import FieldChange, change_of
from segkit.diagnostics.change.tags import Tags, no_tags, tags_from_labels
from segkit.diagnostics.change.typed import Typed, typed_by
from segkit.diagnostics.counting.counts import Counts, count, make_bins
from segkit.diagnostics.counting.fields import choose_fields, read_field

__all__ = ["Compared", "Rows", "changes_of", "compare_tables"]


@dataclass(frozen=True)
class Rows:
    """The rows of both tables: fields, weights, segments, and what the tool says of them.

    `labelled` says that the segments were given; else they are the tool's tags, or nobody's.
    """

    before: tuple[Column, ...]
    after: tuple[Column, ...]
    w: np.ndarray
    v: np.ndarray
    tags: Tags
    typed: Typed | None
    labelled: bool = False


@dataclass(frozen=True)
class Compared:
    """Both tables, counted.

    Attributes
    ----------
    pairs : tuple of (Counts, Counts)
        One a field: the counts before and after, over the same bins and groups.
    segments : tuple of str
        The first groups; the last group is "untagged".
    n_before, n_after : int
        Rows.
    origin : Origin
        The kind of frame that results have.
    rows : Rows or None
        The rows, where they were given and not only counts.
    left_out : tuple of str
        Columns that were not compared, with the reason.
    notes : tuple of str
        What was not looked at, with the reason.
    later : (tuple of Column, ndarray of shape (n_after,)) or None
        Fields and weights of the current table, where its rows were given and those of the
        reference were not.
    """

    pairs: tuple[tuple[Counts, Counts], ...]
    segments: tuple[str, ...]
    n_before: int
    n_after: int
    origin: Origin
    rows: Rows | None
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    later: tuple[tuple[Column, ...], np.ndarray] | None = None

    @property
    def effective(self) -> tuple[float, float]:
        """Effective numbers of rows, before and after."""
        groups = list(range(len(self.segments) + 1))
        return self.pairs[0][0].of(groups)[1], self.pairs[0][1].of(groups)[1]


def compare_tables(
    tables: tuple[Any, Any],
    weights: tuple[Any, Any],
    tool: Any,
    segments: Any,
    fields: Sequence[str] | None,
) -> Compared:
    """Read and count two tables.

    Parameters
    ----------
    tables : pair of frame
        Reference and current.
    weights : pair of str, array-like or None
        Their weights; a column of weights is no field.
    tool : TypingTool or None
        Types both tables.
    segments : str, pair of array-like or None
        The segments of both tables; None: the tool's tags.
    fields : sequence of str or None
        The fields to compare; None: the tool's, else all that are fields.
    """
    reference, current = tables
    check_frame(reference, what="reference")
    check_frame(current, what="current")
    w, v = (
        read_weights(table, given, what=what)
        for table, given, what in zip(tables, weights, ("reference", "current"), strict=True)
    )
    typed = None if tool is None else typed_by(tool, reference, current)
    if segments is not None:
        tags = tags_from_labels(segments, reference, current)
    else:
        tags = typed.tags if typed is not None else no_tags(w.size, v.size)
    asked = typed.names if fields is None and typed is not None else fields
    if asked is None:
        reference = without(reference, weights)
    columns, left_out = choose_fields(reference, current, asked, tags.column)
    read = tuple(read_field(current, c.name, what="current") for c in columns)
    rows = Rows(columns, read, w, v, tags, typed, labelled=segments is not None)
    return Compared(
        pairs=_counted(rows),
        segments=tags.segments,
        n_before=w.size,
        n_after=v.size,
        origin=Origin(origin_of(reference).kind),
        rows=rows,
        left_out=left_out,
    )


def changes_of(
    pairs: Sequence[tuple[Counts, Counts]], segments: Sequence[str], alpha: float
) -> tuple[FieldChange, ...]:
    """Compare everybody and each segment, field by field; adjust for all of them.

    What is not beyond chance at `alpha` after Benjamini and Hochberg is called stable.
    """
    everybody = ("all", list(range(len(segments) + 1)))
    groups = [everybody, *((name, [i]) for i, name in enumerate(segments))]
    found = [
        change
        for before, after in pairs
        for name, rows in groups
        if (change := change_of(before, after, rows, name, alpha)) is not None
    ]
    adjusted = false_discovery_control([c.p for c in found])
    return tuple(
        replace(c, p_adjusted=float(p), kind=c.cause if p <= alpha else "stable")
        for c, p in zip(found, adjusted, strict=True)
    )


def _counted(rows: Rows) -> tuple[tuple[Counts, Counts], ...]:
    groups = len(rows.tags.segments) + 1
    out = []
    for before, after in track(
        list(zip(rows.before, rows.after, strict=True)), what="fields", total=len(rows.before)
    ):
        bins = make_bins(before, rows.w)
        one = count(before, bins, rows.tags.before, groups, rows.w)
        out.append((one, count(after, bins, rows.tags.after, groups, rows.v)))
    return tuple(out)
