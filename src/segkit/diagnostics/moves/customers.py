"""The customers behind the flows, by id: made only when somebody asks for them."""

from typing import Any

import numpy as np

from segkit.diagnostics.moves.flows import Pairs
from segkit.diagnostics.moves.judged import Judged
from segkit.diagnostics.moves.tagged import ENTRANTS, LEAVERS, UNTAGGED, Tagged

__all__ = ["KINDS", "customer_table"]

SAME, REAL, BORDERLINE, TAGGED, UNTAGS, LEAVER, ENTRANT = range(7)
KINDS = ("same", "real", "borderline", "tagged", "untagged", "leaver", "entrant")


def customer_table(
    tables: tuple[Tagged, Tagged],
    tags: tuple[np.ndarray, np.ndarray],
    pairs: Pairs,
    ids: str | None,
    segments: tuple[str, ...],
    judged: Judged | None,
    kind: str | None,
) -> Any:
    """Return an Arrow table of customers; see `Migration.customers`.

    Without probabilities a changed tag is neither real nor borderline: its kind is empty.
    """
    k = len(segments)
    rows_a = np.concatenate([pairs.rows_before, pairs.left, np.full(pairs.came.size, -1)])
    rows_b = np.concatenate([pairs.rows_after, np.full(pairs.left.size, -1), pairs.came])
    a = np.where(rows_a < 0, k + 1, tags[0][rows_a])
    b = np.where(rows_b < 0, k + 2, tags[1][rows_b])
    kinds = np.select(
        [rows_a < 0, rows_b < 0, a == b, a == k, b == k],
        [ENTRANT, LEAVER, SAME, TAGGED, UNTAGS],
        -1,
    )
    moved = np.full(a.size, np.nan)
    if judged is not None:
        kinds[judged.rows] = np.where(judged.real, REAL, BORDERLINE)
        moved[judged.rows] = judged.changers.moved
    shown = np.arange(a.size) if kind is None else np.flatnonzero(kinds == KINDS.index(kind))
    return _table(
        {"a": rows_a[shown], "b": rows_b[shown]}, tables, ids,
        {"from": a[shown], "to": b[shown]}, (*segments, UNTAGGED, ENTRANTS, LEAVERS),
        kinds[shown], moved[shown],
    )  # fmt: skip


def _table(
    rows: dict[str, np.ndarray],
    tables: tuple[Tagged, Tagged],
    ids: str | None,
    ends: dict[str, np.ndarray],
    names: tuple[str, ...],
    kinds: np.ndarray,
    moved: np.ndarray,
) -> Any:
    import pyarrow as pa

    absent = {side: at < 0 for side, at in rows.items()}
    if ids is None:
        columns: dict[str, Any] = {
            f"row_{what}": pa.array(rows[side], mask=absent[side])
            for side, what in (("a", "before"), ("b", "after"))
        }
    else:
        columns = {ids: _ids(rows, tables, pa)}
    texts = pa.array(names)
    columns |= {end: texts.take(pa.array(at)) for end, at in ends.items()}
    columns["kind"] = pa.array(KINDS).take(pa.array(kinds, mask=kinds < 0))
    columns["moved"] = pa.array(moved, from_pandas=True)
    return pa.table(columns)


def _ids(rows: dict[str, np.ndarray], tables: tuple[Tagged, Tagged], pa: Any) -> Any:
    """Return ids from the first table, of entrants from the second."""
    entrants = rows["a"] < 0
    known = tables[0].ids.take(pa.array(rows["a"][~entrants]))
    if not entrants.any():
        return known
    came = tables[1].ids.take(pa.array(rows["b"][entrants])).cast(known.type)
    # entrants stand after everybody else
    return pa.chunked_array([*known.chunks, *came.chunks], known.type)
