import numpy as np
from numpy.testing import assert_array_equal

from segkit.segments.patterns import distinct_rows, shares_at_start


def test_the_patterns_are_the_table_again():
    rng = np.random.default_rng(0)
    table = rng.integers(0, 3, (200, 3)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan
    w = rng.integers(0, 4, 200).astype(float)
    found = distinct_rows(table, w)
    assert_array_equal(found.values[found.row_pattern], table)
    assert_array_equal(np.bincount(found.row_pattern, weights=w), found.weights)
    shown = {tuple(np.nan_to_num(row, nan=-1)) for row in table}
    assert len(found.values) == len(shown)


def test_the_order_of_the_rows_changes_no_bit():
    rng = np.random.default_rng(1)
    table, w = rng.integers(0, 2, (300, 2)).astype(float), rng.random(300)
    shuffled = rng.permutation(300)
    one, other = distinct_rows(table, w), distinct_rows(table[shuffled], w[shuffled])
    assert_array_equal(one.values, other.values)
    assert_array_equal(one.weights, other.weights)


def test_people_without_weight_or_answers_do_not_count():
    found = distinct_rows(np.array([[1.0], [2.0], [np.nan]]), np.array([1.0, 0.0, 1.0]))
    assert found.counted.tolist() == [True, False, False]


def test_a_pattern_begins_where_its_people_begin():
    values, w = np.array([[1.0], [1.0], [2.0], [3.0]]), np.array([1.0, 3.0, 2.0, 1.0])
    patterns = distinct_rows(values, w)
    assert shares_at_start(None, patterns, w, 2) is None
    shares = shares_at_start([0, 1, 1, -1], patterns, w, 2)
    assert shares.tolist() == [[0.25, 0.75], [0.0, 1.0], [0.0, 0.0]]
