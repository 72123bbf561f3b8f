import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors.repair import FLOOR, refuse_singular, smooth

IMPOSSIBLE = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])


def test_a_matrix_that_fits_together_is_left_alone():
    R = np.array([[1.0, 0.5], [0.5, 1.0]])
    repaired, smallest = smooth(R)
    assert repaired is R
    assert_allclose(smallest, 0.5)


def test_a_matrix_that_does_not_becomes_positive_definite_with_ones():
    repaired, smallest = smooth(IMPOSSIBLE)
    assert smallest < 0
    assert_allclose(np.diag(repaired), 1.0)
    assert FLOOR / 10 < np.linalg.eigvalsh(repaired)[0] <= FLOOR
    assert (np.sign(repaired) == np.sign(IMPOSSIBLE)).all()


def test_repeated_items_are_named():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 4))
    values[:, 3] = values[:, 1] + values[:, 2]
    with pytest.raises(
        SegkitError, match=r"is singular .*`b`.*combinations of each other.*Leave one"
    ) as caught:
        refuse_singular(np.corrcoef(values.T), ["a", "b", "c", "d"])
    assert "`a`" not in str(caught.value)
