import numpy as np
import pytest

from segkit._frames import Column
from segkit.diagnostics.counting.counts import count_rows
from segkit.diagnostics.counting.field_bins import make_bins
from segkit.diagnostics.counting.rows import ROWS_A_GROUP, Rows

N = 3 * ROWS_A_GROUP


@pytest.mark.parametrize("n_groups", [1, 3])
def test_comparing_counts_like_looking_up(n_groups):
    rng = np.random.default_rng(0)
    x = np.round(rng.normal(size=N), 1)
    x[rng.random(N) < 0.1] = np.nan
    column = Column("x", "number", "float64", x)
    groups = rng.integers(0, n_groups, N)
    bins = make_bins(column, np.ones(N))
    alike = Rows.of(groups, n_groups, np.ones(N))
    twice = Rows.of(groups, n_groups, np.full(N, 2.0))
    assert alike.compared
    assert not twice.compared
    a, b = (count_rows(column, bins, rows) for rows in (alike, twice))
    np.testing.assert_array_equal(2 * a.cells, b.cells)
    np.testing.assert_array_equal(4 * a.squares, b.squares)


def test_many_small_groups_are_looked_up():
    assert not Rows.of(np.arange(10), 10, np.ones(10)).compared


def test_rows_come_group_by_group():
    rows = Rows.of(np.array([2, 0, 2]), 3, np.array([1.0, 2.0, 3.0]))
    assert [part.tolist() for part in rows.grouped(np.array([10, 20, 30]))] == [[20], [], [10, 30]]
    assert rows.squares.tolist() == [4, 0, 10]
    assert rows.sums(np.array([0, 1, 0]), 2).tolist() == [[0, 2], [0, 0], [4, 0]]
    assert rows.at(np.array([0, 1])).groups.tolist() == [2, 0]
