"""The store as a file: damage is told, the last good state stays readable, writing is whole."""

import re
from pathlib import Path

import pytest

from segkit.exceptions import SegkitError

DAY = "2026-11-01"


@pytest.fixture
def sent(file_place, tool, days):
    for day in ("2026-11-01", "2026-11-02"):
        file_place.monitor(tool).update(days[day], day)
    return file_place


def scratch(path, begin, n):
    data = bytearray(path.read_bytes())
    data[begin : begin + n] = bytes(255 - b for b in data[begin : begin + n])
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["head", "text", "cut", "blocks"])
def test_a_damaged_store_is_told_and_its_copy_reads(sent, tool, days, how):
    path = Path(sent.address)
    before = sent.content()
    whole = path.stat().st_size
    if how == "head":
        scratch(path, 0, 4096)
    if how == "text":
        path.write_text("no database")
    if how == "cut":
        path.write_bytes(path.read_bytes()[: whole // 2])
    if how == "blocks":
        scratch(path, 12_288, whole - 12_288)
    message = re.escape("reads it, and renamed to `monitor.duckdb`")
    with pytest.raises(SegkitError, match=message):
        sent.monitor(tool).update(days["2026-11-03"], "2026-11-03")
    with pytest.raises(SegkitError, match=r"The last good state is in `monitor.duckdb.bak`"):
        sent.monitor().history()
    copy = type(sent)(str(sent.store.copy))
    assert copy.content() == before
    assert copy.monitor().status().startswith("keep 2026-11-02")
    sent.store.copy.replace(path)  # as the message says
    assert sent.monitor().update(days["2026-11-03"], "2026-11-03").outcome == "added"


def test_a_damaged_store_never_replaces_a_good_copy(sent, tool, days, monkeypatch):
    from segkit.diagnostics.watch import duckdb_store

    good = sent.store.copy.read_bytes()

    def copied_badly(source, target):
        target.write_bytes(Path(source).read_bytes())
        scratch(target, 12_288, target.stat().st_size - 12_288)

    monkeypatch.setattr(duckdb_store.shutil, "copyfile", copied_badly)
    with pytest.raises(SegkitError, match="damaged"):
        sent.monitor(tool).update(days["2026-11-03"], "2026-11-03")
    assert sent.store.copy.read_bytes() == good


def test_a_copy_that_is_older_than_the_store_is_written_by_the_next_call(sent, tool, days):
    sent.store.copy.unlink()
    assert sent.monitor(tool).update(days["2026-11-02"], "2026-11-02").outcome == "known"
    assert type(sent)(str(sent.store.copy)).content() == sent.content()


def test_an_update_that_fails_leaves_the_store_as_it_was(sent, tool, days, monkeypatch):
    from segkit.diagnostics.watch import ledger

    before = sent.content()

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(ledger, "write_day", full)
    with pytest.raises(OSError, match="no space"):
        sent.monitor(tool).update(days["2026-11-03"], "2026-11-03")
    assert sent.content() == before


def test_a_place_that_cannot_hold_a_store_is_named(file_place, tmp_path, tool, days):
    with pytest.raises(SegkitError, match=r"The store .* does not exist; expected one that update"):
        file_place.monitor().status()
    for path in (tmp_path, tmp_path / "no" / "monitor.duckdb"):
        with pytest.raises(SegkitError, match="expected a file in a folder that exists"):
            type(file_place)(str(path)).monitor(tool).update(days[DAY], DAY)


def test_another_database_is_not_written_to(file_place, tool, days):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(file_place.address) as other:
        other.execute("CREATE TABLE monitor (name TEXT, value TEXT)")
    with pytest.raises(SegkitError, match=r"The store says None; it lacks `versions`; expected"):
        file_place.monitor(tool).update(days[DAY], DAY)


def test_a_store_of_a_later_segkit_is_refused(sent):
    with sent.store.session(write=True) as session:
        session.run("UPDATE monitor SET value = 'segkit monitor 9' WHERE name = 'format'")
    with pytest.raises(SegkitError, match=r"says 'segkit monitor 9'; expected 'segkit monitor 2'"):
        sent.monitor().history()


def test_a_store_that_another_program_writes_to_is_in_use(sent, tool, days):
    import subprocess
    import sys

    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", hold, sent.address], stdin=pipe, stdout=pipe) as p:
        p.stdout.readline()
        with pytest.raises(SegkitError, match="is in use"):
            sent.monitor(tool).update(days["2026-11-03"], "2026-11-03")
        p.stdin.close()
