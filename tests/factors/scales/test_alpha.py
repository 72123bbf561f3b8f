import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit._frames import Origin
from segkit.factors.sample import Sample
from segkit.factors.scales.alpha import (
    alpha_from,
    alpha_without,
    contrary_items,
    guttman6,
    item_rest,
    pairwise_covariances,
)

SCALES = list("ACENO")


def sample(values, w=None):
    w = np.ones(len(values)) if w is None else w
    return Sample(values, tuple(f"x{j}" for j in range(values.shape[1])), w, Origin())


@pytest.mark.parametrize("scale", SCALES)
def test_all_figures_are_those_of_r(r_reliability, r_matrices, scale):
    figures, (covariances, R) = r_reliability["complete"][scale], r_matrices(scale)
    assert_allclose(alpha_from(covariances), figures["alpha"], rtol=1e-10)
    assert_allclose(alpha_from(R), figures["standardised"], rtol=1e-10)
    assert_allclose(guttman6(R), figures["lambda6"], rtol=1e-10)
    assert_allclose(R[np.triu_indices(5, 1)].mean(), figures["average_r"], rtol=1e-10)
    assert_allclose(item_rest(covariances), figures["item_rest"], rtol=1e-10)
    assert_allclose(alpha_without(covariances), figures["alpha_if_dropped"], rtol=1e-10)


def test_alpha_without_an_item_is_alpha_of_the_others():
    covariances = np.cov(np.random.default_rng(0).normal(size=(5, 50)))
    left = np.delete(np.delete(covariances, 2, axis=0), 2, axis=1)
    assert_allclose(alpha_without(covariances)[2], alpha_from(left))
    assert np.isnan(alpha_without(covariances[:2, :2])).all()


def test_replicates_stand_in_front():
    matrices = np.stack([np.eye(3), np.ones((3, 3))])
    assert_allclose(alpha_from(matrices), [0.0, 1.0], atol=1e-15)


def test_lambda6_needs_an_inverse():
    assert np.isnan(guttman6(np.ones((3, 3))))


def test_item_rest_is_the_correlation_with_the_sum_of_the_others():
    values = np.random.default_rng(1).normal(size=(80, 1)) + np.random.default_rng(2).normal(
        size=(80, 4)
    )
    expected = np.corrcoef(values[:, 0], values[:, 1:].sum(axis=1))[0, 1]
    assert_allclose(item_rest(np.cov(values.T))[0], expected)


def test_covariances_of_pairs_are_those_of_who_answered_both():
    values = np.random.default_rng(3).normal(size=(60, 3))
    values[:9, 0] = values[5:20, 1] = np.nan
    found = pairwise_covariances(sample(values))
    both = ~np.isnan(values[:, :2]).any(axis=1)
    assert_allclose(found[0, 1], np.cov(values[both, :2].T, bias=True)[0, 1])
    assert_allclose(found[2, 2], values[:, 2].var())


def test_whole_weights_are_repeated_rows():
    rng = np.random.default_rng(4)
    values, w = rng.normal(size=(40, 3)), rng.integers(1, 4, 40)
    values[:5, 1] = np.nan
    weighted = pairwise_covariances(sample(values, w.astype(float)))
    assert_allclose(weighted, pairwise_covariances(sample(np.repeat(values, w, axis=0))))


@pytest.mark.parametrize("turned", [[0], [3], [1, 4]])
def test_turned_items_run_against_the_scale(turned):
    signs = np.ones(5)
    signs[turned] = -1.0
    R = (0.4 * np.ones((5, 5)) + 0.6 * np.eye(5)) * np.outer(signs, signs)
    assert np.flatnonzero(contrary_items(R, 200)).tolist() == turned


def test_with_as_many_against_as_for_the_later_ones_run_against():
    signs = np.array([1.0, -1.0])
    R = (0.4 * np.ones((2, 2)) + 0.6 * np.eye(2)) * np.outer(signs, signs)
    assert contrary_items(R, 200).tolist() == [False, True]


@pytest.mark.parametrize("n_items", [5, 10])
def test_items_that_share_nothing_seldom_run_against_each_other(n_items):
    rng = np.random.default_rng(5)
    made = (np.corrcoef(rng.normal(size=(n_items, 200))) for _ in range(400))
    assert np.mean([contrary_items(R, 200).any() for R in made]) < 0.05


def test_items_of_another_need_do_not_run_against_the_scale(answers):
    assert not contrary_items(np.corrcoef(answers.dropna().T), len(answers)).any()
