import dataclasses

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool
from segkit.typing_tool.files.stored_model import read_model, write_model
from segkit.typing_tool.models.calibration import Calibration
from segkit.typing_tool.models.odds import Odds


def manifest_of(entries, k):
    return {**entries, "classes": list(range(k)), "params": {"model": entries["voter"]}}


@pytest.fixture
def forest(small_tool):
    entries, arrays = write_model(small_tool.model_)
    return manifest_of(entries, 3), {n: a.copy() for n, a in arrays.items()}


def read(small_tool, manifest, arrays):
    return read_model(manifest, arrays, small_tool.model_.codes)


def drawn(model, n=300):
    rng = np.random.default_rng(0)
    return np.stack([rng.integers(0, k, n) for k in model.codes.n_codes], axis=1).astype(np.uint8)


def test_a_forest_that_is_read_decides_as_the_one_written(small_tool, forest):
    model, again = small_tool.model_, read(small_tool, *forest)
    codes = drawn(model)
    ours, theirs = model.decide(codes, 1 << 19), again.decide(codes, 1 << 19)
    for name in ("first", "second", "kept", "probabilities"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    assert isinstance(again.calibration, Calibration)


def test_a_scorecard_that_is_read_decides_as_the_one_written(people):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    tool = TypingTool(model="scorecard", n_folds=2).fit(
        pandas.DataFrame(made.columns), made.segments
    )
    entries, arrays = write_model(tool.model_)
    again = read_model(manifest_of(entries, 3), arrays, tool.model_.codes)
    codes = drawn(tool.model_)
    np.testing.assert_array_equal(
        tool.model_.decide(codes, 0).probabilities, again.decide(codes, 0).probabilities
    )
    assert isinstance(again.calibration, Odds)


def test_a_file_without_the_setting_holds_a_forest(small_tool, forest):
    manifest, arrays = forest
    assert read(small_tool, {**manifest, "params": {}}, arrays).forest.n_trees == 30


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"voter": "pickle"}, "'pickle' is out of range"),
        ({"voter": ["forest"]}, "is out of range"),
        ({"params": {"model": "scorecard"}}, "the model is"),
        ({"classes": [0, 1]}, "the votes are"),
        ({"exponent": None}, "a number is"),
    ],
)
def test_a_manifest_that_does_not_fit_its_arrays_is_refused(small_tool, forest, change, message):
    manifest, arrays = forest
    with pytest.raises(SegkitError, match=message):
        read(small_tool, {**manifest, **change}, arrays)


def put(name, at, value):
    def change(arrays):
        arrays[name][at] = value

    return change


def fewer(arrays):
    arrays["starts"] = arrays["starts"][:-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("starts", 0, 1), "the trees are"),
        (fewer, "the trees are"),
        (lambda a: a.update(starts=a["starts"].astype(float)), "the trees are"),
        (lambda a: a.update(starts=np.zeros(0, dtype=np.int64)), "the trees are"),
        (put("feature", 0, 5), "a field of a node is"),
        (put("threshold", 0, 64), "a threshold is"),
        (put("left", 0, 0), "a child is"),
        (lambda a: a.update(right=a["right"][:-1]), "the array right is"),
        (put("votes", 0, 1), None),  # votes of a node inside a tree are never read
        (put("multipliers", 0, 2**16), "a multiplier is"),
        (lambda a: a.update(multipliers=a["multipliers"][:2]), "a multiplier is"),
        (put("weights", -1, 2**40), "the table of weights is"),
    ],
)
def test_trees_that_lead_nowhere_are_refused(small_tool, forest, change, message):
    manifest, arrays = forest
    change(arrays)
    if message is None:
        assert read(small_tool, manifest, arrays) is not None
        return
    with pytest.raises(SegkitError, match=message):
        read(small_tool, manifest, arrays)


def test_two_ways_to_one_node_are_refused(small_tool, forest):
    manifest, arrays = forest
    inner = int(np.flatnonzero(arrays["feature"] >= 0)[0])
    arrays["left"][inner] = arrays["right"][inner]
    with pytest.raises(SegkitError, match="a parent is"):
        read(small_tool, manifest, arrays)


def test_a_classifier_that_a_file_cannot_hold_is_named_with_what_can(small_tool):
    class Plugged:
        def summary(self):
            return "GaussianNB of scikit-learn"

    model = dataclasses.replace(small_tool.model_, voter=Plugged())
    with pytest.raises(SegkitError, match=r"is a GaussianNB of scikit-learn, which a file without"):
        write_model(model)


def test_a_plugged_in_tool_is_refused_by_save(people, tmp_path):
    pandas = pytest.importorskip("pandas")
    made = people(200)
    tool = TypingTool(model=GaussianNB(), n_folds=2).fit(
        pandas.DataFrame(made.columns), made.segments
    )
    with pytest.raises(SegkitError, match=r"which a file without code cannot hold.*scorecard"):
        tool.save(tmp_path / "tool.segkit")
    assert list(tmp_path.iterdir()) == []
