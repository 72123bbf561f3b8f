import numpy as np
import pytest

from segkit._frames import Origin
from segkit.diagnostics.moves.hysteresis import Changers, price
from segkit.exceptions import SegkitError

PANDAS = Origin("pandas")


def changers(n=400, seed=0):
    rng = np.random.default_rng(seed)
    return Changers(rng.random(n), rng.random(n), np.ones(n), 1000.0, 600.0)


def test_waiting_for_more_avoids_more_and_costs_more():
    table = price(changers(), None, PANDAS).frame()
    assert (np.diff(table["avoided"]) >= 0).all()
    assert (np.diff(table["lost"]) >= 0).all()
    assert table["avoided"][0] == table["lost"][0] == 0.0
    assert table["accuracy"].to_numpy() == pytest.approx(0.6 - table["lost"].to_numpy())


def test_everybody_keeps_the_tag_at_one():
    found = changers()
    row = price(found, [1], PANDAS).frame().iloc[0]
    assert row["retags"] == 0.0
    assert row["lost"] == pytest.approx(found.margin.sum() / 1000)
    assert row["moves_missed"] == pytest.approx(found.moved.sum())


def test_nobody_who_changed_leaves_nothing_to_price():
    empty = np.empty(0)
    found = price(Changers(empty, empty, empty, 10.0, 6.0), None, PANDAS)
    assert set(found.frame()["avoided"]) == {0.0}
    assert "No threshold that was tried avoids half" in found.summary()


def test_the_summary_names_the_first_threshold_that_avoids_half():
    said = price(changers(), [0.1, 0.3, 0.7, 0.9], PANDAS).summary()
    assert "leads by more than 0.7 in probability avoids" in said


def test_thresholds_are_differences_of_probabilities():
    for wrong, said in (([2.0], "threshold=2 was given; expected differences"), ([-1], "at least")):
        with pytest.raises(SegkitError, match=said):
            price(changers(), wrong, PANDAS)
