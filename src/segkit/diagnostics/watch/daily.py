"""A day into the store, within one transaction: sent again it changes nothing, killed neither."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from segkit._checks import check_frame
from segkit._files import read_table
from segkit._frames import n_rows
from segkit._weights import check_weights
from segkit.diagnostics.change.accuracy import evaluated
from segkit.diagnostics.counting.learning import learn_bins
from segkit.diagnostics.watch import ledger
from segkit.diagnostics.watch.cells import Counted, count_cells
from segkit.diagnostics.watch.databases import Session
from segkit.diagnostics.watch.judging import Day, Judgement, Yardstick, judge
from segkit.diagnostics.watch.ledger import DayRow
from segkit.diagnostics.watch.reading import Base
from segkit.diagnostics.watch.recodings import (
    DayBefore,
    find_recodings,
    open_recodings,
    write_recodings,
)
from segkit.diagnostics.watch.reference import Reference, as_counts
from segkit.diagnostics.watch.retagging import counted_of, go_through, spells_table
from segkit.diagnostics.watch.roll import compare
from segkit.diagnostics.watch.settings import Settings, kept_from, read_settings, write_settings
from segkit.diagnostics.watch.spells import (
    State,
    close_spells,
    closed_cells,
    state_at,
    undo_after,
)
from segkit.diagnostics.watch.sums import Sums
from segkit.diagnostics.watch.tables import check_format, make_tables
from segkit.diagnostics.watch.versions import (
    GIVEN,
    Version,
    all_versions,
    current_version,
    forget_references,
    segments_of,
    set_current,
)
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import is_path

__all__ = [
    "Sent",
    "Wish",
    "judgement_of",
    "last_day",
    "send_day",
    "take_back",
    "take_version",
    "yardstick_of",
]


@dataclass(frozen=True)
class Wish:
    """What a user gave when the monitor was opened.

    Attributes
    ----------
    tool : bytes or None
        A saved tool.
    reference : frame, path or None
        The table to compare days with; a file is read only when its tool is new to the store.
    weight : array or None
        Its weights.
    id : str or None
        The column of customer ids.
    false_alarms, updates : float or None
        The budget.
    """

    tool: bytes | None = None
    reference: Any = None
    weight: Any = None
    id: str | None = None
    false_alarms: float | None = None
    updates: float | None = None


@dataclass(frozen=True)
class Sent:
    """What became of a day that was sent.

    Attributes
    ----------
    row : DayRow
        What the store says of it.
    judgement : Judgement
        How it compares with the reference.
    settings : Settings
        The budget.
    outcome : {"added", "known", "replaced"}
        Whether it was new, there already, or there with other content.
    """

    row: DayRow
    judgement: Judgement
    settings: Settings
    outcome: str


def send_day(session: Session, source: Any, day: date, wish: Wish) -> Sent:
    """Bring a day into the store.

    Raises
    ------
    SegkitError
        When there is no tool; for a day before the last one that is not there with the same
        content; for a base that cannot be read.
    """
    session.hold()
    make_tables(session)
    settings = read_settings(session).changed(wish.id, wish.false_alarms, wish.updates)
    write_settings(session, settings)
    version = take_version(session, wish)
    days = ledger.all_days(session)
    outcome = "added"
    if days and day <= days[-1].day:
        if _is_known(session, source, day, days, settings, version):
            row = next(d for d in days if d.day == day)
            return Sent(row, judgement_of(session, row, settings), settings, "known")
        outcome = "replaced"
        ledger.note(session, day, "day replaced", "The day was sent again with other content.")
        days = days[:-1]
        take_back(session, days[-1].day if days else None)
        version = take_version(session, wish)
    written = _Writer(session, Base(source, settings.id, version.tagger.model.codes), version, day)
    row, judgement = written.write(days, settings)
    return Sent(row, judgement, settings, outcome)


def last_day(session: Session) -> Sent:
    """Return the last day of a store, judged again by its counts."""
    check_format(session)
    days, settings = ledger.all_days(session), read_settings(session)
    if not days:
        raise SegkitError("The store has no day yet. Send the first: update(base, day).")
    return Sent(days[-1], judgement_of(session, days[-1], settings), settings, "added")


def take_version(session: Session, wish: Wish) -> Version:
    """Return the tool to tag with; one that the store does not know becomes its next version."""
    current = current_version(session)
    if wish.tool is None:
        if current is None:
            raise SegkitError(
                "The store has no typing tool yet; expected one with its first day: "
                "Monitor(path, tool). Give a fitted TypingTool, or the path of a saved one."
            )
        return current
    found = Version(0, wish.tool, segments_of(wish.tool))
    known = all_versions(session)
    if any(v.digest == found.digest for v in known):
        # to go back to an earlier one is asked for by name: `use` or `rollback`
        return current or known[-1]
    version = replace(found, number=len(known) + 1)
    if wish.reference is not None:
        table = wish.reference
        if is_path(table):
            table = read_table(table, what="The reference")
        w = check_weights(wish.weight, n_rows(check_frame(table, what="the reference")))
        reference = Reference.of_frame(table, w, version.tagger)
        version = replace(version, source=GIVEN, reference=reference)
    version.save(session)
    set_current(session, version.number)
    ledger.note(session, None, "tool", f"Version {version.number} of the typing tool is in use.")
    return version


def take_back(session: Session, day: date | None) -> None:
    """Bring the store back to how it stood after a day (None: before the first)."""
    undo_after(session, day)
    forget_references(session, day)


def yardstick_of(version: Version, reference: Reference, settings: Settings) -> Yardstick:
    """Return what days of a version are judged by."""
    tool = version.loaded
    plain = tool.sizes_ is None  # of a re-weighted tool it is not known how often it is right
    error = tool.typing_error_ if plain else None
    validated = evaluated(tool) if plain and not reference.is_base else None
    return Yardstick(version.segments, reference, error, validated, settings.budget)


def judgement_of(session: Session, row: DayRow, settings: Settings) -> Judgement:
    """Judge a day of the store again, by its counts."""
    version = next(v for v in all_versions(session) if v.number == row.version)
    if version.reference is None:
        raise SegkitError(
            f"The store lacks the reference of version {version.number}; expected one with every "
            "day. Restore the copy of its last good state."
        )
    yardstick = yardstick_of(version, version.reference, settings)
    bins = version.reference.bins
    counted = ledger.read_counts(session, row.day, version, bins)
    day = Day(row.day, as_counts(bins, counted), row.sums)
    alarms = ledger.open_alarms(session, row.day)
    return judge(yardstick, day, alarms, open_recodings(session, row.day))


def _is_known(
    session: Session,
    source: Any,
    day: date,
    days: Sequence[DayRow],
    settings: Settings,
    version: Version,
) -> bool:
    """Say whether a day is there as it is sent; an earlier day must be."""
    last, row, cut = days[-1], next((d for d in days if d.day == day), None), kept_from(session)
    if row is None:
        raise SegkitError(
            f"The day {day} comes before the last one of the store, {last.day}, and is not in it; "
            f"expected days in order. rollback('{_before(days, day)}') takes the later days back; "
            "send them again after this one."
        )
    if row is last and row.version != version.number:
        return False
    if cut is not None and day < cut:
        raise SegkitError(
            f"Tags before {cut} were dropped (retain), so that nobody can say whether {day} is in "
            f"the store as it was sent; expected {cut} or a later day. Leave it out."
        )
    used = next(v for v in all_versions(session) if v.number == row.version)
    base = Base(source, settings.id, used.tagger.model.codes)
    difference = compare(base, state_at(session, day))
    if not difference.nothing and row is not last:
        raise SegkitError(
            f"The day {day} is in the store with other content ({difference.words}), and later "
            f"days follow up to {last.day}; expected the last day or a later one. "
            f"rollback('{_before(days, day)}') takes these days back; send them again."
        )
    return difference.nothing


def _before(days: Sequence[DayRow], day: date) -> date | str:
    return max((d.day for d in days if d.day < day), default="start")


@dataclass(frozen=True)
class _Writer:
    """Writes one day."""

    session: Session
    base: Base
    version: Version
    day: date

    def write(self, days: Sequence[DayRow], settings: Settings) -> tuple[DayRow, Judgement]:
        """Tag and count the day, judge it, and return its row and what was found."""
        previous = days[-1] if days else None
        anew = previous is None or previous.version != self.version.number
        version = self.version
        bins = (
            learn_bins(self.base.sample(), version.tagger.model.codes.names)
            if version.reference is None
            else version.reference.bins
        )
        state = state_at(self.session)
        found = go_through(self.base, state, version, bins, everybody=anew)
        counted = count_cells(found.cells, found.groups, bins, len(version.segments) + 1)
        sums = Sums.of(found.shares, found.groups)
        earlier = None
        if previous is not None and not anew:
            self._stage_closing(state, np.concatenate([found.at[found.at >= 0], found.gone]))
            old, old_sums = counted_of(closed_cells(self.session), version, bins)
            before = ledger.read_counts(self.session, previous.day, version, bins)
            counted = {name: before[name] - old[name] + counted[name] for name in counted}
            earlier = DayBefore(previous.day, version.number, as_counts(bins, before))
            sums = previous.sums - old_sums + sums
        close_spells(self.session, self.day, everybody=anew)
        spells, moved = spells_table(found, state, version, self.day, anew=anew)
        self.session.append("tags", spells)
        ledger.write_counts(self.session, self.day, counted, version)
        judgement = self._judge(counted, sums, bins, settings, earlier)
        d = found.difference
        flows = ledger.Flows(d.customers, d.new, d.changed, d.gone, moved)
        return self._row(flows, sums, judgement), judgement

    def _stage_closing(self, state: State, at: np.ndarray) -> None:
        import pyarrow as pa

        ids = state.ids.take(pa.array(at.astype(np.int64)))
        self.session.stage("closing", pa.table({"customer_id": ids}))

    def _judge(
        self,
        counted: Counted,
        sums: Sums,
        bins: Any,
        settings: Settings,
        before: DayBefore | None,
    ) -> Judgement:
        """Judge the day, or make it the reference of those that follow."""
        alarms = ledger.open_alarms(self.session, self.day)
        recodings = open_recodings(self.session, self.day)
        if before is None:
            # another tool has another reference: its alarms are its own
            ledger.close_alarms(self.session, [replace(a, closed=self.day) for a in alarms])
            alarms, recodings = [], []
        version = self.version
        reference = version.reference
        if reference is None:
            reference = Reference.of_day(bins, version.segments, counted, sums)
            replace(version, source=self.day.isoformat(), reference=reference).save(self.session)
        yardstick = yardstick_of(version, reference, settings)
        day = Day(self.day, as_counts(bins, counted), sums)
        judgement = judge(yardstick, day, alarms, recodings)
        by_segment = reference.by_segment(yardstick.segments)
        stand = find_recodings(self.session, self.base, day, judgement, by_segment, before)
        if stand != judgement.recodings:
            judgement = judge(yardstick, day, alarms, stand)
        ledger.write_mix(self.session, self.day, judgement.mix, sums.tags)
        ledger.write_alarms(self.session, judgement)
        write_recodings(self.session, self.day, judgement.recodings)
        return judgement

    def _row(self, flows: ledger.Flows, sums: Sums, judgement: Judgement) -> DayRow:
        found = judgement.accuracy
        accuracy = None if found is None else (found.value, found.low, found.high)
        reasons = tuple(a.words for a in judgement.alarms)
        verdict = judgement.verdict
        row = DayRow(self.day, self.version.number, flows, sums, accuracy, verdict, reasons)
        ledger.write_day(self.session, row)
        return row
