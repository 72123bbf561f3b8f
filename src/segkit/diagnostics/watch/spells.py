"""Who was tagged how, when: each customer's spells, in which nothing about them changed.

A spell lasts from its first day up to the day on which something changed. The state of any
day can be told from them, a day can be undone, and a customer can be forgotten.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from segkit.diagnostics.watch.databases import Session

__all__ = [
    "State",
    "cells_at",
    "close_spells",
    "closed_cells",
    "position_of",
    "state_at",
    "undo_after",
]

AT = "(first_day <= ? AND (until IS NULL OR until > ?))"


@dataclass(frozen=True)
class State:
    """The customers as of a day.

    Attributes
    ----------
    ids : pyarrow.Array of shape (n,)
        Their ids, as text.
    prints : ndarray of shape (n,), dtype int64
        What tells whether a field changed.
    segments : pyarrow.Array of shape (n,)
        Their tags; null: untagged.
    since : pyarrow.Array of shape (n,)
        The day from which on they have had it.
    """

    ids: Any
    prints: np.ndarray
    segments: Any
    since: Any

    @property
    def n(self) -> int:
        """The number of customers."""
        return len(self.ids)

    def find(self, ids: Any) -> np.ndarray:
        """Return the position of each id, -1 where the customer is new."""
        return position_of(ids, self.ids)


def position_of(ids: Any, known: Any) -> np.ndarray:
    """Return the position of each id among those known, -1 where it is not there."""
    import pyarrow.compute as pc

    found = pc.fill_null(pc.index_in(ids, value_set=known), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def state_at(session: Session, day: date | None = None) -> State:
    """Return the customers as of a day; by default as they are now."""
    import pyarrow as pa

    columns = [("customer_id", pa.string()), ("print", pa.int64())]
    columns += [("segment", pa.string()), ("since", pa.date32())]
    where, values = ("until IS NULL", []) if day is None else (AT, [day, day])
    found = session.table(
        f"SELECT customer_id, print, segment, since FROM tags WHERE {where}",
        values,
        pa.schema(columns),
    ).combine_chunks()
    ids, prints, segments, since = (_whole(found[name]) for name, _ in columns)
    return State(ids, prints.to_numpy(), segments, since)


def cells_at(session: Session, day: date, version: int) -> tuple[Any, Any]:
    """Return the ids and packed cells of the customers that a version tagged, as of a day."""
    import pyarrow as pa

    schema = pa.schema([("customer_id", pa.string()), ("cells", pa.binary())])
    sql = f"SELECT customer_id, cells FROM tags WHERE {AT} AND version = ?"
    found = session.table(sql, [day, day, version], schema)
    ids, cells = (_whole(found[name]) for name in schema.names)
    return ids, cells


def closed_cells(session: Session) -> tuple[Any, Any, Any]:
    """Return segments, cells and shares of the open spells whose customers are in `closing`."""
    import pyarrow as pa

    schema = pa.schema([("segment", pa.string()), ("cells", pa.binary()), ("shares", pa.binary())])
    found = session.table(
        "SELECT t.segment, t.cells, t.shares FROM tags AS t "
        "JOIN closing ON t.customer_id = closing.customer_id WHERE t.until IS NULL",
        [],
        schema,
    )
    segments, cells, shares = (_whole(found[name]) for name in schema.names)
    return segments, cells, shares


def close_spells(session: Session, day: date, *, everybody: bool) -> None:
    """End the open spells of the customers in `closing`, or of everybody, with a day."""
    if everybody:
        session.run("UPDATE tags SET until = ? WHERE until IS NULL", [day])
        return
    session.run(
        "UPDATE tags SET until = ? FROM closing "
        "WHERE tags.customer_id = closing.customer_id AND tags.until IS NULL",
        [day],
    )


def undo_after(session: Session, day: date | None) -> None:
    """Bring tags, counts and alarms back to how they stood after a day (None: to nothing)."""
    after = date.min if day is None else day
    session.run("DELETE FROM tags WHERE first_day > ?", [after])
    session.run("UPDATE tags SET until = NULL WHERE until > ?", [after])
    for table in ("days", "counts", "mix"):
        session.run(f"DELETE FROM {table} WHERE day > ?", [after])
    session.run("DELETE FROM alarms WHERE opened > ?", [after])
    session.run("UPDATE alarms SET closed = NULL WHERE closed > ?", [after])
    session.run("DELETE FROM recodings WHERE since > ?", [after])
    session.run("UPDATE recodings SET until = NULL WHERE until > ?", [after])


def _whole(column: Any) -> Any:
    """Return a column of a table as one array."""
    import pyarrow as pa

    found = column.combine_chunks()
    if isinstance(found, pa.ChunkedArray):  # a column without chunks
        return pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], found.type)
    return found
