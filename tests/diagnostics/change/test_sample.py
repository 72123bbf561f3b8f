import numpy as np

from segkit._frames import Column
from segkit.diagnostics.change.sample import sample_rows


def age(n, seed=0):
    values = np.random.default_rng(seed).integers(18, 90, n).astype(float)
    values[::7] = np.nan
    return Column("age", "number", "float", values)


def test_a_small_table_is_taken_whole():
    drawn = sample_rows([age(100)], np.ones(100), np.zeros(100, int), 0)
    assert sorted(drawn.rows) == list(range(100))


def test_rows_of_weight_zero_are_never_drawn():
    w = np.arange(100) % 2.0
    drawn = sample_rows([age(100)], w, np.zeros(100, int), 0, most=30)
    assert drawn.rows.size == np.unique(drawn.rows).size == 30
    assert (drawn.w == 1).all()
    assert sample_rows([age(5)], np.zeros(5), np.zeros(5, int), 0).rows.size == 0


def test_each_group_keeps_its_share():
    groups = np.random.default_rng(1).choice(3, 5000, p=[0.7, 0.2, 0.1])
    drawn = sample_rows([age(5000)], np.ones(5000), groups, 0, most=500)
    expected = np.bincount(groups) / 10
    assert np.abs(np.bincount(groups[drawn.rows]) - expected).max() <= 1


def test_the_order_of_the_table_has_no_say():
    column, groups = age(3000), np.arange(3000) % 4
    order = np.random.default_rng(3).permutation(3000)
    turned = Column("age", "number", "float", column.values[order])
    a = sample_rows([column], np.ones(3000), groups, 5, most=200).rows
    b = order[sample_rows([turned], np.ones(3000), groups[order], 5, most=200).rows]
    np.testing.assert_array_equal(column.values[a], column.values[b])
    np.testing.assert_array_equal(groups[a], groups[b])


def test_every_row_has_the_same_chance():
    # equal rows are neither in together nor out together
    column = Column("plan", "number", "float", np.repeat([1.0, 2.0], [900, 100]))
    drawn = [
        (
            sample_rows([column], np.ones(1000), np.zeros(1000, int), seed, most=100).rows >= 900
        ).sum()
        for seed in range(60)
    ]
    assert 8.5 < np.mean(drawn) < 11.5
    assert 1.5 < np.std(drawn) < 4.5
