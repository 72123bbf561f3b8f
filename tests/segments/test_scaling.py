import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit._frames import matrix
from segkit.exceptions import SegkitError
from segkit.segments.scaling import Scaling

X = np.array([[1.0, 10.0], [2.0, np.nan], [4.0, 40.0], [9.0, 70.0]])
W = np.array([1.0, 2.0, 1.0, 3.0])


def test_items_have_mean_0_and_standard_deviation_1_over_the_answers_given():
    scaled = Scaling.of(matrix(X), W).apply(X)
    assert_allclose(W @ scaled[:, 0], 0, atol=1e-12)
    assert_allclose(W @ scaled[:, 0] ** 2, W.sum())
    seen = [0, 2, 3]
    assert_allclose(W[seen] @ scaled[seen, 1] ** 2, W[seen].sum())
    assert np.isnan(scaled[1, 1])


def test_whole_number_weights_are_repeated_rows():
    one = Scaling.of(matrix(X), W)
    other = Scaling.of(matrix(np.repeat(X, W.astype(int), axis=0)), np.ones(7))
    assert_allclose(one.centre, other.centre)
    assert_allclose(one.spread, other.spread)


def test_without_standardising_the_unit_stays():
    scaled = Scaling.of(matrix(X), W, standardise=False).apply(X)
    assert_allclose(np.diff(scaled[:, 0]), np.diff(X[:, 0]))


@pytest.mark.parametrize("value", [1 / 3, np.nan])
def test_an_item_that_is_constant_among_those_who_count_is_named(value):
    table = X.copy()
    table[1:, 1] = value
    with pytest.raises(SegkitError, match="`x2` in X has fewer than two different answers among"):
        Scaling.of(matrix(table), np.array([0.0, 1.0, 1.0, 1.0]))
