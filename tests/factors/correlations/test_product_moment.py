import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.stats import rankdata

from segkit.factors.correlations.product_moment import PairMoments, midranks, pearson_matrix


def test_complete_answers_give_numpys_correlations():
    values = np.random.default_rng(0).normal(size=(50, 4)) * 1e3 + 1e6
    assert_allclose(pearson_matrix(values, np.ones(50)), np.corrcoef(values.T), atol=1e-12)


def test_missing_answers_are_left_out_pair_by_pair(answers):
    got = pearson_matrix(answers.to_numpy(), np.ones(len(answers)))
    assert_allclose(got, answers.corr().to_numpy(), atol=1e-12)


@pytest.mark.parametrize("share", [0.02, 0.5])
@pytest.mark.parametrize("weighted", [False, True])
def test_few_gaps_and_many_give_the_correlations_of_each_pair(share, weighted):
    rng = np.random.default_rng(3)
    values = rng.normal(size=(200, 5)) + rng.normal(size=(200, 1))
    values[rng.random(values.shape) < share] = np.nan
    w = rng.integers(1, 4, 200).astype(float) if weighted else np.ones(200)
    rows = np.repeat(values, w.astype(int), axis=0)
    assert PairMoments(~np.isnan(values), w).few_gaps == (share < 0.1)
    expected = pd.DataFrame(rows).corr().to_numpy()
    assert_allclose(pearson_matrix(values, w), expected, atol=1e-12)


def test_whole_weights_are_repeated_people(answers, whole_weights):
    values, w = answers.to_numpy(), whole_weights
    repeated = np.repeat(values, w.astype(int), axis=0)
    expected = pearson_matrix(repeated, np.ones(len(repeated)))
    assert_allclose(pearson_matrix(values[w > 0], w[w > 0]), expected, atol=1e-12)


def test_an_item_constant_within_a_pair_has_no_correlation():
    values = np.array([[1.0, 1], [1, 2], [2, np.nan], [1, 3]])
    assert np.isnan(pearson_matrix(values, np.ones(4))[0, 1])


def test_midranks_equal_scipys_up_to_their_scale():
    values = np.random.default_rng(1).integers(0, 5, (40, 2)).astype(float)
    expected = np.column_stack([rankdata(v) for v in values.T]) - 0.5
    assert_allclose(midranks(values, np.ones(40)), expected)


def test_midranks_keep_missing_answers_missing():
    values = pd.DataFrame({"a": [3.0, np.nan, 1.0]}).to_numpy()
    assert_allclose(midranks(values, np.array([1.0, 9, 2])), [[2.5], [np.nan], [1.0]])
