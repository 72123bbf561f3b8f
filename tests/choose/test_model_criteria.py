import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit import segments
from segkit.choose.model_criteria import model_criteria

X = np.random.default_rng(0).normal(size=(80, 2)) + 4.0 * np.repeat([0, 1], 40)[:, None]


def test_criteria_are_the_models_own():
    own = segments.LatentClass(2, items="gaussian", n_init=3).fit(X)
    found = model_criteria(own, X, np.ones(80))
    assert (found.aic, found.bic) == (own.aic_, own.bic_)
    assert found.entropy == pytest.approx(own.entropy_)
    mixture = GaussianMixture(2, random_state=0).fit(X)
    found = model_criteria(mixture, X, np.ones(80))
    assert (found.aic, found.bic) == (mixture.aic(X), mixture.bic(X))
    assert 0.9 < found.entropy <= 1


def test_a_pipeline_is_asked_where_it_makes_segments():
    model = make_pipeline(StandardScaler(), GaussianMixture(2, random_state=0)).fit(X)
    assert model_criteria(model, X, np.ones(80)).bic == model[-1].bic(model[0].transform(X))


def test_models_without_a_likelihood_have_none():
    assert np.isnan([*vars(model_criteria(KMeans(2).fit(X), X, np.ones(80))).values()]).all()
