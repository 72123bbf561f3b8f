import numpy as np

from segkit.datasets.made.items import NEEDS
from segkit.datasets.made.world import make_world


def test_the_truth_is_that_of_the_world(made):
    truth, world = made.truth, make_world(4)
    assert truth.names == tuple(a.name for a in world.cast)
    np.testing.assert_array_equal(truth.loadings[list(NEEDS)], world.loadings[:24, :5])
    assert truth.loadings["item"].tolist() == made.codebook.names("importance")
    assert truth.respondents.dtype == truth.customers.dtype == np.int64
    assert not truth.moved.any()
    assert truth.touchpoints.shape == (36, 3)


def test_the_truth_shows_itself_shortly(made):
    assert len(repr(made.truth)) < 2000
    assert "loadings" not in repr(made.truth)
