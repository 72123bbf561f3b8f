"""What a day that was sent says of itself."""

import pandas as pd
import pytest

from segkit.diagnostics import drift


@pytest.fixture
def updates(file_place, tool, days):
    monitor = file_place.monitor(tool)
    first = monitor.update(days["2026-11-01"], "2026-11-01")
    older = days["2026-11-02"].assign(age=days["2026-11-02"]["age"] + 15)
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
