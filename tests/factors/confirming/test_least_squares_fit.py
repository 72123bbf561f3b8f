import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from segkit.factors.confirming.least_squares_fit import least_squares
from segkit.factors.confirming.measurement_model import Entries, GroupMoments
from segkit.factors.confirming.structure import confirmatory_design, read_structure
from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.sample import read_sample

ITEMS = [f"x{j}" for j in range(1, 7)]
STRUCTURE = read_structure({"x": ITEMS[:3], "y": ITEMS[3:]}, ITEMS)


def made(n, seed, cuts=(-0.8, 0.3)):
    rng = np.random.default_rng(seed)
    needs = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    latent = 0.8 * np.repeat(needs, 3, axis=1) + 0.6 * rng.normal(size=(n, 6))
    return pd.DataFrame(1.0 + np.digitize(latent, cuts), columns=ITEMS)


def fitted(X, w=None, structure=STRUCTURE):
    found = correlate_sample(read_sample(X, w), "polychoric")
    moments = GroupMoments(np.zeros(len(found.names)), found.matrix, found.effective_n)
    return least_squares(confirmatory_design(structure, moments), found)


def test_loadings_of_the_latent_answers_are_found():
    got = fitted(made(8_000, 0))
    assert got.model.converged
    assert_allclose(got.model.matrices[0].loadings[STRUCTURE.pattern], 0.8, atol=0.03)
    assert_allclose(got.model.matrices[0].factor_covariances[0, 1], 0.5, atol=0.05)
    assert_allclose(np.diag(got.model.matrices[0].covariance()), 1)
    assert got.df == 15 - 6 - 1


def test_the_estimates_are_a_minimum():
    got = fitted(made(500, 1))
    slope = got.slopes.T @ (got.weights * got.residuals)
    size = np.sqrt(np.diag(got.information))
    assert np.abs(slope / size).max() < 1e-4


def test_whole_weights_equal_repeated_rows():
    X = made(400, 2)
    w = np.random.default_rng(0).integers(0, 4, 400).astype(float)
    weighted = fitted(X, w)
    repeated = fitted(X.loc[np.repeat(np.arange(400), w.astype(int))])
    # the weights of least squares come from the respondents, once or several times
    assert_allclose(weighted.model.theta, repeated.model.theta, atol=0.01)
    doubled = fitted(X, 2 * w)
    assert_allclose(doubled.fit().chi2_scaled, weighted.fit().chi2_scaled, rtol=1e-6)


def test_errors_are_those_of_repeated_samples():
    runs = [fitted(made(500, 100 + s)) for s in range(120)]
    spread = np.std([r.model.theta for r in runs], axis=0)
    errors = np.mean([np.sqrt(np.diag(r.covariances())) for r in runs], axis=0)
    assert_allclose(errors, spread, rtol=0.2)
    statistics = [r.fit().chi2_scaled for r in runs]
    assert_allclose(np.mean(statistics), runs[0].df, rtol=0.2)


def test_what_correlations_do_not_determine_is_found():
    apart = read_structure({"x": ["x1", "x2"]}, ["x1", "x2"])
    got = fitted(made(400, 3)[["x1", "x2"]], structure=apart)
    assert set(got.undetermined().tolist()) == {0, 1}


def test_the_hints_lower_the_statistic_by_what_they_say():
    X = made(3_000, 4)
    rng = np.random.default_rng(5)
    X["x2"] = np.where(rng.random(3_000) < 0.3, X["x1"], X["x2"])
    got = fitted(X)
    candidate = Entries.of([("residual_covariances", 1, 0, 0)])
    drop, change = got.scores(got.model, candidate)
    assert drop[0] > 20
    assert change[0] > 0.05
    found = correlate_sample(read_sample(X), "polychoric")
    moments = GroupMoments(np.zeros(6), found.matrix, found.effective_n)
    freed = least_squares(confirmatory_design(STRUCTURE, moments, [(1, 0)]), found)
    assert_allclose(got.fit().chi2 - freed.fit().chi2, drop[0], rtol=0.1)
    assert_allclose(freed.model.matrices[0].residual_covariances[1, 0], change[0], rtol=0.3)
