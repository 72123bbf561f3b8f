import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors import FactorModel, correlation
from segkit.factors.correlations.em_influence import em_influence

UPPER = np.triu_indices(8, 1)
PATTERN = np.kron(np.eye(2), np.array([[0.8], [0.7], [0.6], [0.7]]))


def rows_of(influence):
    return np.concatenate(list(influence.blocks()))


def test_standard_errors_equal_lavaans(ordinal_with_holes, r_ordinal):
    found = correlation(ordinal_with_holes, missing="em").intervals()
    assert_allclose(found["correlation"], r_ordinal["em_se"]["cor"], atol=1e-7)
    assert_allclose(found["se"], r_ordinal["em_se"]["se"], rtol=1e-6)


def test_the_influence_is_the_slope_along_a_weight(ordinal_with_holes, r_ordinal):
    w = np.array(r_ordinal["weights"])
    rows = rows_of(em_influence(ordinal_with_holes.to_numpy(), w))
    assert_allclose(rows.sum(axis=0), 0, atol=1e-7)
    before = correlation(ordinal_with_holes, sample_weight=w, missing="em").matrix[UPPER]
    for k in (0, 11, 99):
        more = w.copy()
        more[k] += 1e-4
        after = correlation(ordinal_with_holes, sample_weight=more, missing="em").matrix[UPPER]
        # the influence includes the respondent's own weight
        assert_allclose(rows[k] / w[k], (after - before) / 1e-4, atol=1e-6)


def test_without_holes_it_is_pearsons(ordinal_made):
    em = correlation(ordinal_made, missing="em").covariance()
    assert_allclose(em, correlation(ordinal_made).covariance(), atol=1e-10)


def test_blocks_of_rows_do_not_matter(ordinal_with_holes, monkeypatch):
    values = ordinal_with_holes.to_numpy()
    whole = em_influence(values, np.ones(400)).squares()
    monkeypatch.setattr("segkit.factors.correlations.em_influence._CELLS_AT_ONCE", 700)
    monkeypatch.setattr("segkit.factors.correlations.influence._CELLS_AT_ONCE", 500)
    assert_allclose(em_influence(values, np.ones(400)).squares(), whole, rtol=1e-9)


def rejected(n_runs, seed):
    """Shares of scaled and of naive tests that reject a model that holds, at 5 %."""
    rng = np.random.default_rng(seed)
    unique = np.sqrt(1 - np.square(PATTERN).sum(axis=1))
    out = []
    for _ in range(n_runs):
        needs = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 1_000)
        X = needs @ PATTERN.T + unique * rng.normal(size=(1_000, 8))
        X[X[:, 0] < -0.2, 1:4] = np.nan  # depends on an answer that everybody gave
        X[rng.random(1_000) < 0.4, 5:7] = np.nan
        model = FactorModel(2, "pearson", rotation=None, missing="em").fit(X)
        out.append((model.fit_.p < 0.05, model.fit_naive_.p < 0.05))
    assert "is scaled for holes in the answers" in model.summary()
    return np.sum(out, axis=0)


def test_a_model_that_holds_is_seldom_rejected(simulated):
    scaled, naive = rejected(30, 0)
    simulated("refused", scaled, 30, 0.05)
    assert naive > scaled


@pytest.mark.slow
def test_a_model_that_holds_is_rejected_at_the_promised_rate(simulated):
    scaled, naive = rejected(800, 1)
    simulated("refused", scaled, 800, 0.05)
    assert naive / 800 > 0.2


def test_more_than_sixty_items_are_refused_and_their_fit_is_naive(monkeypatch, ordinal_with_holes):
    values = np.random.default_rng(2).normal(size=(100, 61))
    with pytest.raises(SegkitError, match=r"EM correlations were asked for 61 items; .* most 60"):
        em_influence(values, np.ones(100))
    monkeypatch.setattr("segkit.factors.fit.scaled_fit.MOST_ITEMS", 7)
    model = FactorModel(2, "pearson", missing="em").fit(ordinal_with_holes)
    assert model.fit_ is model.fit_naive_
