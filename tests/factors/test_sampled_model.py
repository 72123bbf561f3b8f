import numpy as np
from numpy.testing import assert_allclose

from segkit.factors import FactorModel
from segkit.factors.sampled_model import answer_loadings, solver_of


def answers(n=2000):
    rng = np.random.default_rng(0)
    latent = 0.8 * np.repeat(rng.normal(size=(n, 2)), 4, axis=1) + 0.6 * rng.normal(size=(n, 8))
    return np.clip(np.round(2 + latent), 1, 3)


def test_everybody_drawn_once_is_the_model_itself():
    model = FactorModel(2).fit(answers())
    found, congruence = solver_of(model)(np.ones(2000))
    assert_allclose(found.loadings, model.loadings_.drop(columns="item"), atol=1e-4)
    assert_allclose(congruence, 1.0)


def test_samples_of_a_model_that_is_not_rotated_are_not_rotated():
    model = FactorModel(2, "pearson", rotation=None).fit(answers())
    found, _ = solver_of(model)(np.ones(2000))
    assert_allclose(found.loadings, model.loadings_.drop(columns="item"), atol=1e-6)


def test_answers_load_less_than_the_latent_variables_behind_them():
    ordinal, plain = FactorModel(2).fit(answers()), FactorModel(2, "pearson").fit(answers())
    latent = ordinal.loadings_.drop(columns="item").to_numpy()
    assert (np.abs(answer_loadings(ordinal)).max(axis=1) < np.abs(latent).max(axis=1)).all()
    # loadings of the answers are those that their own correlations have
    assert_allclose(answer_loadings(ordinal), answer_loadings(plain), atol=0.03)
