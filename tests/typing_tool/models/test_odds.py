import numpy as np
import pytest

from segkit.typing_tool.models.calibration import WEIGHT_BITS, cut_of
from segkit.typing_tool.models.odds import Odds, fit_odds


def test_probabilities_are_the_softmax_of_points():
    votes = np.random.default_rng(0).integers(0, 60, (500, 4))
    p = Odds.of(0.13, 60).decide(votes).probabilities
    e = np.exp(0.13 * (votes - votes.max(axis=1, keepdims=True)))
    np.testing.assert_allclose(p, e / e.sum(axis=1, keepdims=True), atol=1e-7)


def test_ties_go_to_the_first_and_the_runner_up_is_the_second():
    decision = Odds.of(0.5, 10).decide(np.array([[3, 3, 1], [0, 2, 2], [0, 0, 0]]))
    assert decision.first.tolist() == [0, 1, 0]
    assert decision.second.tolist() == [1, 2, 1]
    assert decision.probabilities[2] == pytest.approx([1 / 3] * 3)


def test_only_differences_of_points_matter_and_far_behind_is_next_to_nothing():
    odds = Odds.of(2.0, 10_000)
    votes = np.array([[0, 5, 9000]])
    np.testing.assert_array_equal(
        odds.decide(votes).probabilities, odds.decide(votes + 77).probabilities
    )
    assert odds.decide(votes).probabilities[0, 0] == pytest.approx(2**-WEIGHT_BITS, rel=1e-6)
    assert odds.table.size < 20
    assert (odds.table[0], odds.table[-1]) == (2**WEIGHT_BITS, 1)


def test_the_cut_compares_whole_numbers():
    votes = np.random.default_rng(0).integers(0, 12, (500, 3))
    decision = Odds.of(0.3, 12).decide(votes, cut_of(0.6))
    np.testing.assert_array_equal(decision.kept, decision.top >= 0.6)
    assert 0 < decision.kept.mean() < 1


def test_what_a_point_is_worth_is_found_again():
    rng = np.random.default_rng(0)
    votes = rng.integers(0, 15, (20_000, 3))
    segments = (0.2 * votes + rng.gumbel(size=votes.shape)).argmax(axis=1)
    w = rng.uniform(0.5, 2, 20_000)
    odds = fit_odds(votes, np.eye(3)[segments], w, unit=0.35, furthest=15)
    assert odds.unit == pytest.approx(0.2, abs=0.01)
    again = fit_odds(votes, np.eye(3)[segments], 9 * w, unit=0.35, furthest=15)
    assert again.unit == pytest.approx(odds.unit, rel=1e-6)
    assert odds.summary().startswith("A point is worth 0.")


def test_points_that_say_nothing_are_worth_as_little_as_allowed():
    rng = np.random.default_rng(0)
    votes, segments = rng.integers(0, 15, (5000, 3)), rng.integers(0, 3, 5000)
    odds = fit_odds(votes, np.eye(3)[segments], np.ones(5000), unit=0.3, furthest=15)
    assert odds.unit == pytest.approx(0.06, rel=0.01)
