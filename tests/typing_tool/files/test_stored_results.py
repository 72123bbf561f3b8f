import copy
import dataclasses
import json

import numpy as np
import pytest

from segkit._frames import Origin
from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.abstention import GRID
from segkit.typing_tool.files.stored_results import (
    MAX_TILT,
    read_choices,
    read_evaluation,
    read_importance,
    read_set_levels,
    read_sizes,
    read_typing_error,
    write_results,
    write_typing_error,
)

ORIGIN = Origin("pandas")


@pytest.fixture
def written(small_tool):
    """The entries as they come back from JSON, which has no NaN."""
    own = (small_tool.evaluation_, small_tool.importance_, small_tool.choices_)
    return json.loads(json.dumps(write_results(*own), allow_nan=False))


def names_of(tool):
    return tuple(tool.model_.codes.names)


def test_figures_that_are_written_are_read_again(small_tool, written):
    figures = read_evaluation(written["evaluation"], small_tool.classes_, ORIGIN)
    importance = read_importance(written["importance"], ORIGIN)
    choices = read_choices(written["choices"], names_of(small_tool), ORIGIN)
    own = (small_tool.evaluation_, small_tool.importance_, small_tool.choices_)
    for again, first in zip((figures, importance, choices), own, strict=True):
        assert again.frame().equals(first.frame())
        assert again.summary() == first.summary()
    for name in ("confusion", "reliability", "coverage", "lift"):
        assert getattr(figures, name).frame().equals(getattr(own[0], name).frame())


FIGURES = {
    "a column lost": (lambda e: e["table"].pop("chance"), "a table is"),
    "a column short": (lambda e: e["table"]["low"].pop(), "a table is"),
    "a text for a number": (lambda e: e["table"]["value"].__setitem__(0, "x"), "a number is"),
    "people that are none": (lambda e: e.update(n_respondents=0), "a whole number is"),
    "a fold": (lambda e: e.update(n_folds=1), "a whole number is"),
    "half a draw": (lambda e: e.update(n_boot=0.5), "a whole number is"),
    "an effective size of text": (lambda e: e.update(effective_n="7"), "a number is"),
    "a pair of segments lost": (
        lambda e: [column.pop() for column in e["confusion"].values()],
        "a pair of segments is",
    ),
    "pairs in another order": (
        lambda e: e["confusion"]["segment"].reverse(),
        "a pair of segments is",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_that_mean_nothing_are_refused(name, small_tool, written):
    change, message = FIGURES[name]
    entry = copy.deepcopy(written["evaluation"])
    change(entry)
    with pytest.raises(SegkitError, match=message):
        read_evaluation(entry, small_tool.classes_, ORIGIN)


def test_what_the_summary_tells_has_to_be_there(small_tool, written):
    table = written["evaluation"]["table"]
    lost = table["metric"].index("accuracy")
    for column in table.values():
        column.pop(lost)
    with pytest.raises(ValueError, match="accuracy"):  # `load` words it: the file is damaged
        read_evaluation(written["evaluation"], small_tool.classes_, ORIGIN)


def test_choices_are_those_of_the_codebook(small_tool, written):
    names = names_of(small_tool)
    with pytest.raises(SegkitError, match="the fields in use are"):
        read_choices(written["choices"], names[::-1], ORIGIN)
    with pytest.raises(SegkitError, match="the fields in use are"):
        read_choices(written["choices"], names[:-1], ORIGIN)
    twice = copy.deepcopy(written["choices"])
    first = {name: column[0] for name, column in twice["table"].items()}
    for name, column in twice["table"].items():
        column.append({**first, "used": False}[name] if name != "used" else 0)
    with pytest.raises(SegkitError, match=r"the names of fields are|a number is"):
        read_choices(twice, names, ORIGIN)


def test_importance_of_nobody_is_refused(written):
    with pytest.raises(SegkitError, match="a whole number is"):
        read_importance(written["importance"] | {"n_respondents": 0}, ORIGIN)
    del written["importance"]["table"]["conditional_rise"]
    with pytest.raises(SegkitError, match="a table is"):
        read_importance(written["importance"], ORIGIN)


@pytest.fixture
def error(small_tool):
    return {n: a.copy() for n, a in write_typing_error(small_tool.typing_error_).items()}


def test_how_people_are_mistyped_is_read_again(small_tool, error):
    again = read_typing_error(error, 3)
    for field in dataclasses.fields(again):
        first = getattr(small_tool.typing_error_, field.name)
        np.testing.assert_array_equal(getattr(again, field.name), first)


def put(name, at, value):
    def change(arrays):
        arrays[name][at] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("error", (0, 0), 1.5), "a sum of shares is"),
        (put("error_tags", (0, 0), np.nan), "a share is"),
        (put("error_draws", (0, 0, 0), -1.0), "a share is"),
        (put("error_tilt", 0, MAX_TILT), "a calibration is"),
        (put("error_tilt_draws", (0, 0), np.inf), "a share is"),
        (put("error_prior", slice(None), [1.0, 0.0, 0.0]), "a share is"),
        (lambda a: a.update(error=a["error"].astype(np.float32)), "a share is"),
        (lambda a: a.update(error_prior_draws=a["error_prior_draws"][:-1]), "a share is"),
        (lambda a: a.update(error_draws=a["error_draws"][:0]), "a share is"),
    ],
)
def test_mistakes_that_are_no_shares_are_refused(error, change, message):
    change(error)
    with pytest.raises(SegkitError, match=message):
        read_typing_error(error, 3)


def test_mistakes_of_another_number_of_segments_are_refused(error):
    with pytest.raises(SegkitError, match="a share is"):
        read_typing_error(error, 2)


@pytest.mark.parametrize(
    "values", [[0.5, 0.5], [0.5, 0.6, 0.1], [1.5, -0.5, 0.0], [None, 0.5, 0.5], 1, {"a": 1}]
)
def test_sizes_are_shares_of_all_segments(values):
    assert read_sizes(None, 3) is None
    assert read_sizes([0.2, 0.3, 0.5], 3).tolist() == [0.2, 0.3, 0.5]
    with pytest.raises(SegkitError, match=r"the sizes are|a number is"):
        read_sizes(values, 3)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a[::-1].copy(),
        lambda a: a[:-1],
        lambda a: a - 1,
        lambda a: a + 1,
        lambda a: a.astype(np.float32),
    ],
)
def test_levels_of_sets_rise_between_nought_and_one(change):
    levels = np.linspace(0, 1, GRID.size).reshape(GRID.shape)
    np.testing.assert_array_equal(read_set_levels(levels), levels)
    with pytest.raises(SegkitError, match="the levels of sets are"):
        read_set_levels(change(levels))
