"""A day against the reference: which fields, sizes and accuracy moved beyond the budget.

An alarm opens when a change is both beyond chance, at the level that the yearly budget leaves,
and of a size that matters (the sizes of `segkit.diagnostics.drift`). It stays one alarm, on
however many days, until the change is within chance at 5 % or below half that size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from scipy.stats import norm

from segkit._frames import Origin, numeric_column
from segkit._result import percent
from segkit.diagnostics.change.accuracy import FALL, Accuracy
from segkit.diagnostics.change.field_change import FieldChange, change_of
from segkit.diagnostics.change.mix import MATTERS, Averages, Sizes, change_error, mix_frame
from segkit.diagnostics.change.verdict import MOVED, SMALL
from segkit.diagnostics.counting.counts import Counts
from segkit.diagnostics.watch.alarms import Alarm, FieldRecoding, explained
from segkit.diagnostics.watch.budget import Budget
from segkit.diagnostics.watch.reference import Reference
from segkit.diagnostics.watch.sums import Sums
from segkit.typing_tool.base.estimates import by_probabilities
from segkit.typing_tool.base.typing_error import TypingError

__all__ = ["Day", "Judgement", "Yardstick", "accuracy_of", "field_changes", "judge", "sizes_of"]

Z = float(norm.ppf(0.975))
CALM = 0.05  # an alarm ends within chance at this level ...
HALF = 0.5  # ... or below this share of the size that matters


@dataclass(frozen=True)
class Yardstick:
    """What every day of a version is judged by.

    Attributes
    ----------
    segments : tuple of str
        The segments.
    reference : Reference
        What days are compared with.
    error : TypingError or None
        How the tool errs; None: sizes are counts.
    validated : Accuracy or None
        The accuracy that the tool was validated at.
    budget : Budget
        False alarms a year.
    """

    segments: tuple[str, ...]
    reference: Reference
    error: TypingError | None
    validated: Accuracy | None
    budget: Budget

    @property
    def n_tests(self) -> int:
        """The tests of a day: every field in everybody and each segment; sizes; accuracy."""
        return len(self.reference.bins.fields) * (len(self.segments) + 1) + 2

    @property
    def level(self) -> float:
        """The level of each test."""
        return self.budget.level(self.n_tests)


@dataclass(frozen=True)
class Day:
    """What was counted on a day."""

    day: date
    counts: Mapping[str, Counts]
    sums: Sums


@dataclass(frozen=True)
class Judgement:
    """What a day looks like against the reference.

    Attributes
    ----------
    changes : tuple of FieldChange
        Every field in everybody and each segment; those under alarm have a kind.
    mix : frame
        Segment sizes before and after, see `Drift.mix`.
    accuracy : Accuracy or None
        The tool's estimated accuracy; None where nobody is tagged.
    alarms : tuple of Alarm
        The open ones: recoded fields first, then the oldest, last what is likely to follow from
        a recoding.
    opened, closed : tuple of Alarm
        Those that this day opened and closed, not yet explained.
    recodings : tuple of FieldRecoding
        The fields that are recoded, of those under alarm.
    verdict : {"keep", "recalibrate", "resegment"}
        What to do.
    n_tests : int
        The tests that were made.
    """

    changes: tuple[FieldChange, ...]
    mix: Any
    accuracy: Accuracy | None
    alarms: tuple[Alarm, ...]
    opened: tuple[Alarm, ...]
    closed: tuple[Alarm, ...]
    recodings: tuple[FieldRecoding, ...]
    verdict: str
    n_tests: int


@dataclass(frozen=True)
class _Finding:
    """A possible alarm: whether it is one today, and whether it would keep one open."""

    alarm: Alarm
    loud: bool
    audible: bool


def judge(
    yardstick: Yardstick,
    day: Day,
    open_alarms: Sequence[Alarm],
    recodings: Sequence[FieldRecoding] = (),
) -> Judgement:
    """Compare a day with the reference.

    Parameters
    ----------
    yardstick : Yardstick
        The reference, the tool's errors, the budget.
    day : Day
        The day's counts.
    open_alarms : sequence of Alarm
        The alarms that are open from earlier days.
    recodings : sequence of FieldRecoding
        The fields that are known to be recoded.

    Returns
    -------
    Judgement
    """
    changes = field_changes(yardstick, day.counts)
    after = sizes_of(day.sums.tags, day.sums, yardstick.error)
    mix = _mix(yardstick, after)
    accuracy = accuracy_of(day.sums.sureness, float(day.sums.tags[:-1].sum()))
    findings = [
        *(_of_change(c, yardstick.level, day.day) for c in changes),
        *_of_sizes(mix, yardstick, day.day),
        *_of_accuracy(yardstick, accuracy, day.day),
    ]
    known = {a.place: a for a in open_alarms}
    audible = {f.alarm.place: f.alarm for f in findings if f.audible}
    opened = tuple(f.alarm for f in findings if f.loud and f.alarm.place not in known)
    # an alarm keeps its first day, and says how things are today
    stays = tuple(
        replace(audible[place], opened=a.opened) for place, a in known.items() if place in audible
    )
    closed = tuple(replace(a, closed=day.day) for p, a in known.items() if p not in audible)
    stand = tuple(r for r in recodings if r.field in {a.field for a in stays + opened})
    alarms = explained(stays + opened, stand)
    kept = _under_alarm(changes, alarms, yardstick.n_tests)
    verdict = _verdict(alarms)
    n_tests = yardstick.n_tests
    return Judgement(kept, mix, accuracy, alarms, opened, closed, stand, verdict, n_tests)


def _under_alarm(
    changes: Sequence[FieldChange], alarms: Sequence[Alarm], n_tests: int
) -> tuple[FieldChange, ...]:
    """Give the changes under alarm its kind; the others are stable."""
    by_place = {a.place: a for a in alarms}
    out = []
    for c in changes:
        alarm = by_place.get((c.segment, c.field, ""))
        changed = replace(c, p_adjusted=min(1.0, c.p * n_tests))
        if alarm is not None:
            changed = replace(
                changed, kind=alarm.kind, detail=alarm.detail, evidence=alarm.evidence
            )
        out.append(changed)
    return tuple(out)


def field_changes(yardstick: Yardstick, counts: Mapping[str, Counts]) -> list[FieldChange]:
    """Compare every field in everybody and in each segment."""
    k = len(yardstick.segments)
    groups = [("all", list(range(k + 1))), *((s, [i]) for i, s in enumerate(yardstick.segments))]
    found = [
        change_of(before, counts[name], rows, segment, yardstick.level)
        for name, before in yardstick.reference.by_segment(yardstick.segments).items()
        for segment, rows in groups
    ]
    return [change for change in found if change is not None]


def sizes_of(tags: np.ndarray, sums: Any, error: TypingError | None) -> Sizes:
    """Return the sizes of the segments: corrected for typing error, else as counted.

    Parameters
    ----------
    tags : ndarray of shape (n_segments + 1,)
        Customers by tag.
    sums : Sums or Reference
        Knows ``n``, ``mean`` and ``spread`` of the probabilities.
    error : TypingError or None
        How the tool errs.
    """
    if error is None:
        n = max(1.0, float(tags[:-1].sum()))
        share = tags[:-1] / n
        half = Z * np.sqrt(share * (1 - share) / n)
        low, high = np.maximum(share - half, 0), np.minimum(share + half, 1)
        return Sizes(share, low, high, tags / tags.sum())
    found = by_probabilities(sums.mean, sums.spread, error, np.random.default_rng(0))
    averages = Averages(sums.mean, sums.spread)
    return Sizes(found.share, found.low, found.high, tags / tags.sum(), averages)


def accuracy_of(sureness: float | None, n_tagged: float) -> Accuracy | None:
    """Return the accuracy that calibrated probabilities promise; None where nobody is tagged."""
    if sureness is None or not n_tagged:
        return None
    half = Z * float(np.sqrt(sureness * (1 - sureness) / n_tagged))
    return Accuracy(sureness, max(sureness - half, 0), min(sureness + half, 1), "estimated")


def _of_change(change: FieldChange, level: float, day: date) -> _Finding:
    size = max(change.effect / SMALL[change.effect_unit], change.moved / MOVED)
    alarm = Alarm(
        day, change.segment, change.field, change.cause, change.detail, change.effect,
        change.effect_unit, change.p,
    )  # fmt: skip
    return _Finding(alarm, change.p <= level and size >= 1, change.p <= CALM and size >= HALF)


def _mix(yardstick: Yardstick, after: Sizes) -> Any:
    reference, error = yardstick.reference, yardstick.error
    before = sizes_of(reference.tags, reference, error)
    spread = change_error(before, after, error)
    return mix_frame(yardstick.segments, before, after, spread, Origin())


def _of_sizes(mix: Any, yardstick: Yardstick, day: date) -> list[_Finding]:
    """Return the findings on sizes; their p is adjusted for the segments, so they are one test."""
    change, p, before, after = (
        numeric_column(mix, name) for name in ("change", "p_adjusted", "before", "after")
    )
    found = []
    for i, segment in enumerate(yardstick.segments):
        size = abs(float(change[i])) / MATTERS
        grew = "grew" if change[i] > 0 else "shrank"
        words = f"{grew} from {percent(before[i], 1)} to {percent(after[i], 1)}"
        alarm = Alarm(day, segment, "", "size", words, abs(float(change[i])), "share", float(p[i]))
        found.append(
            _Finding(alarm, p[i] <= yardstick.level and size >= 1, p[i] <= CALM and size >= HALF)
        )
    return found


def _of_accuracy(yardstick: Yardstick, after: Accuracy | None, day: date) -> list[_Finding]:
    """Return the finding on accuracy: against the reference's, or the validated if smaller."""
    before = accuracy_of(yardstick.reference.sureness, yardstick.reference.n_tagged)
    validated = yardstick.validated
    if validated is not None and (before is None or validated.value < before.value):
        before = validated
    if before is None or after is None:
        return []
    fall, error = before.value - after.value, float(np.hypot(before.error, after.error))
    p = float(norm.sf(fall / error)) if error > 0 else float(fall <= 0)
    words = (
        f"The typing tool is right for an estimated {percent(after.value, 1)} of the tagged, "
        f"{100 * fall:.0f} points fewer than the {percent(before.value, 1)} "
        f"{'it was validated at' if before.source == 'validated' else 'of the reference'}."
    )
    alarm = Alarm(day, "all", "", "accuracy", words, fall, "share", p)
    loud = p <= yardstick.level and fall >= FALL
    return [_Finding(alarm, loud, p <= CALM and fall >= HALF * FALL)]


def _verdict(alarms: Sequence[Alarm]) -> str:
    # a fall of accuracy that came with a recoding says nothing: the tool reads the field wrongly
    if any(a.kind == "accuracy" and not a.because for a in alarms):
        return "resegment"
    return "recalibrate" if alarms else "keep"
