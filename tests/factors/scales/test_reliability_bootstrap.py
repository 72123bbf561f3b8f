from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit._resample import bootstrap_counts, canonical_order
from segkit.factors import reliability
from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.sample import read_sample
from segkit.factors.scales import reliability_bootstrap as module
from segkit.factors.scales.alpha import alpha_from, pairwise_covariances
from segkit.factors.scales.categorical_omega import categorical_omega
from segkit.factors.scales.omega import omega_from
from segkit.factors.scales.reliability_bootstrap import bootstrap_reliability

N_BOOT = 12
LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])


def one_by_one(sample, correlation, n_factors):
    """The same replicates, each computed like the answers themselves."""
    order = canonical_order(sample.values, sample.w)
    for counts in bootstrap_counts(N_BOOT, order, 0):
        drawn = counts > 0
        part = replace(sample, values=sample.values[drawn], w=(sample.w * counts)[drawn])
        found = correlate_sample(part, correlation)
        categorical = np.nan
        if correlation == "polychoric":
            loadings = omega_from(found.matrix, 1).general
            steps = [np.diff(values) for values in found.categories.values()]
            cuts = list(found.thresholds.values())
            categorical = categorical_omega(found.matrix, loadings, cuts, steps)
        alpha = alpha_from(pairwise_covariances(part))
        yield float(alpha), omega_from(found.matrix, n_factors).total, categorical


@pytest.mark.parametrize(
    ("correlation", "n_factors"), [("pearson", 1), ("pearson", 2), ("polychoric", 1)]
)
@pytest.mark.parametrize("weighted", [False, True])
def test_replicates_at_once_are_those_one_by_one(
    answers, whole_weights, correlation, n_factors, weighted
):
    # three items of one need each: with one factor of two needs there would be two optima
    table = answers.iloc[:, : 3 * n_factors]
    sample = read_sample(table, whole_weights if weighted else None)
    found = bootstrap_reliability(sample, correlation, n_factors, N_BOOT, 0)
    expected = np.array(list(one_by_one(sample, correlation, n_factors)))
    assert_allclose(found, expected, atol=2e-5)


def test_parts_that_fit_in_memory_give_the_same(answers, monkeypatch):
    sample = read_sample(answers.iloc[:, :4])
    whole = bootstrap_reliability(sample, "polychoric", 1, N_BOOT, 0)
    monkeypatch.setattr(module, "_NUMBERS_AT_ONCE", 1_000)
    assert_allclose(bootstrap_reliability(sample, "polychoric", 1, N_BOOT, 0), whole, atol=1e-8)


def test_a_replicate_without_a_category_still_counts():
    rng = np.random.default_rng(1)
    codes = np.digitize(rng.normal(size=(80, 1)) + rng.normal(size=(80, 3)), [-1.0, 0.0, 1.0])
    answers = pd.DataFrame(codes, columns=["a", "b", "c"]).astype(float)
    answers.loc[0, "a"], answers.loc[1, "b"] = -1.0, 4.0
    found = bootstrap_reliability(read_sample(answers), "polychoric", 1, 40, 0)
    assert np.isfinite(found).all()
    assert (np.abs(found) < 1).all()


def test_a_replicate_in_which_an_item_does_not_vary_is_empty():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(40, 3))
    values[:, 2] = 0.0
    values[0, 2] = 1.0
    found = bootstrap_reliability(read_sample(values), "pearson", 1, 60, 0)
    empty = np.isnan(found[:, 0])
    assert 0 < empty.sum() < 60
    assert np.isnan(found[empty, 1]).all()
    assert np.isfinite(found[~empty, :2]).all()


def held(n_runs, n, n_boot):
    """How often the interval of categorical omega holds the reliability of the sum."""
    rng = np.random.default_rng(3)
    cuts = [-1.0, 0.0, 0.8]

    def drawn(size):
        latent = LOADINGS * rng.normal(size=(size, 1))
        noise = rng.normal(size=(2, size, 4)) * np.sqrt(1 - LOADINGS**2)
        return np.digitize(latent + noise, cuts).astype(float)

    truth = np.corrcoef(drawn(1_000_000).sum(axis=2))[0, 1]
    count = 0
    for _ in range(n_runs):
        found = reliability(
            drawn(n)[0], correlation="polychoric", interval="bootstrap", n_boot=n_boot
        ).frame()
        count += found["categorical_low"][0] < truth < found["categorical_high"][0]
    return count


def test_the_interval_of_categorical_omega_holds_the_truth(simulated):
    simulated("coverage", held(40, 300, 100), 40, 0.95)


@pytest.mark.slow
def test_the_interval_of_categorical_omega_holds_the_truth_in_many_runs(simulated):
    simulated("coverage", held(400, 400, 300), 400, 0.95)
