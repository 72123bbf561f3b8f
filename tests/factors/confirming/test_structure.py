import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit.exceptions import SegkitError
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.structure import (
    confirmatory_design,
    read_structure,
    starting_matrices,
)

ITEMS = ("a", "b", "c", "d")


def test_items_find_their_factors():
    got = read_structure({"x": ["c", "a"], "y": ["b", "d", "a"]}, ITEMS)
    assert got.factors == ("x", "y")
    assert_array_equal(got.pattern, np.array([[1, 1], [0, 1], [1, 0], [0, 1]], dtype=bool))
    assert got.pairs() == [(0, 0), (2, 0), (0, 1), (1, 1), (3, 1)]


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        ([["a", "b"]], r"structure is a list; expected the items of each factor"),
        ({}, r"structure is a dict without factors"),
        ({"x": "ab"}, r"Factor `x` of the structure is 'ab'; expected a list of items"),
        ({"x": ["a", "e"]}, r"Factor `x` names `e`, which X does not have; it has `a`, `b`"),
        ({"x": ["a", "a"]}, r"Factor `x` names `a` more than once"),
        ({"x": ["a"], "y": ["b", "c", "d"]}, r"Factor `x` has 1 item\(s\); expected at least two"),
        ({"x": ["a", "b"]}, r"`c`, `d` of X belong to no factor of the structure"),
    ],
)
def test_structures_that_cannot_be_are_refused(structure, message):
    with pytest.raises(SegkitError, match=message):
        read_structure(structure, ITEMS)


def test_the_design_counts_its_parameters():
    structure = read_structure({"x": ["a", "b"], "y": ["c", "d"]}, ITEMS)
    moments = GroupMoments(np.zeros(4), np.eye(4) * 0.5 + 0.5, 100.0)
    design = confirmatory_design(structure, moments, [(1, 0)])
    # loadings, one correlation, variances, one residual covariance
    assert design.n_parameters == 4 + 1 + 4 + 1
    assert design.df == 0


def test_the_search_starts_with_positive_factors_in_units_of_the_items():
    pattern = np.ones((3, 1), dtype=bool)
    sd = np.array([1.0, 10.0, 2.0])
    moments = GroupMoments(np.zeros(3), np.outer(sd, sd) * (0.5 * np.eye(3) + 0.5), 100.0)
    start = starting_matrices(pattern, moments)
    assert (start.loadings > 0).all()
    assert start.loadings[1, 0] == pytest.approx(10 * start.loadings[0, 0])
    assert np.linalg.eigvalsh(start.covariance())[0] > 0
