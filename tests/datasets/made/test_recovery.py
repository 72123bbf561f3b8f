"""The made segments can be found and typed by ordinary means: not too hard, not too easy."""

import numpy as np
import pytest
from sklearn.decomposition import FactorAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score
from sklearn.mixture import GaussianMixture

from segkit.datasets import make_payments_study


@pytest.mark.parametrize("k", [3, 4, 5, 6])
def test_factor_scores_and_a_mixture_find_the_segments(k):
    made = make_payments_study(n_segments=k, n_customers=10_000)
    attentive = made.truth.careless == ""
    X = made.answers[made.codebook.names("importance")]
    X = X.fillna(X.mean())[attentive]
    scores = FactorAnalysis(5, rotation="varimax").fit_transform((X - X.mean()) / X.std())
    mixture = GaussianMixture(k, covariance_type="tied", n_init=5, random_state=0)
    found = adjusted_rand_score(made.truth.respondents[attentive], mixture.fit_predict(scores))
    assert 0.6 < found < 0.8


def test_five_needs_stand_out(made):
    attentive = made.truth.careless == ""
    X = made.answers.loc[attentive, made.codebook.names("importance")]
    values = np.linalg.eigvalsh(X.corr())[::-1]
    assert values[4] > 1.1
    assert values[5] < 0.9


def test_a_forest_types_customers_from_fields(made):
    def coded(frame):
        frame = frame.copy()
        for name in ("region", "household", "payment_method"):
            frame[name] = frame[name].astype("category").cat.codes
        return frame.astype(float).fillna(-1)

    forest = RandomForestClassifier(200, min_samples_leaf=8, random_state=0, n_jobs=1)
    forest.fit(coded(made.fields), made.truth.respondents)
    base = coded(made.base[made.fields.columns])[:20_000]
    kappa = cohen_kappa_score(made.truth.customers[:20_000], forest.predict(base))
    assert 0.3 < kappa < 0.42
