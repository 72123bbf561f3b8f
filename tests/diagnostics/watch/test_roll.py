"""The roll of a base: who is new, changed and gone, in parts as in the whole."""

import numpy as np
import pyarrow as pa
import pytest

from segkit.diagnostics.watch.roll import Difference, Roll
from segkit.diagnostics.watch.spells import State
from segkit.exceptions import SegkitError


def state(ids, marks):
    nothing = pa.array([None] * len(ids), pa.string())
    return State(pa.array(ids, pa.string()), np.array(marks, dtype=np.int64), nothing, nothing)


def test_everybody_is_called_once():
    roll = Roll(state(["a", "b", "c"], [1, 2, 3]), "id")
    at, touched = roll.call(pa.array(["b", "x"]), np.array([2, 9]))
    assert at.tolist() == [1, -1]
    assert touched.tolist() == [False, True]
    at, touched = roll.call(pa.array(["a", "y"]), np.array([7, 9]))
    assert touched.tolist() == [True, True]
    assert roll.difference() == Difference(customers=4, new=2, changed=1, gone=1)
    assert not roll.difference().nothing


@pytest.mark.parametrize(
    "parts", [(["b", "b"],), (["b"], ["a", "b"]), (["x"], ["x"]), (["x", "x"],)]
)
def test_nobody_is_called_twice(parts):
    roll = Roll(state(["a", "b"], [1, 2]), "id")
    twice = "x" if "x" in parts[0] else "b"

    def call_all():
        for ids in parts:
            roll.call(pa.array(ids), np.zeros(len(ids), dtype=np.int64))
        roll.difference()

    with pytest.raises(SegkitError, match=f"`id` of the base holds '{twice}' more than once"):
        call_all()


def test_nothing_is_nothing():
    roll = Roll(state(["a"], [1]), "id")
    roll.call(pa.array(["a"]), np.array([1]))
    assert roll.difference().nothing
