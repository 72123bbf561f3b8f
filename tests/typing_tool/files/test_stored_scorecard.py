import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.codes import MAX_CODES
from segkit.typing_tool.files.stored_scorecard import read_odds, read_scorecard, write_scorecard
from segkit.typing_tool.models.calibration import WEIGHT_BITS
from segkit.typing_tool.models.odds import MAX_BEHIND, Odds
from segkit.typing_tool.models.scorecard import MAX_POINTS, Scorecard

N_CODES = np.array([3, 64])
ODDS = Odds.of(0.25, 20)


def card():
    points = np.zeros((2, MAX_CODES, 3), dtype=np.int64)
    points[0, :3] = [[0, 1, 2], [3, 0, 0], [0, 0, MAX_POINTS]]
    points[1] = np.arange(MAX_CODES * 3).reshape(MAX_CODES, 3) % 5
    return Scorecard(np.array([4, 0, 1]), points, 0.3, 0.001)


def written():
    entries, arrays = write_scorecard(card(), ODDS)
    return entries, {name: a.copy() for name, a in arrays.items()}


def test_what_is_written_is_read_again():
    entries, arrays = written()
    assert entries["voter"] == "scorecard"
    again = read_scorecard(entries, arrays, N_CODES, 3)
    np.testing.assert_array_equal(again.points, card().points)
    np.testing.assert_array_equal(again.everyone, card().everyone)
    assert (again.spread, again.rounding_loss) == (0.3, 0.001)
    odds = read_odds(entries["unit"], arrays["weights"])
    assert odds.unit == 0.25
    np.testing.assert_array_equal(odds.table, ODDS.table)


def put(name, at, value):
    def change(arrays):
        arrays[name][at] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("points", (0, 0, 0), -1), "a point is"),
        (put("points", (0, 0, 0), MAX_POINTS + 1), "a point is"),
        (put("everyone", 0, -1), "a point is"),
        (put("points", (0, 3, 0), 1), "the points beyond a field's codes are"),
        (lambda a: a.update(points=a["points"].astype(float)), "a point is"),
        (lambda a: a.update(points=a["points"][:1]), "a point is"),
        (lambda a: a.update(points=a["points"][:, :63]), "a point is"),
        (lambda a: a.update(everyone=a["everyone"][:2]), "a point is"),
    ],
)
def test_points_that_mean_nothing_are_refused(change, message):
    entries, arrays = written()
    change(arrays)
    with pytest.raises(SegkitError, match=message):
        read_scorecard(entries, arrays, N_CODES, 3)


@pytest.mark.parametrize("name", ["spread", "rounding_loss"])
def test_figures_of_the_fit_are_numbers(name):
    entries, arrays = written()
    with pytest.raises(SegkitError, match="a number is"):
        read_scorecard(entries | {name: None}, arrays, N_CODES, 3)


BEST = 2**WEIGHT_BITS


@pytest.mark.parametrize(
    "table",
    [
        np.empty(0, dtype=np.int64),
        np.array([BEST - 1, 1]),
        np.array([BEST, 5, 6]),
        np.array([BEST, 0]),
        np.array([float(BEST), 1.0]),
        np.array([[BEST, 1]]),
        np.full(MAX_BEHIND + 1, BEST),
    ],
    ids=["none", "too small", "rising", "zero", "no whole numbers", "a table", "too long"],
)
def test_weights_that_do_not_fall_from_the_largest_are_refused(table):
    with pytest.raises(SegkitError, match="the table of weights is"):
        read_odds(0.25, table)


@pytest.mark.parametrize(
    ("unit", "message"), [(0, "the unit is"), (-1, "the unit"), ("x", "a num")]
)
def test_the_worth_of_a_point_is_positive(unit, message):
    with pytest.raises(SegkitError, match=message):
        read_odds(unit, ODDS.table)
    assert read_odds(1, np.array([BEST])).unit == 1.0
