import numpy as np
import pytest

from segkit.choose.valleys import valley

RNG = np.random.default_rng(0)
CODES = np.repeat([0, 1, 2], [300, 200, 100])
CENTRES = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def people(distance):
    return distance * CENTRES[CODES] + RNG.normal(size=(600, 2))


def test_far_segments_have_empty_valleys_and_one_cloud_has_none():
    assert valley(people(9), CODES, np.ones(600)) > 0.95
    assert abs(valley(people(0), CODES, np.ones(600))) < 1.0
    assert valley(people(9), CODES, np.ones(600)) > valley(people(4), CODES, np.ones(600))


def test_two_equal_normal_humps_have_the_valley_of_their_density():
    codes = np.repeat([0, 1], 50_000)
    x = 4.0 * codes[:, None] + RNG.normal(size=(100_000, 1))
    # means 4 apart: the window .3 of half the distance is .6 wide on either side
    from scipy.stats import norm

    middle = norm.cdf(2.6) - norm.cdf(1.4)
    ends = (norm.cdf(0.6) - norm.cdf(-0.6)) / 2 + (norm.cdf(4.6) - norm.cdf(3.4)) / 2
    assert valley(x, codes, np.ones(100_000)) == pytest.approx(1 - middle / ends, abs=0.02)


def test_weights_are_repeated_rows_and_numbers_are_only_names():
    x, w = people(4), RNG.integers(1, 4, 600)
    rows = np.repeat(np.arange(600), w)
    expected = valley(x[rows], CODES[rows], np.ones(rows.size))
    assert valley(x, CODES, w.astype(float)) == pytest.approx(expected)
    assert valley(x, np.array([1, 2, 0])[CODES], 3.0 * w) == pytest.approx(expected)


def test_noise_gaps_and_repeated_items():
    x = people(9)
    codes = np.where(np.arange(600) < 20, -1, CODES)
    gaps = np.where(RNG.random(x.shape) < 0.02, np.nan, x)
    assert valley(np.column_stack([gaps, gaps]), codes, np.ones(600)) > 0.85


def test_segments_on_one_spot_have_no_valley():
    assert valley(np.zeros((4, 1)), np.array([0, 0, 1, 1]), np.ones(4)) == 0.0
