"""What a store shows: days, sizes, alarms, tags, as columns of tidy tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from segkit.diagnostics.watch import ledger
from segkit.diagnostics.watch.alarms import explained
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.recodings import all_recodings

__all__ = ["alarm_columns", "event_columns", "history_columns", "mix_columns", "tag_columns"]

Columns = dict[str, list[Any]]

ALARM = (
    "opened",
    "closed",
    "segment",
    "field",
    "kind",
    "detail",
    "effect",
    "effect_unit",
    "p",
    "because",
)
TAGS = ("customer_id", "first_day", "until", "since", "segment", "probability", "margin", "version")


def history_columns(session: Session) -> Columns:
    """Return one row a day."""
    days = ledger.all_days(session)
    figures = [row.accuracy or (float("nan"),) * 3 for row in days]
    return {
        "day": [row.day for row in days],
        "version": [row.version for row in days],
        "customers": [row.flows.customers for row in days],
        "new": [row.flows.new for row in days],
        "changed": [row.flows.changed for row in days],
        "gone": [row.flows.gone for row in days],
        "moved": [row.flows.moved for row in days],
        "untagged": [int(row.sums.tags[-1]) for row in days],
        "accuracy": [f[0] for f in figures],
        "accuracy_low": [f[1] for f in figures],
        "accuracy_high": [f[2] for f in figures],
        "n_alarms": [len(row.reasons) for row in days],
        "verdict": [row.verdict for row in days],
        "reasons": [" ".join(row.reasons) for row in days],
    }


def mix_columns(session: Session) -> Columns:
    """Return one row a day and segment: sizes, counted and corrected for typing error."""
    rows = session.rows(
        "SELECT m.day, d.version, m.segment, m.n, m.share, m.low, m.high FROM mix AS m "
        "JOIN days AS d ON m.day = d.day"
    )
    order = {row.day: row for row in ledger.all_days(session)}
    tagged = {day: max(1, int(row.sums.tags[:-1].sum())) for day, row in order.items()}
    rows = sorted(rows, key=lambda row: (row[0], -row[3], row[2]))
    nan = float("nan")
    return {
        "day": [row[0] for row in rows],
        "version": [row[1] for row in rows],
        "segment": [row[2] for row in rows],
        "n": [row[3] for row in rows],
        "counted": [row[3] / tagged[row[0]] for row in rows],
        "share": [nan if row[4] is None else row[4] for row in rows],
        "low": [nan if row[5] is None else row[5] for row in rows],
        "high": [nan if row[6] is None else row[6] for row in rows],
    }


def alarm_columns(session: Session) -> Columns:
    """Return one row an alarm."""
    found = explained(ledger.all_alarms(session), all_recodings(session))
    alarms = sorted(found, key=lambda a: a.opened)
    return {name: [getattr(a, name) for a in alarms] for name in ALARM}


def event_columns(session: Session) -> Columns:
    """Return one row for each thing that was done to the store."""
    rows = session.rows("SELECT number, day, what, detail FROM events ORDER BY number")
    names = ("number", "day", "what", "detail")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def tag_columns(
    session: Session, day: date | None = None, ids: Sequence[str] | None = None
) -> Columns:
    """Return the tags as of a day (None: now), or of some customers on all days."""
    where = "until IS NULL"
    values: list[Any] = []
    if ids is not None:
        where, values = "customer_id = ANY(?)", [list(ids)]
    elif day is not None:
        where, values = "first_day <= ? AND (until IS NULL OR until > ?)", [day, day]
    rows = session.rows(
        f"SELECT {', '.join(TAGS)} FROM tags WHERE {where} ORDER BY customer_id, first_day", values
    )
    columns = zip(*rows, strict=True) if rows else ([] for _ in TAGS)
    return {name: list(column) for name, column in zip(TAGS, columns, strict=True)}
