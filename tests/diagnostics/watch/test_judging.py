"""Alarms: few without drift in simulated years, one for each change, of a size that matters."""

from datetime import date, timedelta

import numpy as np
import pytest

from segkit.diagnostics.change.accuracy import Accuracy
from segkit.diagnostics.counting.field_bins import FieldBins
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.watch.budget import Budget
from segkit.diagnostics.watch.judging import Day, Yardstick, judge
from segkit.diagnostics.watch.reference import Reference, as_counts
from segkit.diagnostics.watch.sums import STEPS, Sums

SEGMENTS = ("a", "b")
NUMBER = FieldBins(
    "age", "number", "number", edges=(-0.8, -0.2, 0.2, 0.8), centres=(-1.4, -0.5, 0.0, 0.5, 1.4)
)
LEVELS = FieldBins("plan", "level", "text", values=("basic", "gold", "plus"))
FEW = FieldBins(
    "visits", "value", "number", values=(0.0, 1.0, 2.0, 3.0), centres=(0.0, 1.0, 2.0, 3.0)
)
BINS = TableBins((NUMBER, LEVELS, FEW))
# probabilities of segment (the last: untagged) and of each field's bin (the last two: missing,
# never seen) within a segment
SIZES = np.array([0.55, 0.38, 0.07])
WITHIN = {
    "age": [[0.3, 0.2, 0.2, 0.15, 0.1, 0.05, 0], [0.1, 0.15, 0.2, 0.2, 0.3, 0.05, 0]],
    "plan": [[0.5, 0.3, 0.18, 0.02, 0], [0.3, 0.3, 0.38, 0.02, 0]],
    "visits": [[0.4, 0.3, 0.2, 0.1, 0, 0], [0.2, 0.3, 0.3, 0.2, 0, 0]],
}
START = date(2026, 1, 1)


def world(sizes=SIZES, within=WITHIN):
    """The probability of each segment and bin, field by field."""
    return {
        name: sizes[:, None] * np.array([*rows, rows[0]], dtype=float)
        for name, rows in within.items()
    }


class Years:
    """A base that nothing happens to: some customers a day are replaced by others like them."""

    def __init__(self, n, share, rng, law=None):
        self.n, self.m, self.rng = n, round(share * n), rng
        self.law = law or world()
        self.counted = {f: self._drawn(n, p) for f, p in self.law.items()}

    def _drawn(self, n, p):
        return self.rng.multinomial(n, p.ravel()).reshape(p.shape)

    def turn(self):
        for name, cells in self.counted.items():
            gone = self.rng.multivariate_hypergeometric(cells.ravel(), self.m).reshape(cells.shape)
            self.counted[name] = cells - gone + self._drawn(self.m, self.law[name])

    @property
    def sums(self):
        tags = self.counted["plan"].sum(axis=1)
        k = len(SEGMENTS)
        top = int(0.8 * STEPS * tags[:-1].sum())
        return Sums(tags, tags[:-1] * STEPS, np.zeros((k, k), dtype=np.int64), top)

    def day(self, number=0):
        counts = as_counts(BINS, self.counted)
        return Day(START + timedelta(days=number), counts, self.sums)

    def reference(self):
        return Reference.of_day(BINS, SEGMENTS, self.counted, self.sums)


def yardstick(reference, budget, validated=None):
    return Yardstick(SEGMENTS, reference, None, validated, budget)


def false_alarms(n_years, updates, allowed, *, own, seed, n=200, share=0.1):
    """How many alarms open in years without drift, against the first day or against others."""
    rng = np.random.default_rng(seed)
    total = 0
    for _ in range(n_years):
        base = Years(n, share, rng)
        reference = base.reference() if own else Years(n, share, rng).reference()
        stick, alarms = yardstick(reference, Budget(allowed, updates)), ()
        for number in range(updates):
            base.turn()
            found = judge(stick, base.day(number), alarms)
            alarms, total = found.alarms, total + len(found.opened)
    return total


@pytest.mark.parametrize("own", [True, False], ids=["first day", "other people"])
def test_years_without_drift_have_few_false_alarms(simulated, own):
    total = false_alarms(40, 12, 0.25, own=own, seed=1)
    simulated("false alarms a year, at most .25 allowed", total, 40, 0.25, at_most=True)


@pytest.mark.slow
@pytest.mark.parametrize("own", [True, False], ids=["first day", "other people"])
def test_four_hundred_years_without_drift_have_few_false_alarms(simulated, own):
    total = false_alarms(400, 12, 0.25, own=own, seed=2)
    simulated("false alarms a year, at most .25 allowed", total, 400, 0.25, at_most=True)


def drifted(**shift):
    within = {**WITHIN, **shift}
    return world(within=within)


def test_a_change_is_one_alarm_from_the_first_day_to_the_last():
    rng = np.random.default_rng(0)
    base = Years(4000, 0.02, rng)
    stick = yardstick(base.reference(), Budget(1, 365))
    alarms, seen = (), []
    moved = drifted(plan=[[0.3, 0.3, 0.2, 0.2, 0], [0.2, 0.3, 0.3, 0.2, 0]])
    for number in range(30):
        law = moved if 10 <= number < 20 else world()
        day = Years(4000, 0.02, rng, law).day(number) if number >= 10 else base.day(number)
        found = judge(stick, day, alarms)
        alarms = found.alarms
        seen.append((len(found.opened), len(found.closed), found.verdict))
    assert [s[0] for s in seen[:10]] == [0] * 10
    # everybody and both segments
    assert seen[10] == (3, 0, "recalibrate")
    assert seen[11:20] == [(0, 0, "recalibrate")] * 9
    assert seen[20] == (0, 3, "keep")
    assert seen[21:] == [(0, 0, "keep")] * 9


def test_an_open_alarm_says_how_things_are_today_and_since_when():
    rng = np.random.default_rng(0)
    stick = yardstick(Years(5000, 0.1, rng).reference(), Budget())
    gaps = [
        drifted(visits=[[0.4 - g, 0.3, 0.2, 0.1, g, 0], [0.2, 0.3, 0.3, 0.2 - g, g, 0]])
        for g in (0.1, 0.2)
    ]
    first = judge(stick, Years(5000, 0.1, rng, gaps[0]).day(0), ())
    second = judge(stick, Years(5000, 0.1, rng, gaps[1]).day(1), first.alarms)
    alarm = next(a for a in second.alarms if (a.segment, a.field) == ("all", "visits"))
    assert alarm.opened == START
    assert alarm.kind == "missing share"
    assert alarm.words.startswith("`visits`, missing share: 0.0 % -> 1")
    assert second.opened == ()


def test_a_change_beyond_chance_but_too_small_to_matter_is_no_alarm():
    rng = np.random.default_rng(0)
    n = 2_000_000
    little = drifted(plan=[[0.49, 0.3, 0.19, 0.02, 0], [0.29, 0.3, 0.39, 0.02, 0]])
    stick = yardstick(Years(n, 0, rng).reference(), Budget())
    found = judge(stick, Years(n, 0, rng, little).day(), ())
    change = next(c for c in found.changes if (c.segment, c.field) == ("all", "plan"))
    assert change.p < 1e-50
    assert (found.verdict, found.alarms, change.kind) == ("keep", (), "stable")


def test_sizes_of_segments_are_watched():
    rng = np.random.default_rng(0)
    stick = yardstick(Years(4000, 0, rng).reference(), Budget())
    found = judge(stick, Years(4000, 0, rng, world(np.array([0.48, 0.45, 0.07]))).day(), ())
    sizes = [a for a in found.alarms if a.kind == "size"]
    assert [(a.segment, a.effect_unit) for a in sizes] == [("a", "share"), ("b", "share")]
    assert sizes[0].words.startswith("Segment a shrank from 5")
    assert found.verdict == "recalibrate"


@pytest.mark.parametrize(("top", "verdict"), [(0.79, "keep"), (0.74, "resegment")])
def test_a_loss_of_accuracy_asks_for_new_segments(top, verdict):
    base = Years(4000, 0, np.random.default_rng(0))
    stick = yardstick(base.reference(), Budget(), Accuracy(0.81, 0.8, 0.82, "validated"))
    day, tagged = base.day(), int(base.sums.tags[:-1].sum())
    sums = base.sums
    surer = Sums(sums.tags, sums.total, sums.products, int(top * STEPS * tagged))
    found = judge(stick, Day(day.day, day.counts, surer), ())
    assert found.verdict == verdict
    if verdict == "resegment":
        (alarm,) = found.alarms
        assert alarm.words == (
            "The typing tool is right for an estimated 74.0 % of the tagged, 6 points fewer than "
            "the 80.0 % of the reference."
        )


def test_nobody_tagged_is_no_alarm_on_accuracy():
    base = Years(300, 0, np.random.default_rng(0))
    none = {
        name: np.vstack([np.zeros_like(c[:-1]), c.sum(axis=0, keepdims=True)])
        for name, c in base.counted.items()
    }
    tags = np.array([0, 0, 300])
    sums = Sums(tags, np.zeros(2, dtype=int), np.zeros((2, 2), dtype=int), 0)
    found = judge(
        yardstick(base.reference(), Budget()), Day(START, as_counts(BINS, none), sums), ()
    )
    assert found.accuracy is None
    assert not [a for a in found.alarms if a.kind == "accuracy"]
