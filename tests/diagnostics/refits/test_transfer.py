import numpy as np
import pandas as pd
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit.diagnostics.refits.transfer import placed, placing


def test_who_was_not_fitted_gets_the_segment_of_the_nearest_who_was():
    X = np.array([[0.0], [0.1], [5.0], [5.2]])
    labels = np.array([1, -1, 0, -1])
    model = AgglomerativeClustering(2).fit(X[[0, 2]])
    assert placed(model, X, np.array([0, 2]), labels).tolist() == [1, 1, 0, 0]


def test_who_is_nearest_to_noise_is_in_no_segment():
    X = np.array([[0.0], [50.0], [51.0]])
    labels = np.array([0, -1, -1])
    assert placed(DBSCAN(), X, np.array([0, 1]), labels).tolist() == [0, -1, -1]


def test_the_distance_is_that_of_the_pipelines_last_step():
    # on the raw scale the second column would decide, after scaling the first does
    X = np.array([[0.0, 0.0], [1.0, 1000.0], [0.1, 600.0], [0.9, 400.0]])
    rows = np.array([0, 1])
    model = make_pipeline(StandardScaler(), AgglomerativeClustering(2)).fit(X[rows])
    scaled = placed(model, X * [10.0, 1.0], rows, np.array([0, 1, -1, -1]))
    assert scaled.tolist() == [0, 1, 0, 1]


def test_a_table_that_is_not_all_numbers_is_left_as_it_is():
    X = pd.DataFrame({"a": ["x", "y", "z"]})
    labels = np.array([0, 1, -1])
    assert placed(DBSCAN(), X, np.array([0, 1]), labels).tolist() == labels.tolist()
    missing = np.array([[0.0], [1.0], [np.nan]])
    assert placed(DBSCAN(), missing, np.array([0, 1]), labels).tolist() == labels.tolist()


def test_models_that_predict_place_people_themselves():
    assert placing(KMeans(2)) == "predict"
    assert placing(DBSCAN()) == "nearest neighbour"
