import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from segkit.segments.maps.density_map import DensityMap, Scaling


def test_items_become_comparable_and_gaps_the_mean():
    values = np.array([[1.0, 10.0], [3.0, np.nan], [5.0, 30.0]])
    z = Scaling.of(values).apply(values)
    assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    assert z[1, 1] == 0
    assert_allclose(z[:, 0].std(), 1)


def test_a_map_without_groups_places_nobody():
    class Nothing:
        labels_ = np.full(3, -1)

    empty = DensityMap(reducer=None, clusterer=Nothing(), n_groups=0)
    assert_array_equal(empty.place(np.zeros((2, 2))), [-1, -1])
    assert empty.membership(np.zeros((2, 2))).shape == (2, 0)
    assert empty.membership().shape == (3, 0)
