import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import kstest

from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.structure import read_structure
from segkit.factors.groups.invariance_items import item_tests
from segkit.factors.groups.invariance_steps import Freed, fit_step

FIVE = {a: [f"{a}{j}" for j in range(1, 6)] for a in "ACENO"}
ITEMS = [f"x{j}" for j in range(1, 7)]
STRUCTURE = read_structure({"x": ITEMS[:3], "y": ITEMS[3:]}, ITEMS)


def scored(step, groups, structure=STRUCTURE, freed=None):
    cases = [Cases.of(values, np.ones(len(values))) for values in groups]
    moments = [c.moments(structure.items) for c in cases]
    freed = freed or Freed()
    fit = fit_step(step, structure, moments, freed)
    return item_tests(fit, cases, structure, step, freed), fit


def made(n, seed, shift=0.0, loading=0.8):
    rng = np.random.default_rng(seed)
    needs = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n)
    L = np.repeat(np.array([[0.8]]), 6, axis=0)
    L[1] = loading
    X = L.ravel() * np.repeat(needs, 3, axis=1) + 0.6 * rng.normal(size=(n, 6))
    X[:, 4] += shift
    return X


@pytest.mark.real_data
def test_lavaans_score_tests(bfi, bfi_gender, r_confirmatory):
    complete = bfi.notna().all(axis=1)
    groups = [bfi[complete & (bfi_gender == g)].to_numpy() for g in (1, 2)]
    structure = read_structure(FIVE, list(bfi.columns))
    for step, op in (("metric", "=~"), ("scalar", "~1")):
        expected = r_confirmatory["score_tests"][step]
        theirs = [x for x, o in zip(expected["X2"], expected["op"], strict=True) if o == op]
        got, _ = scored(step, groups, structure)
        assert_allclose([t.plain for t in got], theirs, rtol=1e-3)


def test_a_moved_intercept_and_a_weaker_loading_are_found_with_their_size():
    base = made(4_000, 0)
    found, _ = scored("scalar", [base, made(4_000, 1, shift=0.5)])
    worst = max(found, key=lambda t: t.statistic)
    assert worst.item == 4
    assert worst.change == pytest.approx(0.5, abs=0.06)  # the items' standard deviation is 1
    found, _ = scored("metric", [base, made(4_000, 2, loading=0.4)])
    worst = max(found, key=lambda t: t.statistic)
    assert worst.item == 1
    assert worst.change == pytest.approx(-0.4, abs=0.08)


def test_the_score_test_is_near_the_likelihood_ratio_of_freeing_the_item():
    groups = [made(3_000, 3), made(3_000, 4, shift=0.1)]
    found, plain = scored("scalar", groups)
    _, freed = scored("scalar", groups, freed=Freed().plus("scalar", 4))
    assert_allclose(found[4].plain, plain.chi2 - freed.chi2, rtol=0.05)
    assert_allclose(found[4].statistic, found[4].plain, rtol=0.1)


def test_freed_items_are_not_tested():
    groups = [made(500, 5), made(500, 6)]
    freed = Freed().plus("metric", 1)
    found, _ = scored("scalar", groups, freed=freed)
    assert [t.item for t in found] == [0, 2, 3, 4, 5]


def test_residual_variances_are_tested_as_well():
    wide = made(4_000, 8)
    wide[:, 2] += 0.6 * np.random.default_rng(9).normal(size=4_000)
    found, _ = scored("strict", [made(4_000, 7), wide])
    worst = max(found, key=lambda t: t.statistic)
    assert worst.item == 2
    assert worst.change == pytest.approx(0.36 / 1.18, abs=0.08)


def test_three_groups_name_the_one_that_differs():
    groups = [made(2_000, 10), made(2_000, 11), made(2_000, 12, shift=0.5)]
    found, _ = scored("scalar", groups)
    worst = max(found, key=lambda t: t.statistic)
    assert (worst.item, worst.group, worst.df) == (4, 2, 2)


def test_p_values_are_uniform_when_nothing_differs():
    runs = [scored("scalar", [made(300, 2 * s + 50), made(300, 2 * s + 51)])[0] for s in range(60)]
    for item in (0, 4):
        assert kstest([found[item].p for found in runs], "uniform").pvalue > 0.005
    any_differs = sum(min(t.p_adjusted for t in found) < 0.05 for found in runs)
    assert any_differs <= 9  # 99 % of binomial(60, .05)
