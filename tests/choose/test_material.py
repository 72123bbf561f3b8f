import numpy as np
import pytest

from segkit.choose.material import read_material
from segkit.exceptions import SegkitError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3))


def test_rows_are_in_an_order_of_their_own():
    turned = RNG.permutation(20)
    one, two = read_material(X, None), read_material(X[turned], None)
    assert (one.inputs["the answers"] == two.inputs["the answers"]).all()
    assert (turned[two.rows] == one.rows).all()


def test_who_has_no_weight_is_left_out_and_gets_no_segment():
    w = np.ones(20)
    w[[3, 5]] = 0
    found = read_material(X, 2.5 * w)
    assert found.w.tolist() == [1.0] * 18
    assert found.effective_n == pytest.approx(18)
    labels = found.scattered(np.zeros(18, dtype=int))
    assert np.flatnonzero(labels == -1).tolist() == [3, 5]


def test_the_space_is_standardised_and_stated():
    found = read_material({"a": X, "b": 5 + 3 * X[:, :2]}, None)
    assert found.space == "a"
    assert np.allclose(found.spaces["b"].std(axis=0), 1)
    assert found.spaces["b"].shape == (20, 3)
    assert read_material({"a": X, "b": X[:, :2]}, None, "own").spaces["b"].shape == (20, 2)
    assert read_material({"a": X}, None, X[:, :1]).spaces["a"].shape == (20, 1)
    constant = np.column_stack([X, np.ones(20)])
    assert read_material(constant, None).spaces["the answers"].shape == (20, 3)


@pytest.mark.parametrize(
    ("X", "space", "text"),
    [
        ({}, None, "X holds no input"),
        ({"a": X, "b": X[:5]}, None, "the input `b` has 5 rows but the first one has 20"),
        ({"a": X}, "c", "space='c' is not known; expected one of 'a', 'own'"),
        ({"a": X}, X[:4], "space has 4 rows but X has 20"),
    ],
)
def test_tables_that_do_not_fit_are_refused(X, space, text):
    with pytest.raises(SegkitError, match=text):
        read_material(X, None, space)
