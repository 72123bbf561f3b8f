import numpy as np
import pytest
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import (
    known_labels,
    labels_of,
    refit,
    seeded,
    takes_weights,
    with_n_segments,
)

X = np.random.default_rng(0).normal(size=(60, 3))


def test_every_random_state_of_a_pipeline_is_set():
    model = make_pipeline(PCA(2), KMeans(3, random_state=7))
    a, b = seeded(model, 1), seeded(model, 2)
    assert a.get_params()["pca__random_state"] != b.get_params()["pca__random_state"]
    assert a.get_params()["kmeans__random_state"] != 7
    assert seeded(model, 1).get_params()["pca__random_state"] == a.get_params()["pca__random_state"]


def test_seeds_the_user_set_can_be_kept():
    model = make_pipeline(PCA(2), KMeans(3, random_state=7))
    kept = seeded(model, 1, keep=True).get_params()
    assert kept["kmeans__random_state"] == 7
    assert kept["pca__random_state"] is not None


def test_a_pipelines_number_of_segments_is_that_of_its_last_step():
    model = with_n_segments(make_pipeline(PCA(2), GaussianMixture(5)), 3)
    assert model[0].n_components == 2
    assert model[1].n_components == 3


def test_weights_are_found_at_the_step_that_makes_the_segments():
    assert takes_weights(KMeans())
    assert takes_weights(make_pipeline(StandardScaler(), KMeans()))
    assert not takes_weights(GaussianMixture())
    assert not takes_weights(make_pipeline(StandardScaler(), AgglomerativeClustering()))


def test_every_step_of_a_pipeline_gets_the_weights():
    w = np.r_[np.ones(30), np.zeros(30)]
    model = make_pipeline(StandardScaler(), KMeans(2, n_init=2, random_state=0))
    weighted = refit(seeded(model, 0, keep=True), X, np.arange(60), w).labels
    part = refit(seeded(model, 0, keep=True), X, np.arange(30), None).labels
    table = np.array([[(weighted[part == i] == j).sum() for j in (0, 1)] for i in (0, 1)])
    assert table.max(axis=1).sum() == 60


def test_rows_that_a_model_has_not_seen_and_cannot_predict_are_in_none():
    rows = np.arange(10, 50)
    labels = refit(AgglomerativeClustering(3), X, rows, None).labels
    assert (labels[:10] == -1).all()
    assert (labels[10:50] >= 0).all()


def test_complaints_are_kept_not_shown():
    answer = refit(GaussianMixture(4, max_iter=1, random_state=0), X, np.arange(60), None)
    assert answer.complaints == ("ConvergenceWarning",)


def test_an_unfitted_model_has_no_known_labels():
    assert known_labels(KMeans(3), X) is None
    fitted = KMeans(3, n_init=1, random_state=0).fit(X)
    np.testing.assert_array_equal(known_labels(fitted, X), fitted.labels_)


def test_labels_of_other_people_are_refused():
    fitted = AgglomerativeClustering(3).fit(X[:20])
    with pytest.raises(SegkitError, match="neither `predict` nor `labels_` of 60 rows"):
        known_labels(fitted, X)


def test_noise_of_a_density_model_stays_minus_one():
    fitted = HDBSCAN(min_cluster_size=15, copy=True).fit(X)
    labels = labels_of(fitted, X, np.arange(60), 60)
    np.testing.assert_array_equal(labels, fitted.labels_)


class Names(KMeans):
    """A clusterer that answers with text."""

    def predict(self, X):
        return np.array(["a", "b"])[super().predict(X)]


def test_labels_that_are_no_numbers_are_refused():
    with pytest.raises(SegkitError, match="expected one whole number a row"):
        refit(Names(2, n_init=1), X, np.arange(60), None)
