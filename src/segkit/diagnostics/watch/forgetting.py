"""What leaves the store: customers who are forgotten, and tags that are old enough."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from segkit._result import count_text
from segkit.diagnostics.watch import ledger
from segkit.diagnostics.watch.daily import judgement_of, take_back
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.judging import accuracy_of
from segkit.diagnostics.watch.ledger import DayRow, Flows
from segkit.diagnostics.watch.reference import Reference
from segkit.diagnostics.watch.retagging import counted_of
from segkit.diagnostics.watch.settings import kept_from, read_settings, write_kept_from
from segkit.diagnostics.watch.tables import bring_up
from segkit.diagnostics.watch.versions import Version, all_versions
from segkit.exceptions import SegkitError

__all__ = ["drop_older", "forget_customers"]


@dataclass(frozen=True)
class _Spell:
    """A spell of a customer."""

    id: str
    first_day: date
    until: date | None
    segment: str | None
    version: int
    print: int
    cells: bytes
    shares: bytes

    def covers(self, day: date) -> bool:
        """Say whether the spell holds on a day; its end is the first day after it."""
        return self.first_day <= day and (self.until is None or self.until > day)


def drop_older(session: Session, n_days: int) -> int:
    """Drop the tags that ended so many days or more before the last day; return how many."""
    session.hold()
    bring_up(session)
    days = ledger.all_days(session)
    if not days:
        return 0
    cut = days[-1].day - timedelta(days=n_days)
    n = int(session.rows("SELECT count(*) FROM tags WHERE until <= ?", [cut])[0][0])
    if n:
        session.run("DELETE FROM tags WHERE until <= ?", [cut])
        write_kept_from(session, max(cut, kept_from(session) or cut))
        ledger.note(
            session, days[-1].day, "retention", f"{count_text(n, 'tag')} that ended by {cut}."
        )
    return n


def forget_customers(session: Session, ids: Sequence[str]) -> int:
    """Take customers out of the store, and their part out of its counts; return how many.

    The counts of days whose tags were dropped stay: what the customers added to them is not
    known any more. So do verdicts and alarms, which say what was decided when. Where nobody is
    left in the store, all its days are taken back; the tools stay.

    Raises
    ------
    SegkitError
        When nobody would be left of a day while others are in the store.
    """
    session.hold()
    bring_up(session)
    spells = _spells_of(session, ids)
    n = len({spell.id for spell in spells})
    if not n:
        return 0
    session.run("DELETE FROM tags WHERE customer_id = ANY(?)", [list(ids)])
    forgotten = f"{count_text(n, 'customer')} forgotten."
    if not session.rows("SELECT count(*) FROM tags")[0][0]:
        take_back(session, None)
        ledger.note(session, None, "deletion", f"{forgotten} Nobody is left: all days are gone.")
        return n
    cut = kept_from(session)
    days = [row for row in ledger.all_days(session) if cut is None or row.day >= cut]
    for row in days:
        version = next(v for v in all_versions(session) if v.number == row.version)
        _subtract(session, row, spells, version)
    settings = read_settings(session)
    for row in ledger.all_days(session):
        if cut is None or row.day >= cut:
            mix = judgement_of(session, row, settings).mix
            ledger.write_mix(session, row.day, mix, row.sums.tags)
    ledger.note(session, days[-1].day if days else None, "deletion", forgotten)
    return n


def _spells_of(session: Session, ids: Sequence[str]) -> list[_Spell]:
    rows = session.rows(
        "SELECT customer_id, first_day, until, segment, version, print, cells, shares FROM tags "
        "WHERE customer_id = ANY(?) ORDER BY customer_id, first_day",
        [list(ids)],
    )
    return [
        _Spell(id, first, until, segment, version, mark, bytes(cells), bytes(shares))
        for id, first, until, segment, version, mark, cells, shares in rows
    ]


def _subtract(session: Session, row: DayRow, spells: Sequence[_Spell], version: Version) -> None:
    """Take the customers out of a day's counts, sums and flows."""
    reference = version.reference
    here = [spell for spell in spells if spell.covers(row.day)]
    if reference is None or not (here or any(s.until == row.day for s in spells)):
        return
    counted, sums = counted_of(_packed(here), version, reference.bins)
    before = ledger.read_counts(session, row.day, version, reference.bins)
    left = {name: before[name] - counted[name] for name in before}
    ledger.write_counts(session, row.day, left, version)
    sums = row.sums - sums
    if not sums.n:
        raise SegkitError(
            f"Of {row.day} nobody would be left; expected somebody, as the days beside it are "
            "counted from it or compared with it. rollback('start') takes all days back: send them "
            "again without these customers."
        )
    found = accuracy_of(sums.sureness, float(sums.tags[:-1].sum()))
    accuracy = None if found is None else (found.value, found.low, found.high)
    flows = _without(row.flows, row.day, spells)
    ledger.write_day(session, replace(row, flows=flows, sums=sums, accuracy=accuracy))
    if version.source == row.day.isoformat():
        known = Reference.of_day(reference.bins, version.segments, left, sums)
        replace(version, reference=known).save(session)


def _packed(spells: Sequence[_Spell]) -> tuple[Any, Any, Any]:
    import pyarrow as pa

    return (
        pa.array([s.segment for s in spells], pa.string()),
        pa.array([s.cells for s in spells], pa.binary()),
        pa.array([s.shares for s in spells], pa.binary()),
    )


def _without(flows: Flows, day: date, spells: Sequence[_Spell]) -> Flows:
    """Return a day's flows without these customers."""
    ended: dict[str, _Spell] = {s.id: s for s in spells if s.until == day}
    began: dict[str, _Spell] = {s.id: s for s in spells if s.first_day == day}
    went_on = [(ended[id], began[id]) for id in ended.keys() & began.keys()]
    return Flows(
        flows.customers - sum(s.covers(day) for s in spells),
        flows.new - len(began.keys() - ended.keys()),
        flows.changed - sum(a.print != b.print for a, b in went_on),
        flows.gone - len(ended.keys() - began.keys()),
        flows.moved - sum(a.version == b.version and a.segment != b.segment for a, b in went_on),
    )
