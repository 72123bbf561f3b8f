import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segkit._resample import (
    bootstrap_counts,
    canonical_order,
    percentile_interval,
    spawn_seeds,
    stratified_folds,
)
from segkit.exceptions import SegkitError

tables = hnp.arrays(
    float,
    st.tuples(st.integers(1, 25), st.integers(1, 3)),
    elements=st.one_of(st.integers(-3, 3).map(float), st.just(np.nan)),
)


@given(tables, st.randoms(use_true_random=False))
def test_the_canonical_table_is_the_same_for_every_arrangement_of_the_rows(table, random):
    shuffle = random.sample(range(len(table)), len(table))
    shuffled = table[shuffle]
    np.testing.assert_array_equal(
        table[canonical_order(table)], shuffled[canonical_order(shuffled)]
    )


@given(tables)
def test_the_first_column_counts_first_and_nan_comes_last(table):
    first = table[canonical_order(table)][:, 0]
    seen = first[~np.isnan(first)]
    assert (np.diff(seen) >= 0).all()
    assert np.isnan(first[seen.size :]).all()


def test_further_tables_break_ties():
    order = canonical_order(np.array([[1.0], [0.0], [0.0]]), np.array([1.0, 5.0, 2.0]))
    assert order.tolist() == [2, 1, 0]


@given(st.integers(1, 40), st.integers(1, 4), st.sampled_from([0.5, 1.0, 2.0]))
def test_a_bootstrap_sample_has_as_many_rows_as_asked(n, n_boot, share):
    samples = list(bootstrap_counts(n_boot, np.arange(n), 0, share=share))
    assert len(samples) == n_boot
    for counts in samples:
        assert counts.shape == (n,)
        assert counts.sum() == max(1, round(n * share))
        assert (counts >= 0).all()
        assert (counts == counts.round()).all()


@given(st.integers(1, 20), st.randoms(use_true_random=False))
def test_draws_follow_the_rows_wherever_they_stand(n, random):
    x = np.random.default_rng(0).normal(size=n)
    shuffle = np.array(random.sample(range(n), n))
    one = next(iter(bootstrap_counts(1, canonical_order(x), 3)))
    other = next(iter(bootstrap_counts(1, canonical_order(x[shuffle]), 3)))
    np.testing.assert_array_equal(one[shuffle], other)


def test_every_row_is_drawn_equally_often():
    total = sum(bootstrap_counts(2000, np.arange(10), 0))
    np.testing.assert_allclose(total / 2000, 1, atol=0.1)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(2, 6))
def test_folds_are_balanced_in_size_and_in_every_label(labels, n_folds):
    labels = np.array(labels)
    folds = stratified_folds(labels, n_folds, np.arange(labels.size), 0)
    assert set(folds) <= set(range(n_folds))
    assert np.ptp(np.bincount(folds, minlength=n_folds)) <= 1
    for label in set(labels):
        assert np.ptp(np.bincount(folds[labels == label], minlength=n_folds)) <= 1


@given(st.integers(1, 30), st.randoms(use_true_random=False))
def test_folds_follow_the_rows_wherever_they_stand(n, random):
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=n), rng.integers(0, 3, n)
    shuffle = np.array(random.sample(range(n), n))
    one = stratified_folds(labels, 3, canonical_order(x), 5)
    other = stratified_folds(labels[shuffle], 3, canonical_order(x[shuffle]), 5)
    np.testing.assert_array_equal(one[shuffle], other)


def test_another_seed_gives_other_folds():
    labels = np.arange(60) % 3
    a, b = (stratified_folds(labels, 5, np.arange(60), seed) for seed in (0, 1))
    assert not np.array_equal(a, b)


def test_seeds_are_repeatable_different_and_within_32_bits():
    seeds = spawn_seeds(7, 1000)
    np.testing.assert_array_equal(seeds, spawn_seeds(7, 1000))
    assert np.unique(seeds).size == 1000
    assert (seeds >= 0).all()
    assert (seeds < 2**31).all()
    with pytest.raises(SegkitError, match="random_state='x'"):
        spawn_seeds("x", 1)


@pytest.mark.parametrize("n_boot", [39, 100, 199])
def test_another_sample_lies_in_the_percentile_interval_as_often_as_promised(n_boot):
    rng = np.random.default_rng(n_boot)
    low, high = percentile_interval(rng.normal(size=(n_boot, 20_000)))
    another = rng.normal(size=20_000)
    assert ((low <= another) & (another <= high)).mean() == pytest.approx(0.95, abs=0.005)


def test_few_samples_give_the_range_of_all():
    low, high = percentile_interval(np.array([[3.0, 0.0], [1.0, 5.0]]))
    assert (low.tolist(), high.tolist()) == ([1.0, 0.0], [3.0, 5.0])
    assert percentile_interval(np.arange(1.0, 10.0), level=0.5) == (2.5, 7.5)
