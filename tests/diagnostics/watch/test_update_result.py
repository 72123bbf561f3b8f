"""What a day that was sent says of itself."""

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics import drift


@pytest.fixture
def updates(file_place, tool, days):
    monitor = file_place.monitor(tool)
    first = monitor.update(days["2026-11-01"], "2026-11-01")
    table = days["2026-11-02"]
    # people of their own pace: a constant for all would be another way of recording
    by = np.random.default_rng(0).normal(15, 9, len(table)).round()
    older = table.assign(age=table["age"] + by)
    return first, monitor.update(older, "2026-11-02"), older


def test_the_first_day_is_its_own_reference(updates):
    first = updates[0]
    assert (first.outcome, first.verdict, first.exit_code, first.alarms) == ("added", "keep", 0, ())
    assert set(first.frame()["psi"]) == {0.0}
    assert set(first.frame()["kind"]) == {"stable"}


def test_a_day_that_changed_says_what_and_what_to_do(updates):
    day = updates[1]
    assert (day.verdict, day.exit_code) == ("recalibrate", 10)
    assert day.status.startswith("recalibrate 2026-11-02: 402 customers (5 new, ")
    assert day.opened == day.alarms
    flagged = day.frame().query("kind != 'stable'")
    assert {("all", "age")} <= set(zip(flagged["segment"], flagged["field"], strict=True))
    assert day.summary().startswith("Verdict of 2026-11-02: recalibrate. `age`, shift: higher by")
    assert "14 tests a day, each at 2.0e-04, allow 1 false alarm in" in day.summary()


def test_figures_are_those_of_drift(updates, tool, days):
    _, day, older = updates
    found = day.frame()
    other = drift(days["2026-11-01"], older, fields=["age", "plan", "online"]).frame()
    mine = found[found["segment"] == "all"].set_index("field")
    theirs = other[other["segment"] == "all"].set_index("field").loc[mine.index]
    for name in ("psi", "effect", "p", "missing_after", "n_after"):
        assert mine[name].tolist() == pytest.approx(theirs[name].tolist()), name


def test_tables_are_of_the_kind_of_the_base(file_place, tool, days):
    polars = pytest.importorskip("polars")
    found = file_place.monitor(tool).update(polars.from_pandas(days["2026-11-01"]), "2026-11-01")
    assert isinstance(found.frame(), polars.DataFrame)
    assert isinstance(found.mix, polars.DataFrame)


def test_the_picture_draws_the_table(updates):
    ax = updates[1].plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == (
        updates[1]
        .frame()
        .query("segment == 'all'")
        .sort_values("psi", ascending=False)["field"]
        .tolist()
    )
    assert isinstance(updates[1].mix, pd.DataFrame)


def test_a_recoded_field_is_named_first_and_sizes_as_its_consequence(file_place, tool, days):
    monitor = file_place.monitor(tool)
    monitor.update(days["2026-11-01"], "2026-11-01")
    base = days["2026-11-02"]
    day = monitor.update(base.assign(age=12 * base["age"]), "2026-11-02")
    told = "`age` is recoded since 2026-11-02: all values were multiplied by 12"
    assert day.status.startswith(f"recalibrate 2026-11-02: {told}; 402 customers (5 new, ")
    following = [a for a in day.alarms if a.because]
    assert day.status.endswith(
        f"{len(day.alarms)} open alarms, {len(following)} of them likely because of it; "
        "tool version 1"
    )
    assert (day.verdict, day.exit_code) == ("recalibrate", 10)
    assert day.alarms[0].words.startswith("`age`, recoded: all values were multiplied by 12 (undon")
    sizes = [a for a in day.alarms if a.kind == "size"]
    assert sizes
    assert all(a.because == "`age` is recoded since 2026-11-02" for a in sizes)
    assert sizes[0].words.endswith(". Likely because `age` is recoded since 2026-11-02.")
    (row,) = day.frame().query("segment == 'all' and kind != 'stable'").to_dict("records")
    assert (row["field"], row["kind"]) == ("age", "recoded")
    assert "A recoded field is read wrongly by the tool: undo the recoding" in day.summary()
    assert monitor.latest().status == day.status
    page = monitor.report()
    assert "\u201cage\u201d is recoded: repair that first" in page
    assert "Evidence: undone, the share of customers in another bin than before falls from" in page
