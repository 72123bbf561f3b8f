import numpy as np
import pytest
from sklearn.cluster import KMeans

from segkit.diagnostics.refits.under_test import coded, labels_under_test
from segkit.exceptions import SegkitError


def under_test(X, w):
    order = np.lexsort(X.T[::-1])
    return labels_under_test(KMeans(3, n_init=3), X, w=w, order=order, weighted=True, seed=0)


def test_segments_are_numbered_by_weight_largest_0():
    X = np.repeat([[0.0], [10.0], [20.0]], [2, 3, 4], axis=0)
    assert np.bincount(under_test(X, np.ones(9))).tolist() == [4, 3, 2]
    heavy = np.repeat([9.0, 1.0, 1.0], [2, 3, 4])
    assert np.bincount(under_test(X, heavy)).tolist() == [2, 4, 3]


def test_ties_of_size_do_not_depend_on_the_row_order():
    X = np.repeat([[0.0], [10.0], [20.0]], 5, axis=0)
    assert under_test(X, np.ones(15))[[0, 5, 10]].tolist() == [0, 1, 2]
    assert under_test(X[::-1], np.ones(15))[[0, 5, 10]].tolist() == [2, 1, 0]


def test_numbers_with_gaps_keep_their_names():
    segments, codes = coded(np.array([5, -1, 2, 2]))
    assert segments == (2, 5)
    assert codes.tolist() == [1, -1, 0, 0]


@pytest.mark.parametrize("labels", [[0, 0, -1], [-1, -1]])
def test_fewer_than_two_segments_are_refused(labels):
    with pytest.raises(SegkitError, match="one segment only"):
        coded(np.array(labels))
