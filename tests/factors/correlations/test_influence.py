import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors import correlation
from segkit.factors.correlations.influence import (
    ordinal_influence,
    pearson_influence,
    polyserial_influence,
)
from segkit.factors.correlations.polychoric import code_items

UPPER = np.triu_indices(8, 1)


def gamma_of(reference):
    rows = reference["gamma"]
    out = np.zeros((len(rows), len(rows)))
    for k, row in enumerate(rows):
        out[k, : k + 1] = out[: k + 1, k] = row
    return out


def rows_of(influence):
    return np.concatenate(list(influence.blocks()))


@pytest.mark.parametrize("case", ["complete", "pairwise", "weighted"])
def test_polychoric_gamma_equals_lavaans(ordinal_made, ordinal_with_holes, r_ordinal, case):
    table = ordinal_with_holes if case == "pairwise" else ordinal_made.iloc[:, :8]
    w = np.array(r_ordinal["weights"]) if case == "weighted" else np.ones(400)
    rho = correlation(table, "polychoric", w).matrix[UPPER]
    assert_allclose(rho, r_ordinal[case]["cor"], atol=1e-7)
    rows = rows_of(ordinal_influence(code_items(table.to_numpy()), w, rho, *UPPER))
    assert_allclose(400 * rows.T @ rows, gamma_of(r_ordinal[case]), atol=1e-6)
    assert_allclose(rows.sum(axis=0), 0, atol=1e-9)


def test_pearson_standard_errors_equal_lavaans(ordinal_made, r_ordinal):
    expected = r_ordinal["pearson_se"]
    values = ordinal_made[expected["items"]].to_numpy()
    order = np.triu_indices(5, 1)
    rho = np.corrcoef(values.T)[order]
    assert_allclose(rho, expected["cor"], atol=1e-9)
    influence = pearson_influence(values, np.ones(400), rho, *order)
    assert_allclose(np.sqrt(influence.squares()), expected["se"], rtol=1e-6)


def test_pearson_influence_is_the_slope_along_a_weight(ordinal_with_holes):
    values, order = ordinal_with_holes.to_numpy(), UPPER
    rho = correlation(values).matrix[order]
    rows = rows_of(pearson_influence(values, np.ones(400), rho, *order))
    for k in (0, 7, 33):
        w = np.ones(400)
        w[k] += 1e-5
        moved = (correlation(values, sample_weight=w).matrix[order] - rho) / 1e-5
        assert_allclose(rows[k], moved, atol=1e-6)


def test_polyserial_standard_errors_are_near_lavaans(ordinal_made, r_ordinal):
    # beside ordinal items lavaan takes cross products for the information of mean and variance,
    # which skewed answers such as c1 and c2 disturb; without them it finds our figure for the two
    expected = r_ordinal["mixed"]
    table = ordinal_made[expected["items"]]
    found = correlation(table, "mixed").intervals()["se"].to_numpy()
    theirs = np.sqrt(np.diag(gamma_of(expected)) / 400)
    assert_allclose(found[:-1], theirs[:-1], rtol=0.08)
    assert_allclose(found[-1], r_ordinal["pearson_se"]["se"][-1], rtol=1e-6)
    ordinal = [0, 1, 4]  # (q1, q4), (q1, q5), (q4, q5)
    gamma = 400 * correlation(table, "mixed").covariance()
    picked = np.ix_(ordinal, ordinal)
    assert_allclose(gamma[picked], gamma_of(expected)[picked], atol=1e-6)


def test_polyserial_standard_errors_are_the_spread_of_the_estimates():
    rng = np.random.default_rng(0)
    w = np.repeat([0.5, 1.5], 250)
    estimates, errors = [], []
    for _ in range(300):
        latent = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 500)
        table = np.column_stack([np.digitize(latent[:, 0], [-0.8, 0.4]), latent[:, 1]])
        table[rng.random(500) < 0.1, 0] = np.nan
        table[rng.random(500) < 0.1, 1] = np.nan
        found = correlation(table, "polyserial", w)
        estimates.append(found.matrix[0, 1])
        errors.append(found.intervals()["se"][0])
    # the spread of 300 estimates is known to 4 %
    assert_allclose(np.mean(errors), np.std(estimates), rtol=0.12)


def test_polyserial_influence_adds_up_to_nothing_whatever_is_missing(ordinal_made):
    table = ordinal_made[["q1", "q5", "c1", "c2"]].to_numpy()
    rng = np.random.default_rng(1)
    table[rng.random(table.shape) < 0.1] = np.nan
    rho = correlation(table, "mixed").matrix[:2, 2:]
    influence = polyserial_influence(code_items(table[:, :2]), table[:, 2:], np.ones(400), rho)
    assert_allclose(rows_of(influence).sum(axis=0), 0, atol=1e-8)


def test_blocks_of_rows_do_not_matter(ordinal_with_holes, monkeypatch):
    found = correlation(ordinal_with_holes, "polychoric")
    whole = found.covariance()
    monkeypatch.setattr("segkit.factors.correlations.influence._CELLS_AT_ONCE", 500)
    assert_allclose(found.covariance(), whole, atol=1e-12)
    monkeypatch.setattr("segkit.factors.correlations.influence._PAIRS_AT_ONCE", 5)
    assert_allclose(found.covariance(), whole, atol=1e-12)
