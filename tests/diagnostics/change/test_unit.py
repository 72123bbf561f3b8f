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


KINDS = {
    "normal": (lambda rng, n: rng.normal(50, 10, n), 10.0),
    "skewed": (lambda rng, n: rng.gamma(2, 30, n), 30 * 2**0.5),
}


def claims(kind, n, turn, n_runs):
    draw, sd = KINDS[kind]
    found = 0
    for seed in range(n_runs):
        rng = np.random.default_rng([seed, n])
        found += told(draw(rng, n), turn(draw(rng, n), sd)) is not None
    return found


def most_of_a_unit(y, sd):
    return y + 0.75 * sd


@pytest.mark.parametrize("kind", KINDS)
def test_people_who_move_by_less_than_a_unit_are_not_recoded(simulated, kind):
    found = claims(kind, 100, most_of_a_unit, 60)
    simulated("a shift of .75 sd called a unit at n = 100", found, 60, 0.01, at_most=True)


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 300, 1000])
@pytest.mark.parametrize("kind", KINDS)
def test_four_hundred_shifts_below_a_unit_are_not_recoded(simulated, kind, n):
    found = claims(kind, n, most_of_a_unit, 400)
    simulated(f"a shift of .75 sd called a unit at n = {n}", found, 400, 0.01, at_most=True)
    found = claims(kind, n, lambda y, sd: y + 0.5 * sd, 400)
    simulated(f"a shift of .5 sd called a unit at n = {n}", found, 400, 0.01, at_most=True)


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 300, 1000])
def test_four_hundred_growths_below_a_factor_are_not_recoded(simulated, n):
    found = claims("skewed", n, lambda y, _: 1.6 * y, 400)
    simulated(f"a growth by 1.6 called a unit at n = {n}", found, 400, 0.01, at_most=True)


@pytest.mark.parametrize("n", [100, 300])
def test_small_tables_still_tell_a_unit(n):
    for kind in KINDS:
        assert claims(kind, n, lambda y, _: 12 * y, 40) >= 38
        assert claims(kind, n, lambda y, sd: y + 3 * sd, 40) >= 38
