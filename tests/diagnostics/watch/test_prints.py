"""One number a customer: the same for the same values, whatever they stand in."""

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.watch.prints import prints

TABLE = {
    "age": [30.0, 31.0, None, 30.0, 0.0],
    "plan": ["a", "b", None, "a", "a"],
    "online": [True, False, True, True, None],
}


def of(table, names=("age", "plan", "online")):
    return prints([read_field(table, n, what="the base") for n in names])


def test_frames_of_either_kind_and_columns_in_any_order_agree(frame_kind):
    found = of(frame_kind.make(TABLE))
    assert found[0] == found[3]
    assert len(set(found)) == 4
    assert np.array_equal(of(frame_kind.make(TABLE), ("online", "age", "plan")), found)
    assert np.array_equal(found, of(pd.DataFrame(TABLE)))


def test_what_a_number_is_kept_as_does_not_matter():
    kinds = ("int64", "float32", "Int32", "float64")
    made = [of(pd.DataFrame({"n": pd.Series([0, 7, -3]).astype(k)}), ["n"]) for k in kinds]
    assert all(np.array_equal(one, made[0]) for one in made)
    assert np.array_equal(of(pd.DataFrame({"n": [-0.0, 7, -3]}), ["n"]), made[0])


def test_texts_are_read_as_they_are_whatever_else_stands_in_the_column():
    one = of(pd.DataFrame({"t": ["b", "a", ""]}), ["t"])
    two = of(pd.DataFrame({"t": pd.Categorical(["z", "b", None], ["z", "b"])}), ["t"])
    assert one[0] == two[1]
    assert one[2] == two[2]  # an empty text is a gap


@pytest.mark.parametrize(
    ("a", "b"), [([1, None], [None, 1]), (["1"], [1]), (["True"], [True]), ([0], [None])]
)
def test_other_values_are_another_number(a, b):
    one = of(pd.DataFrame({"x": a, "y": a[::-1]}), ["x", "y"])
    two = of(pd.DataFrame({"x": b, "y": b[::-1]}), ["x", "y"])
    assert one[0] != two[0]


def test_the_numbers_are_those_of_every_machine():
    found = of(pd.DataFrame({"age": [30.5], "plan": ["gold"]}), ["age", "plan"])
    assert found.dtype == np.int64
    assert found.tolist() == [-7_468_832_990_064_075_673]


def test_a_million_rows_have_a_million_numbers():
    table = pd.DataFrame({"n": np.arange(1_000_000)})
    assert np.unique(of(table, ["n"])).size == 1_000_000
