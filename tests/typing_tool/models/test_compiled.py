import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from segkit.exceptions import SegkitWarning
from segkit.typing_tool import load
from segkit.typing_tool.models import compiled, engine
from segkit.typing_tool.models.calibration import Calibration, cut_of
from segkit.typing_tool.models.compiled import MANY_ROWS, loops
from segkit.typing_tool.models.forest import grow_forest

N = MANY_ROWS + 5000
SIZES = (3, 5, 60, 60, 8, 64, 12, 2, 30)


def grown(n_segments, n_fields=9, n_trees=40):
    rng = np.random.default_rng(n_segments)
    codes = np.stack([rng.integers(0, m, 400) for m in SIZES[:n_fields]], axis=1)
    labels = (codes.sum(axis=1) + rng.integers(0, 6, 400)) % n_segments
    order = np.lexsort((labels, *codes.T))
    anchors = np.tile(np.arange(64), (n_fields, 1))
    return grow_forest(
        codes[order].astype(np.uint8),
        np.eye(n_segments)[labels[order]],
        np.ones(400),
        anchors,
        n_trees=n_trees,
        random_state=n_segments,
    ).forest


# 5 segments: two packed words, 9: three; 40 trees: whole eights, 43: the last one is filled up
@pytest.mark.parametrize(
    ("n_segments", "n_fields", "n_trees"),
    [(2, 1, 1), (3, 3, 8), (3, 6, 43), (4, 8, 40), (5, 9, 40), (9, 9, 43)],
)
def test_compiled_and_numpy_votes_are_equal(monkeypatch, n_segments, n_fields, n_trees):
    forest = grown(n_segments, n_fields, n_trees)
    rows = np.random.default_rng(1).integers(0, 64, (N, n_fields)).astype(np.uint8)
    fast = forest.score(rows)
    assert "_compiled" in vars(forest.engine)
    monkeypatch.setattr(engine, "loops", lambda n_rows: None)
    np.testing.assert_array_equal(forest.score(rows), fast)
    monkeypatch.undo()
    np.testing.assert_array_equal(forest.score(rows, n_jobs=2), fast)


def test_more_cells_than_16_bits_can_number(monkeypatch):
    forest = grown(3)
    rows = np.random.default_rng(2).integers(0, 64, (N, len(SIZES))).astype(np.uint8)
    expected = forest.score(rows)
    monkeypatch.setattr(compiled, "CELLS", (2**18, 64))
    wide = compiled.CompiledForest.of(loops(N), forest.engine.masks, forest.engine._packed, 3)
    assert wide.lines.shape[1] > 2**16
    np.testing.assert_array_equal(wide.score(rows), expected)


@pytest.mark.parametrize("n_segments", [2, 3, 7])
@pytest.mark.parametrize("abstain_below", [None, 0.5])
def test_compiled_and_numpy_decisions_are_equal(monkeypatch, n_segments, abstain_below):
    rng = np.random.default_rng(n_segments)
    votes = rng.multinomial(4096 * 3, rng.dirichlet(np.ones(n_segments), N))
    votes[:100] = 4096  # ties
    multipliers = rng.integers(900, 1200, n_segments)
    calibration = Calibration(multipliers, Calibration.neutral(2).table, 1.0)
    cut = cut_of(abstain_below)
    fast = calibration.decide(votes, cut)
    by_column = calibration.decide(np.asfortranarray(votes), cut)
    monkeypatch.setattr("segkit.typing_tool.models.calibration.loops", lambda n_rows: None)
    slow = calibration.decide(votes, cut)
    for name in ("first", "second", "kept", "probabilities"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name))
        np.testing.assert_array_equal(getattr(fast, name), getattr(by_column, name))


def test_few_rows_need_no_machine_code():
    code = (
        "import sys; from segkit.typing_tool.models import compiled; "
        "print(compiled.loops(compiled.MANY_ROWS - 1), 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None False\n"


def test_once_there_machine_code_works_for_fewer_rows():
    assert loops(MANY_ROWS) is loops(compiled.SOME_ROWS) is not None
    assert loops(compiled.SOME_ROWS - 1) is None


WITHOUT = """
import sys
{hindrance}
from segkit.typing_tool.models import compiled
print(compiled.loops(10**6))
"""


def test_without_numba_numpy_works_in_silence():
    code = WITHOUT.format(hindrance="sys.modules['numba'] = None")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("None\n", "")


@pytest.mark.parametrize(
    ("hindrance", "reason"),
    [
        # a numba whose cache has no place to go says so when it decorates
        (
            "import numba\ndef njit(**_):\n    raise RuntimeError('cannot cache')\n"
            "numba.njit = njit",
            "RuntimeError: cannot cache",
        ),
        ("sys.modules['llvmlite'] = None", "ModuleNotFoundError: "),
    ],
    ids=["no cache", "no compiler"],
)
def test_a_numba_that_fails_is_told_of_and_numpy_works(hindrance, reason):
    code = WITHOUT.format(hindrance=hindrance)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
    assert f"SegkitWarning: numba is there, but cannot compile the loops of tagging ({reason}" in (
        done.stderr
    )


@pytest.fixture
def failing_compiler(monkeypatch):
    def fail(kernels):
        raise NotImplementedError("no such vector\nand a long trace")

    monkeypatch.setattr(compiled, "_compile", fail)
    compiled._loaded.cache_clear()
    yield
    compiled._loaded.cache_clear()


def test_a_base_is_tagged_without_the_loops_and_warned_of_once(
    small_tool, people, failing_compiler
):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(people(N, seed=3).columns)
    expected = pandas.concat([small_tool.tag(part) for part in (frame[:20_000], frame[20_000:])])
    with pytest.warns(SegkitWarning) as caught:
        found = small_tool.tag(frame)
    assert len(caught) == 1
    assert "(NotImplementedError: no such vector). NumPy gives the same tags" in str(
        caught[0].message
    )
    pandas.testing.assert_frame_equal(found, expected)
    pandas.testing.assert_frame_equal(small_tool.tag(frame), expected)


def test_the_cache_goes_where_the_environment_says(tmp_path):
    code = WITHOUT.format(hindrance="")
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    assert list(tmp_path.rglob("kernels.add_votes*.nbi"))


def test_nothing_is_left_to_compile_when_a_base_is_tagged(small_tool, people, tmp_path):
    tool = load(small_tool.save(tmp_path / "tool.segkit"))
    pandas = pytest.importorskip("pandas")
    kernels, frame = loops(N), pandas.DataFrame(people(N, seed=3).columns)
    known = {name: len(getattr(kernels, name).signatures) for name in kernels.__all__}
    for base in (frame, pa.Table.from_pandas(frame)):
        for tagger in (tool, small_tool):
            tagger.tag(base)
    assert known == {name: len(getattr(kernels, name).signatures) for name in kernels.__all__}
