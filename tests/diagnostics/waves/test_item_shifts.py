import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.diagnostics.waves.item_shifts import item_shifts
from segkit.diagnostics.waves.two_waves import read_waves
from segkit.factors import FactorModel, invariance
from segkit.factors.sampled_model import answer_loadings


def shifts(old, new, ids=None, weights=None):
    waves = read_waves(old, new, ids, weights)
    model = FactorModel(2, "pearson").fit(old, sample_weight=waves.old.w)
    return item_shifts(waves, answer_loadings(model), 0.05)


def test_factors_that_moved_are_no_shift_of_items(factor_answers):
    found = shifts(
        factor_answers(2000, 0, whole=False),
        factor_answers(2000, 1, means=(0.5, -0.3), whole=False),
    )
    assert not found.free.any()
    assert np.abs(found.found - found.expected).max() < 0.12
    assert found.found[:5].mean() == pytest.approx(0.4, abs=0.06)


@pytest.mark.parametrize("moved", [[3], [3, 4], [0, 7]])
def test_items_that_moved_by_themselves_are_found_and_measured(factor_answers, moved):
    new = factor_answers(2000, 1, means=(0.3, 0.0), whole=False)
    new[:, moved] += 0.5
    found = shifts(factor_answers(2000, 0, whole=False), new)
    change = found.found - found.expected
    assert np.flatnonzero(found.free).tolist() == moved
    assert_allclose(change[moved], 0.5, atol=0.08)
    assert np.abs(np.delete(change, moved)).max() < 0.12


def test_invariance_names_the_same_item(factor_answers):
    """Score tests of maximum likelihood, which are checked against lavaan."""
    old, new = (factor_answers(600, seed, whole=False) for seed in (0, 1))
    new[:, 3] += 0.3
    found = shifts(old, new)
    reference = invariance(np.vstack([old, new]), np.repeat([1, 2], 600), n_factors=2)
    freed = reference.partial.query("step == 'scalar' and holds")["freed"].to_list()
    assert freed[-1] == "`x4`"
    assert np.flatnonzero(found.free).tolist() == [3]
    assert (found.found - found.expected)[3] == pytest.approx(0.3, abs=0.08)


def spread_and_errors(factor_answers, runs):
    found = [
        shifts(factor_answers(300, 2 * s, whole=False), factor_answers(300, 2 * s + 1, whole=False))
        for s in range(runs)
    ]
    changes = np.array([f.found - f.expected for f in found])
    return np.sqrt(np.square(changes).mean()), np.mean([f.errors for f in found])


def test_errors_are_those_of_repeated_waves(factor_answers):
    spread, stated = spread_and_errors(factor_answers, 30)
    assert stated == pytest.approx(spread, rel=0.12)


@pytest.mark.slow
def test_errors_are_those_of_many_repeated_waves(factor_answers):
    spread, stated = spread_and_errors(factor_answers, 400)
    assert stated == pytest.approx(spread, rel=0.03)


def test_pairing_makes_shifts_of_people_who_answer_alike_more_certain(factor_answers):
    old = factor_answers(500, 0)
    new = np.where(np.random.default_rng(1).random(old.shape) < 0.7, old, factor_answers(500, 1))
    ids = (np.arange(500), np.arange(500))
    assert (shifts(old, new, ids).errors < 0.8 * shifts(old, new).errors).all()


def test_missing_answers_and_weights_are_allowed(factor_answers):
    rng = np.random.default_rng(0)
    old, new = factor_answers(1000, 0), factor_answers(1000, 1)
    old[rng.random(old.shape) < 0.1] = np.nan
    w = (rng.integers(1, 4, 1000), rng.integers(1, 4, 1000))
    weighted = shifts(old, new, weights=w)
    repeated = shifts(np.repeat(old, w[0], axis=0), np.repeat(new, w[1], axis=0))
    assert_allclose(weighted.found, repeated.found)
    assert_allclose(weighted.expected, repeated.expected, atol=1e-6)
    scaled = shifts(old, new, weights=(w[0] * 7.0, w[1] / 3.0))
    assert_allclose(weighted.errors, scaled.errors)
