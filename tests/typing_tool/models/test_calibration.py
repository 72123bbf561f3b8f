import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.typing_tool.models.calibration import Calibration, Decision, cut_of, fit_calibration


def votes_of(shares, n_trees=100):
    votes = np.floor(shares * 4096 * n_trees).astype(np.int64)
    votes[:, 0] += 4096 * n_trees - votes.sum(axis=1)
    return votes


def test_neutral_calibration_keeps_vote_shares():
    shares = np.random.default_rng(0).dirichlet([2, 2, 2], 500)
    decision = Calibration.neutral(3).decide(votes_of(shares))
    np.testing.assert_allclose(decision.probabilities, shares, atol=5e-4)
    np.testing.assert_array_equal(decision.first, shares.argmax(axis=1))


def test_probabilities_sum_to_one_and_none_is_zero():
    votes = votes_of(np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]))
    p = Calibration.neutral(3).decide(votes).probabilities
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-15)
    assert (p > 0).all()


def test_ties_go_to_the_first_segment():
    decision = Calibration.neutral(3).decide(np.array([[100, 100, 50], [10, 100, 100]]))
    assert decision.first.tolist() == [0, 1]
    assert decision.second.tolist() == [1, 2]


def test_timid_votes_are_sharpened_and_biased_ones_put_right():
    rng = np.random.default_rng(0)
    truth = rng.dirichlet([0.8, 0.8, 0.8], 20_000)
    labels = np.array([rng.choice(3, p=p) for p in truth[:8000]])
    timid = np.sqrt(truth[:8000]) * np.array([1.0, 1.3, 0.8])
    votes = votes_of(timid / timid.sum(axis=1, keepdims=True))
    fitted = fit_calibration(votes, np.eye(3)[labels], np.ones(8000))
    assert fitted.exponent == pytest.approx(2, abs=0.1)
    p = fitted.decide(votes).probabilities
    assert np.abs(p - truth[:8000]).mean() < 0.02
    np.testing.assert_allclose(p.mean(axis=0), np.bincount(labels) / 8000, atol=0.01)


def test_weights_count_and_their_unit_does_not():
    rng = np.random.default_rng(1)
    votes = votes_of(rng.dirichlet([1, 1], 300))
    labels, w = np.eye(2)[rng.integers(0, 2, 300)], rng.uniform(0.5, 2, 300)
    one, ten = fit_calibration(votes, labels, w), fit_calibration(votes, labels, 10 * w)
    np.testing.assert_array_equal(one.table, ten.table)
    np.testing.assert_array_equal(one.multipliers, ten.multipliers)


def test_noise_gives_no_class_more_than_its_due():
    rng = np.random.default_rng(2)
    votes = votes_of(rng.dirichlet([20, 20, 20], 400))
    fitted = fit_calibration(votes, np.eye(3)[rng.integers(0, 3, 400)], np.ones(400))
    p = fitted.decide(votes).probabilities
    assert p.max() < 0.5


def test_the_table_rises_and_is_whole():
    table = fit_calibration(
        votes_of(np.random.default_rng(0).dirichlet([1, 1], 50)),
        np.eye(2)[np.arange(50) % 2],
        np.ones(50),
    ).table
    assert table.dtype == np.int64
    assert (np.diff(table) >= 0).all()
    assert table[0] >= 1


@given(st.floats(0.05, 0.95), st.integers(0, 1000))
def test_untagged_means_a_probability_below_the_cut(cut, seed):
    votes = votes_of(np.random.default_rng(seed).dirichlet([1, 1, 1], 40))
    decision = Calibration.neutral(3).decide(votes, cut_of(cut))
    # the cut is kept in steps of 2**-20
    sure = np.abs(decision.top - cut) > 2e-6
    np.testing.assert_array_equal(decision.kept[sure], (decision.top >= cut)[sure])
    assert (decision.tag[~decision.kept] == -1).all()


def test_no_cut_tags_everyone():
    assert cut_of(None) == 0
    assert Calibration.neutral(2).decide(np.array([[1, 1]])).kept.all()


def test_decisions_are_joined():
    one = Calibration.neutral(2).decide(np.array([[3, 1], [1, 3]]))
    both = Decision.joined([one, one])
    assert both.first.tolist() == [0, 1, 0, 1]
    assert both.probabilities.shape == (4, 2)


def test_sums_stay_exact_in_a_double():
    # what other engines compute with: no product may pass 2**53
    votes = np.array([[4096 * 5000, 0]], dtype=np.int64)
    loud = Calibration(np.array([65535, 1]), Calibration.neutral(2).table, 1.0)
    product = int((votes * loud.multipliers).max())
    assert product * 4096 < 2**63
    assert 2**28 * 2**20 < 2**53
    assert loud.decide(votes).first.tolist() == [0]
