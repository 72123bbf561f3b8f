import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.confirming.likelihood_fit import Design, maximise
from segkit.factors.confirming.measurement_model import Entries, GroupMoments, Matrices
from segkit.factors.confirming.structure import Structure, confirmatory_design

FIVE = np.kron(np.eye(5, dtype=bool), np.ones((5, 1), dtype=bool))


@pytest.fixture(scope="module")
def bfi_moments(correlations):
    matrix = correlations.matrix("pearson_complete")
    return GroupMoments(np.zeros(25), matrix, correlations["pearson_complete"]["n"])


def test_lavaans_chi2_and_loadings_from_the_correlations(bfi_moments, correlations, r_confirmatory):
    structure = Structure(tuple(correlations["items"]), tuple("ACENO"), FIVE)
    fit = maximise(confirmatory_design(structure, bfi_moments), [bfi_moments])
    expected = r_confirmatory["single"]["ML"]
    assert fit.converged
    assert_allclose(fit.chi2, expected["fit"]["chisq"], rtol=1e-6)
    assert fit.design.df == expected["fit"]["df"]
    got = fit.matrices[0].loadings[FIVE]
    # lavaan leaves the factors in the direction of its start
    assert_allclose(np.abs(got), np.abs(expected["loadings"]["std"]), atol=2e-5)


def test_a_model_that_holds_is_found_exactly():
    pattern = np.kron(np.eye(2, dtype=bool), np.ones((3, 1), dtype=bool))
    loadings = np.zeros((6, 2))
    loadings[pattern] = [0.8, 0.7, 0.6, 0.9, -0.5, 0.4]
    common = loadings @ np.array([[1.0, 0.4], [0.4, 1.0]]) @ loadings.T
    moments = GroupMoments(np.zeros(6), common + np.diag([0.3, 0.5, 0.6, 0.2, 0.8, 0.9]), 300.0)
    structure = Structure(tuple("abcdef"), ("x", "y"), pattern)
    fit = maximise(confirmatory_design(structure, moments), [moments])
    assert fit.chi2 < 1e-8
    assert_allclose(fit.matrices[0].loadings, loadings, atol=1e-6)
    assert_allclose(fit.matrices[0].factor_covariances[0, 1], 0.4, atol=1e-6)
    assert fit.undetermined().size == 0


def test_the_estimates_are_a_maximum(bfi_moments, correlations):
    structure = Structure(tuple(correlations["items"]), tuple("ACENO"), FIVE)
    design = confirmatory_design(structure, bfi_moments)
    fit = maximise(design, [bfi_moments])
    rng = np.random.default_rng(0)
    for _ in range(20):
        theta = fit.theta + 1e-3 * rng.normal(size=fit.theta.size)
        there = fit.matrices[0].with_parameters(design.entries[0], theta)
        ratio = np.linalg.solve(there.covariance(), bfi_moments.covariance)
        value = np.trace(ratio) - np.linalg.slogdet(ratio)[1] - 25
        assert value > fit.discrepancy


def test_what_the_moments_do_not_determine_is_named():
    # two loadings of one factor: only their product shows
    entries = Entries.of(
        [("loadings", 0, 0, 0), ("loadings", 1, 0, 1)]
        + [("residual_covariances", i, i, 2 + i) for i in range(2)]
    )
    start = Matrices(np.array([[0.5], [0.5]]), np.eye(1), np.eye(2) * 0.5, np.zeros(2), np.zeros(1))
    moments = GroupMoments(np.zeros(2), np.array([[1.0, 0.4], [0.4, 1.0]]), 100.0)
    fit = maximise(Design((entries,), (start,), 4, with_means=False), [moments])
    assert set(fit.undetermined().tolist()) == {0, 1, 2, 3}
