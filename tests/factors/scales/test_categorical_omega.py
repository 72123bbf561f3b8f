import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.factors import correlation
from segkit.factors.scales.alpha import alpha_from
from segkit.factors.scales.categorical_omega import categorical_omega
from segkit.factors.scales.omega import omega_from


def of_answers(answers):
    found = correlation(answers, "polychoric")
    steps = [np.diff(values) for values in found.categories.values()]
    loadings = omega_from(found.matrix, 1).general
    return categorical_omega(found.matrix, loadings, list(found.thresholds.values()), steps)


@pytest.mark.real_data
@pytest.mark.parametrize("scale", list("ACENO"))
def test_it_is_that_of_the_published_formula_in_r(bfi, r_reliability, scale):
    keys, figures = r_reliability["keys"][scale], r_reliability["polychoric"][scale]
    items = [key.lstrip("-") for key in keys]
    signs = [-1.0 if key.startswith("-") else 1.0 for key in keys]
    answers = bfi.dropna()[items] * signs
    R = correlation(answers, "polychoric").matrix
    assert_allclose(alpha_from(R), figures["alpha_ordinal"], atol=1e-6)
    assert_allclose(omega_from(R, 1).total, figures["omega_ordinal"], atol=1e-6)
    assert_allclose(omega_from(R, 1).general, figures["loadings_minres"], atol=1e-4)
    assert_allclose(of_answers(answers), figures["categorical_minres"], atol=5e-6)
    # loadings by weighted least squares spread the misfit of one factor otherwise
    assert_allclose(of_answers(answers), figures["categorical_wlsmv"], atol=0.025)


@pytest.mark.parametrize("cuts", [[-1.4, -0.5, 0.5, 1.4], [0.5, 1.0, 1.5, 2.0]])
def test_it_is_the_share_of_the_true_score_in_a_large_sample(cuts):
    rng = np.random.default_rng(0)
    loadings = np.array([0.85, 0.75, 0.65, 0.55, 0.45])
    factor = rng.normal(size=(200_000, 1))
    noise = rng.normal(size=(2, 200_000, 5)) * np.sqrt(1 - loadings**2)
    first, second = (np.digitize(loadings * factor + e, cuts).astype(float) for e in noise)
    # two sums with one true score and independent errors correlate as high as they are reliable
    truth = np.corrcoef(first.sum(axis=1), second.sum(axis=1))[0, 1]
    assert_allclose(of_answers(pd.DataFrame(first).rename(columns=str)), truth, atol=0.006)


def test_a_skipped_code_counts_as_wide_as_it_is():
    rng = np.random.default_rng(1)
    codes = np.digitize(rng.normal(size=(3000, 1)) + rng.normal(size=(3000, 3)), [-1.0, 0.0, 1.0])
    answers = pd.DataFrame(codes, columns=["a", "b", "c"]).astype(float)
    doubled = of_answers(2 * answers + 5)
    assert_allclose(doubled, of_answers(answers), rtol=1e-12)
    wide = of_answers(answers.replace({3.0: 9.0}))
    assert abs(wide - doubled) > 0.01


def test_many_categories_bring_it_to_omega():
    loadings = np.array([0.8, 0.7, 0.6])
    R = np.outer(loadings, loadings)
    np.fill_diagonal(R, 1.0)
    cuts = [np.linspace(-4.0, 4.0, 161)] * 3
    found = categorical_omega(R, loadings, cuts, [np.full(161, 0.05)] * 3)
    assert_allclose(found, omega_from(R, 1).total, atol=1e-3)


def test_items_may_have_different_numbers_of_categories():
    loadings = np.array([0.8, 0.7, 0.6])
    R = np.outer(loadings, loadings)
    np.fill_diagonal(R, 1.0)
    cuts = [np.zeros(1), np.array([-1.0, 0.0, 1.0]), np.array([0.5])]
    order = [2, 0, 1]
    plain = categorical_omega(R, loadings, cuts, [np.ones(c.size) for c in cuts])
    moved = categorical_omega(
        R[np.ix_(order, order)],
        loadings[order],
        [cuts[k] for k in order],
        [np.ones(cuts[k].size) for k in order],
    )
    assert_allclose(moved, plain, rtol=1e-12)
