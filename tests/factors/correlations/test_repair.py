import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors import correlation
from segkit.factors.correlations.repair import FLOOR, refuse_singular, smooth

IMPOSSIBLE = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])


def test_a_matrix_that_fits_together_is_left_alone():
    R = np.array([[1.0, 0.5], [0.5, 1.0]])
    repaired, smallest = smooth(R)
    assert repaired is R
    assert_allclose(smallest, 0.5)


def test_a_matrix_that_does_not_becomes_positive_definite_with_ones():
    repaired, smallest = smooth(IMPOSSIBLE)
    assert smallest < 0
    assert_allclose(np.diag(repaired), 1.0)
    assert FLOOR / 10 < np.linalg.eigvalsh(repaired)[0] <= FLOOR
    assert (np.sign(repaired) == np.sign(IMPOSSIBLE)).all()


def nearest(matrix):
    """The nearest correlation matrix, by alternating projections (Higham 2002, algorithm 3.3)."""
    near, step = matrix.copy(), np.zeros_like(matrix)
    for _ in range(200):
        shifted = near - step
        values, vectors = np.linalg.eigh(shifted)
        definite = (vectors * np.maximum(values, FLOOR)) @ vectors.T
        step, near = definite - shifted, definite.copy()
        np.fill_diagonal(near, 1.0)
    return near


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_smoothing_of_sparse_polychorics_ends_nearer_to_the_truth_than_the_nearest_matrix():
    rng = np.random.default_rng(1)
    pattern = np.kron(np.eye(3), np.array([[0.9], [0.85], [0.8], [0.85]]))
    truth = np.where(pattern @ pattern.T > 0, pattern @ pattern.T, 0.2)
    np.fill_diagonal(truth, 1.0)
    errors = []
    for _ in range(20):
        latent = rng.multivariate_normal(np.zeros(12), truth, 60)
        answers = np.digitize(latent, [-0.8, 0.3, 1.2]).astype(float)
        answers[rng.random(answers.shape) < 0.3] = np.nan
        found = correlation(answers, "polychoric")
        assert found.smallest_eigenvalue < 0
        matrices = found.estimates, nearest(found.estimates), found.matrix
        errors.append([np.square(R - truth).sum() for R in matrices])
    before, near, ours = np.mean(errors, axis=0)
    assert ours < near < before


def test_repeated_items_are_named():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 4))
    values[:, 3] = values[:, 1] + values[:, 2]
    with pytest.raises(
        SegkitError, match=r"is singular .*`b`.*combinations of each other.*Leave one"
    ) as caught:
        refuse_singular(np.corrcoef(values.T), ["a", "b", "c", "d"])
    assert "`a`" not in str(caught.value)
