"""Alarms, and what explains them: a field that is recoded moves tags, and with them sizes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

__all__ = ["Alarm", "FieldRecoding", "explained"]

ALL = "all"


@dataclass(frozen=True)
class Alarm:
    """A change beyond the budget.

    Attributes
    ----------
    opened : date
        The first day on which it was seen.
    segment, field : str
        Where: "all" is everybody; a change of a segment's size, or of accuracy, has no field.
    kind : str
        As in `Drift` (shift, new level, recoded, ...); "size" or "accuracy".
    detail : str
        The change in words.
    effect, effect_unit, p : float, str, float
        Its size, in which unit, and how likely chance alone makes it.
    closed : date or None
        The day on which it ended.
    because : str
        What it is likely to be a consequence of; empty where nothing is known.
    evidence : str
        Why a field is taken to be recoded.
    """

    opened: date
    segment: str
    field: str
    kind: str
    detail: str
    effect: float
    effect_unit: str
    p: float
    closed: date | None = None
    because: str = ""
    evidence: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What makes it the same alarm on another day."""
        return self.segment, self.field, "" if self.field else self.kind

    @property
    def words(self) -> str:
        """The alarm as a sentence."""
        return f"{self._change} Likely because {self.because}." if self.because else self._change

    @property
    def _change(self) -> str:
        if self.kind == "accuracy":
            return self.detail
        if not self.field:
            return f"Segment {self.segment} {self.detail}."
        where = "" if self.segment == ALL else f" in segment {self.segment}"
        evidence = f" ({self.evidence})" if self.evidence else ""
        return f"`{self.field}`{where}, {self.kind}: {self.detail}{evidence}."


@dataclass(frozen=True)
class FieldRecoding:
    """A field that is recorded otherwise since a day.

    Attributes
    ----------
    field : str
        The field.
    since : date
        The first day on which it was.
    detail, evidence : str
        What happened, and why it is not taken for a change of people; both in words.
    until : date or None
        The day on which the field was as before, or no longer under alarm.
    changed : date or None
        The day since which it is recorded in yet another form.
    """

    field: str
    since: date
    detail: str
    evidence: str
    until: date | None = None
    changed: date | None = None

    @property
    def form_since(self) -> date:
        """The first day of its present form."""
        return self.changed or self.since

    @property
    def short(self) -> str:
        """Which field since when."""
        return f"`{self.field}` is recoded since {self.since}"

    @property
    def words(self) -> str:
        """Which field since when, and how."""
        return f"{self.short}: {self.detail}"


def explained(alarms: Sequence[Alarm], recodings: Sequence[FieldRecoding]) -> tuple[Alarm, ...]:
    """Name the alarms of recoded fields so, first; say which others are likely to follow from them.

    Parameters
    ----------
    alarms : sequence of Alarm
        As they were judged.
    recodings : sequence of FieldRecoding
        The recodings of the same days.

    Notes
    -----
    Only an alarm that opened on the day of a recoding is explained by it. That of the recoded field
    in everybody becomes one on its recoding. A recoded field is read wrongly by the tool, and
    people get other tags: sizes, accuracy, and what is found within segments are likely to follow
    from it. Another field in everybody does not, nor what is found of that field within segments.
    What was there before, came later, or is still there when the recoding is over stays as it is.

    Examples
    --------
    >>> day = date(2026, 11, 12)
    >>> size = Alarm(day, "gold", "", "size", "grew from 20.0 % to 30.0 %", 0.1, "share", 0.0)
    >>> income = FieldRecoding("income", day, "all values were multiplied by 12", "")
    >>> explained([size], [income])[0].because
    '`income` is recoded since 2026-11-12'
    """
    found = [_explained(a, [r for r in recodings if _began(a, r)], alarms) for a in alarms]
    return tuple(sorted(found, key=lambda a: (a.kind != "recoded", bool(a.because))))


def _began(alarm: Alarm, r: FieldRecoding) -> bool:
    """Say whether an alarm opened with a recoding, and is not what is left when that is over."""
    return alarm.opened == r.since and (r.until is None or alarm.closed is not None)


def _explained(alarm: Alarm, began: Sequence[FieldRecoding], alarms: Sequence[Alarm]) -> Alarm:
    own = [r for r in began if r.field == alarm.field]
    if alarm.segment == ALL and alarm.kind != "accuracy":
        if not own:
            return alarm
        return replace(alarm, kind="recoded", detail=own[0].detail, evidence=own[0].evidence)
    causes = own or ([] if _moved_itself(alarm, alarms) else began)
    return replace(alarm, because=" and ".join(r.short for r in causes))


def _moved_itself(alarm: Alarm, alarms: Sequence[Alarm]) -> bool:
    """Say whether the alarm's field was under alarm in everybody when it opened in a segment."""
    day = alarm.opened
    return bool(alarm.field) and any(
        a.field == alarm.field
        and a.segment == ALL
        and a.opened <= day
        and (a.closed is None or a.closed > day)
        for a in alarms
    )
