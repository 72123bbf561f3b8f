import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from segkit.factors import correlation
from segkit.factors.correlations.polychoric import LARGEST, code_items, pair_tables, thresholds_of
from segkit.factors.correlations.polyserial import (
    conditional_slopes,
    polyserial_closed_form,
    polyserial_pairs,
)


def prepared(ordinal, w):
    items = code_items(ordinal)
    n_categories = np.array([c.size for c in items.categories])
    return items.codes, thresholds_of(pair_tables(items, w)[0], n_categories)


def drawn(n, rho, seed=0):
    rng = np.random.default_rng(seed)
    latent = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n)
    return np.digitize(latent[:, [0]], [-1.0, 0.2, 0.9]).astype(float), 3.0 + 2.0 * latent[:, [1]]


def test_mixed_correlations_equal_lavaans(ordinal_made, r_ordinal):
    items = r_ordinal["mixed"]["items"]
    result = correlation(ordinal_made[items], "mixed")
    assert_allclose(result.matrix, r_ordinal["mixed"]["matrix"], atol=1e-7)


@pytest.mark.real_data
def test_mixed_correlations_of_bfi_equal_lavaans(data_folder, r_ordinal):
    items = r_ordinal["bfi_mixed"]["items"]
    table = pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")[items].dropna().astype(float)
    result = correlation(table, "polyserial")
    assert_allclose(result.matrix, r_ordinal["bfi_mixed"]["matrix"], atol=1e-7)


@pytest.mark.real_data
def test_the_closed_form_equals_psychs(data_folder, correlations):
    items = ["A1", "A2", "age"]  # few of these answers are missing
    table = pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")[items].to_numpy(dtype=float)
    w = np.ones(len(table))
    codes, thresholds = prepared(table[:, :2], w)
    age = table[:, 2:]
    rho = polyserial_closed_form(codes, (age - age.mean()) / age.std(), thresholds, w)
    assert correlations["mixed"]["items"][:3] == items
    assert_allclose(rho, correlations.matrix("mixed")[:2, 2:3], atol=1e-4)


def test_the_estimate_maximises_the_likelihood_of_a_direct_search():
    y, x = drawn(300, 0.5)
    w = np.random.default_rng(1).integers(1, 4, 300).astype(float)
    codes, thresholds = prepared(y, w)
    mean = (w @ x) / w.sum()
    z = (x - mean) / np.sqrt(w @ np.square(x - mean) / w.sum())
    edges = np.concatenate([[-np.inf], thresholds[0], [np.inf]])

    def loss(rho):
        v = (edges[:, None] - rho * z.T) / np.sqrt(1 - rho**2)
        p = np.diff(norm.cdf(v), axis=0)[codes[:, 0], np.arange(300)]
        return -(w * np.log(p)).sum()

    found = minimize_scalar(loss, bounds=(-0.99, 0.99), method="bounded", options={"xatol": 1e-10})
    rho, converged = polyserial_pairs(codes, x, thresholds, w)
    assert converged.all()
    assert_allclose(rho[0, 0], found.x, atol=1e-6)


def test_slopes_are_those_of_the_log_probability():
    point = {"low": -0.3, "high": 0.8, "z": 1.4, "rho": 0.55}
    slopes = conditional_slopes(**point)[1:]
    for slope, name in zip(slopes, ["rho", "low", "high"], strict=True):
        up, down = ({**point, name: point[name] + step} for step in (1e-6, -1e-6))
        change = conditional_slopes(**up)[0] - conditional_slopes(**down)[0]
        assert_allclose(slope, change / 2e-6, rtol=1e-7)


def test_the_truth_is_found_and_blocks_of_rows_do_not_matter(monkeypatch):
    y, x = drawn(20_000, -0.7)
    codes, thresholds = prepared(y, np.ones(20_000))
    rho, _ = polyserial_pairs(codes, x, thresholds, np.ones(20_000))
    assert_allclose(rho, -0.7, atol=0.015)
    monkeypatch.setattr("segkit.factors.correlations.polyserial._CELLS_AT_ONCE", 777)
    again, _ = polyserial_pairs(codes, x, thresholds, np.ones(20_000))
    assert_allclose(again, rho, atol=1e-9)


def test_missing_answers_take_the_respondents_who_gave_both():
    y, x = drawn(2_000, 0.4)
    y[:200], x[100:300] = np.nan, np.nan
    codes, thresholds = prepared(y, np.ones(2_000))
    rho, _ = polyserial_pairs(codes, x, thresholds, np.ones(2_000))
    w = np.ones(2_000)
    w[:300] = 0
    full = np.nan_to_num(x, nan=np.nanmean(x))
    assert_allclose(rho, polyserial_pairs(*prepared(y, w)[:1], full, thresholds, w)[0], atol=0.01)


def test_categories_in_the_order_of_the_answers_are_held_at_the_bound():
    x = np.arange(40.0)[:, None]
    codes, thresholds = prepared(np.repeat([0.0, 1], 20)[:, None], np.ones(40))
    rho, converged = polyserial_pairs(codes, x, thresholds, np.ones(40))
    assert converged.all()
    assert_array_equal(rho, LARGEST)
    assert_array_equal(polyserial_pairs(codes, -x, thresholds, np.ones(40))[0], -LARGEST)
