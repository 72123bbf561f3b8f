"""Customers who are forgotten, and tags that are dropped: what stays is exact."""

from pathlib import Path

import numpy as np
import pytest

from segkit.exceptions import SegkitError, SegkitWarning

FORGOTTEN = [1003, 1010, 1399, 300_001]


def test_a_store_that_forgot_is_one_that_never_knew(place, tool, days):
    whole = place.monitor(tool)
    for day, base in days.items():
        whole.update(base, day)
    assert whole.forget([*FORGOTTEN, "nobody"]) == 4
    kept = place.content()
    fresh = type(place)(place.address + ".fresh", place.schema)
    if "://" in place.address:
        fresh = type(place)(place.address, place.schema + "_fresh")
    other = fresh.monitor(tool)
    for day, base in days.items():
        other.update(base[~base["customer_id"].isin(FORGOTTEN)], day)
    never = fresh.content()
    # all but the cells, whose bins were learned from a slightly different base
    assert [row[:9] for row in kept["tags"]] == [row[:9] for row in never["tags"]]
    flows = [row[:7] for row in kept["days"]]
    assert flows == [row[:7] for row in never["days"]]
    assert [row[7] for row in kept["days"]] == [row[7] for row in never["days"]]


def test_counts_are_those_of_a_recount(watched, tool, days):
    from segkit.diagnostics.counting.tables import count_table
    from segkit.diagnostics.watch.ledger import all_days, read_counts
    from segkit.diagnostics.watch.versions import all_versions

    watched.monitor().forget(np.array(FORGOTTEN))
    with watched.store.session(write=False) as session:
        (version,) = all_versions(session)
        counts = {
            str(row.day): read_counts(session, row.day, version, version.reference.bins)
            for row in all_days(session)
        }
    for day, base in days.items():
        left = base[~base["customer_id"].isin(FORGOTTEN)]
        tags = tool.tag(left)["segment"].to_numpy(object)
        anew = count_table(left, version.reference.bins, segments=tags)
        for name, found in anew.fields.items():
            assert np.array_equal(counts[day][name], found.cells), (day, name)
        if day == "2026-11-01":
            assert version.reference.counts.fields.keys() == anew.fields.keys()
            for name, found in version.reference.counts.fields.items():
                assert np.array_equal(found.cells, anew.fields[name].cells)


def test_nothing_of_a_customer_is_left_in_the_file_or_its_copy(file_place, tool, days):
    base = days["2026-11-01"].copy()
    base["customer_id"] = [f"customer-{i:06d}-x" for i in range(len(base))]
    monitor = file_place.monitor(tool)
    monitor.update(base, "2026-11-01")
    store = Path(file_place.address)
    before = store.read_bytes()
    assert monitor.forget("customer-000017-x") == 1
    assert monitor.forget("customer-000017-x") == 0
    assert b"000017" in before
    for path in (store, file_place.store.copy):
        assert b"000017" not in path.read_bytes()
    assert len(monitor.tags()) == 399
    assert sorted(p.name for p in store.parent.iterdir()) == [
        "monitor.duckdb",
        "monitor.duckdb.bak",
    ]


def test_the_forgotten_who_are_still_in_the_base_come_back_as_new(watched, tool, days):
    monitor = watched.monitor()
    monitor.forget(1010)
    again = monitor.update(days["2026-11-06"], "2026-11-06")
    assert again.outcome == "replaced"
    assert "1010" in monitor.tags()["customer_id"].tolist()
    assert set(monitor.trail(1010)["first_day"].astype(str)) == {"2026-11-06"}


def test_old_tags_are_dropped_and_daily_counts_stay(watched, tool, days):
    before = watched.content()
    monitor = watched.monitor()
    n = monitor.retain(2)
    after = watched.content()
    assert n == len(before["tags"]) - len(after["tags"]) > 0
    for name in ("days", "counts", "mix", "alarms"):
        assert after[name] == before[name]
    assert len(monitor.tags()) == len(days["2026-11-06"])
    assert len(monitor.tags("2026-11-04")) == len(days["2026-11-04"])
    assert monitor.retain(2) == 0
    with pytest.raises(SegkitError, match=r"dropped \(retain\), so that nobody can say whether"):
        monitor.update(days["2026-11-02"], "2026-11-02")
    assert monitor.update(days["2026-11-05"], "2026-11-05").outcome == "known"
    with pytest.raises(SegkitError, match="days=-1 was given"):
        monitor.retain(-1)


def test_forgetting_after_dropping_leaves_the_dropped_days_as_they_are(watched):
    monitor = watched.monitor()
    monitor.retain(2)
    before = watched.content()
    assert monitor.forget([1003, 1010]) == 2
    after = watched.content()
    early = [row for row in before["counts"] if str(row[0]) < "2026-11-04"]
    assert [row for row in after["counts"] if str(row[0]) < "2026-11-04"] == early
    assert after["counts"] != before["counts"]


def test_when_everybody_is_forgotten_no_day_is_left(watched, tool, days):
    monitor = watched.monitor()
    everybody = {i for base in days.values() for i in base["customer_id"]}
    assert monitor.forget(sorted(everybody)) == len(everybody)
    content = watched.content()
    for name in ("tags", "days", "counts", "mix", "alarms", "recodings"):
        assert content[name] == []
    assert monitor.events()["detail"].tolist()[-1].endswith("Nobody is left: all days are gone.")
    with pytest.raises(SegkitError, match="The store has no day yet"):
        monitor.latest()
    # the tool stayed, and the next day is a first one
    assert monitor.update(days["2026-11-06"], "2026-11-06").new == len(days["2026-11-06"])


def test_nobody_of_a_day_is_refused_while_others_stay(place, tool, customers):
    monitor, base = place.monitor(tool), customers(60, 3)
    monitor.update(base.head(30), "2026-11-01")
    with pytest.warns(SegkitWarning, match="are gone"):
        monitor.update(base.tail(30), "2026-11-02")
    before = place.content()
    with pytest.raises(SegkitError, match=r"Of 2026-11-01 nobody would be left; .* rollback"):
        monitor.forget(base["customer_id"].head(30))
    assert place.content() == before
