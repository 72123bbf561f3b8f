"""Recoded fields: named on their day, kept until undone, with sizes as their consequence."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from segkit.typing_tool import TypingTool

DAYS = [f"2026-11-{n:02d}" for n in range(1, 8)]
RECODED = 3  # the first recoded day, by position
UNDONE = 5


def turnover(people, base, seed, share=0.03):
    """Return the base after some customers have become others."""
    rng = np.random.default_rng(seed)
    fresh, out = people(len(base), 900 + seed), base.copy()
    rows = rng.choice(len(base), round(share * len(base)), replace=False)
    for name in ("age", "plan", "online"):
        out.loc[rows, name] = fresh[name].to_numpy()[rows]
    return out


def sent(monitor, people, change, n=900, seed=3, days=DAYS):
    """Send days to a monitor, some of them recoded; return what became of each."""
    base, found = people(n, seed), []
    for number, day in enumerate(days):
        base = turnover(people, base, 10 * seed + number)
        out = change(base) if RECODED <= number < UNDONE else base
        found.append(monitor.update(out, day))
    return found


RENAMED = ("plan", "`gold` is now called `premium`")
FORMS = {
    "another unit": (lambda t: t.assign(age=12 * t["age"]),
                     ("age", "all values were multiplied by 12")),
    "another origin": (lambda t: t.assign(age=t["age"] + 1900),
                       ("age", "all values were raised by 1,900")),
    "another name": (lambda t: t.assign(plan=t["plan"].replace("gold", "premium")), RENAMED),
    "gaps coded": (lambda t: t.assign(age=t["age"].fillna(-1)), ("age", "gaps are now coded `-1`")),
    "values lost": (lambda t: t.assign(age=np.nan), ("age", "its values are missing")),
}  # fmt: skip


def told(update):
    return [(r.field, r.detail) for r in update.recodings]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_named_from_its_day_until_it_is_undone(file_place, tool, form, customers):
    change, expected = FORMS[form]
    found = sent(file_place.monitor(tool), customers, change)
    named = [[expected] if RECODED <= i < UNDONE else [] for i in range(7)]
    assert [told(u) for u in found] == named
    assert {r.since for u in found for r in u.recodings} == {date(2026, 11, 4)}
    assert [u.verdict for u in found] == ["keep"] * 3 + ["recalibrate"] * 2 + ["keep"] * 2
    field, detail = expected
    first = found[RECODED].alarms[0]
    assert (first.field, first.segment, first.kind) == (field, "all", "recoded")
    assert first.detail == detail
    following = found[RECODED].alarms[1:]
    assert all(a.because == f"`{field}` is recoded since 2026-11-04" for a in following)


def test_both_stores_keep_it(place, tool, customers):
    change, expected = FORMS["another name"]
    monitor = place.monitor(tool)
    sent(monitor, customers, change, days=DAYS[:5])
    again = place.monitor()
    assert told(again.latest()) == [expected]
    alarms = again.alarms()
    assert alarms.columns.tolist()[-1] == "because"
    own = alarms.query("field == 'plan' and segment == 'all'").iloc[0]
    assert (own["kind"], own["because"]) == ("recoded", "")
    sizes = alarms[alarms["kind"] == "size"]
    assert set(sizes["because"]) == {"`plan` is recoded since 2026-11-04"}
    # the day before knows nothing of it
    again.rollback("2026-11-03")
    assert again.latest().recodings == ()
    with place.store.session(write=False) as session:
        assert session.rows("SELECT * FROM recodings") == []


def test_going_back_between_makes_it_stand_again(file_place, tool, customers):
    monitor = file_place.monitor(tool)
    sent(monitor, customers, FORMS["another unit"][0])
    assert monitor.latest().recodings == ()
    ended = monitor.alarms()
    assert set(ended.query("kind == 'recoded'")["closed"].astype(str)) == {"2026-11-06"}
    monitor.rollback("2026-11-05")
    assert told(monitor.latest()) == [FORMS["another unit"][1]]
    monitor.rollback("2026-11-03")
    assert len(monitor.alarms()) == 0


def test_a_day_sent_again_finds_the_same(file_place, tool, customers):
    monitor = file_place.monitor(tool)
    change = FORMS["another unit"][0]
    sent(monitor, customers, change, days=DAYS[:4])
    before = file_place.content()
    base = customers(900, 3)
    for number in range(4):
        base = turnover(customers, base, 30 + number)
    assert monitor.update(change(base), DAYS[3]).outcome == "known"
    assert file_place.content() == before
    # undone in the base and sent again, the day replaces itself
    repaired = monitor.update(base, DAYS[3])
    assert (repaired.outcome, repaired.verdict, repaired.recodings) == ("replaced", "keep", ())


def test_another_tool_begins_anew(file_place, tool, other_tool, customers):
    monitor = file_place.monitor(tool)
    change = FORMS["another name"][0]
    base = customers(900, 3)
    monitor.update(base, DAYS[0])
    assert told(monitor.update(change(base), DAYS[1]))
    monitor.use(other_tool)
    assert monitor.update(change(base), DAYS[2]).recodings == ()
    assert monitor.history()["verdict"].tolist() == ["keep", "recalibrate", "keep"]


def test_a_base_that_was_never_coded_like_the_survey_is_told_on_the_first_day(
    file_place, tool, customers
):
    reference, base = customers(600, 1), customers(900, 4)
    monitor = file_place.monitor(tool, reference.drop(columns="customer_id"))
    first = monitor.update(base.assign(age=base["age"] + 1900), DAYS[0])
    assert [(r.field, r.detail[:24]) for r in first.recodings] == [
        ("age", "all values were raised b")
    ]
    assert first.alarms[0].kind == "recoded"


def test_people_who_change_are_no_recoding(file_place, tool, customers):
    def richer(t):
        by = np.random.default_rng(0).normal(20, 12, len(t))
        return t.assign(age=t["age"] + by, plan=t["plan"].where(t.index % 3 > 0, "gold"))

    found = sent(file_place.monitor(tool), customers, richer)
    assert found[RECODED].verdict == "recalibrate"
    assert all(u.recodings == () for u in found)
    assert all(a.because == "" for u in found for a in u.alarms)


def test_two_fields_at_once_are_both_named(file_place, tool, customers):
    def both(t):
        return FORMS["another name"][0](FORMS["another unit"][0](t))

    found = sent(file_place.monitor(tool), customers, both)[RECODED]
    assert sorted(told(found)) == [FORMS["another unit"][1], RENAMED]
    assert found.status.startswith("recalibrate 2026-11-04: `age` is recoded since 2026-11-04: ")
    assert {a.because for a in found.alarms if a.kind == "size"} == {
        "`age` is recoded since 2026-11-04 and `plan` is recoded since 2026-11-04"
    }


def test_what_comes_later_is_not_explained_by_it(file_place, tool, customers):
    monitor, base = file_place.monitor(tool), customers(900, 3)
    monitor.update(base, DAYS[0])
    renamed = base.assign(plan=base["plan"].replace("basic", "standard"))
    monitor.update(renamed, DAYS[1])
    older = renamed.assign(age=base["age"] + 15 * (np.arange(900) % 2))
    found = monitor.update(older, "2027-05-01")
    assert told(found) == [("plan", "`basic` is now called `standard`")]
    assert {a.because for a in found.opened} == {""}
    assert {a.kind for a in found.opened} >= {"size", "shift"}


def test_an_earlier_alarm_stays_as_it_was_beside_it(file_place, tool, customers):
    reference, base = customers(900, 1), customers(900, 3)
    base["age"] += 10
    monitor = file_place.monitor(tool, reference.drop(columns="customer_id"))
    before = monitor.update(base, DAYS[0])
    found = monitor.update(FORMS["another unit"][0](base), DAYS[1])
    assert told(found) == [FORMS["another unit"][1]]
    places = {a.place for a in before.alarms}
    earlier = [a for a in found.alarms if a.place in places]
    assert ("all", "age", "") in {a.place for a in earlier}
    assert not any(a.kind == "recoded" or a.because for a in earlier)


def test_it_ends_when_it_is_undone_though_the_field_stays_under_alarm(place, tool, customers):
    reference, base = customers(900, 1), customers(900, 3)
    base["age"] += 10
    monitor = place.monitor(tool, reference.drop(columns="customer_id"))
    yearly, found = FORMS["another unit"][0], []
    for number, day in enumerate(DAYS):
        base = turnover(customers, base.assign(age=base["age"] - 10), 70 + number, 0.01)
        base["age"] += 10
        found.append(monitor.update(yearly(base) if number in (1, 2, 4) else base, day))
    expected = [FORMS["another unit"][1]]
    assert [told(u) for u in found] == [[], expected, expected, [], expected, [], []]
    assert [u.recodings[0].since.day for u in found if u.recodings] == [2, 2, 5]
    own = [a for u in found for a in u.alarms if a.place == ("all", "age", "")]
    assert [(a.opened.day, a.kind == "recoded") for a in own] == [(1, False)] * 7
    monitor.rollback(DAYS[2])
    assert told(monitor.latest()) == expected


def test_another_form_follows_it_until_both_are_undone(file_place, tool, customers):
    def exchanged(t, a, b):
        return t.assign(plan=t["plan"].replace({a: b, b: a}))

    monitor, base = file_place.monitor(tool), customers(900, 3)
    one = exchanged(base, "basic", "gold")
    two = exchanged(one, "gold", "plus")
    # back to the first form is not undone
    found = [monitor.update(t, d) for t, d in zip([base, one, two, one, base], DAYS, strict=False)]
    details = [r.detail for u in found for r in u.recodings]
    first = "`basic` became `gold`, `gold` became `basic`"
    again = "`gold` became `plus`, `plus` became `gold`"
    then = f"{first}; on 2026-11-03: {again}"
    assert details == [first, then, f"{then}; on 2026-11-04: {again}"]
    assert (found[0].recodings, found[4].recodings) == ((), ())
    assert {r.since for u in found for r in u.recodings} == {date(2026, 11, 2)}
    # what opened with the first form stays explained by it
    for update in found[1:4]:
        assert update.alarms[0].kind == "recoded"
        assert all(a.because for a in update.alarms[1:] if a.opened == date(2026, 11, 2))
    monitor.rollback(DAYS[1])
    assert told(monitor.latest()) == [("plan", first)]


def power(tool, people, folder, n_runs, form, n):
    """In how many runs the recoding is named on its day, and in how many before it."""
    from segkit.diagnostics import Monitor

    change, expected = FORMS[form]
    named = early = 0
    for run in range(n_runs):
        found = sent(
            Monitor(folder / f"{form}-{run}.duckdb", tool), people, change, n, run, DAYS[:4]
        )
        named += expected in told(found[RECODED])
        early += any(told(u) for u in found[:RECODED])
    return named, early


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_recoding_is_named_on_its_day(simulated, tool, tmp_path, form, customers):
    pytest.importorskip("duckdb")
    # 5 % of the customers have gaps: of fewer than 30 nothing is claimed
    n = 1000 if form == "gaps coded" else 300
    named, early = power(tool, customers, tmp_path, 80, form, n)
    # accepted when no more than 1 in 100 are missed, or named before there is one
    simulated(f"{form} of {n} customers not named on its day", 80 - named, 80, 0.01, at_most=True)
    simulated(f"{form} named before its day", early, 80, 0.01, at_most=True)


@pytest.mark.parametrize("kind", ["files", "polars"])
def test_whatever_the_base_comes_as(file_place, tool, tmp_path, kind, customers):
    change, expected = FORMS["another name"]
    monitor = file_place.monitor(tool)
    base = customers(400, 3)
    for number, table in enumerate((base, change(base))):
        if kind == "polars":
            given = pytest.importorskip("polars").from_pandas(table)
        else:
            given = tmp_path / f"{number}.parquet"
            table.to_parquet(given)
        found = monitor.update(given, DAYS[number])
    assert told(found) == [expected]


def test_a_tool_of_one_field_is_told_too(file_place, customers):
    fields = customers(600, 1)[["age"]].fillna(45.0)
    tool = TypingTool(n_trees=10).fit(fields, np.where(fields["age"] > 47, "old", "young"))
    base = pd.DataFrame({"customer_id": range(600), "age": fields["age"]})
    monitor = file_place.monitor(tool)
    monitor.update(base, DAYS[0])
    found = monitor.update(base.assign(age=base["age"] * 100), DAYS[1])
    assert told(found) == [("age", "all values were multiplied by 100")]
