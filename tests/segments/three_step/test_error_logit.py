import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from segkit.segments.three_step.error_logit import error_logit

RNG = np.random.default_rng(0)
N = 800
Z = np.column_stack([np.ones(N), RNG.normal(40, 10, N), RNG.random(N) < 0.4]).astype(float)
TRUE = np.array([[1.0, -0.04, 0.5], [-2.0, 0.05, 0.0]])
ERROR = np.array([[0.85, 0.1, 0.05], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]])


def shares(z, at):
    logits = np.column_stack([np.zeros(len(z)), z @ at.T])
    p = np.exp(logits)
    return p / p.sum(axis=1, keepdims=True)


def draw(p, rng):
    return (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)


TRUTH = draw(shares(Z, TRUE), RNG)
PLACES = np.eye(3)[draw(ERROR[TRUTH], RNG)]
W = RNG.random(N) + 0.5


def test_without_errors_it_is_the_multinomial_logit_of_scikit_learn():
    found = error_logit(Z, PLACES, np.eye(3), W)
    peer = LogisticRegression(C=1e8, tol=1e-10, max_iter=5000)
    scaled = (Z[:, 1:] - [40, 0]) / [10, 1]
    peer.fit(scaled, PLACES.argmax(axis=1), sample_weight=W)
    theirs = (peer.coef_ - peer.coef_[0])[1:] / [10, 1]
    assert_allclose(found.coefficients[:, 1:], theirs, atol=2e-4)
    assert not found.endless.any()


def test_with_errors_it_is_the_maximum_that_a_general_optimiser_finds():
    def loss(flat):
        z = (Z - [0, 40, 0]) / [1, 10, 1]
        return -W @ (PLACES * np.log(shares(z, flat.reshape(2, 3)) @ ERROR)).sum(axis=1)

    peer = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-6})
    found = error_logit(Z, PLACES, ERROR, W)
    assert found.log_likelihood == pytest.approx(-peer.fun, abs=1e-6)
    theirs = peer.x.reshape(2, 3)[:, 1:] / [10, 1]
    assert_allclose(found.coefficients[:, 1:], theirs, atol=1e-4)


def test_shared_places_are_rows_repeated_for_each_place():
    blend = 0.8 * PLACES + 0.2 / 3
    found = error_logit(Z, blend, ERROR, W)
    long = np.repeat(Z, 3, axis=0)
    again = error_logit(long, np.tile(np.eye(3), (N, 1)), ERROR, (W[:, None] * blend).ravel())
    assert_allclose(found.coefficients, again.coefficients, atol=1e-6)


def test_whole_weights_are_repeated_rows_and_their_unit_is_nothing():
    w = RNG.integers(0, 3, N)
    weighted = error_logit(Z, PLACES, ERROR, w.astype(float))
    repeated = error_logit(np.repeat(Z, w, axis=0), np.repeat(PLACES, w, axis=0), ERROR,
                           np.ones(w.sum()))  # fmt: skip
    assert_allclose(weighted.coefficients, repeated.coefficients, atol=1e-6)
    one, other = error_logit(Z, PLACES, ERROR, W), error_logit(Z, PLACES, ERROR, 9 * W)
    assert_allclose(one.coefficients, other.coefficients, atol=1e-9)
    assert_allclose(one.covariance, other.covariance, atol=1e-9)


def test_the_covariance_is_that_of_many_samples():
    found, told = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        places = np.eye(3)[draw(ERROR[draw(shares(Z, TRUE), rng)], rng)]
        fitted = error_logit(Z, places, ERROR, np.ones(N))
        found.append(fitted.coefficients.ravel())
        told.append(np.diag(fitted.covariance))
    assert_allclose(np.mean(found, axis=0), TRUE.ravel(), atol=0.15)
    assert_allclose(np.sqrt(np.mean(told, axis=0)), np.std(found, axis=0), rtol=0.2)


def test_what_runs_to_infinity_has_no_interval():
    apart = Z.copy()
    apart[:, 2] = PLACES[:, 2] * (np.arange(N) % 2)
    found = error_logit(apart, PLACES, np.eye(3), W)
    assert found.endless[1, 2]
    assert not found.endless[:, 1].any()
    assert np.isnan(np.diag(found.covariance).reshape(2, 3)[found.endless]).all()
    assert np.isfinite(np.diag(found.covariance).reshape(2, 3)[~found.endless]).all()
