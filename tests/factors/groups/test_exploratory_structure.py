import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.structure import read_structure
from segkit.factors.groups.exploratory_structure import (
    derived_structure,
    group_congruence,
    pooled_moments,
)

ITEMS = [f"q{j}" for j in range(1, 9)]
PATTERN = np.kron(np.eye(2), np.ones((4, 1)))


def moments(loadings, n=400.0, shift=0.0):
    matrix = loadings @ np.array([[1.0, 0.3], [0.3, 1.0]]) @ loadings.T
    np.fill_diagonal(matrix, 1.0)
    return GroupMoments(np.full(8, shift), matrix, n)


def test_each_item_goes_to_the_factor_it_loads_on_most():
    found = derived_structure([moments(0.7 * PATTERN), moments(0.6 * PATTERN)], ITEMS, 2)
    assert sorted(found.values()) == [ITEMS[:4], ITEMS[4:]]


def test_differences_of_means_are_taken_out():
    pooled = pooled_moments([moments(0.7 * PATTERN), moments(0.7 * PATTERN, 1200.0, shift=5.0)])
    assert_allclose(pooled.covariance, moments(0.7 * PATTERN).covariance)
    assert_allclose(pooled.mean, 3.75)
    assert pooled.n == 1600


def test_groups_of_the_same_factors_are_congruent_and_others_are_not():
    structure = read_structure({"x": ITEMS[:4], "y": ITEMS[4:]}, ITEMS)
    same = [moments(0.7 * PATTERN), moments(-0.7 * PATTERN)]
    assert_allclose(group_congruence(same, structure), 1, atol=1e-6)
    other = np.kron(np.ones((4, 1)), np.eye(2))
    mixed = group_congruence([moments(0.7 * PATTERN, 2_000.0), moments(0.7 * other)], structure)
    assert (mixed[0] > 0.9).all()
    assert (mixed[1] < 0.85).all()


def test_congruence_stands_under_the_name_of_the_structures_factor():
    # the second group's second factor has lost two of its items
    broken = 0.7 * PATTERN
    broken[6:, 1] = 0.05
    groups = [moments(0.7 * PATTERN, 5_000.0), moments(broken)]
    straight = group_congruence(groups, read_structure({"x": ITEMS[:4], "y": ITEMS[4:]}, ITEMS))
    turned = group_congruence(groups, read_structure({"y": ITEMS[4:], "x": ITEMS[:4]}, ITEMS))
    assert straight[1, 1] < straight[1, 0]
    assert_allclose(turned, straight[:, ::-1])


def test_too_few_items_have_no_exploratory_analysis():
    structure = read_structure({"x": ITEMS[:2], "y": ITEMS[2:4]}, ITEMS[:4])
    small = GroupMoments(np.zeros(4), moments(0.7 * PATTERN).covariance[:4, :4], 100.0)
    assert group_congruence([small, small], structure) is None


def test_factors_that_cannot_be_found_are_refused():
    with pytest.raises(SegkitError, match=r"n_factors=5 was asked of 8 items.*at most 4"):
        derived_structure([moments(0.7 * PATTERN)], ITEMS, 5)
    with pytest.raises(SegkitError, match=r"is the main factor of fewer than two items"):
        derived_structure([moments(0.7 * PATTERN)], ITEMS, 4)
