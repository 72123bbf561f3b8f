"""What lists are guessed to gain, beside what they gain when they are fitted."""

from itertools import combinations

import numpy as np
import pytest

from segkit.typing_tool.golden.part import START
from segkit.typing_tool.golden.screening import Surrogate
from segkit.typing_tool.models.scorecard import SPREADS


@pytest.fixture(scope="module")
def guess(small):
    zero = np.zeros((small.part.X.shape[1], 3))
    return Surrogate(small.part, small.part.parameters((), START, zero), SPREADS[START] ** -2)


def test_guesses_are_in_the_order_of_fits(small, guess):
    lists = [*combinations(range(8), 1), *combinations(range(8), 2)]
    guessed = [guess.value(items) for items in lists]
    fitted = [-small.part.compared(items, START, None).loss for items in lists]
    assert np.corrcoef(np.argsort(np.argsort(guessed)), np.argsort(np.argsort(fitted)))[0, 1] > 0.8
    assert set(lists[int(np.argmax(guessed))]) <= {0, 2, 5}


def test_an_item_that_says_nothing_promises_nothing(guess):
    now = guess.value(())
    gains = [guess.value((i,)) - now for i in range(8)]
    assert min(gains[i] for i in (0, 2, 5)) > 20
    assert max(gains[i] for i in (1, 3, 4, 6, 7)) < 5


def test_the_order_of_items_does_not_matter(guess):
    assert guess.value((0, 3, 5)) == pytest.approx(guess.value((5, 0, 3)))


def test_near_the_top_the_guess_is_what_was_reached(small):
    zero = np.zeros((small.part.X.shape[1], 3))
    top = small.part.parameters((0, 2), START, zero)
    there = Surrogate(small.part, top, SPREADS[START] ** -2)
    # the parabola stands on its top: its best parameters are the scorer itself
    at = small.part.columns((0, 2))
    best = np.linalg.solve(there.curve[np.ix_(at, at)] + np.diag(there.prior[at]), there.slope[at])
    np.testing.assert_allclose(best, top[at], atol=1e-3)
