import numpy as np
import pytest

from segkit.typing_tool.base.sizes import likelihood_sizes, solved_sizes, tilted

MATRIX = np.array([[0.6, 0.3, 0.1], [0.3, 0.5, 0.2], [0.2, 0.2, 0.6]])
THIRD = np.full(3, 1 / 3)


def climbed(ratios, counts, n_steps=5000):
    """EM, as Saerens et al. (2002, equation 2.9) give it."""
    at = np.full(ratios.shape[1], 1 / ratios.shape[1])
    for _ in range(n_steps):
        each = ratios * at
        at = counts @ (each / each.sum(axis=1, keepdims=True)) / counts.sum()
    return at


def test_sizes_are_solved_for():
    truth = np.array([0.2, 0.5, 0.3])
    np.testing.assert_allclose(solved_sizes(MATRIX, truth @ MATRIX, THIRD), truth, atol=1e-4)


def test_impossible_means_are_held_to_the_simplex():
    found = solved_sizes(MATRIX, np.array([0.7, 0.28, 0.02]), THIRD)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("k", [2, 3, 6, 12])
@pytest.mark.parametrize("spread", [0.3, 3.0])
def test_the_likeliest_sizes_are_where_em_ends(k, spread):
    rng = np.random.default_rng(k)
    ratios = rng.dirichlet(np.full(k, spread), 2000) / rng.dirichlet(np.full(k, 5.0))
    counts = rng.integers(1, 5, 2000)
    np.testing.assert_allclose(
        likelihood_sizes(ratios, counts, np.full(k, 1 / k)), climbed(ratios, counts), atol=2e-4
    )


def test_where_nothing_is_told_sizes_stay_where_they_begin():
    same, start = np.tile(THIRD, (3, 1)), np.array([0.1, 0.2, 0.7])
    np.testing.assert_allclose(solved_sizes(same, THIRD, start), start, atol=1e-4)
    found = likelihood_sizes(np.ones((50, 3)), np.ones(50), start)
    np.testing.assert_allclose(found, start, atol=1e-4)


def test_a_segment_that_nobody_belongs_to_gets_nothing():
    ratios = np.tile([[1.5, 1.2, 0.3], [0.2, 1.6, 0.3]], (20, 1))
    found = likelihood_sizes(ratios, np.ones(40), THIRD)
    assert found[2] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(found, climbed(ratios, np.ones(40)), atol=1e-4)


def test_counts_are_repeated_rows_and_segments_may_change_places():
    rng = np.random.default_rng(0)
    ratios, counts = rng.dirichlet([1, 1, 1], 200), rng.integers(1, 4, 200)
    found = likelihood_sizes(ratios, counts, THIRD)
    repeated = np.repeat(ratios, counts, axis=0)
    np.testing.assert_allclose(
        found, likelihood_sizes(repeated, np.ones(len(repeated)), THIRD), atol=1e-5
    )
    turned = likelihood_sizes(ratios[:, [2, 0, 1]], counts, THIRD)
    np.testing.assert_allclose(found[[2, 0, 1]], turned, atol=1e-5)


def test_tilting_by_nothing_changes_nothing():
    p = np.random.default_rng(0).dirichlet([1, 1, 1], 50)
    np.testing.assert_allclose(tilted(p, np.zeros(4)), p)
    sharper = tilted(p, np.array([np.log(2), 0, 0, 0]))
    np.testing.assert_allclose(sharper, p**2 / (p**2).sum(axis=1, keepdims=True))
