"""A step is kept only while its inputs, its outputs and the version are the same."""

import numpy as np
import pytest

import segkit
from segkit.study.memory import Memory, code_digest, fingerprint


@pytest.fixture
def output(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("made")
    return path


def _run(folder, inputs, output):
    memory = Memory(folder / "steps.json")
    held = memory.holds("step", inputs, [output])
    if not held:
        memory.keep("step")
    return held


def test_an_unchanged_step_is_kept(tmp_path, output):
    assert not _run(tmp_path, [1, "a"], output)
    assert _run(tmp_path, [1, "a"], output)


def test_a_changed_input_is_seen(tmp_path, output):
    _run(tmp_path, [1], output)
    assert not _run(tmp_path, [2], output)


def test_a_changed_output_is_seen(tmp_path, output):
    _run(tmp_path, [1], output)
    output.write_text("edited by hand")
    assert not _run(tmp_path, [1], output)


def test_a_lost_output_is_seen(tmp_path, output):
    _run(tmp_path, [1], output)
    output.unlink()
    memory = Memory(tmp_path / "steps.json")
    assert not memory.holds("step", [1], [output])


def test_other_code_is_seen(tmp_path, output, monkeypatch):
    _run(tmp_path, [1], output)
    monkeypatch.setattr("segkit.study.memory.code_digest", lambda: "of the next release")
    assert not _run(tmp_path, [1], output)


def test_the_code_is_known_by_version_and_source(tmp_path, monkeypatch):
    (tmp_path / "room").mkdir()
    source = tmp_path / "room" / "step.py"
    source.write_text("a = 1")
    monkeypatch.setattr(segkit, "__file__", str(tmp_path / "__init__.py"))
    digests = [code_digest.__wrapped__()]
    source.write_text("a = 2")
    digests.append(code_digest.__wrapped__())
    monkeypatch.setattr(segkit, "__version__", "99")
    digests.append(code_digest.__wrapped__())
    assert len(set(digests)) == 3


@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", "\x00"])
def test_a_damaged_memory_counts_as_empty(tmp_path, output, damage):
    _run(tmp_path, [1], output)
    (tmp_path / "steps.json").write_text(damage)
    assert not _run(tmp_path, [1], output)


def test_fingerprints_tell_frames_arrays_and_files_by_content(frame_kind, tmp_path):
    table = frame_kind.make({"a": [1, 2], "b": ["x", None]})
    same = frame_kind.make({"a": [1, 2], "b": ["x", None]})
    other = frame_kind.make({"a": [1, 2], "b": ["x", "y"]})
    assert fingerprint([table]) == fingerprint([same]) != fingerprint([other])
    assert fingerprint([np.arange(3)]) != fingerprint([np.arange(3.0)])
    path = tmp_path / "a"
    path.write_text("one")
    before = fingerprint([path])
    path.write_text("two")
    assert fingerprint([path]) != before
