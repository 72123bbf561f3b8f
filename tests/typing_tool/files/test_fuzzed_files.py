"""Damaged and hostile files: an error or the same answers, never a crash, never code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from segkit.typing_tool import TypingTool

HERE = Path(__file__).parent
MEGABYTES = 600  # beyond what loading the libraries and the tool took
ALL = {"refused", "same", "other"}


def fuzzed(trials, seed, file=HERE / "data" / "version_1.segkit"):
    """Load changed files in a process of its own, where memory is bounded and code is seen."""
    pytest.importorskip("pandas")
    command = [sys.executable, HERE / "fuzzing.py", file, str(trials), str(seed), str(MEGABYTES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    return json.loads(done.stdout)


def accepted(found, trials):
    counts = found["counts"]
    assert found["faults"] == []
    assert sum(sum(c.values()) for c in counts.values()) == trials
    assert all(set(c) <= ALL for c in counts.values())
    # where the checksums were not corrected, nothing but the same tool may pass
    edits = ("changed_numbers", "changed_manifest", "swapped")
    assert [k for k, c in counts.items() if "other" in c and k not in edits] == []
    for attack in ("bomb", "pickled", "nested", "linked"):
        assert set(counts[attack]) == {"refused"}


def test_300_changed_files():
    accepted(fuzzed(300, seed=1), 300)


def test_150_changed_files_of_a_scorecard(people, tmp_path):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    tool = TypingTool(model="scorecard", n_folds=2)
    file = tool.fit(pandas.DataFrame(made.columns), made.segments).save(tmp_path / "card.segkit")
    base = (HERE / "data" / "version_1.json").read_text("utf-8")
    file.with_suffix(".json").write_text(base, "utf-8")
    accepted(fuzzed(150, seed=2, file=file), 150)


@pytest.mark.slow
def test_10000_changed_files():
    accepted(fuzzed(10_000, seed=0), 10_000)
