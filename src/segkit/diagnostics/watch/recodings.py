"""Which fields are recoded since when: found on a day, kept until their alarms end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from segkit._frames import Column
from segkit.diagnostics.change.recoded_since import NEW, recoded_since
from segkit.diagnostics.change.recoding import Recoding
from segkit.diagnostics.change.verdict import MOVED
from segkit.diagnostics.counting.counts import Counts
from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.watch.alarms import FieldRecoding
from segkit.diagnostics.watch.cells import unpack
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.judging import Judgement
from segkit.diagnostics.watch.reading import Base
from segkit.diagnostics.watch.spells import cells_at, position_of

__all__ = ["DayBefore", "all_recodings", "find_recodings", "open_recodings", "write_recodings"]


@dataclass(frozen=True)
class DayBefore:
    """The last day that the same tool tagged.

    Attributes
    ----------
    day : date
        The day.
    counts : mapping of str to Counts
        Its counts.
    """

    day: date
    counts: Mapping[str, Counts]


def find_recodings(
    session: Session,
    base: Base,
    judgement: Judgement,
    counts: Mapping[str, Counts],
    reference: Mapping[str, Counts],
    before: DayBefore | None,
) -> list[Recoding]:
    """Look at fields under alarm for recodings: against the day before, or else the reference.

    Parameters
    ----------
    session : Session
        The store, with the day in it.
    base : Base
        The day's base, which is gone through once more, where there is something to look at.
    judgement : Judgement
        What is under alarm, and what is known to be recoded.
    counts, reference : mapping of str to Counts
        Of the day and of the reference.
    before : DayBefore or None
        The day before, where the same tool tagged it.

    Notes
    -----
    A field is looked at when an alarm on it opens, and when one is open and 2 % of the rows changed
    bins since the day before. Days on which nothing happens cost nothing.
    """
    recoded = {r.field for r in judgement.recodings}
    under = dict.fromkeys(a.field for a in judgement.alarms if a.field and a.field not in recoded)
    loud = {a.field for a in judgement.opened}
    names = [n for n in under if n in loud or _moved(counts, before, n) >= MOVED]
    if not names:
        return []
    ids, table = base.whole(names)
    columns = {name: read_field(table, name, what="the base") for name in names}
    if before is not None:
        # what the same people did overnight is better known than how they differ from others
        found = _overnight(session, before, ids, columns)
    else:
        found = [recoded_since(reference[name], column) for name, column in columns.items()]
    return [r for r in found if r is not None]


def _moved(counts: Mapping[str, Counts], before: DayBefore | None, name: str) -> float:
    """Return the share of rows by which a field's counts differ from those of the day before."""
    if before is None:
        return 0.0
    a, b = (c.cells.sum(axis=0) for c in (before.counts[name], counts[name]))
    return float(np.abs(a / a.sum() - b / b.sum()).sum() / 2)


def _overnight(
    session: Session, before: DayBefore, ids: Any, columns: Mapping[str, Column]
) -> list[Recoding | None]:
    """Compare each customer with the bins they were in on the day before."""
    fields = list(before.counts)
    earlier, packed = cells_at(session, before.day)
    at = position_of(ids, earlier)
    cells = unpack(packed, len(fields))
    found = []
    for name, column in columns.items():
        held = np.where(at >= 0, cells[at, fields.index(name)].astype(np.int64), NEW)
        found.append(recoded_since(before.counts[name], column, held))
    return found


def all_recodings(session: Session) -> list[FieldRecoding]:
    """Return all recodings, the earliest first; none in a store of an earlier format."""
    if not session.exists("recodings"):
        return []
    rows = session.rows(
        "SELECT field, since, detail, evidence, until FROM recodings ORDER BY since, field"
    )
    return [FieldRecoding(*row) for row in rows]


def open_recodings(session: Session, day: date) -> list[FieldRecoding]:
    """Return the recodings that held at the end of a day."""
    return [
        r for r in all_recodings(session) if r.since <= day and (r.until is None or r.until > day)
    ]


def write_recodings(session: Session, day: date, stand: Sequence[FieldRecoding]) -> None:
    """Write the recodings that stand on a day, and end those that do not any more."""
    known = open_recodings(session, day)
    for r in known:
        if r not in stand:
            sql = "UPDATE recodings SET until = ? WHERE field = ? AND until IS NULL"
            session.run(sql, [day, r.field])
    for r in stand:
        if r not in known:
            session.run(
                "INSERT INTO recodings (field, since, detail, evidence) VALUES (?, ?, ?, ?)",
                [r.field, r.since, r.detail, r.evidence],
            )
