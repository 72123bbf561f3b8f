import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from segkit.segments.agreement import one_hot
from segkit.segments.reduced.reduced_space import Answers, assign, descend, principal_axes


def people(seed=0, n=60, p=5, missing=0.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) + 2.0 * rng.normal(size=(4, p))[rng.choice(4, n)]
    w = rng.integers(1, 4, n).astype(float)
    X = X - w @ X / w.sum()
    X[rng.random(X.shape) < missing] = np.nan
    return Answers.of(X, w)


def loss_of(answers, labels, centres):
    """The criterion as it is written down: answer by answer."""
    seen = np.ones_like(answers.values) if answers.seen is None else answers.seen
    squares = seen * np.square(answers.values - centres[labels])
    return float(answers.w @ squares.sum(axis=1))


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_distances_are_over_the_answers_given(missing):
    answers = people(missing=missing)
    centres = np.random.default_rng(1).normal(size=(2, 4, 5))
    found = answers.distances(centres)
    assert found.shape == (60, 2, 4)
    seen = np.ones((60, 5)) if answers.seen is None else answers.seen
    gaps = answers.values[:, None, None] - centres
    assert_allclose(found, (seen[:, None, None] * gaps**2).sum(axis=-1), atol=1e-10)


def test_centres_are_the_best_ones_of_their_rank():
    # Eckart and Young: what a segment's mean loses is the tail of the singular values
    answers = people()
    labels = np.random.default_rng(2).integers(0, 4, (60, 1))
    centres = descend(answers, labels, np.zeros((1, 4, 5)), 2)[0]
    assert np.linalg.matrix_rank(centres, tol=1e-8) == 2
    hot = one_hot(labels, 4) * answers.w[:, None]
    mass = hot.sum(axis=0)
    means = hot.T @ answers.values / mass[:, None]
    held = np.linalg.svd(np.sqrt(mass)[:, None] * means, compute_uv=False) ** 2
    assert loss_of(answers, labels[:, 0], centres) == pytest.approx(
        answers.variation - held[:2].sum()
    )


def test_the_loss_is_all_variation_less_that_of_the_centres():
    # De Soete and Carroll's criterion in its second form, for complete answers
    answers = people()
    labels = np.random.default_rng(2).integers(0, 4, (60, 1))
    centres = descend(answers, labels, np.zeros((1, 4, 5)), 2)[0]
    mass = np.bincount(labels[:, 0], weights=answers.w)
    between = float(mass @ np.square(centres).sum(axis=1))
    assert loss_of(answers, labels[:, 0], centres) == pytest.approx(answers.variation - between)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 0.6]), st.integers(1, 3))
def test_no_step_raises_the_loss(seed, missing, rank):
    answers = people(seed, n=25, missing=missing)
    # several centres start at one place, so that some segments are empty
    start = np.random.default_rng(seed).normal(size=(3, 4, 5))
    start[0, 1:] = start[0, :1]
    centres = descend(answers, assign(answers, start)[0], start, rank)
    before = np.full(3, np.inf)
    for _ in range(15):
        labels, loss, centres = assign(answers, centres)
        assert (loss <= before * (1 + 1e-12)).all()
        for r in range(3):
            assert loss[r] == pytest.approx(loss_of(answers, labels[:, r], centres[r]))
        before = loss
        centres = descend(answers, labels, centres, rank)


def test_an_empty_segment_gets_the_row_that_fits_worst():
    X = np.array([[0.0], [0.1], [0.2], [5.0]])
    answers = Answers.of(X, np.ones(4))
    labels, loss, centres = assign(answers, np.array([[[0.0], [90.0]]]))
    assert_array_equal(labels[:, 0], [0, 0, 0, 1])
    assert_allclose(centres[0], 0.0)
    assert loss[0] == pytest.approx(np.square(X).sum())


def test_axes_are_orthonormal_and_span_the_centres():
    answers = people()
    labels = np.random.default_rng(2).integers(0, 4, (60, 1))
    centres = descend(answers, labels, np.zeros((1, 4, 5)), 2)[0]
    mass = np.bincount(labels[:, 0], weights=answers.w)
    axes = principal_axes(centres, mass, 2)
    assert_allclose(axes.T @ axes, np.eye(2), atol=1e-12)
    assert_allclose(centres @ axes @ axes.T, centres, atol=1e-12)
    assert (axes.sum(axis=0) >= 0).all()
    spread = mass @ np.square(centres @ axes)
    assert spread[0] > spread[1]
