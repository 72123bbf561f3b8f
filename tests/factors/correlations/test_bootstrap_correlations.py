import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.correlations.bootstrap_correlations import correlate_again
from segkit.factors.correlations.correlation import correlate_sample, correlation
from segkit.factors.sample import read_sample

each_method = pytest.mark.parametrize("method", ["pearson", "spearman", "polychoric", "mixed"])


def again(values, method, weights=None, missing="pairwise"):
    sample = read_sample(values, weights, missing=missing)
    return sample, correlate_again(sample, correlate_sample(sample, method, missing=missing))


@each_method
def test_the_answers_themselves_have_the_correlations_that_were_found(
    answers, whole_weights, method
):
    sample, correlate = again(answers, method, whole_weights)
    found = correlation(answers, method, whole_weights).matrix
    assert_allclose(correlate(sample.w), found, atol=1e-6)
    assert_allclose(correlate(sample.w * 2.5), found, atol=1e-6)


@each_method
def test_counts_are_repeated_rows_whatever_the_search_starts_from(answers, method):
    counts = np.random.default_rng(0).multinomial(300, np.full(300, 1 / 300)).astype(float)
    _, correlate = again(answers, method)
    repeated = answers.iloc[np.repeat(np.arange(300), counts.astype(int))]
    assert_allclose(correlate(counts), correlation(repeated, method).matrix, atol=1e-5)


@pytest.mark.parametrize("lost", [1.0, 3.0, 5.0])
def test_a_category_that_nobody_of_the_sample_chose_is_none(answers, lost):
    counts = np.where(answers["imp_01"] == lost, 0.0, 1.0)
    _, correlate = again(answers, "polychoric")
    left = correlation(answers[counts > 0], "polychoric").matrix
    assert_allclose(correlate(counts), left, atol=1e-5)


def test_full_information_is_found_again(answers):
    sample, correlate = again(answers, "pearson", missing="em")
    found = correlation(answers, "pearson", missing="em").matrix
    assert_allclose(correlate(sample.w), found, atol=1e-9)


@each_method
def test_a_sample_with_a_constant_item_has_no_correlations(answers, method):
    sample, correlate = again(answers, method)
    assert correlate(np.where(sample.values[:, 2] == 3.0, 1.0, 0.0)) is None
