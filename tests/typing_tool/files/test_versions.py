"""A file of every version that was ever written must load, and tag as it did, for ever."""

import json
from pathlib import Path

import numpy as np
import pytest

import segkit
from segkit.exceptions import SegkitError
from segkit.typing_tool import load
from segkit.typing_tool.files import archive
from segkit.typing_tool.files.archive import read_archive, write_archive
from segkit.typing_tool.files.versions import STEPS, VERSION

DATA = Path(__file__).parent / "data"
OLD = sorted(DATA.glob("version_*.segkit"))


@pytest.mark.parametrize("path", OLD, ids=lambda p: p.stem)
def test_old_files_tag_as_they_did(path, frame_kind, tmp_path):
    then = json.loads(path.with_suffix(".json").read_text("utf-8"))
    tool, base = load(path), frame_kind.make(then["base"])
    votes = tool.model_.forest.score(tool.model_.codes.encode(base))
    np.testing.assert_array_equal(votes, then["votes"])
    assert tool.predict(base).tolist() == then["tags"]
    np.testing.assert_array_equal(
        tool.predict_proba(base).max(axis=1).round(12), np.round(then["probability"], 12)
    )
    again = load(tool.save(tmp_path / "today.segkit"))
    assert again.predict(base).tolist() == then["tags"]
    assert again.summary() == tool.summary()


def test_every_older_version_has_a_step_and_a_file():
    assert list(STEPS) == list(range(1, VERSION))
    assert {int(p.stem.split("_")[1]) for p in OLD} >= set(STEPS)


def written(path, monkeypatch, version, **entries):
    monkeypatch.setattr(archive, "VERSION", version)
    write_archive(path, entries, {})
    return path


def test_a_later_version_names_what_wrote_it(tmp_path, monkeypatch):
    path = written(tmp_path / "t", monkeypatch, VERSION + 1, written_by="segkit 9.1")
    text = (
        rf"`t` is not .*: it is of version {VERSION + 1}, written by segkit 9.1, and this segkit "
        rf"reads versions up to {VERSION}: install that segkit or a later one"
    )
    with pytest.raises(SegkitError, match=text):
        read_archive(path)


@pytest.mark.parametrize("version", [0, -1, True, None, "2", 1.0, [1], {"a": 1}])
def test_a_version_that_is_none(tmp_path, monkeypatch, version):
    path = written(tmp_path / "t", monkeypatch, version)
    with pytest.raises(SegkitError, match=f"its version is .*not a number from 1 to {VERSION}"):
        read_archive(path)


def test_the_file_says_what_wrote_it(tmp_path):
    manifest, _ = read_archive(write_archive(tmp_path / "t", {}, {}))
    assert manifest["written_by"] == f"segkit {segkit.__version__}"
    assert manifest["version"] == VERSION
