"""The tables of a store, in SQL that DuckDB and PostgreSQL both speak; one version for all."""

from typing import Any

from segkit.diagnostics.watch.databases import Session
from segkit.exceptions import SegkitError

__all__ = ["FORMAT", "TABLES", "check_format", "make_tables"]

FORMAT = "segkit monitor 1"
"""What a store says of itself; another number means other tables."""

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
    "events": "number INTEGER, day DATE, what TEXT, detail TEXT",
}


def make_tables(session: Session) -> None:
    """Make the tables where there are none; refuse a store of another format."""
    if session.exists("monitor"):
        check_format(session)
        return
    for name, columns in TABLES.items():
        session.run(f"CREATE TABLE {name} ({columns})")
    session.run("INSERT INTO monitor VALUES ('format', ?)", [FORMAT])


def check_format(session: Session) -> None:
    """Make sure that the store is one of this segkit."""
    found: Any = None
    if session.exists("monitor"):
        rows = session.rows("SELECT value FROM monitor WHERE name = 'format'")
        found = rows[0][0] if rows else None
    lacking = [name for name in TABLES if not session.exists(name)]
    if found != FORMAT or lacking:
        lacks = f"; it lacks `{lacking[0]}`" if lacking else ""
        raise SegkitError(
            f"The store says {found!r}{lacks}; expected {FORMAT!r} with all its tables. Give the "
            "store that a Monitor of this segkit wrote, or begin a new one."
        )
