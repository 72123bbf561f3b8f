"""The pages of a store come back as they were written, and one day never stands twice."""

from dataclasses import replace
from datetime import date

import numpy as np

from segkit.diagnostics.counting.learning import learn_bins
from segkit.diagnostics.watch import ledger
from segkit.diagnostics.watch.alarms import Alarm
from segkit.diagnostics.watch.ledger import DayRow, Flows
from segkit.diagnostics.watch.sums import Sums
from segkit.diagnostics.watch.versions import Version

FIRST, SECOND, THIRD = (date(2026, 11, n) for n in (1, 2, 5))
VERSION = Version(1, b"", ("gold", "rest"))


def day_row(day, accuracy=(0.8, 0.78, 0.82)):
    shares = np.array([[9000, 1000], [2500, 7500], [5000, 5000]], dtype=np.uint16)
    sums = Sums.of(shares, np.array([0, 1, 2]))
    return DayRow(day, 1, Flows(3, 1, 2, 0, 1), sums, accuracy, "keep", ("`a` moved.", "b"))


def plain(row):
    return replace(row, sums=row.sums.to_json())


def test_days_come_back_in_order_and_once(made):
    rows = [day_row(SECOND, None), day_row(FIRST), replace(day_row(SECOND), verdict="recalibrate")]
    with made.store.session(write=True) as session:
        for row in rows:
            ledger.write_day(session, row)
    with made.store.session(write=False) as session:
        found = ledger.all_days(session)
    assert [plain(row) for row in found] == [plain(rows[1]), plain(rows[2])]


def test_a_day_of_nobody_tagged_has_no_accuracy(made):
    with made.store.session(write=True) as session:
        ledger.write_day(session, day_row(FIRST, None))
        assert ledger.all_days(session)[0].accuracy is None


def test_counts_come_back_bin_by_bin(made, days):
    bins = learn_bins(days["2026-11-01"], ["age", "plan"])
    rng = np.random.default_rng(0)
    counted = {f.field: rng.integers(0, 3, (3, f.n_bins)) for f in bins.fields}
    with made.store.session(write=True) as session:
        for _ in range(2):  # in place of what stood there
            ledger.write_counts(session, FIRST, counted, VERSION)
        ledger.write_counts(session, SECOND, {k: 0 * v for k, v in counted.items()}, VERSION)
        found = ledger.read_counts(session, FIRST, VERSION, bins)
        nothing = ledger.read_counts(session, SECOND, VERSION, bins)
        rows = session.rows("SELECT min(n), count(*) FROM counts")
    for name, cells in counted.items():
        np.testing.assert_array_equal(found[name], cells)
        assert not nothing[name].any()
    # empty bins are not kept
    assert rows == [(1, sum(np.count_nonzero(c) for c in counted.values()))]


def alarm(opened, segment="gold", field="", kind="size"):
    return Alarm(opened, segment, field, kind, "grew", 0.1, "share", 1e-9)


class Told:
    """What a day opened and closed."""

    def __init__(self, opened=(), closed=()):
        self.opened, self.closed = opened, closed


def test_alarms_are_open_from_their_first_day_up_to_the_day_that_ends_them(made):
    first, again = alarm(FIRST), alarm(SECOND, "all", "age", "shift")
    with made.store.session(write=True) as session:
        ledger.write_alarms(session, Told(opened=(first,)))
        ledger.write_alarms(session, Told((again,), (replace(first, closed=SECOND),)))
        assert ledger.all_alarms(session) == [replace(first, closed=SECOND), again]
        assert ledger.open_alarms(session, FIRST) == [first.__class__(**{
            **vars(first), "closed": SECOND})]  # fmt: skip
        assert ledger.open_alarms(session, SECOND) == [again]
        # the same place may raise an alarm again, and only the open one is closed
        ledger.write_alarms(session, Told(opened=(alarm(SECOND),)))
        ledger.write_alarms(session, Told(closed=(replace(alarm(SECOND), closed=THIRD),)))
        ends = {(a.opened, a.place): a.closed for a in ledger.all_alarms(session)}
    assert ends == {
        (FIRST, first.place): SECOND,
        (SECOND, first.place): THIRD,
        (SECOND, again.place): None,
    }


def test_notes_are_numbered(made):
    with made.store.session(write=True) as session:
        ledger.note(session, None, "tool", "Version 1.")
        ledger.note(session, FIRST, "rollback", "Back.")
        rows = session.rows("SELECT * FROM events ORDER BY number")
    assert [tuple(row) for row in rows] == [
        (1, None, "tool", "Version 1."),
        (2, FIRST, "rollback", "Back."),
    ]
