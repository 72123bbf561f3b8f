import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, BisectingKMeans, KMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline

from segkit.diagnostics.refits.warm_start import can_start_warm, warm_labels
from segkit.segments import LatentClass


@pytest.fixture(scope="module")
def people():
    return make_blobs([60, 40, 30], centers=[[0, 0, 0], [8, 0, 0], [0, 8, 0]], random_state=0)


@pytest.mark.parametrize(
    "model",
    [
        KMeans(3, n_init=1),
        GaussianMixture(3),
        LatentClass(3, "gaussian", n_init=5),
        make_pipeline(PCA(2), KMeans(3, n_init=1)),
    ],
)
def test_it_ends_at_the_segments_it_began_with_where_they_fit(model, people):
    X, codes = people
    rows = np.arange(0, len(X), 2)
    fitted = model.fit(X[rows])
    labels = warm_labels(fitted, X, rows, None, codes, 0)
    # it begins at the means in the order of the codes, and keeps that order
    np.testing.assert_array_equal(labels, codes)


def test_weights_move_the_means(people):
    X, codes = people
    w = np.where(codes == 0, 5.0, 1.0)
    rows = np.arange(len(X))
    labels = warm_labels(KMeans(3, n_init=1).fit(X), X, rows, w, codes, 0)
    np.testing.assert_array_equal(labels, codes)


def test_a_sample_without_anybody_of_a_segment_has_no_start(people):
    X, codes = people
    rows = np.flatnonzero(codes != 2)
    assert warm_labels(KMeans(3, n_init=1).fit(X), X, rows, None, codes, 0) is None


def test_who_can_start_warm():
    assert can_start_warm(make_pipeline(PCA(2), KMeans(3)))
    assert can_start_warm(LatentClass(3))
    for model in (AgglomerativeClustering(3), BisectingKMeans(3)):
        assert not can_start_warm(model)
