import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base import base_sums, parts, totals
from segkit.typing_tool.base.parts import MANIFEST, TaggedParts

N, GROUP = 12_000, 400

CHILD = """
import resource, sys
from segkit.typing_tool import load
from segkit.typing_tool.base import base_sums, parts, totals
parts.PART_ROWS, base_sums.SAMPLE, totals.SAMPLE = {group}, 50, 50
tool = load(sys.argv[1])
saved = tool._saved()
tool._saved = lambda: saved  # the tool itself is not what must not fit
if {limit}:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
print(tool.tag(sys.argv[2], sys.argv[3]).summary())
"""


def shrink(patch):
    """Make parts of one row group, and keep few customers for the sizes of segments."""
    patch.setattr(parts, "PART_ROWS", GROUP)
    for module in (base_sums, totals):
        patch.setattr(module, "SAMPLE", 50)


@pytest.fixture(scope="module")
def world(tmp_path_factory, shy_tool, people):
    """A saved tool, a base of 22 row groups in two files, and the folder of an unhindered run."""
    polars = pytest.importorskip("polars")
    folder = tmp_path_factory.mktemp("world")
    frame = polars.DataFrame({"id": range(N), **people(N, seed=9).columns})
    (folder / "base").mkdir()
    frame[:5000].write_parquet(folder / "base" / "a.parquet", row_group_size=GROUP)
    frame[5000:].write_parquet(folder / "base" / "b.parquet", row_group_size=2 * GROUP)
    tool = shy_tool.save(folder / "tool.segkit")
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        shy_tool.tag(folder / "base", folder / "whole")
    return SimpleNamespace(base=folder / "base", tool=tool, whole=folder / "whole", frame=frame)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    shrink(monkeypatch)


def content(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def rows_of(folder):
    files = sorted(folder.glob("*.parquet"))
    return pa.concat_tables([pq.read_table(f) for f in files])


def start(world, out, limit=0):
    code = CHILD.format(group=GROUP, limit=limit)
    words = [sys.executable, "-c", code, str(world.tool), str(world.base), str(out)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def n_parts(folder):
    return len(list(folder.glob("part-*.parquet"))) if folder.is_dir() else 0


def test_parts_hold_the_base_in_its_order(world, shy_tool):
    assert n_parts(world.whole) == 22
    tagged = rows_of(world.whole)
    assert tagged["id"].to_pylist() == list(range(N))
    whole = shy_tool.tag(world.frame)
    assert tagged["segment"].to_pylist() == whole["segment"].to_list()
    assert tagged["probability_1"].to_pylist() == whole["probability_1"].to_list()
    manifest = json.loads((world.whole / MANIFEST).read_text())
    assert [p["rows"] for p in manifest["parts"]] == [*[400] * 12, 200, *[800] * 8, 600]
    assert manifest["parts"][0]["of"] == "a.parquet, row group 0"
    assert set(manifest["job"]) == {"tool", "sets", "base", "batch_rows"}


def killed_runs(world, out, n_kills, rng):
    """Start a run again and again, each killed at a random moment; return the parts found."""
    seen = []
    for kill in range(n_kills):
        # from the first moments to well after some parts
        wanted = seen[-1] + int(rng.integers(0, max(2, 36 // n_kills))) if kill else 0
        process = start(world, out)
        while process.poll() is None and n_parts(out) <= wanted:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        seen.append(n_parts(out))
    return seen


def check_killed_runs(world, tmp_path, n_kills):
    out = tmp_path / "out"
    seen = killed_runs(world, out, n_kills, np.random.default_rng(n_kills))
    assert seen == sorted(seen)  # what was finished stays finished
    done = start(world, out)
    said, fault = done.communicate()
    assert done.returncode == 0, fault
    assert content(out) == content(world.whole)
    if seen[-1] < 22:
        assert "by an earlier run" in said


def test_killed_runs_end_with_the_same_bytes(world, tmp_path):
    check_killed_runs(world, tmp_path, 2)


@pytest.mark.slow
def test_ten_killed_runs_end_with_the_same_bytes(world, tmp_path):
    check_killed_runs(world, tmp_path, 10)


def test_what_a_killed_run_left_is_cleared_away(world, shy_tool, tmp_path):
    out = tmp_path / "out"
    shy_tool.tag(world.base, out)
    manifest = json.loads((out / MANIFEST).read_text())
    # as if killed between a part and the manifest, and in the middle of the next part
    saved = TaggedParts.read(out)
    tagger = shy_tool._tagger()
    _, first = tagger.tag_part(world.frame[:GROUP], tagger.nothing(N))
    TaggedParts(saved.job, saved.parts[:1], first).save(out)
    (out / ".part-000007.parquet.abc.part").write_bytes(b"half")
    report = shy_tool.tag(world.base, out)
    assert (report.n_before, report.n_rows) == (GROUP, N)
    assert content(out) == content(world.whole)
    assert json.loads((out / MANIFEST).read_text()) == manifest


def test_a_finished_run_has_nothing_left_to_do(world, shy_tool, tmp_path):
    out = tmp_path / "out"
    first = shy_tool.tag(world.base, out)
    times = {p.name: p.stat().st_mtime_ns for p in out.iterdir()}
    again = shy_tool.tag(world.base, out)
    assert {p.name: p.stat().st_mtime_ns for p in out.iterdir()} == times
    assert again.n_before == N
    assert again.frame().equals(first.frame())
    assert f"{N} customers tagged ({N} of them by an earlier run) in" in again.summary()
    anew = shy_tool.tag(world.base, out, resume=False)
    assert anew.n_before == 0
    assert content(out) == content(world.whole)


def test_another_run_is_not_gone_on_with(world, shy_tool, small_tool, tmp_path):
    out = tmp_path / "out"
    shy_tool.tag(world.base, out)
    with pytest.raises(SegkitError, match=r"holds parts of another run: tool differ\. Give anothe"):
        small_tool.tag(world.base, out)
    with pytest.raises(SegkitError, match=r"parts of another run: batch_rows differ"):
        shy_tool.tag(world.base, out, batch_rows=100)
    with pytest.raises(SegkitError, match=r"parts of another run: sets differ"):
        shy_tool.tag(world.base, out, sets=0.9)
    with pytest.raises(SegkitError, match=r"parts of another run: base differ"):
        shy_tool.tag([world.base / "b.parquet"], out)
    assert small_tool.tag(world.base, out, resume=False).n_rows == N


def test_a_part_that_was_altered_is_named(world, shy_tool, tmp_path):
    out = tmp_path / "out"
    shy_tool.tag(world.base, out)
    (out / "part-000003.parquet").write_bytes(b"short")
    with pytest.raises(SegkitError, match=r"part-000003.parquet` is not as it was written"):
        shy_tool.tag(world.base, out)
    (out / MANIFEST).write_text('{"format": 1')
    with pytest.raises(SegkitError, match=r"_segkit.json` does not read"):
        shy_tool.tag(world.base, out)
    (out / MANIFEST).write_text(json.dumps({"format": "x", **_no_totals(shy_tool)}))
    with pytest.raises(SegkitError, match=r"_segkit.json` is no manifest that this segkit reads"):
        shy_tool.tag(world.base, out)


def _no_totals(tool):
    return {"job": {}, "parts": [], "totals": tool._tagger().nothing().entry()}


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("name", ["notes.txt", "part-000000.parquet"])
def test_a_folder_with_files_of_somebody_else_is_left_alone(
    world, shy_tool, tmp_path, name, resume
):
    (tmp_path / name).write_text("mine")
    with pytest.raises(SegkitError, match=rf"holds `{name}`, which is no part of a tagged base"):
        shy_tool.tag(world.base, tmp_path, resume=resume)
    assert content(tmp_path) == {name: b"mine"}


def test_two_runs_do_not_write_into_one_folder(world, shy_tool, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(SegkitError, match=r"Another run writes into the folder"):
            shy_tool.tag(world.base, tmp_path)
    finally:
        os.close(handle)
    assert shy_tool.tag(world.base, tmp_path).n_rows == N


def test_a_folder_that_cannot_be_made_is_named(world, shy_tool, tmp_path):
    with pytest.raises(SegkitError, match=r"none/out` cannot be made or opened: .*its parent exis"):
        shy_tool.tag(world.base, tmp_path / "none" / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(SegkitError, match=r"cannot be made or opened"):
        shy_tool.tag(world.base, tmp_path / "file" / "out")


def test_a_folder_without_permission_is_named(world, shy_tool, tmp_path):
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    if os.geteuid() == 0:  # the administrator may write there, but not where the kernel does
        out = Path("/sys/kernel/out")
    with pytest.raises(SegkitError, match=r"Permission denied|not permitted|Read-only"):
        shy_tool.tag(world.base, out)


def test_a_full_disk_names_the_part_and_leaves_the_finished_ones(world, tmp_path):
    sizes = [(world.whole / f"part-{i:06d}.parquet").stat().st_size for i in range(22)]
    stuck = 13  # the first of the second file, whose row groups are twice as large
    limit = max(sizes[:stuck])
    process = start(world, tmp_path / "out", limit=limit)
    _, fault = process.communicate()
    assert process.returncode == 1
    assert f"`part-{stuck:06d}.parquet` could not be written: " in fault
    found = content(tmp_path / "out")
    assert len(found) == stuck + 1
    for name in set(found) - {MANIFEST}:
        assert found[name] == (world.whole / name).read_bytes()
    done = start(world, tmp_path / "out")
    done.communicate()
    assert content(tmp_path / "out") == content(world.whole)


def test_a_damaged_part_of_the_base_is_named_and_finished_ones_stay(world, shy_tool, tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    for path in world.base.iterdir():
        (base / path.name).write_bytes(path.read_bytes())
    whole = (base / "b.parquet").read_bytes()
    times = (base / "b.parquet").stat()
    at = pq.ParquetFile(base / "b.parquet").metadata.row_group(2).column(1).data_page_offset
    (base / "b.parquet").write_bytes(whole[:at] + bytes(200) + whole[at + 200 :])
    os.utime(base / "b.parquet", ns=(times.st_atime_ns, times.st_mtime_ns))
    out = tmp_path / "out"
    with pytest.raises(SegkitError, match=r"The base `b.parquet` is damaged, or no parquet file"):
        shy_tool.tag(base, out)
    finished = content(out)
    assert n_parts(out) == 15
    # mended, it goes on
    (base / "b.parquet").write_bytes(whole)
    os.utime(base / "b.parquet", ns=(times.st_atime_ns, times.st_mtime_ns))
    report = shy_tool.tag(base, out)
    assert report.n_before == 5000 + 4 * GROUP
    tagged, expected = content(out), content(world.whole)
    for name in expected.keys() - {MANIFEST}:  # the files of this base have other times
        assert tagged[name] == expected[name]
    assert all(tagged[name] == finished[name] for name in finished.keys() - {MANIFEST})


def test_csv_files_become_parts_too(shy_tool, people, tmp_path):
    polars = pytest.importorskip("polars")
    (tmp_path / "base").mkdir()
    frame = polars.DataFrame(people(300, seed=2).columns)
    frame[:100].write_csv(tmp_path / "base" / "a.csv")
    frame[:0].write_csv(tmp_path / "base" / "b.csv")
    frame[100:].write_csv(tmp_path / "base" / "c.csv")
    for _ in range(2):
        report = shy_tool.tag(tmp_path / "base", tmp_path / "out")
    assert report.n_before == report.n_rows == 300
    names = sorted(p.name for p in (tmp_path / "out").glob("*.parquet"))
    assert names == ["part-000000.parquet", "part-000001.parquet"]
    assert rows_of(tmp_path / "out")["segment"].to_pylist() == (
        shy_tool.tag(frame)["segment"].to_list()
    )


@pytest.mark.parametrize("form", ["csv", "arrow"])
def test_one_large_file_becomes_several_parts_and_is_gone_on_with(
    shy_tool, people, tmp_path, monkeypatch, form
):
    polars = pytest.importorskip("polars")
    frame, base = polars.DataFrame(people(3 * GROUP + 30, seed=4).columns), tmp_path / f"a.{form}"
    frame.write_csv(base) if form == "csv" else frame.write_ipc(base)
    rows = GROUP // 2
    shy_tool.tag(base, tmp_path / "whole", batch_rows=rows)
    whole = content(tmp_path / "whole")
    assert [p["rows"] for p in json.loads(whole[MANIFEST])["parts"]] == [*[GROUP] * 3, 30]
    assert rows_of(tmp_path / "whole")["segment"].to_pylist() == (
        shy_tool.tag(frame)["segment"].to_list()
    )
    write = parts._Writing.part

    def stop_at_the_third(self, batches, number, *others):
        if number == 2:
            raise KeyboardInterrupt
        return write(self, batches, number, *others)

    with monkeypatch.context() as patch:
        patch.setattr(parts._Writing, "part", stop_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            shy_tool.tag(base, tmp_path / "out", batch_rows=rows)
    assert shy_tool.tag(base, tmp_path / "out", batch_rows=rows).n_before == 2 * GROUP
    assert content(tmp_path / "out") == whole
