import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.diagnostics.waves.factor_changes import factor_changes
from segkit.diagnostics.waves.people import identify
from segkit.factors import FactorModel


def changes(old, new, n_boot=60, ids=None):
    models = [FactorModel(2, "pearson").fit(X) for X in (old, new)]
    draws = list(identify(ids, old, new).draws(n_boot, 0))
    return factor_changes(*models, draws)


def scrambled(X, seed=0):
    """Three of the second factor's five items measure nothing of it any more."""
    out, rng = X.copy(), np.random.default_rng(seed)
    for j in (6, 7, 8):
        out[:, j] = rng.permutation(out[:, j])
    return out


def test_the_same_answers_are_congruent(factor_answers):
    X = factor_answers(400, 0)
    assert_allclose(changes(X, X, ids=(np.arange(400), np.arange(400))).congruence, 1.0)


def test_loadings_that_were_scrambled_are_found_beyond_chance(factor_answers):
    found = changes(factor_answers(1000, 0), scrambled(factor_answers(1000, 1)))
    worst = int(np.argmin(found.congruence))
    assert found.congruence[worst] < 0.85
    assert found.p[worst] < 1e-4
    assert found.congruence[1 - worst] > 0.97


def test_low_congruence_of_few_respondents_may_be_chance(factor_answers):
    found = changes(
        factor_answers(60, 0, loadings=0.4, whole=False),
        factor_answers(60, 1, loadings=0.4, whole=False),
    )
    assert found.congruence.min() < 0.85
    assert found.p.min() > 0.01


def alarm_rate(factor_answers, runs, n):
    hits = 0
    for seed in range(runs):
        waves = (factor_answers(n, 2 * seed + s, loadings=0.6, whole=False) for s in (0, 1))
        hits += changes(*waves, n_boot=25).p[0] <= 0.05
    return hits


def test_the_same_loadings_are_rarely_called_others(factor_answers):
    assert alarm_rate(factor_answers, 15, 150) <= 4


@pytest.mark.slow
def test_false_alarms_keep_their_level(factor_answers, simulated):
    hits = alarm_rate(factor_answers, 400, 300)
    simulated("congruence of equal loadings, p <= .05", hits, 400, 0.05, at_most=True)


def test_without_samples_congruence_has_no_interval(factor_answers):
    found = changes(factor_answers(200, 0), factor_answers(200, 1), n_boot=0)
    assert np.isnan([found.low, found.high, found.p]).all()
    assert found.n_boot == 0
