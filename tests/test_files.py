import os
import stat
import time

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest

from segkit._files import (
    clear_drafts,
    existing_file,
    read_table,
    read_yaml,
    whole_file,
    write_table,
)
from segkit.exceptions import SegkitError


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_whole(tmp_path):
    with whole_file(tmp_path / "a.txt") as draft:
        draft.write_text("half")
        assert not (tmp_path / "a.txt").exists()
        draft.write_text("whole")
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert names_in(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_interruption_leaves_what_was_there_and_nothing_else(tmp_path, error):
    target = tmp_path / "a.txt"
    target.write_text("before")

    def write():
        with whole_file(target) as draft:
            draft.write_text("half")
            raise error

    with pytest.raises(error):
        write()
    assert target.read_text() == "before"
    assert names_in(tmp_path) == ["a.txt"]


def test_an_interruption_leaves_no_new_file(tmp_path):
    def write():
        with whole_file(tmp_path / "a.txt") as draft:
            draft.write_text("half")
            raise ValueError("full disk")

    with pytest.raises(ValueError, match="full disk"):
        write()
    assert names_in(tmp_path) == []


def test_a_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain.txt").write_text("x")
    with whole_file(tmp_path / "whole.txt") as draft:
        draft.write_text("x")
    modes = {stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("plain.txt", "whole.txt")}
    assert len(modes) == 1


def test_paths_that_cannot_be_written_are_named(tmp_path):
    with (
        pytest.raises(SegkitError, match=r"folder `.*nowhere` does not exist, so `a.txt` cannot"),
        whole_file(tmp_path / "nowhere" / "a.txt"),
    ):
        pass
    with pytest.raises(SegkitError, match="is a folder; expected the path"), whole_file(tmp_path):
        pass
    (tmp_path / "a.txt").touch()
    with (
        pytest.raises(SegkitError, match=r"folder `.*a.txt` is a file, so `b.txt` cannot"),
        whole_file(tmp_path / "a.txt" / "b.txt"),
    ):
        pass


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    with (
        pytest.raises(SegkitError, match=r"cannot be written \(.+\). Check that you may write"),
        whole_file(tmp_path / name),
    ):
        pass
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("path", [None, 3, b"a.txt"])
def test_what_is_no_path_is_refused(path):
    with (
        pytest.raises(SegkitError, match="path of a file to write; expected text"),
        whole_file(path),
    ):
        pass


@pytest.mark.parametrize("step", ["tempfile.mkstemp", "pathlib.Path.replace"])
def test_a_folder_that_is_read_only_and_a_file_in_use_are_told(tmp_path, monkeypatch, step):
    (tmp_path / "a.txt").write_text("before")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    def write():
        with whole_file(tmp_path / "a.txt") as draft:
            draft.write_text("new")

    monkeypatch.setattr(step, refuse)
    with pytest.raises(SegkitError, match=r"a.txt` cannot be written \(Permission denied\)"):
        write()
    assert (tmp_path / "a.txt").read_text() == "before"
    assert names_in(tmp_path) == ["a.txt"]


def test_drafts_of_killed_runs_are_cleared_when_they_are_old(tmp_path):
    old, young, other = (tmp_path / n for n in (".a.csv.x.part", ".a.csv.y.part", ".b.csv.z.part"))
    for path in (old, young, other):
        path.write_text("half")
    past = time.time() - 7200
    os.utime(old, (past, past))
    os.utime(other, (past, past))
    assert clear_drafts(tmp_path / "a.csv") == [old]
    assert names_in(tmp_path) == [young.name, other.name]


def test_a_file_that_is_not_there_is_named(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    assert existing_file(str(tmp_path / "a.txt"), what="The base") == tmp_path / "a.txt"
    for path in (tmp_path, tmp_path / "b.txt"):
        with pytest.raises(SegkitError, match=r"The base `.*` is not a file that can be read"):
            existing_file(path, what="The base")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".CSV"])
def test_tables_are_read_as_they_were_written(tmp_path, frame_kind, ending):
    frame = frame_kind.make({"n": [1.5, None, 3.0], "plan": ["a", "b", None]})
    path = write_table(frame, tmp_path / f"base{ending}")
    read = nw.from_native(read_table(path, what="The base"))
    np.testing.assert_array_equal(read["n"].to_numpy(), [1.5, np.nan, 3.0])
    assert read["plan"].fill_null("").to_list() == ["a", "b", ""]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("base.xlsx", "x", r"The base `base.xlsx` ends in `.xlsx`; expected .parquet or .csv"),
        ("base.parquet", "no parquet", "The base `base.parquet` cannot be read as .parquet"),
        ("base.csv", "", "The base `base.csv` cannot be read as .csv"),
    ],
)
def test_files_that_are_no_tables_are_named(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(SegkitError, match=message):
        read_table(tmp_path / name, what="The base")


def test_a_column_that_parquet_cannot_hold_is_named(tmp_path):
    mixed = pd.DataFrame({"plan": ["a", 1]})
    with pytest.raises(
        SegkitError, match=r"`base.parquet` cannot be written.*column plan.*one kind"
    ):
        write_table(mixed, tmp_path / "base.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("a: 1\nb: {c: 2, c: 3}\n", r"`c` stands twice in the entry of line 2"),
        ("a: !!python/name:os.system\n", "could not determine a constructor"),
        ("[" * 5000, "does not read as YAML"),
        ("{1: a, 1: b", "while parsing a flow mapping"),
    ],
)
def test_yaml_holds_plain_values_and_no_key_twice(tmp_path, content, fault):
    path = tmp_path / "notes.yaml"
    path.write_text(content)
    with pytest.raises(SegkitError, match=fault) as caught:
        read_yaml(path, what="The notes", expected="a list")
    assert "expected a list" in str(caught.value)


def test_yaml_may_repeat_itself_by_anchors(tmp_path):
    path = tmp_path / "notes.yaml"
    path.write_text("\ufeffa: &x {p: 1}\nb: {<<: *x, q: 2}\n", "utf-8")
    assert read_yaml(path, what="The notes", expected="a list") == {
        "a": {"p": 1},
        "b": {"p": 1, "q": 2},
    }
