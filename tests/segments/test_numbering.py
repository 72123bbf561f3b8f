import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from segkit.exceptions import SegkitError
from segkit.segments.numbering import order_by_size, size_order


@given(st.lists(st.integers(-1, 5), min_size=1, max_size=60))
def test_sizes_fall_and_people_stay_together(labels):
    numbered = order_by_size(labels)
    sizes = np.bincount(numbered[numbered >= 0])
    assert (np.diff(sizes) <= 0).all()
    assert len(set(zip(labels, numbered.tolist(), strict=True))) == len(set(labels))
    assert_array_equal(numbered == -1, np.array(labels) == -1)


def test_weights_decide_the_size():
    assert_array_equal(order_by_size(["a", "a", "b"], [1, 1, 5]), [1, 1, 0])


def test_equal_sizes_keep_the_order_of_their_labels_whatever_the_rows():
    assert_array_equal(order_by_size([9, 4, 9, 4]), [1, 0, 1, 0])
    assert_array_equal(order_by_size([4, 9, 4, 9]), [0, 1, 0, 1])


def test_sizes_equal_up_to_rounding_are_ties_for_the_second_key():
    third = np.array([1 / 3, 1 - 2 / 3, 0.5])
    assert_array_equal(size_order(third, np.array([1.0, 2.0, 0.0])), [2, 1, 0])


def test_a_wrong_number_of_weights_is_refused():
    with pytest.raises(SegkitError, match="there are 3 respondents"):
        order_by_size([0, 1, 1], [1.0, 2.0])
