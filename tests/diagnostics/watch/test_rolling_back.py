"""Back to a day or to a version: as if what came later had never been sent."""

import pytest

from segkit.exceptions import SegkitError


def without_notes(content):
    return {**content, "events": [], "monitor": []}


def test_back_to_a_day_is_as_it_was_and_the_days_can_be_sent_again(place, tool, days):
    monitor, contents = place.monitor(tool), {}
    for day, base in days.items():
        monitor.update(base, day)
        contents[day] = without_notes(place.content())
    monitor.rollback("2026-11-03")
    assert without_notes(place.content()) == contents["2026-11-03"]
    for day in ("2026-11-04", "2026-11-05", "2026-11-06"):
        monitor.update(days[day], day)
        assert without_notes(place.content()) == contents[day]
    assert monitor.events()["what"].tolist() == ["tool", "rollback"]


def test_back_to_the_start_there_is_nothing_but_the_tool(watched, days):
    monitor = watched.monitor()
    monitor.rollback("start")
    content = watched.content()
    assert [name for name, rows in content.items() if rows] == ["monitor", "versions", "events"]
    with pytest.raises(SegkitError, match="no day yet"):
        monitor.status()
    assert monitor.update(days["2026-11-01"], "2026-12-01").new == 400


def test_back_to_an_earlier_version_its_tags_are_those_it_gave(watched, tool, other_tool, days):
    base, monitor = days["2026-11-06"], watched.monitor()
    before = monitor.tags()
    assert monitor.use(other_tool) == 2
    assert monitor.update(base, "2026-11-07").version == 2
    monitor.rollback(1)
    again = monitor.update(base, "2026-11-08")
    assert (again.version, again.verdict) == (1, "keep")
    after = monitor.tags()
    names = ["customer_id", "segment", "probability"]
    assert after[names].equals(before[names])
    assert set(after["since"].astype(str)) == {"2026-11-08"}
    assert monitor.use(other_tool) == 2  # by name a known tool comes back
    assert monitor.history()["version"].tolist() == [1] * 6 + [2, 1]


def test_back_before_another_version_came_its_reference_is_learned_anew(watched, other_tool, days):
    monitor = watched.monitor()
    monitor.use(other_tool)
    monitor.update(days["2026-11-06"], "2026-11-07")
    monitor.rollback("2026-11-06")
    assert monitor.status().endswith("tool version 1")
    monitor.use(other_tool)
    found = monitor.update(days["2026-11-05"], "2026-11-07")
    assert (found.version, found.alarms) == (2, ())


def test_what_is_not_in_the_store_is_refused(watched, tool, days):
    monitor = watched.monitor()
    with pytest.raises(SegkitError, match="Version 7 of the tool is not in the store; it has 1"):
        monitor.rollback(7)
    with pytest.raises(SegkitError, match="day 2026-12-24 is not in the store; it has 2026-11-01"):
        monitor.rollback("2026-12-24")
    with pytest.raises(SegkitError, match="reference of its own"):
        monitor.use(tool, days["2026-11-01"])
    monitor.retain(2)
    with pytest.raises(SegkitError, match=r"Tags before 2026-11-04 were dropped \(retain\)"):
        monitor.rollback("2026-11-03")
    monitor.rollback("2026-11-05")
    assert monitor.history()["day"].astype(str).tolist()[-1] == "2026-11-05"
