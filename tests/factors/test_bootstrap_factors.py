import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.factors.bootstrap_factors import align, bootstrap_factors
from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.extraction.extraction import extract
from segkit.factors.rotations.rotation import Rotation, rotate
from segkit.factors.sample import read_sample

PATTERN = np.array(
    [[0.8, 0.1, 0], [0.7, 0, 0.1], [0, 0.6, 0], [0.1, 0.7, 0], [0, 0, 0.5], [0, 0, 0.4]]
)
PHI = np.array([[1, 0.3, -0.2], [0.3, 1, 0.1], [-0.2, 0.1, 1]])


def replicates(values, weights=None, method="pearson", rotation="oblimin", n_boot=20, seed=0):
    sample = read_sample(values, weights)
    found = correlate_sample(sample, method)
    full = rotate(extract(found.matrix, 3, "minres").loadings, rotation)
    turn = (lambda loadings: rotate(loadings, rotation, 1)) if rotation else None
    return full, bootstrap_factors(
        sample, found, full, extraction="minres", turn=turn, n_boot=n_boot, random_state=seed
    )  # fmt: skip


def test_alignment_undoes_another_order_and_direction():
    order, signs = [2, 0, 1], np.array([-1.0, 1.0, -1.0])
    moved = Rotation(PATTERN[:, order] * signs, PHI[np.ix_(order, order)] * np.outer(signs, signs))
    aligned, congruence = align(moved, PATTERN)
    assert_allclose(aligned.loadings, PATTERN)
    assert_allclose(aligned.factor_correlations, PHI)
    assert_allclose(congruence, 1)


def test_alignment_does_not_turn_factors_towards_the_target():
    turned, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    other = Rotation(PATTERN @ turned, np.eye(3))
    aligned, congruence = align(other, PATTERN)
    assert_allclose(np.abs(aligned.loadings).sum(), np.abs(other.loadings).sum())
    assert congruence.min() < 0.95


def test_a_factor_without_loadings_is_like_none():
    aligned, congruence = align(Rotation(PATTERN * [1, 0, 1], np.eye(3)), PATTERN)
    assert_allclose(congruence, [1, 0, 1])
    assert_allclose(aligned.loadings[:, 1], 0)


@pytest.mark.parametrize("method", ["pearson", "polychoric"])
@pytest.mark.parametrize("rotation", ["oblimin", "varimax", None])
def test_each_sample_is_solved_as_its_own_answers_would_be(answers, method, rotation):
    full, found = replicates(answers, method=method, rotation=rotation, n_boot=3)
    assert found.loadings.shape == (3, 9, 3)
    communality = np.einsum(
        "bij,bjk,bik->bi", found.loadings, found.factor_correlations, found.loadings
    )
    assert ((communality > 0) & (communality < 1)).all()
    assert (np.abs(found.loadings - full.loadings).max(axis=(1, 2)) > 1e-3).all()
    if rotation:
        assert found.congruence.min() > 0.9


def test_the_order_of_rows_and_a_factor_on_all_weights_change_nothing(answers, whole_weights):
    weights = whole_weights + 0.5
    _, plain = replicates(answers, weights)
    rows = np.random.default_rng(1).permutation(300)
    _, moved = replicates(answers.iloc[rows], weights[rows])
    _, scaled = replicates(answers, weights * 4.0)
    assert_allclose(moved.loadings, plain.loadings, atol=1e-6)
    assert_allclose(scaled.loadings, plain.loadings, atol=1e-6)


def test_the_same_seed_gives_the_same_samples(answers):
    assert_array_equal(replicates(answers)[1].loadings, replicates(answers)[1].loadings)
    assert (
        np.abs(replicates(answers, seed=1)[1].loadings - replicates(answers)[1].loadings).max() > 0
    )


def test_samples_in_which_an_item_is_constant_are_counted(answers):
    values = answers.dropna().iloc[:60].to_numpy().copy()
    values[:, 0] = np.where(np.arange(60) == 7, 2.0, 1.0)
    _, found = replicates(values, n_boot=40)
    # one row of 60 is missing from a sample with probability (59 / 60)^60 = .36
    assert 5 <= found.n_unsolved <= 25
    assert found.loadings.shape[0] == 40 - found.n_unsolved
