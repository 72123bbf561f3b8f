import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import binom

from segkit._frames import Origin
from segkit.factors.correlations.asymptotic import influence_of
from segkit.factors.correlations.product_moment import pearson_matrix
from segkit.factors.sample import Sample
from segkit.factors.scales.alpha import alpha_from, pairwise_covariances
from segkit.factors.scales.omega import omega_from, omega_gradient
from segkit.factors.scales.reliability_interval import (
    Jackknife,
    alpha_jackknife,
    feldt_interval,
    linear_jackknife,
    logarithmic_interval,
    pair_effective_n,
)

LOADINGS = np.array([0.85, 0.75, 0.6, 0.5, 0.35])
CUTS = {"symmetric": [-1.4, -0.5, 0.5, 1.4], "skewed": [0.6, 1.1, 1.6, 2.1]}


def sample(values, w=None):
    w = np.ones(len(values)) if w is None else w
    return Sample(values, tuple(f"x{j}" for j in range(values.shape[1])), w, Origin())


def answers(rng, n, kind, loadings=LOADINGS):
    latent = loadings * rng.normal(size=(n, 1))
    latent += np.sqrt(1 - loadings**2) * rng.normal(size=(n, loadings.size))
    if kind == "heavy":
        return latent * np.sqrt(5 / rng.chisquare(5, size=(n, 1)))
    return np.digitize(latent, CUTS[kind]).astype(float) if kind in CUTS else latent


def influence(found, R):
    return influence_of(found, R, np.zeros(R.shape[0], dtype=bool))


def intervals(found, level=0.95):
    """Feldt's and the jackknife's interval of alpha, the jackknife's of omega."""
    n = pair_effective_n(found)
    covariances, R = pairwise_covariances(found), pearson_matrix(found.values, found.w)
    alpha, omega = float(alpha_from(covariances)), omega_from(R, 1)
    error = linear_jackknife(influence(found, R), omega_gradient(R, omega), omega.total)
    return (
        feldt_interval(alpha, n, R.shape[0], level),
        logarithmic_interval(alpha, alpha_jackknife(found, covariances), level),
        logarithmic_interval(omega.total, error, level),
    )


@pytest.mark.parametrize("scale", list("ACENO"))
def test_feldts_interval_is_that_of_r(r_reliability, scale):
    figures = r_reliability["complete"][scale]
    found = feldt_interval(figures["alpha"], 2436, 5, 0.95)
    assert_allclose(found, figures["feldt"], atol=1e-9)


def test_the_jackknife_of_alpha_leaves_each_respondent_out():
    found = sample(
        np.random.default_rng(0).normal(size=(30, 1))
        + np.random.default_rng(1).normal(size=(30, 4))
    )
    error = alpha_jackknife(found, pairwise_covariances(found)).error
    left = [alpha_from(np.cov(np.delete(found.values, i, axis=0).T)) for i in range(30)]
    logs = np.log(1 - np.array(left))
    assert_allclose(error, np.sqrt(29 / 30 * np.square(logs - logs.mean()).sum()), rtol=1e-10)


@pytest.mark.parametrize("missing", [False, True])
def test_the_jackknife_of_omega_is_near_that_of_leaving_each_out(missing):
    rng = np.random.default_rng(2)
    values = answers(rng, 300, "symmetric")
    if missing:
        values[rng.random(values.shape) < 0.1] = np.nan
    found = sample(values)
    R = pearson_matrix(values, found.w)
    omega = omega_from(R, 1)
    error = linear_jackknife(influence(found, R), omega_gradient(R, omega), omega.total).error
    rest = [np.delete(values, i, axis=0) for i in range(300)]
    logs = np.log([1 - omega_from(pearson_matrix(v, np.ones(299)), 1).total for v in rest])
    assert_allclose(error, np.sqrt(299 / 300 * np.square(logs - logs.mean()).sum()), rtol=0.03)


def test_few_respondents_that_hold_the_error_leave_few_degrees_of_freedom():
    rng = np.random.default_rng(6)
    even, heavy = answers(rng, 400, "symmetric"), answers(rng, 400, "heavy")
    of = [alpha_jackknife(sample(v), pairwise_covariances(sample(v))).df for v in (even, heavy)]
    assert of[1] < of[0] < 400


def test_weights_times_a_constant_change_nothing():
    rng = np.random.default_rng(3)
    values, w = answers(rng, 200, "symmetric"), rng.lognormal(size=200)
    values[:20, 0] = np.nan
    assert_allclose(intervals(sample(values, w)), intervals(sample(values, 7 * w)), rtol=1e-9)
    assert_allclose(intervals(sample(values)), intervals(sample(values, np.full(200, 3.0))))


def test_the_interval_never_reaches_one():
    low, high = logarithmic_interval(0.98, Jackknife(0.9, 12.0), 0.95)
    assert low < 0.98 < high < 1


def test_missing_answers_cost_respondents():
    values = np.random.default_rng(4).normal(size=(100, 3))
    values[:50, 0] = np.nan
    assert_allclose(pair_effective_n(sample(values)), 3 / (1 / 50 + 1 / 50 + 1 / 100))


def coverage(kind, n_runs, n, weighted, missing):
    rng = np.random.default_rng(5)
    large = answers(rng, 1_000_000, kind)
    truths = [float(alpha_from(np.cov(large.T)))] * 2 + [omega_from(np.corrcoef(large.T), 1).total]
    held = np.zeros(3)
    for _ in range(n_runs):
        values = answers(rng, n, kind)
        if missing:
            values[rng.random(values.shape) < missing] = np.nan
        w = rng.lognormal(sigma=0.7, size=n) if weighted else None
        found = intervals(sample(values, w))
        held += [low < truth < high for (low, high), truth in zip(found, truths, strict=True)]
    return held


def accepted(held, n_runs, nominal=0.95):
    low, high = binom.interval(0.99, n_runs, nominal)
    return low <= held <= high


@pytest.mark.parametrize("kind", ["normal", "symmetric", "skewed"])
def test_intervals_hold_the_truth_as_often_as_promised(kind, simulated):
    held = coverage(kind, 200, 300, weighted=False, missing=0.0)
    simulated("coverage of alpha", held[1], 200, 0.95)
    simulated("coverage of omega", held[2], 200, 0.95)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "weighted", "missing"),
    [
        ("normal", False, 0.0),
        ("symmetric", False, 0.0),
        ("skewed", False, 0.0),
        ("heavy", False, 0.0),
        ("symmetric", True, 0.0),
        ("skewed", True, 0.0),
        ("symmetric", False, 0.2),
    ],
)
def test_intervals_hold_the_truth_as_often_as_promised_in_many_runs(
    kind, weighted, missing, simulated
):
    # the weights leave an effective n of 600
    held = coverage(kind, 1000, 1000 if weighted else 500, weighted, missing)
    simulated("coverage of alpha", held[1], 1000, 0.95)
    simulated("coverage of omega", held[2], 1000, 0.95)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "nominal"),
    [("normal", True), ("symmetric", True), ("skewed", False), ("heavy", False)],
)
def test_feldts_interval_is_right_for_symmetric_items_only(kind, nominal):
    held = coverage(kind, 1000, 300, weighted=False, missing=0.0)
    assert accepted(held[0], 1000) == nominal
