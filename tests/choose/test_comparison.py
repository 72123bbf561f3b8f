import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

from segkit import choose
from segkit.choose.comparison import Choice

X = make_blobs([60, 40], centers=[[0, 0], [9, 0]], random_state=0)[0]


def test_a_choice_says_what_it_is():
    assert str(Choice("needs", "KMeans", 4)) == "4 segments by KMeans on needs"


def test_the_result_draws_itself_and_its_agreement():
    found = choose.compare(X, KMeans(n_init=2), n_segments=[2, 3], n_boot=4)
    assert found.plot().get_title(loc="left").startswith("2 segments by KMeans on the answers")
    assert found.plot_agreement().get_title(loc="left").startswith("Agreement of 2 candidates")


def test_a_lone_candidate_has_nobody_to_agree_with():
    found = choose.compare(X, KMeans(n_init=2), n_segments=2, n_boot=4)
    survivors = found.survivors()
    assert survivors["n_others"].tolist() == [0, 0]
    assert np.isnan(survivors["lowest"]).all()
    assert found.plot_agreement() is not None
    assert (found.labels_of(2) == found.labels).all()
