"""Days into a store of each kind: the same as counting everybody anew, once and only once."""

import random
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.watch.ledger import all_days, read_counts
from segkit.diagnostics.watch.versions import all_versions
from segkit.exceptions import SegkitError


def kept_counts(place, day):
    with place.store.session(write=False) as session:
        (version,) = all_versions(session)
        row = next(d for d in all_days(session) if str(d.day) == day)
        return read_counts(session, row.day, version, version.reference.bins), version, row


def test_counts_of_every_day_equal_counting_the_whole_base_anew(watched, tool, days):
    from segkit.diagnostics.counting.tables import count_table

    for day, base in days.items():
        kept, version, row = kept_counts(watched, day)
        tags = tool.tag(base)["segment"]
        anew = count_table(base, version.reference.bins, segments=tags.to_numpy(object))
        assert anew.groups == (*version.segments, "untagged")
        for name, counts in anew.fields.items():
            assert np.array_equal(kept[name], counts.cells), (day, name)
        assert row.flows.customers == len(base)


def test_tags_of_the_last_day_are_those_of_the_tool(watched, tool, days):
    base = days["2026-11-06"]
    with watched.store.session(write=False) as session:
        rows = session.rows(
            "SELECT customer_id, segment, probability FROM tags WHERE until IS NULL"
        )
    found = {id: (segment, probability) for id, segment, probability in rows}
    tagged = tool.tag(base)
    assert len(found) == len(base)
    wanted = zip(base["customer_id"], tagged["segment"], tagged["probability"], strict=True)
    for id, segment, probability in wanted:
        expected = None if pd.isna(segment) else segment
        assert found[str(id)] == (expected, pytest.approx(probability, abs=1e-12))


def test_only_customers_whose_fields_changed_are_tagged_again(place, tool, days, monkeypatch):
    first, second = (days[d] for d in ("2026-11-01", "2026-11-02"))
    monitor = place.monitor(tool)
    monitor.update(first, "2026-11-01")
    tagged = []
    from segkit.typing_tool.base.tagger import Tagger

    decide = Tagger.decide

    def noted(self, codes, bar=None):
        tagged.append(len(codes))
        return decide(self, codes)

    monkeypatch.setattr(Tagger, "decide", noted)
    found = monitor.update(second, "2026-11-02")
    both = first.merge(second, on="customer_id", suffixes=("", "_now"))
    names = ("age", "plan", "online")
    same = np.logical_and.reduce(
        [(both[n] == both[f"{n}_now"]) | (both[n].isna() & both[f"{n}_now"].isna()) for n in names]
    )
    assert (found.new, found.gone, found.changed) == (5, 3, int((~same).sum()))
    assert tagged == [found.new + found.changed]


def test_a_day_sent_twice_changes_nothing(watched, tool, days):
    before = watched.content()
    for day, base in days.items():
        shuffled = base.sample(frac=1, random_state=0)[["plan", "customer_id", "online", "age"]]
        again = watched.monitor(tool).update(shuffled, day)
        assert again.outcome == "known"
        assert again.customers == len(base)
    assert watched.content() == before


def test_the_last_day_with_other_content_is_replaced(place, tool, days):
    straight, corrected = place.monitor(tool), days["2026-11-02"]
    straight.update(days["2026-11-01"], "2026-11-01")
    straight.update(corrected, "2026-11-02")
    wanted = place.content()
    straight.update(days["2026-11-04"], "2026-11-02")
    found = straight.update(corrected, "2026-11-02")
    assert found.outcome == "replaced"
    assert "[replaced]" in found.status
    content = place.content()
    assert [row[2] for row in content["events"]].count("day replaced") == 2
    assert {**content, "events": []} == {**wanted, "events": []}


def test_the_first_day_replaced_is_the_new_reference(place, tool, days):
    monitor = place.monitor(tool)
    monitor.update(days["2026-11-01"], "2026-11-01")
    monitor.update(days["2026-11-05"], "2026-11-01")
    with place.store.session(write=False) as session:
        (version,) = all_versions(session)
    assert version.source == "2026-11-01"
    assert version.reference.n == len(days["2026-11-05"])


def test_days_out_of_order_are_refused_with_the_way_back(watched, tool, days):
    before = watched.content()
    monitor = watched.monitor()
    with pytest.raises(SegkitError, match=r"2026-10-31 comes before .* rollback\('start'\)"):
        monitor.update(days["2026-11-01"], "2026-10-31")
    with pytest.raises(SegkitError, match=r"other content \(.* rollback\('2026-11-02'\)"):
        monitor.update(days["2026-11-04"], "2026-11-03")
    assert watched.content() == before


def test_another_tool_is_the_next_version_and_tags_everybody(watched, other_tool, days):
    base = days["2026-11-06"]
    found = watched.monitor(other_tool).update(base, "2026-11-07")
    assert (found.version, found.changed, found.moved, found.verdict) == (2, 0, 0, "keep")
    with watched.store.session(write=False) as session:
        rows = session.rows("SELECT DISTINCT version, segment FROM tags WHERE until IS NULL")
        second = all_versions(session)[1]
    assert set(rows) == {(2, "online"), (2, "offline")}
    assert second.source == "2026-11-07"
    # a tool that the store knows does not come back by itself
    assert watched.monitor(other_tool).update(base, "2026-11-08").version == 2


@pytest.mark.parametrize("form", ["parquet", "csv", "polars", "lazy", "relation", "arrow"])
def test_a_base_is_the_same_whatever_it_comes_as(file_place, tool, days, tmp_path, form):
    import pyarrow as pa

    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    base = days["2026-11-01"]
    path = tmp_path / f"base.{form}"
    if form == "parquet":
        base.to_parquet(path)
    if form == "csv":
        base.to_csv(path, index=False)
    frame = polars.from_pandas(base)
    made = {
        "polars": frame,
        "lazy": frame.lazy(),
        "arrow": pa.Table.from_pandas(base),
        "relation": duckdb.from_arrow(pa.Table.from_pandas(base)),
    }
    file_place.monitor(tool).update(base, "2026-11-01")
    again = file_place.monitor(tool).update(made.get(form, path), "2026-11-01")
    assert again.outcome == "known"


def test_parts_of_a_base_are_the_whole(file_place, tool, days, monkeypatch, tmp_path):
    from segkit.diagnostics.watch import reading

    base = days["2026-11-01"]
    base.to_parquet(tmp_path / "base.parquet", row_group_size=70)
    file_place.monitor(tool).update(base, "2026-11-01")
    monkeypatch.setattr(reading.Base.parts, "__defaults__", (90,))
    assert file_place.monitor().update(tmp_path / "base.parquet", "2026-11-01").outcome == "known"
    twice = pd.concat([base, base.tail(1)])
    twice.to_parquet(tmp_path / "twice.parquet")
    with pytest.raises(SegkitError, match=r"`customer_id` of the base holds '1399' more than once"):
        file_place.monitor().update(tmp_path / "twice.parquet", "2026-11-02")


def test_a_repeated_new_id_is_named(file_place, tool, days):
    base = days["2026-11-01"].copy()
    base.loc[7, "customer_id"] = base.loc[3, "customer_id"]
    with pytest.raises(SegkitError, match=r"holds '1003' more than once; expected one row an id"):
        file_place.monitor(tool).update(base, "2026-11-01")
    assert not file_place.store.copy.exists()


def test_a_store_without_a_tool_asks_for_one(place, days):
    with pytest.raises(SegkitError, match=r"no typing tool yet; .* Monitor\(path, tool\)"):
        place.monitor().update(days["2026-11-01"], "2026-11-01")


def test_the_reference_given_is_kept_as_counts(place, tool, days):
    reference = days["2026-11-01"].drop(columns="customer_id")
    w = np.full(len(reference), 2.0)
    monitor = place.monitor(tool, reference, sample_weight=w)
    same = monitor.update(days["2026-11-01"], "2026-11-01")
    with place.store.session(write=False) as session:
        (version,) = all_versions(session)
    assert version.source == "given"
    assert version.reference.n == pytest.approx(400)
    assert max(same.frame()["psi"]) == pytest.approx(0)


NURSERY = """
import os, random, signal, sys, threading, time
from pathlib import Path
from segkit.diagnostics.monitor import Monitor
from segkit.diagnostics.watch import duckdb_store, postgres_store

folder = Path(sys.argv[1])
calls = 0

def killed_at(number, after):
    def counted(method):
        def call(*args):
            global calls
            calls += 1
            if calls == number:
                threading.Thread(target=die, args=(after,), daemon=True).start()
            return method(*args)
        return call
    for kind in (duckdb_store._DuckSession, postgres_store._PostgresSession):
        for name in ("run", "rows", "table", "stage"):
            setattr(kind, name, counted(getattr(kind, name)))

def die(after):
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGKILL)

def send(address, schema, number, after):
    killed_at(int(number), float(after))
    monitor = Monitor(address, folder / "tool.segkit", schema=schema)
    for path in sorted(folder.glob("*.parquet")):
        monitor.update(path, path.stem)
    (folder / "calls").write_text(str(calls))

for line in sys.stdin:  # a process of its own for each run, without importing anew
    child = os.fork()
    if child == 0:
        send(*line.split())
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nursery:
    """Sends all days from processes that die near the n-th statement."""

    def __init__(self, folder):
        words = [sys.executable, "-c", NURSERY, str(folder)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True)

    def run(self, place, at=0, after=0.0):
        order = (place.address, place.schema, at, after)
        print(*order, file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


def kill(place, tool, days, tmp_path, n_kills, seed):
    tool.save(tmp_path / "tool.segkit")
    for day, base in days.items():
        base.to_parquet(tmp_path / f"{day}.parquet")
    nursery, fresh, rng = Nursery(tmp_path), fresh_beside(place), random.Random(seed)
    with nursery.process:
        assert nursery.run(fresh) == 0
        calls = int((tmp_path / "calls").read_text())
        for number in range(n_kills):
            # what is done already costs fewer statements: die early in what is left
            at = rng.randint(1, max(5, calls // (number + 2)))
            code = nursery.run(place, at, rng.uniform(0, 0.02))
            assert code in (-signal.SIGKILL, 0)
            assert number or code == -signal.SIGKILL
            assert place.reads()  # at any time
        assert nursery.run(place) == 0
        nursery.process.stdin.close()
    assert place.content() == fresh.content()


def fresh_beside(place):
    if "://" in place.address:
        return type(place)(place.address, f"{place.schema}_fresh")
    return type(place)(place.address.replace("monitor.duckdb", "fresh.duckdb"))


def test_killed_twice_it_ends_with_the_same_store(place, tool, days, tmp_path):
    kill(place, tool, days, tmp_path, 2, 0)


@pytest.mark.slow
def test_killed_at_ten_random_points_it_ends_with_the_same_store(place, tool, days, tmp_path):
    kill(place, tool, days, tmp_path, 10, 1)
