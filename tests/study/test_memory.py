"""A step is kept only while its inputs, its outputs and the version are the same."""

import pytest

from segkit.study.memory import Memory


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


@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", "\x00"])
def test_a_damaged_memory_counts_as_empty(tmp_path, output, damage):
    _run(tmp_path, [1], output)
    (tmp_path / "steps.json").write_text(damage)
    assert not _run(tmp_path, [1], output)
