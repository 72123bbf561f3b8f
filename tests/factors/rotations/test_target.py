import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit.exceptions import SegkitError
from segkit.factors.rotations.target import read_target

ITEMS = ("a", "b", "c", "d")
TARGET = np.array([[np.nan, 0], [np.nan, 0], [0, np.nan], [0, 0.5]])


def test_an_array_is_taken_row_by_row():
    assert_array_equal(read_target(TARGET, ITEMS, 2), TARGET)


def test_a_frame_with_items_is_taken_by_name(frame_kind):
    order = [2, 0, 3, 1]
    table = frame_kind.make(
        {
            "item": [ITEMS[i] for i in order],
            "f": [None if np.isnan(v) else float(v) for v in TARGET[order, 0]],
            "g": [None if np.isnan(v) else float(v) for v in TARGET[order, 1]],
        }
    )
    assert_array_equal(read_target(table, ITEMS, 2), TARGET)


def test_a_frame_without_items_is_taken_row_by_row(frame_kind):
    columns = {name: TARGET[:, j].tolist() for j, name in enumerate("fg")}
    assert_array_equal(read_target(frame_kind.make(columns), ITEMS, 2), TARGET)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (None, r"target is None; expected a target. Give a frame or an array of shape"),
        (TARGET[:3], r"target has shape \(3, 2\); expected \(4, 2\), one row an item"),
        (np.where(np.isnan(TARGET), np.inf, TARGET), r"target holds infinity"),
        (np.full((4, 2), np.nan), r"target gives 0 number\(s\) for `factor_1`, `factor_2`; .* 1 a"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused(target, message):
    with pytest.raises(SegkitError, match=message):
        read_target(target, ITEMS, 2)


def test_an_item_that_the_target_lacks_is_named(frame_kind):
    table = frame_kind.make({"item": ["a", "b", "c", "x"], "f": [0.0] * 4, "g": [0.0] * 4})
    with pytest.raises(SegkitError, match=r"`d` stand in the answers and not in column `item`"):
        read_target(table, ITEMS, 2)
