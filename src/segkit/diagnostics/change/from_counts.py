"""Comparing where one table, or both, are counts: a saved reference, a base counted elsewhere."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._checks import check_names, check_option, check_shared_names
from segkit._frames import Column, Origin, is_frame, origin_of, select
from segkit._weights import read_weights
from segkit.diagnostics.change.compared import Compared
from segkit.diagnostics.change.typed import tool_fields
from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.counting.groups import UNTAGGED, order_groups
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.diagnostics.counting.tables import count_table
from segkit.exceptions import SegkitError

__all__ = ["compare_counts"]

NO_ROWS = (
    "Counts hold no rows: all fields together, recoded fields and typing accuracy were not looked "
    "at."
)
NO_EARLIER_ROWS = (
    "Counts hold no rows: all fields together and typing accuracy were not looked at, and recoded "
    "fields only as far as counts of the reference show them (no level under another name)."
)


def compare_counts(
    tables: tuple[Any, Any],
    weights: tuple[Any, Any],
    tool: Any,
    segments: Any,
    fields: Sequence[str] | None,
) -> Compared:
    """Compare two tables of which one at least is counted already.

    Parameters
    ----------
    tables : pair of TableCounts or frame
        Reference and current; a frame is counted over the bins of the other.
    weights : pair of array-like or None
        Of the frame; None for counts, which hold theirs.
    tool : TypingTool or None
        Tags the frame where the counts are by segment and `segments` is None.
    segments : str, array-like, pair or None
        The segments of the frame: a column, labels, or a pair of which its own is taken.
    fields : sequence of str or None
        The fields to compare; None: all that were counted.

    Raises
    ------
    SegkitError
        For counts over other bins, weights or labels of counts, or fields that were not counted.
    """
    bins = next(t.bins for t in tables if isinstance(t, TableCounts))
    sides = [
        _not_empty(
            _counted(tables[i], bins, weights[i], _segments(tables, segments, tool, i), i), i
        )
        for i in range(2)
    ]
    check_shared_names(*([g for g in s.groups if g != UNTAGGED] for s in sides), what="tables")
    asked = bins.names if fields is None else check_names(fields, name="fields")
    names = [check_option(name, bins.names, name="fields") for name in asked]
    groups = order_groups(sides[0].groups + sides[1].groups)
    before, after = (side.grouped(groups) for side in sides)
    frames = [t for t in tables if is_frame(t)]
    return Compared(
        pairs=tuple((before[name], after[name]) for name in names),
        segments=groups[:-1],
        n_before=sides[0].n_rows,
        n_after=sides[1].n_rows,
        origin=Origin(origin_of(frames[0]).kind) if frames else Origin(),
        rows=None,
        left_out=bins.left_out,
        notes=(NO_EARLIER_ROWS if is_frame(tables[1]) else NO_ROWS,),
        later=_later(tables[1], names, weights[1]),
    )


def _later(
    current: Any, names: Sequence[str], weight: Any
) -> tuple[tuple[Column, ...], np.ndarray] | None:
    """Return fields and weights of the current table; None where it is counted."""
    if not is_frame(current):
        return None
    columns = tuple(read_field(current, name, what="current") for name in names)
    return columns, read_weights(current, weight, what="current")


def _counted(table: Any, bins: Any, weight: Any, segments: Any, side: int) -> TableCounts:
    what = ("reference", "current")[side]
    if not isinstance(table, TableCounts):
        return count_table(table, bins, segments, weight)
    if weight is not None:
        raise SegkitError(
            f"Weights were given for {what}, which is counted already; expected none. Weights "
            "belong into the counting: count_table(table, bins, sample_weight=...)."
        )
    if table.bins != bins:
        raise SegkitError(
            f"reference was counted over the bins {bins.version} and current over "
            f"{table.bins.version}; expected the same. Count the current table over the bins of "
            "the reference: count_table(table, reference.bins)."
        )
    return table


def _not_empty(counts: TableCounts, side: int) -> TableCounts:
    if not counts.n_rows:
        raise SegkitError(
            f"{('reference', 'current')[side]} has no rows; expected at least one. Check the file "
            "or the filter that made it."
        )
    return counts


def _segments(tables: tuple[Any, Any], segments: Any, tool: Any, side: int) -> Any:
    """Return the segments of one table; None for counts and where nobody knows them."""
    table, other = tables[side], tables[1 - side]
    if isinstance(table, TableCounts):
        return None
    if isinstance(segments, tuple | list) and len(segments) == 2:
        return segments[side]
    if segments is not None:
        return segments
    if tool is None or other.groups == (UNTAGGED,):
        return None
    found = np.asarray(tool.predict(select(table, tool_fields(tool))), dtype=object)
    return np.array([None if _nobody(tag) else tag for tag in found], dtype=object)


def _nobody(tag: Any) -> bool:
    return tag is None or (not isinstance(tag, str) and tag == -1)
