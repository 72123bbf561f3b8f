"""Alarms in words, and which of them are likely to follow from a recoded field."""

from dataclasses import replace
from datetime import date

from segkit.diagnostics.watch.alarms import Alarm, FieldRecoding, explained

DAY = date(2026, 11, 12)
BEFORE, AFTER = date(2026, 11, 3), date(2026, 11, 20)


def alarm(segment="all", field="", kind="shift", opened=DAY, closed=None):
    return Alarm(opened, segment, field, kind, "grew", 0.1, "share", 1e-9, closed)


INCOME = FieldRecoding("income", DAY, "all values were multiplied by 12", "undone, all is well")
FOLLOWS = "`income` is recoded since 2026-11-12"


def test_the_alarm_of_the_field_names_the_recoding_and_comes_first():
    size, own = alarm("gold", kind="size"), alarm(field="income")
    first, second = explained([size, own], [INCOME])
    assert first.words == (
        "`income`, recoded: all values were multiplied by 12 (undone, all is well)."
    )
    assert second.words == f"Segment gold grew. Likely because {FOLLOWS}."
    assert [a.place for a in (first, second)] == [own.place, size.place]


def test_what_the_tags_make_follows_from_it():
    following = [
        alarm("gold", "income"), alarm("gold", "age"), alarm("gold", kind="size"),
        alarm(kind="accuracy"),
    ]  # fmt: skip
    assert {a.because for a in explained(following, [INCOME])} == {FOLLOWS}


def test_another_field_in_everybody_does_not():
    assert explained([alarm(field="age")], [INCOME]) == (alarm(field="age"),)


def test_what_was_there_before_or_came_after_does_not():
    earlier = alarm("gold", kind="size", opened=BEFORE)
    assert explained([earlier], [INCOME]) == (earlier,)
    over = replace(INCOME, until=AFTER)
    later = alarm("gold", kind="size", opened=AFTER)
    assert explained([later], [over]) == (later,)
    # the field's own alarm may be older than what was found to be behind it
    own = explained([alarm(field="income", opened=BEFORE)], [INCOME])[0]
    assert (own.kind, own.opened) == ("recoded", BEFORE)
    ended = alarm(field="income", opened=BEFORE, closed=date(2026, 11, 10))
    assert explained([ended], [INCOME]) == (ended,)


def test_two_recodings_are_both_named():
    plan = FieldRecoding("plan", date(2026, 11, 13), "`a` is now called `b`", "")
    size = alarm("gold", kind="size", opened=date(2026, 11, 14))
    assert explained([size], [INCOME, plan])[0].because == (
        f"{FOLLOWS} and `plan` is recoded since 2026-11-13"
    )
    assert explained([size], []) == (size,)
    assert plan.words == "`plan` is recoded since 2026-11-13: `a` is now called `b`"
