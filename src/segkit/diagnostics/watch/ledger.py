"""The pages of a store, read and written: days, their counts and sizes, alarms, events."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from segkit._frames import numeric_column
from segkit.diagnostics.counting.groups import UNTAGGED
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.watch.alarms import Alarm
from segkit.diagnostics.watch.cells import Counted
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.judging import Judgement
from segkit.diagnostics.watch.sums import Sums
from segkit.diagnostics.watch.versions import Version

__all__ = [
    "DayRow",
    "Flows",
    "all_alarms",
    "all_days",
    "note",
    "open_alarms",
    "read_counts",
    "write_alarms",
    "write_counts",
    "write_day",
    "write_mix",
]

DAY_COLUMNS = (
    "day, version, customers, arrived, changed, gone, moved, sums, accuracy, accuracy_low, "
    "accuracy_high, verdict, reasons"
)


@dataclass(frozen=True)
class Flows:
    """Who came, changed and left.

    Attributes
    ----------
    customers : int
        Customers in all.
    new, changed, gone : int
        Those new, with another value in a field, no longer there.
    moved : int
        Those changed whose tag is another now.
    """

    customers: int
    new: int
    changed: int
    gone: int
    moved: int


@dataclass(frozen=True)
class DayRow:
    """What the store says of a day.

    Attributes
    ----------
    day : date
        The day.
    version : int
        The tool's version.
    flows : Flows
        Who came, changed and left.
    sums : Sums
        Tags and probabilities.
    accuracy : tuple of float, or None
        The tool's estimated accuracy among the tagged, and its 95 % interval.
    verdict : str
        keep, recalibrate, resegment.
    reasons : tuple of str
        The open alarms in words.
    """

    day: date
    version: int
    flows: Flows
    sums: Sums
    accuracy: tuple[float, float, float] | None
    verdict: str
    reasons: tuple[str, ...]


def all_days(session: Session) -> list[DayRow]:
    """Return the days in order."""
    rows = session.rows(f"SELECT {DAY_COLUMNS} FROM days ORDER BY day")
    return [
        DayRow(
            day,
            version,
            Flows(*figures[:5]),
            Sums.from_json(figures[5]),
            None if figures[6] is None else (figures[6], figures[7], figures[8]),
            figures[9],
            tuple(json.loads(figures[10])),
        )
        for day, version, *figures in map(tuple, rows)
    ]


def write_day(session: Session, row: DayRow) -> None:
    """Write a day, in place of what stood there."""
    flows = row.flows
    figures = (flows.customers, flows.new, flows.changed, flows.gone, flows.moved)
    accuracy = row.accuracy or (None, None, None)
    values = [row.day, row.version, *figures, row.sums.to_json(), *accuracy, row.verdict]
    session.run("DELETE FROM days WHERE day = ?", [row.day])
    session.run(
        f"INSERT INTO days ({DAY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*values, json.dumps(row.reasons)],
    )


def read_counts(session: Session, day: date, version: Version, bins: TableBins) -> Counted:
    """Return the counts of a day."""
    groups = [*version.segments, UNTAGGED]
    place = {name: i for i, name in enumerate(groups)}
    out = {f.field: np.zeros((len(groups), f.n_bins), dtype=np.int64) for f in bins.fields}
    rows = session.rows("SELECT segment, field, bin, n FROM counts WHERE day = ?", [day])
    for segment, field, at, n in rows:
        out[field][place[segment], at] = n
    return out


def write_counts(session: Session, day: date, counted: Counted, version: Version) -> None:
    """Write the counts of a day in place of what stood there; empty bins are left out."""
    import pyarrow as pa

    groups = [*version.segments, UNTAGGED]
    rows = [
        (groups[i], field, int(at), int(cells[i, at]))
        for field, cells in counted.items()
        for i, at in np.argwhere(cells)
    ]
    segment, field, bins, n = zip(*rows, strict=True) if rows else ((), (), (), ())
    session.run("DELETE FROM counts WHERE day = ?", [day])
    table = {
        "day": pa.array([day] * len(rows), pa.date32()),
        "segment": pa.array(segment, pa.string()),
        "field": pa.array(field, pa.string()),
        "bin": pa.array(bins, pa.int32()),
        "n": pa.array(n, pa.int64()),
    }
    session.append("counts", pa.table(table))


def write_mix(session: Session, day: date, mix: Any, tags: np.ndarray) -> None:
    """Write the sizes of the segments on a day, in place of what stood there."""
    session.run("DELETE FROM mix WHERE day = ?", [day])
    figures = [numeric_column(mix, name) for name in ("after", "after_low", "after_high")]
    for i, segment in enumerate(mix["segment"]):
        values = [None if np.isnan(f[i]) else float(f[i]) for f in figures]
        sql = "INSERT INTO mix VALUES (?, ?, ?, ?, ?, ?)"
        session.run(sql, [day, segment, int(tags[i]), *values])


def all_alarms(session: Session) -> list[Alarm]:
    """Return all alarms, the oldest first."""
    rows = session.rows(
        "SELECT opened, segment, field, kind, detail, effect, effect_unit, p, closed FROM alarms "
        "ORDER BY opened, segment, field"
    )
    return [Alarm(*row) for row in rows]


def open_alarms(session: Session, day: date) -> list[Alarm]:
    """Return the alarms that were open at the end of a day."""
    return [
        a for a in all_alarms(session) if a.opened <= day and (a.closed is None or a.closed > day)
    ]


def write_alarms(session: Session, judgement: Judgement) -> None:
    """Write the alarms that a day opened, and close those that it closed."""
    for a in judgement.opened:
        session.run(
            "INSERT INTO alarms (opened, segment, field, kind, detail, effect, effect_unit, p) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [a.opened, a.segment, a.field, a.kind, a.detail, a.effect, a.effect_unit, a.p],
        )
    close_alarms(session, judgement.closed)


def close_alarms(session: Session, closed: Sequence[Alarm]) -> None:
    """Write when alarms ended."""
    for a in closed:
        session.run(
            "UPDATE alarms SET closed = ? "
            "WHERE opened = ? AND segment = ? AND field = ? AND kind = ? AND closed IS NULL",
            [a.closed, a.opened, a.segment, a.field, a.kind],
        )


def note(session: Session, day: date | None, what: str, detail: str) -> None:
    """Note what was done to the store."""
    number = session.rows("SELECT count(*) FROM events")[0][0]
    session.run("INSERT INTO events VALUES (?, ?, ?, ?)", [int(number) + 1, day, what, detail])
