"""The tables of a store, in SQL that DuckDB and PostgreSQL both speak; one version for all."""

from typing import Any

from segkit.diagnostics.watch.databases import Session
from segkit.exceptions import SegkitError

__all__ = ["ADDED", "EARLIER", "FORMAT", "TABLES", "bring_up", "check_format", "make_tables"]

FORMAT = "segkit monitor 2"
"""What a store says of itself; another number means other tables."""

EARLIER = "segkit monitor 1"
"""A format that is read as it is, and brought up to this one by whatever writes to the store."""

ADDED = ("recodings",)
"""Tables that the earlier format lacks."""

INDEXES = {"tags_of_customer": "tags (customer_id)"}
"""What customers are looked up by, in databases for which this pays.

An index of open spells alone would be smaller, but ending a spell would then have to rewrite it.
"""

TABLES = {
    "monitor": "name TEXT, value TEXT",
    # a tool, the bins of its fields, and what the reference counted over them; no raw rows
    "versions": "version INTEGER, digest TEXT, tool BYTEA, segments TEXT, source TEXT, "
    "reference TEXT",
    "days": "day DATE, version INTEGER, customers BIGINT, arrived BIGINT, changed BIGINT, "
    "gone BIGINT, moved BIGINT, sums TEXT, accuracy DOUBLE PRECISION, "
    "accuracy_low DOUBLE PRECISION, accuracy_high DOUBLE PRECISION, verdict TEXT, reasons TEXT",
    "counts": "day DATE, segment TEXT, field TEXT, bin INTEGER, n BIGINT",
    "mix": "day DATE, segment TEXT, n BIGINT, share DOUBLE PRECISION, low DOUBLE PRECISION, "
    "high DOUBLE PRECISION",
    # a spell is a time in which nothing about a customer changed: from first_day up to until,
    # which is empty for how things are now
    "tags": "customer_id TEXT, first_day DATE, until DATE, since DATE, segment TEXT, "
    "probability DOUBLE PRECISION, margin DOUBLE PRECISION, version INTEGER, print BIGINT, "
    "cells BYTEA, shares BYTEA",
    "alarms": "opened DATE, closed DATE, segment TEXT, field TEXT, kind TEXT, detail TEXT, "
    "effect DOUBLE PRECISION, effect_unit TEXT, p DOUBLE PRECISION",
    "recodings": "field TEXT, since DATE, until DATE, detail TEXT, evidence TEXT",
    "events": "number INTEGER, day DATE, what TEXT, detail TEXT",
}


def make_tables(session: Session) -> None:
    """Make the tables where there are none; refuse a store of another format."""
    if session.exists("monitor"):
        bring_up(session)
        return
    for name, columns in TABLES.items():
        session.run(f"CREATE TABLE {name} ({columns})")
    _make_indexes(session)
    session.run("INSERT INTO monitor VALUES ('format', ?)", [FORMAT])


def bring_up(session: Session) -> None:
    """Make sure that the store is one of this segkit; add what one of the earlier format lacks."""
    if check_format(session) == FORMAT:
        return
    for name in ADDED:
        session.run(f"CREATE TABLE {name} ({TABLES[name]})")
    _make_indexes(session)
    session.run("UPDATE monitor SET value = ? WHERE name = 'format'", [FORMAT])
    number = int(session.rows("SELECT count(*) FROM events")[0][0]) + 1
    detail = f"The store was brought from {EARLIER!r} to {FORMAT!r}."
    session.run("INSERT INTO events VALUES (?, NULL, 'format', ?)", [number, detail])


def check_format(session: Session) -> str:
    """Make sure that this segkit can read the store; return its format."""
    found: Any = None
    if session.exists("monitor"):
        rows = session.rows("SELECT value FROM monitor WHERE name = 'format'")
        found = rows[0][0] if rows else None
    needed = [name for name in TABLES if found != EARLIER or name not in ADDED]
    lacking = [name for name in needed if not session.exists(name)]
    if found not in (FORMAT, EARLIER) or lacking:
        lacks = f"; it lacks `{lacking[0]}`" if lacking else ""
        raise SegkitError(
            f"The store says {found!r}{lacks}; expected {FORMAT!r} with all its tables. Give the "
            "store that a Monitor of this segkit wrote, or begin a new one."
        )
    return str(found)


def _make_indexes(session: Session) -> None:
    for name, columns in INDEXES.items():
        session.index(name, columns)
