import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.factors.retention.comparison_data import comparison_data
from segkit.factors.sample import read_sample


def answers_to(n, n_needs, seed, missing=0.0):
    """Skewed five-point answers, four items a need, needs that correlate .3."""
    rng = np.random.default_rng(seed)
    shared = np.full((n_needs, n_needs), 0.3) + 0.7 * np.eye(n_needs)
    needs = np.repeat(rng.multivariate_normal(np.zeros(n_needs), shared, n), 4, axis=1)
    latent = 0.7 * needs + np.sqrt(0.51) * rng.normal(size=needs.shape)
    codes = 1.0 + np.digitize(latent, [-1.9, -1.2, -0.5, 0.4])
    codes[rng.random(codes.shape) < missing] = np.nan
    return codes


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_made_needs_are_counted(missing):
    sample = read_sample(answers_to(600, 3, 1, missing))
    found = comparison_data(sample, 0, n_samples=60)
    assert found.suggested == 3
    assert found.misfit.shape == (4, 60)
    assert_array_equal(found.p < 0.3, [False, True, True, False])
    assert np.isnan(found.p[0])


def test_the_misfit_of_the_true_model_is_that_of_another_sample():
    """Eigenvalues of two samples from one world differ by as much as made ones from real."""
    pairs = [
        np.subtract(
            *(
                np.linalg.eigvalsh(np.corrcoef(answers_to(600, 2, s), rowvar=False))
                for s in (seed, seed + 1)
            )
        )
        for seed in range(100, 160, 2)
    ]
    between = np.sqrt(np.square(pairs).mean(axis=1))
    made = comparison_data(read_sample(answers_to(600, 2, 5)), 0, n_samples=60).misfit[1]
    assert 0.5 * between.mean() < made.mean() < 1.5 * between.mean()


def test_the_order_of_rows_does_not_change_a_digit():
    X, w = answers_to(200, 2, 3, 0.1), np.random.default_rng(0).integers(1, 4, 200).astype(float)
    order = np.random.default_rng(1).permutation(200)
    plain = comparison_data(read_sample(X, w), 7, n_samples=10)
    moved = comparison_data(read_sample(X[order], w[order]), 7, n_samples=10)
    assert_array_equal(moved.misfit, plain.misfit)


def test_weights_multiplied_by_a_constant_change_nothing():
    X, w = answers_to(200, 2, 3), np.random.default_rng(0).integers(1, 4, 200).astype(float)
    plain, scaled = (comparison_data(read_sample(X, f * w), 7, n_samples=10) for f in (1.0, 2.0))
    assert_allclose(scaled.misfit, plain.misfit, atol=1e-12)


def test_made_samples_have_the_effective_n_of_the_weights():
    """Uneven weights leave fewer effective respondents, so made eigenvalues lie further off."""
    X = answers_to(800, 2, 4)
    w = np.where(np.arange(800) < 40, 30.0, 1.0)
    even, uneven = (comparison_data(read_sample(X, v), 0, n_samples=40) for v in (None, w))
    assert uneven.misfit[1].mean() > 1.5 * even.misfit[1].mean()


def test_the_search_ends_at_the_most_that_is_asked():
    found = comparison_data(read_sample(answers_to(400, 3, 2)), 0, most=2, n_samples=20)
    assert found.suggested == 2
    assert found.misfit.shape == (2, 20)
