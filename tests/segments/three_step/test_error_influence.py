import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.segments import LatentClass
from segkit.segments.three_step.assigning import error_matrix
from segkit.segments.three_step.error_influence import error_influence

SHARES = np.array([0.6, 0.4])


def answers(seed, n=500, p=5):
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < SHARES[1]
    return (rng.random((n, p)) < np.where(truth, 0.8, 0.2)[:, None]).astype(float)


def influence(model, X, w=None):
    w = np.ones(len(X)) if w is None else w
    membership = model.predict_proba(X)
    places = np.eye(2)[membership.argmax(axis=1)]
    error = error_matrix(membership, places, w)
    return error, error_influence(model._solution, X, places, error, w)


def true_error(model):
    """The errors that the rule of a model makes, over all patterns of the true world."""
    patterns = np.array(np.meshgrid(*[[0.0, 1.0]] * 5)).reshape(5, -1).T
    given = np.stack([np.where(patterns == 1, q, 1 - q).prod(axis=1) for q in (0.2, 0.8)])
    return given @ np.eye(2)[model.predict(patterns)]


def test_the_covariance_is_that_of_many_samples():
    found, told = [], []
    for seed in range(120):
        X = answers(seed)
        model = LatentClass(2, n_init=4).fit(X)
        error, each = influence(model, X)
        found.append((error - true_error(model)).ravel())
        told.append(np.square(each).sum(axis=0))
    # a standard deviation of 120 samples is known to about 13 % (two standard errors)
    assert_allclose(np.sqrt(np.mean(told, axis=0)), np.std(found, axis=0), rtol=0.2)


def test_influences_sum_to_nothing_and_rows_of_errors_to_one():
    X = answers(0)
    model = LatentClass(2, n_init=4).fit(X)
    _, each = influence(model, X)
    assert_allclose(each.sum(axis=0), 0, atol=1e-4)
    assert_allclose(each.reshape(-1, 2, 2).sum(axis=2), 0, atol=1e-12)


def test_the_unit_of_the_weights_changes_nothing():
    X = answers(1)
    w = np.random.default_rng(0).random(len(X))
    model = LatentClass(2, n_init=4).fit(X, sample_weight=w)
    assert_allclose(influence(model, X, w)[1], influence(model, X, 7 * w)[1], atol=1e-12)


@pytest.mark.parametrize("n", [90, 1000])
def test_chunks_of_people_change_nothing(n, monkeypatch):
    X = answers(2, n=n)
    model = LatentClass(2, n_init=4).fit(X)
    whole = influence(model, X)[1]
    monkeypatch.setattr("segkit.segments.three_step.error_influence.AT_ONCE", 1)
    assert_allclose(influence(model, X)[1], whole, atol=1e-12)
