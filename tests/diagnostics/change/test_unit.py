import numpy as np
import pytest

from segkit.diagnostics.change.unit import unit_change


def amounts(n, seed):
    return np.random.default_rng(seed).gamma(2, 30, n).round(2)


def told(x, y):
    return unit_change(x, np.ones(x.size), y, np.ones(y.size))


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (lambda y: 100 * y, "all values were multiplied by 100"),
        (lambda y: (y / 1000).round(5), "all values were divided by 1,000"),
        (lambda y: y * 4.35, "all values were multiplied by 4."),
        (lambda y: y + 1900, "all values were raised by 1"),
        (lambda y: y - 500, "all values were lowered by "),
    ],
)
def test_one_factor_or_one_constant_is_found(turn, words):
    found = told(amounts(1500, 0), turn(amounts(2500, 1)))
    assert found[0].startswith(words)
    assert found[1].startswith("undone, the largest gap of the running shares falls from ")


@pytest.mark.parametrize(
    "y",
    [
        amounts(1500, 1),
        1.3 * amounts(1500, 1),
        amounts(1500, 1) + 15,
        np.random.default_rng(2).gamma(6, 40, 1500),
        np.full(1500, 70.0),
    ],
)
def test_growth_and_other_shapes_are_left_to_people(y):
    assert told(amounts(1500, 0), y) is None


def test_weights_say_what_the_values_are():
    x = amounts(2000, 0)
    w = np.random.default_rng(1).uniform(0.5, 2, 2000)
    outside = np.r_[x, np.full(500, 9e9)]
    assert unit_change(outside, np.r_[w, np.zeros(500)], 100 * x, w)[0].endswith("by 100")


def test_constant_and_zero_values_are_no_unit():
    assert told(np.zeros(50), np.arange(50.0)) is None
    zeros = np.r_[np.zeros(900), 1, 2, 3]
    assert told(zeros, 100 * zeros) is None
