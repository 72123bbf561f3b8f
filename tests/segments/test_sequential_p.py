import numpy as np
import pytest
from scipy import stats as st

from segkit.segments.sequential_p import sequential_p


def test_it_stops_at_the_draw_that_makes_it_certain():
    drawn = []

    def draws():
        for value in (5.0, 1.0, 6.0, 7.0):
            drawn.append(value)
            yield value

    p, made = sequential_p(5.0, draws(), n_exceeding=2)
    assert p == pytest.approx(2 / 3)
    assert made == drawn == [5.0, 1.0, 6.0]


def test_without_a_single_larger_draw_it_is_the_smallest_there_is():
    assert sequential_p(10.0, [1.0] * 99, n_exceeding=10) == (0.01, [1.0] * 99)


@pytest.mark.parametrize("n_exceeding", [1, 5, 1000])
def test_it_is_never_too_small_too_often(n_exceeding):
    rng = np.random.default_rng(0)
    values = rng.random((2000, 100))
    p = np.array([sequential_p(v[0], v[1:], n_exceeding=n_exceeding)[0] for v in values])
    for level in (0.05, 0.2, 0.5):
        assert (p <= level).sum() <= st.binom.ppf(0.995, 2000, level)
    assert (p <= 0.2).sum() >= st.binom.ppf(0.005, 2000, 0.2)
