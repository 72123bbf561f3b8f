import numpy as np
import pytest
from scipy.optimize import curve_fit

from segkit.typing_tool.evaluation.power_law import PowerLaw, fit_power_law

SIZES = np.array([100, 180, 320, 560, 1000, 1800])


@pytest.mark.parametrize(("a", "b", "c"), [(0.6, 2.0, 0.5), (0.9, -1.5, 0.25), (0.5, 4.0, 1.0)])
def test_an_exact_curve_is_found_again(a, b, c):
    law = fit_power_law(SIZES, (a - b * SIZES**-c)[None])
    assert (law.a[0], law.b[0], law.c[0]) == pytest.approx((a, b, c), rel=1e-6)
    assert law.at(2300)[0] == pytest.approx(a - b * 2300**-c)


def test_noisy_curves_are_those_of_weighted_least_squares():
    rng = np.random.default_rng(0)
    values = 0.6 - 2 * SIZES**-0.5 + rng.normal(0, 0.004, (5, 6))
    law = fit_power_law(SIZES, values)
    for draw in range(5):
        found, _ = curve_fit(
            lambda n, a, b, c: a - b * n**-c, SIZES, values[draw], p0=(0.6, 2, 0.5),
            sigma=SIZES**-0.5, bounds=([-np.inf, -np.inf, 0.1], [np.inf, np.inf, 1.5]),
        )  # fmt: skip
        expected = found[0] - found[1] * 2300.0 ** -found[2]
        # exponents lie on a grid
        assert law.at(2300)[draw] == pytest.approx(expected, abs=5e-4)


def test_what_does_not_change_stays():
    law = fit_power_law(SIZES, np.full((1, 6), 0.25))
    assert law.at(5000)[0] == pytest.approx(0.25)
    assert law.b[0] == pytest.approx(0)


def test_draws_are_fitted_one_by_one():
    values = np.stack([0.6 - 2 * SIZES**-0.5, 0.5 - 1 * SIZES**-0.75])
    both = fit_power_law(SIZES, values)
    for draw in range(2):
        one = fit_power_law(SIZES, values[draw : draw + 1])
        assert both.at(900)[draw] == pytest.approx(one.at(900)[0])
    assert isinstance(both, PowerLaw)
