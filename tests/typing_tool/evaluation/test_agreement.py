import numpy as np
import pytest

from segkit.typing_tool.evaluation.agreement import (
    Confusion,
    ReliabilityCurve,
    confusion_table,
    reliability_table,
    stretched_interval,
)

DRAWS = np.linspace(0.4, 0.6, 401)


def test_percentiles_are_stretched_away_from_the_value():
    assert stretched_interval(0.5, DRAWS, 1.0) == pytest.approx((0.405, 0.595))
    assert stretched_interval(0.5, DRAWS, 1.5) == pytest.approx((0.3575, 0.6425))
    # the longer side stays the longer one
    low, high = stretched_interval(0.45, DRAWS, 2.0)
    assert (0.45 - low, high - 0.45) == pytest.approx((0.09, 0.29))


def test_intervals_keep_to_what_is_possible_and_draws_without_value_are_left_out():
    assert stretched_interval(0.5, DRAWS, 9.0) == (0.0, 1.0)
    assert stretched_interval(0.5, np.append(DRAWS, np.nan), 1.0) == pytest.approx((0.405, 0.595))
    assert np.isnan(stretched_interval(np.nan, DRAWS, 1.0)).all()
    assert np.isnan(stretched_interval(0.5, np.full(3, np.nan), 1.0)).all()


CELLS = np.array([[[8.0, 2.0, 0.0], [3.0, 6.0, 1.0]]])


def sums(cells):
    return {"cells": cells, "truth": cells.sum(axis=2)}


def test_confusion_is_by_row_and_names_the_untagged(frame_kind):
    table = confusion_table(sums(CELLS), sums(np.repeat(CELLS, 5, axis=0)), ["a", "b"], 1.0)
    assert table["segment"] == ["a"] * 3 + ["b"] * 3
    assert table["tagged"] == ["a", "b", "untagged"] * 2
    assert table["share"] == pytest.approx([0.8, 0.2, 0, 0.3, 0.6, 0.1])
    assert table["n"] == [8, 2, 0, 3, 6, 1]
    everyone = confusion_table(sums(CELLS[:, :, [0, 1, 1]] * [1, 1, 0]), sums(CELLS), ["a", "b"], 1)
    assert "untagged" not in everyone["tagged"]
    assert Confusion(table).summary() == (
        "The most common mistake: 30 % of segment b are tagged a."
    )


def test_reliability_leaves_out_bins_without_people():
    point = {
        "bin_n": np.array([[10.0, 0.0, 30.0]]),
        "bin_p": np.array([[4.0, 0.0, 24.0]]),
        "bin_right": np.array([[5.0, 0.0, 21.0]]),
    }
    table = reliability_table(point, {k: np.repeat(v, 4, axis=0) for k, v in point.items()}, 1.0)
    assert table["predicted"] == pytest.approx([0.4, 0.8])
    assert table["observed"] == pytest.approx([0.5, 0.7])
    assert table["n"] == [10, 30]
    assert "differ by 10.0 points" in ReliabilityCurve(table).summary()
