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
    # nor what comes while it still holds
    accuracy = alarm(kind="accuracy", opened=AFTER)
    assert explained([accuracy], [INCOME]) == (accuracy,)
    # the field's own alarm may be older, and so its own
    own = [alarm(field="income", opened=BEFORE), alarm("gold", "income", opened=BEFORE)]
    assert explained(own, [INCOME]) == tuple(own)


def test_what_is_left_when_the_recoding_is_over_does_not():
    over = replace(INCOME, until=AFTER)
    places = [("all", "income"), ("gold", "")]
    left = [alarm(*place, kind="size") for place in places]
    assert explained(left, [over]) == tuple(left)
    ended = explained([replace(a, closed=AFTER) for a in left], [over])
    assert [(a.kind, a.because) for a in ended] == [("recoded", ""), ("size", FOLLOWS)]


def test_a_field_that_moved_in_everybody_moved_by_itself_within_segments():
    gold, age = alarm("gold", "age"), alarm(field="age", opened=BEFORE)
    assert explained([gold, age], [INCOME]) == (gold, age)
    assert {a.because for a in explained([gold, replace(age, closed=DAY)], [INCOME])} == {
        "", FOLLOWS
    }  # fmt: skip
    own = explained([alarm("gold", "income"), alarm(field="income", opened=BEFORE)], [INCOME])
    assert {a.segment: a.because for a in own} == {"all": "", "gold": FOLLOWS}


def test_two_recodings_of_a_day_are_both_named():
    plan = FieldRecoding("plan", DAY, "`a` is now called `b`", "")
    size = alarm("gold", kind="size")
    assert explained([size], [INCOME, plan])[0].because == (
        f"{FOLLOWS} and `plan` is recoded since 2026-11-12"
    )
    later = replace(plan, since=AFTER)
    assert explained([size], [INCOME, later])[0].because == FOLLOWS
    assert explained([size], []) == (size,)
    assert plan.words == "`plan` is recoded since 2026-11-12: `a` is now called `b`"
