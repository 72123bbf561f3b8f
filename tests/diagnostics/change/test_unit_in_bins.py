"""Another unit is told from counts over bins, and better from the bins of the same people."""

import numpy as np
import pytest

from segkit._frames import Column
from segkit.diagnostics.change.unit_in_bins import unit_from_counts, unit_of_people
from segkit.diagnostics.counting.counts import bin_codes, count, make_bins


def amounts(n, seed):
    return np.random.default_rng(seed).gamma(2, 30, n).round(2)


def counted(x):
    column = Column("pay", "number", "float", x)
    bins = make_bins(column, np.ones(x.size))
    cells = count(column, bins, np.zeros(x.size, int), 1, np.ones(x.size)).cells[0]
    return bins, cells, bin_codes(column, bins)


def of_others(x, y):
    bins, cells, _ = counted(x)
    return unit_from_counts(bins, cells, float(x.size), y, np.ones(y.size))


def of_people(x, y):
    bins, _, held = counted(x)
    return unit_of_people(bins, held, y)


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (lambda y: 12 * y, "all values were multiplied by 12"),
        (lambda y: 100 * y, "all values were multiplied by 100"),
        (lambda y: (y / 1000).round(5), "all values were divided by 1,000"),
        (lambda y: y + 1900, "all values were raised by 1,"),
        (lambda y: y - 500, "all values were lowered by "),
    ],
)
@pytest.mark.parametrize("n", [150, 1500])
def test_one_factor_or_one_constant_is_found(turn, words, n):
    x, y = amounts(n, 0), amounts(n, 1)
    assert of_others(x, turn(y))[0].startswith(words)
    assert of_others(x, turn(y))[1].startswith("undone, the largest gap of the running shares")
    assert of_people(x, turn(x))[0].startswith(words)
    assert of_people(x, turn(x))[1].startswith("undone, the share of customers in another bin")


def test_of_the_same_people_the_constant_is_exact_and_small_factors_are_found():
    x = amounts(1500, 0)
    assert of_people(x, x + 1900)[0] == "all values were raised by 1,900"
    assert of_people(x, (1.08 * x).round(2))[0] == "all values were multiplied by 1.08"
    # the same change between two samples may be the people's
    assert of_others(x, 1.08 * amounts(1500, 1)) is None


@pytest.mark.parametrize("most", [1, 1e3, 1e10])
def test_a_few_large_amounts_do_not_blur_small_ones(most):
    rng = np.random.default_rng(0)
    x = np.r_[rng.uniform(0, 1, 900), rng.uniform(most, 2 * most, 300)]
    assert of_people(x, 3 * x)[0] == "all values were multiplied by 3"


def test_some_who_changed_as_well_do_not_hide_it():
    x = amounts(1500, 0)
    y = 12 * x
    y[:60] = 12 * amounts(60, 5)
    y[60:90] = np.nan
    assert of_people(x, y)[0] == "all values were multiplied by 12"


@pytest.mark.parametrize(
    "turn",
    [
        lambda y: y,
        lambda y: y + 5,
        lambda y: y * np.random.default_rng(0).uniform(0.8, 2.4, y.size),
        lambda y: np.where(np.arange(y.size) % 2, y, 12 * y),
        lambda y: 300 - 3 * y,
        lambda y: np.full(y.size, 70.0),
        lambda y: np.full(y.size, np.nan),
    ],
)
def test_growth_and_other_shapes_are_left_to_people(turn):
    x = amounts(1500, 0)
    assert of_people(x, turn(x)) is None
    y = turn(amounts(1500, 1))
    assert of_others(x, y[~np.isnan(y)]) is None


def test_twenty_people_are_too_few():
    x = amounts(20, 0)
    assert of_people(x, 12 * x) is None


def most_of_a_unit(y):
    return y + 0.75 * 30 * 2**0.5


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 300, 1000])
def test_four_hundred_shifts_below_a_unit_are_not_recoded(simulated, n):
    hits = sum(
        of_others(amounts(n, 2 * s), most_of_a_unit(amounts(n, 2 * s + 1))) is not None
        for s in range(400)
    )
    simulated(f"a shift of .75 sd called a unit over bins, n = {n}", hits, 400, 0.01, at_most=True)


def test_shifts_below_a_unit_are_not_recoded(simulated):
    hits = sum(
        of_others(amounts(100, 2 * s), most_of_a_unit(amounts(100, 2 * s + 1))) is not None
        for s in range(40)
    )
    simulated("a shift of .75 sd called a unit over bins, n = 100", hits, 40, 0.01, at_most=True)
