import numpy as np
import pytest

from segkit import SegkitError
from segkit.survey import Codebook, Item
from segkit.survey.rated import (
    common_width,
    in_one_unit,
    rated_answers,
    scale_columns,
    scale_groups,
)

BOOK = Codebook(
    [
        Item("who", role="id"),
        Item("a", scale=(1, 5), block="x"),
        Item("b", scale=(1, 5), block="x", reversed=True, missing=(9,)),
        Item("c", scale=(0, 10), block="y"),
        Item("d", block="y"),
        Item("age", role="field"),
    ]
)
ROWS = {"who": ["u", "v"], "a": [1, 2], "b": [1, 9], "c": [0, 10], "d": [3, 7]}


def test_answers_are_read_as_shown_and_as_keyed(frame_kind):
    rated = rated_answers(frame_kind.make(ROWS), BOOK, cleaned=False)
    assert [item.item for item in rated.items] == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(rated.shown[:, 1], [1, np.nan])
    np.testing.assert_array_equal(rated.keyed[:, 1], [5, np.nan])
    assert rated.respondents.tolist() == ["u", "v"]


def test_cleaned_answers_are_turned_back_to_what_was_shown(frame_kind):
    raw = rated_answers(frame_kind.make(ROWS), BOOK, cleaned=False)
    clean = Codebook(item for item in BOOK if item.item != "age").clean(frame_kind.make(ROWS))
    again = rated_answers(clean, BOOK, cleaned=True)
    np.testing.assert_array_equal(again.shown, raw.shown)
    np.testing.assert_array_equal(again.keyed, raw.keyed)


def test_items_on_different_scales_share_the_unit_of_their_width(frame_kind):
    rated = rated_answers(frame_kind.make(ROWS), BOOK, cleaned=False)
    np.testing.assert_allclose(in_one_unit(rated)[:, [0, 2, 3]], [[0, 0, 0], [0.25, 1, 1]])
    assert common_width(rated.items) == 1
    assert common_width(rated.items[:2]) == 4
    assert scale_groups(rated.items).tolist() == [0, 0, 1, 2]


def test_scales_are_the_blocks_of_a_role_or_those_that_are_named():
    items = [
        Item("i1", role="importance", block="x"),
        Item("i2", role="importance", block="x"),
        Item("s1", role="satisfaction", block="x"),
        Item("s2", role="satisfaction", block="x"),
        Item("alone", block="z"),
    ]
    assert [c.tolist() for c in scale_columns(items, None)] == [[0, 1], [2, 3]]
    assert [c.tolist() for c in scale_columns(items, {"all": ["s2", "i1"]})] == [[3, 0]]
    with pytest.raises(SegkitError, match="scales names `zz`, which the codebook does not"):
        scale_columns(items, {"all": ["zz", "i1"]})


def test_what_cannot_be_read_is_named(frame_kind):
    with pytest.raises(SegkitError, match=r"codebook is a dict; expected a survey\.Codebook"):
        rated_answers(frame_kind.make(ROWS), {}, cleaned=False)
    with pytest.raises(SegkitError, match="The codebook declares no rated item"):
        rated_answers(frame_kind.make(ROWS), Codebook([Item("who", role="id")]), cleaned=False)
    few = {k: v for k, v in ROWS.items() if k != "c"}
    with pytest.raises(SegkitError, match="answers lacks `c`"):
        rated_answers(frame_kind.make(few), BOOK, cleaned=False)
    with pytest.raises(SegkitError, match="`c` in answers holds no answer at all"):
        rated_answers(frame_kind.make({**ROWS, "c": [None, None]}), BOOK, cleaned=False)
    with pytest.raises(SegkitError, match="`who` of answers holds 'u' more than once"):
        rated_answers(frame_kind.make({**ROWS, "who": ["u", "u"]}), BOOK, cleaned=False)
