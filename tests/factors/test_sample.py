import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError
from segkit.factors.sample import read_sample


def test_respondents_without_weight_do_not_count(answers):
    w = np.ones(len(answers))
    w[:100] = 0
    sample = read_sample(answers, w)
    assert sample.n_respondents == 200
    assert_array_equal(sample.values, answers.to_numpy()[100:])


def test_respondents_without_any_answer_are_counted_and_left_out(answers):
    some = answers.copy()
    some.iloc[[4, 9]] = np.nan
    w = np.ones(300)
    w[9] = 0
    sample = read_sample(some, w)
    assert (sample.n_respondents, sample.n_unanswered) == (298, 1)


def test_an_item_that_varies_only_among_those_without_weight_is_refused():
    X = np.array([[1.0, 1], [1, 2], [1, 3], [2, 4]])
    with pytest.raises(SegkitError, match=r"`x1` in the rows of X with positive weight has the"):
        read_sample(X, [1, 1, 1, 0])


def test_listwise_keeps_complete_rows(answers):
    sample = read_sample(answers, missing="listwise")
    assert sample.n_respondents == len(answers.dropna())
    with pytest.raises(SegkitError, match=r"the complete rows of X has 0 sample"):
        read_sample(np.array([[1.0, np.nan], [np.nan, 2], [2, np.nan], [np.nan, 3]]),
                    missing="listwise")  # fmt: skip


def test_pair_sizes_are_numbers_and_kishs_effective_numbers(answers, whole_weights):
    sample = read_sample(answers, whole_weights)
    number, effective = sample.pair_sizes()
    both = answers[["imp_01", "imp_02"]].notna().all(axis=1).to_numpy() & (whole_weights > 0)
    w = whole_weights[both]
    assert number[0, 1] == both.sum()
    assert_allclose(effective[0, 1], w.sum() ** 2 / (w**2).sum())


def test_without_missing_answers_every_pair_rests_on_everybody():
    sample = read_sample(np.random.default_rng(0).normal(size=(20, 3)), np.arange(20) + 1.0)
    number, effective = sample.pair_sizes()
    assert (number == 20).all()
    assert_allclose(effective, sample.effective_n)


def test_correlations_are_no_answers(answers):
    for R in (answers.corr(), np.eye(3)):
        with pytest.raises(SegkitError, match=r"looks like correlations; expected answers, one"):
            read_sample(R)
    read_sample(np.array([[1.0, 2.0], [3.0, 1.0]]))
