import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors import FactorModel, congruence, correlation
from segkit.factors.correlations.full_information import normal_moments

UPPER = np.triu_indices(8, 1)
PATTERN = np.kron(np.eye(5), np.array([[0.85], [0.8], [0.75], [0.7]]))


def continuous(seed):
    """Answers of 2,000 people to 20 items of five correlated needs."""
    rng = np.random.default_rng(seed)
    phi = np.full((5, 5), 0.2) + 0.8 * np.eye(5)
    needs = rng.multivariate_normal(np.zeros(5), phi, 2_000)
    unique = np.sqrt(1 - np.square(PATTERN).sum(axis=1))
    return needs @ PATTERN.T + unique * rng.normal(size=(2_000, 20))


def errors(X, missing="pairwise"):
    """Estimated less true loadings, factors in the true order."""
    loadings = FactorModel(5, "pearson", missing=missing).fit(X).loadings_
    values = loadings.drop(columns="item").to_numpy()
    same = congruence(values, PATTERN).query("matched").sort_values("b")
    order = [int(a.removeprefix("factor_")) - 1 for a in same["a"]]
    return values[:, order] - PATTERN


def test_em_equals_lavaan_and_psych(ordinal_with_holes, r_ordinal):
    values = ordinal_with_holes.to_numpy()
    found = normal_moments(values, np.ones(len(values)))
    assert found.converged
    assert_allclose(found.mean, r_ordinal["em"]["mean"], atol=1e-8)
    assert_allclose(np.diag(found.covariance), r_ordinal["em"]["variance"], atol=1e-8)
    result = correlation(ordinal_with_holes, missing="em")
    assert_allclose(result.matrix[UPPER], r_ordinal["em"]["cor"], atol=1e-8)
    assert_allclose(result.matrix[UPPER], r_ordinal["em"]["psych"], atol=1e-5)
    assert result.n_iterations == found.n_iterations
    assert result.converged


def test_without_holes_em_is_pearson(ordinal_made):
    em = correlation(ordinal_made, missing="em")
    assert_allclose(em.matrix, correlation(ordinal_made).matrix, atol=1e-12)


def test_blocks_of_patterns_do_not_matter(ordinal_with_holes, monkeypatch):
    values = ordinal_with_holes.to_numpy()
    w = np.random.default_rng(0).random(len(values))
    whole = normal_moments(values, w)
    monkeypatch.setattr("segkit.factors.correlations.full_information._CELLS_AT_ONCE", 300)
    assert_allclose(normal_moments(values, w).covariance, whole.covariance, atol=1e-10)


def test_whole_weights_are_repeated_respondents_and_row_order_does_not_matter(ordinal_with_holes):
    rng = np.random.default_rng(1)
    w = rng.integers(0, 4, len(ordinal_with_holes)).astype(float)
    weighted = correlation(ordinal_with_holes, sample_weight=w, missing="em")
    rows = rng.permutation(np.repeat(np.arange(len(w)), w.astype(int)))
    repeated = correlation(ordinal_with_holes.iloc[rows], missing="em")
    assert_allclose(weighted.matrix, repeated.matrix, atol=1e-8)
    assert weighted.effective_n < repeated.effective_n
    scaled = correlation(ordinal_with_holes, sample_weight=0.3 * w, missing="em")
    assert_allclose(scaled.matrix, weighted.matrix, atol=1e-12)
    assert_allclose(scaled.effective_n, weighted.effective_n)


def test_loadings_survive_a_third_of_the_answers_missing_at_random():
    found = []
    for seed in range(4):
        X = continuous(seed)
        X[np.random.default_rng(seed + 100).random(X.shape) < 0.3] = np.nan
        found.append(errors(X))
        assert np.sqrt(np.square(found[-1]).mean()) < 0.05
    assert np.abs(np.mean(found, axis=0)).max() < 0.05


def test_holes_that_depend_on_other_answers_bias_pairwise_deletion_and_not_em():
    pairwise, em = [], []
    for seed in range(4):
        X = continuous(seed)
        # who scores low on the first item of a need is not asked the three others
        for first in range(0, 20, 4):
            X[X[:, first] < -0.4, first + 1 : first + 4] = np.nan
        pairwise.append(errors(X))
        em.append(errors(X, "em"))
        assert np.sqrt(np.square(em[-1]).mean()) < 0.05
    assert np.abs(np.mean(em, axis=0)).max() < 0.05
    assert np.abs(np.mean(pairwise, axis=0)).max() > 0.1


def test_ordinal_items_and_more_items_than_people_are_refused(ordinal_with_holes):
    with pytest.raises(SegkitError, match=r"missing='em' was asked with polychoric correlations"):
        correlation(ordinal_with_holes, "polychoric", missing="em")
    with pytest.raises(SegkitError, match=r"was asked with polychoric correlations; it is for"):
        correlation(ordinal_with_holes, "auto", missing="em")
    with pytest.raises(SegkitError, match=r"was asked of 8 respondents and 8 items; expected more"):
        correlation(ordinal_with_holes.iloc[:8], missing="em")


def test_items_that_repeat_each_other_are_refused():
    X = np.random.default_rng(3).integers(1, 5, (40, 3)).astype(float)
    X = np.column_stack([X, X[:, 0]])
    X[:5, 2] = np.nan
    with pytest.raises(SegkitError, match=r"combinations of each other among the answers"):
        normal_moments(X, np.ones(40))
