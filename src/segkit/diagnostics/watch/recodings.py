"""Which fields are recoded since when: kept until undone, or until their alarms end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from segkit._frames import Column
from segkit.diagnostics.change.recoded_since import NEARLY_ALL, NEW, recoded_since
from segkit.diagnostics.change.recoding import Recoding
from segkit.diagnostics.change.verdict import MOVED
from segkit.diagnostics.counting.counts import Counts, bin_codes
from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.watch.alarms import FieldRecoding
from segkit.diagnostics.watch.cells import unpack
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.judging import Day, Judgement
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
    version : int
        The number of the tool's version.
    counts : mapping of str to Counts
        Its counts.
    """

    day: date
    version: int
    counts: Mapping[str, Counts]


def find_recodings(
    session: Session,
    base: Base,
    day: Day,
    judgement: Judgement,
    reference: Mapping[str, Counts],
    before: DayBefore | None,
) -> tuple[FieldRecoding, ...]:
    """Look at fields under alarm for recodings: against the day before, or else the reference.

    Parameters
    ----------
    session : Session
        The store, with the day in it.
    base : Base
        The day's base, which is gone through once more, where there is something to look at.
    day : Day
        The day and its counts.
    judgement : Judgement
        What is under alarm, and what is known to be recoded.
    reference : mapping of str to Counts
        Counts of the reference.
    before : DayBefore or None
        The day before, where the same tool tagged it.

    Returns
    -------
    tuple of FieldRecoding
        Those that stand at the end of the day: known ones that were not undone, and new ones.

    Notes
    -----
    A field is looked at when an alarm on it opens, and when one is open, recoded or not, and 2 % of
    the rows changed bins since the day before. Days on which nothing happens cost nothing.
    """
    recoded = {r.field: r for r in judgement.recodings}
    under = dict.fromkeys(a.field for a in judgement.alarms if a.field)
    loud = {a.field for a in judgement.opened} - recoded.keys()
    names = [n for n in under if n in loud or _moved(day.counts, before, n) >= MOVED]
    if not names:
        return judgement.recodings
    ids, table = base.whole(names)
    columns = {name: read_field(table, name, what="the base") for name in names}
    if before is None:
        found = [recoded_since(reference[name], column) for name, column in columns.items()]
    else:
        # what the same people did overnight is better known than how they differ from others
        night = _Night(session, before, ids)
        back = {n for n in recoded.keys() & columns.keys() if night.undone(recoded[n], columns[n])}
        recoded = {name: r for name, r in recoded.items() if name not in back}
        found = [night.recoding(c) for name, c in columns.items() if name not in back]
    stand = recoded | {r.field: _since(r, day.day, recoded) for r in found if r is not None}
    return tuple(stand.values())


def _since(r: Recoding, day: date, known: Mapping[str, FieldRecoding]) -> FieldRecoding:
    """Return a recoding found on a day; of a field that is recoded already it is another form."""
    if r.field not in known:
        return FieldRecoding(r.field, day, r.detail, r.evidence)
    detail = f"{known[r.field].detail}; on {day}: {r.detail}"
    return replace(known[r.field], detail=detail, evidence=r.evidence, changed=day)


def _moved(counts: Mapping[str, Counts], before: DayBefore | None, name: str) -> float:
    """Return the share of rows by which a field's counts differ from those of the day before."""
    if before is None:
        return 0.0
    a, b = (c.cells.sum(axis=0) for c in (before.counts[name], counts[name]))
    return float(np.abs(a / a.sum() - b / b.sum()).sum() / 2)


@dataclass(frozen=True)
class _Night:
    """The same customers on the day before, or on an earlier one, and now."""

    session: Session
    before: DayBefore
    ids: Any

    def recoding(self, column: Column) -> Recoding | None:
        """Compare each customer with the bin they were in on the day before."""
        held = self._held(column.name, self.before.day)
        return recoded_since(self.before.counts[column.name], column, held)

    def undone(self, r: FieldRecoding, column: Column) -> bool:
        """Say whether those whom only the recoding moved are back where they were before it."""
        first, then, yesterday = (
            self._held(column.name, day)
            for day in (r.since - timedelta(days=1), r.form_since, self.before.day)
        )
        moved = (first != NEW) & (first != yesterday) & (then == yesterday)
        now = bin_codes(column, self.before.counts[column.name].bins)
        return bool(moved.any()) and float((now == first)[moved].mean()) >= NEARLY_ALL

    def _held(self, name: str, day: date) -> np.ndarray:
        """Return the bin of a field that each customer was in on a day; `NEW`: not known."""
        fields = list(self.before.counts)
        known, packed = cells_at(self.session, day, self.before.version)
        if not len(known):
            return np.full(len(self.ids), NEW)
        at = position_of(self.ids, known)
        cells = unpack(packed, len(fields))[at, fields.index(name)]
        return np.where(at >= 0, cells.astype(np.int64), NEW)


def all_recodings(session: Session) -> list[FieldRecoding]:
    """Return all recodings, the earliest first; none in a store of an earlier format."""
    return _joined(_written(session))


def open_recodings(session: Session, day: date) -> list[FieldRecoding]:
    """Return the recodings that held at the end of a day, as they were then."""
    until_then = [r for r in _written(session) if r.since <= day]
    return [r for r in _joined(until_then) if r.until is None or r.until > day]


def _written(session: Session) -> list[FieldRecoding]:
    """Return the recodings as they are written: one for each form."""
    if not session.exists("recodings"):
        return []
    rows = session.rows(
        "SELECT field, since, detail, evidence, until FROM recodings ORDER BY since, field"
    )
    return [FieldRecoding(*row) for row in rows]


def _joined(forms: Sequence[FieldRecoding]) -> list[FieldRecoding]:
    """Make forms of a field that follow without a day between them one recoding."""
    out: list[FieldRecoding] = []
    for r in forms:
        at = next((i for i, e in enumerate(out) if (e.field, e.until) == (r.field, r.since)), None)
        if at is None:
            out.append(r)
        else:
            out[at] = replace(r, since=out[at].since, changed=r.since)
    return out


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
                [r.field, r.form_since, r.detail, r.evidence],
            )
