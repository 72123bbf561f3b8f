import numpy as np
import pytest
from scipy.stats import beta, binom

from segkit.choose.settling import Exceeding, is_borderline, settle, totals


def drawn(exceeds, rounds, separations=None):
    """Settle on worlds that exceed or not; return how many had halves, and all."""
    made = {True: [], False: []}

    def draw(number, halved):
        if halved:
            made[True].append(exceeds[number])
        made[False].append((separations or exceeds)[number])

    def test(halved):
        b = sum(made[halved])
        return Exceeding(len(made[halved]), b, b, b)

    rounds_halved = []
    settle(
        rounds,
        halve=rounds_halved.append,
        draw=draw,
        first=lambda: test(True),
        second=lambda: test(False),
    )
    return len(made[True]), len(made[False]), rounds_halved


def test_the_interval_is_that_of_clopper_and_pearson():
    low, high = Exceeding(99, 4, 3, 6).interval()
    assert binom.sf(2, 99, low) == pytest.approx(0.025)
    assert binom.cdf(6, 99, high) == pytest.approx(0.025)
    assert Exceeding(9, 9, 9, 9).interval()[1] == 1.0


def test_a_sure_verdict_takes_one_round():
    assert drawn([0] * 800, totals(99, 799)) == (99, 99, [0])


def test_an_open_one_takes_more_worlds_and_halves():
    assert drawn([0, 0, 0, 1] + [0] * 800, totals(99, 799)) == (199, 199, [0, 1])


def test_worlds_that_are_surely_as_stable_end_it_at_once():
    assert drawn([1] * 800, totals(99, 799)) == (3, 3, [0])


def test_worlds_for_the_separation_alone_are_not_halved():
    apart = ([1] + [0] * 19) * 40
    assert drawn([0] * 800, totals(99, 799), apart) == (99, 799, [0])


def test_separation_that_does_not_matter_is_not_settled():
    open_ = Exceeding(99, 5, 5, 5)
    assert not is_borderline(Exceeding(99, 40, 40, 40), open_)
    assert is_borderline(open_, Exceeding(99, 0, 0, 0))
    assert is_borderline(Exceeding(99, 0, 0, 0), open_)


def chance_of_a_small_p(p, rounds):
    """Exactly: sum over all sequences of worlds that exceed with chance p, by their counts."""
    alive, small = np.ones(1), 0.0
    for n in range(1, rounds[-1] + 1):
        alive = np.convolve(alive, [1 - p, p])
        b = np.arange(n + 1)
        ends = (b > 0) & (beta.ppf(0.0005, b, n - b + 1) > 0.05)
        if n in rounds:
            low = np.where(b > 0, beta.ppf(0.025, b, n - b + 1), 0.0)
            high = np.where(b < n, beta.ppf(0.975, b + 1, n - b), 1.0)
            ends |= (low > 0.05) | (high < 0.05) | (n == rounds[-1])
        small += (alive * ends)[(b + 1) / (n + 1) <= 0.05].sum()
        alive = np.where(ends, 0.0, alive)
    return small


def test_stopping_keeps_the_level_exactly():
    grid = (np.arange(150) + 0.5) / 500  # a p above .3 is never called small
    level = 0.3 * np.mean([chance_of_a_small_p(p, totals(19, 79)) for p in grid])
    assert level == pytest.approx(0.05, abs=2e-4)
    assert chance_of_a_small_p(0.3, totals(19, 79)) < 1e-6
