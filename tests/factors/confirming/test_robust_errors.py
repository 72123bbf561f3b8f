import numpy as np
from numpy.testing import assert_allclose

from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.likelihood_fit import maximise
from segkit.factors.confirming.robust_errors import (
    estimate_covariances,
    expected_misfit,
    slope_covariances,
)
from segkit.factors.confirming.structure import Structure, confirmatory_design

ONE = Structure(tuple("abcd"), ("x",), np.ones((4, 1), dtype=bool))


def fitted(values, w=None):
    cases = Cases.of(values, np.ones(len(values)) if w is None else w)
    moments = cases.moments(ONE.items)
    return maximise(confirmatory_design(ONE, moments), [moments]), cases


def covariances(fit, cases):
    spread, _ = slope_covariances(fit, [cases], fit.design.entries, fit.design.n_parameters)
    return estimate_covariances(fit, spread)


def test_normal_answers_have_the_same_errors_both_ways_and_scaling_1():
    rng = np.random.default_rng(0)
    fit, cases = fitted(rng.normal(size=(40_000, 1)) + rng.normal(size=(40_000, 4)))
    robust, plain = covariances(fit, cases), estimate_covariances(fit)
    assert_allclose(np.sqrt(np.diag(robust)), np.sqrt(np.diag(plain)), rtol=0.03)
    misfit = expected_misfit(fit, [cases], fit.design.entries, fit.design.n_parameters)
    assert_allclose(misfit / fit.design.df, 1, atol=0.04)


def test_the_scaling_is_the_trace_of_satorra_and_bentler():
    rng = np.random.default_rng(1)
    values = rng.exponential(size=(300, 1)) + rng.exponential(size=(300, 4))
    fit, cases = fitted(values)
    # U and Gamma written out over the ten covariances
    d = values - values.mean(axis=0)
    low = np.tril_indices(4)
    products = (d[:, :, None] * d[:, None, :])[:, low[0], low[1]]
    gamma = np.cov(products.T, ddof=0)
    double = np.zeros((16, 10))
    for k, (i, j) in enumerate(zip(*low, strict=True)):
        double[[4 * i + j, 4 * j + i], k] = 1.0
    inverse = fit.inverses[0]
    V = double.T @ np.kron(inverse, inverse) @ double / 2
    step = 1e-6
    slope = []
    for k in range(fit.theta.size):
        moved = [
            fit.matrices[0]
            .with_parameters(fit.design.entries[0], fit.theta + sign * step * np.eye(8)[k])
            .covariance()[low]
            for sign in (1, -1)
        ]
        slope.append((moved[0] - moved[1]) / (2 * step))
    D = np.array(slope).T
    U = V - V @ D @ np.linalg.solve(D.T @ V @ D, D.T @ V)
    got = expected_misfit(fit, [cases], fit.design.entries, fit.design.n_parameters)
    assert_allclose(got, np.trace(U @ gamma), rtol=1e-6)


def test_unequal_weights_widen_the_robust_errors_as_kish_says():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 4))
    w = rng.exponential(size=20_000)
    fit, cases = fitted(values, w)
    robust, plain = covariances(fit, cases), estimate_covariances(fit)
    assert_allclose(np.sqrt(np.diag(robust)), np.sqrt(np.diag(plain)), rtol=0.06)
    even, even_cases = fitted(values)
    wider = np.sqrt(np.diag(robust) / np.diag(covariances(even, even_cases)))
    assert_allclose(wider, np.sqrt(20_000 / fit.n), rtol=0.08)
