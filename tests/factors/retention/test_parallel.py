import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chisquare

from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.retention.parallel import ShuffledAnswers, null_eigenvalues
from segkit.factors.sample import Sample, read_sample

METHODS = ["pearson", "spearman", "polychoric", "mixed"]


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_rows_does_not_change_a_digit(answers, whole_weights, method):
    order = np.random.default_rng(0).permutation(len(answers))
    w = whole_weights + 1
    plain = null_eigenvalues(read_sample(answers, w), method, 3, 5)
    moved = null_eigenvalues(read_sample(answers.iloc[order], w[order]), method, 3, 5)
    assert_array_equal(moved, plain)


@pytest.mark.parametrize("method", METHODS)
def test_eigenvalues_descend_and_sum_to_the_number_of_items(answers, method):
    null = null_eigenvalues(read_sample(answers), method, 4, 0)
    assert null.shape == (4, 9)
    assert (np.diff(null, axis=1) <= 0).all()
    assert_allclose(null.sum(axis=1), 9)


def test_a_shuffle_moves_answers_within_their_item_and_leaves_gaps(answers):
    values = answers.to_numpy()
    shuffled = ShuffledAnswers(values, ~np.isnan(values), 0).draw(1)
    assert_array_equal(shuffled == 0, np.isnan(values))
    assert_array_equal(np.sort(shuffled, axis=0), np.sort(np.nan_to_num(values), axis=0))
    assert (shuffled != np.nan_to_num(values)).mean() > 0.5


def test_every_answer_comes_to_every_place_equally_often():
    values = np.arange(1.0, 7.0)[:, None]
    shuffles = ShuffledAnswers(values, np.ones((6, 1), dtype=bool), 0)
    drawn = np.array([shuffles.draw(seed)[:, 0] for seed in range(3000)])
    counts = np.array([[(drawn[:, place] == v).sum() for v in values[:, 0]] for place in range(6)])
    assert chisquare(counts.ravel()).pvalue > 0.01
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] + 1 / 5) < 0.05


def test_another_seed_shuffles_otherwise(answers):
    sample = read_sample(answers)
    assert (null_eigenvalues(sample, "pearson", 2, 0) != null_eigenvalues(sample, "pearson", 2, 1)).all()  # fmt: skip  # noqa: E501


def test_one_step_gives_the_null_of_the_full_polychoric_estimate(answers):
    sample, rng = read_sample(answers), np.random.default_rng(0)
    full = []
    for _ in range(40):
        values = np.column_stack([rng.permutation(v) for v in sample.values.T])
        shuffled = Sample(values, sample.names, sample.w, sample.origin)
        R = correlate_sample(shuffled, "polychoric").matrix
        full.append(np.linalg.eigvalsh(R)[::-1])
    quick = null_eigenvalues(sample, "polychoric", 200, 1)
    error = np.std(full, axis=0) / np.sqrt(40)
    assert (np.abs(np.mean(full, axis=0) - quick.mean(axis=0)) < 4 * error).all()
    pearson = null_eigenvalues(sample, "pearson", 200, 1)
    assert quick[:, 0].mean() > pearson[:, 0].mean()


def test_the_null_has_the_effective_n_of_the_weights():
    X = np.random.default_rng(1).normal(size=(400, 6))
    w = np.where(np.arange(400) < 40, 50.0, 1.0)
    even = null_eigenvalues(read_sample(X), "pearson", 60, 0)[:, 0].mean()
    uneven = null_eigenvalues(read_sample(X, w), "pearson", 60, 0)[:, 0].mean()
    few = null_eigenvalues(read_sample(X[:55]), "pearson", 60, 0)[:, 0].mean()
    assert even < 1.3 < uneven
    assert_allclose(uneven, few, atol=0.12)
