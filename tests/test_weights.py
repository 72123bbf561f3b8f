import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segkit._weights import (
    check_weights,
    effective_size,
    is_pair,
    read_weights,
    scale_to_effective,
    standardised,
    two_weights,
    weighted_counts,
    weighted_mean,
    weighted_moments,
    weighted_quantile,
    weighted_sd,
)
from segkit.exceptions import SegkitError

values_and_weights = st.lists(
    st.tuples(st.one_of(st.just(np.nan), st.integers(-20, 20).map(float)), st.integers(0, 4)),
    min_size=1,
    max_size=30,
).filter(lambda pairs: any(w > 0 and not np.isnan(x) for x, w in pairs))
shares = st.lists(st.floats(0, 1), min_size=1, max_size=5)


def test_no_weights_are_ones():
    assert check_weights(None, 3).tolist() == [1, 1, 1]
    assert check_weights(2, 2).tolist() == [2, 2]


def test_weights_of_every_kind(frame_kind):
    series = frame_kind.make({"w": [1, 0, 2]})["w"]
    assert check_weights(series, 3).tolist() == [1.0, 0.0, 2.0]


@pytest.mark.parametrize(
    ("w", "message"),
    [
        ([1.0, 2.0], r"sample_weight has shape \(2,\), but there are 3 respondents"),
        ([[1.0], [1.0], [1.0]], r"sample_weight has shape \(3, 1\)"),
        ([1, -2, 1], r"sample_weight is -2.0 in row 1 \(1 such rows\)"),
        ([1, np.nan, np.inf], r"sample_weight is nan in row 1 \(2 such rows\)"),
        ([1, None, 1], "sample_weight is nan in row 1"),
        ([0, 0, 0], "sample_weight is zero everywhere"),
        (["a", "b", "c"], "sample_weight is a list that does not read as numbers"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(w, message):
    with pytest.raises(SegkitError, match=message):
        check_weights(w, 3)


def test_weights_are_read_from_a_column_or_given(frame_kind):
    table = frame_kind.make({"w": [1, 0, 2], "plan": ["a", "b", "a"]})
    assert read_weights(table, "w", what="X").tolist() == [1.0, 0.0, 2.0]
    assert read_weights(table, [3, 2, 1], what="X").tolist() == [3.0, 2.0, 1.0]
    assert read_weights(table, None, what="X").tolist() == [1.0, 1.0, 1.0]
    for wrong, said in (
        ("v", "X lacks `v`; it has"),
        ("plan", "`plan` in X holds 'a' in row 0; expected numbers"),
        ([1, 2], r"Of X: sample_weight has shape \(2,\)"),
    ):
        with pytest.raises(SegkitError, match=said):
            read_weights(table, wrong, what="X")
    with pytest.raises(SegkitError, match="sample_weight='w' names a column, but X is an array"):
        read_weights(np.zeros((3, 1)), "w", what="X")


@pytest.mark.parametrize(
    ("given", "pair"),
    [
        (None, False),
        ("w", False),
        ([1.0, 2], False),
        ((np.float64(1), np.int64(2)), False),
        (np.ones((2, 3)), False),
        ((None, "w"), True),
        ([[1.0, 2.0], [3.0]], True),
        (("v", np.ones(3)), True),
    ],
)
def test_a_pair_has_the_weights_of_two_tables(given, pair):
    assert is_pair(given) is pair
    assert two_weights(given) == (tuple(given) if pair else (given, given))


@given(hnp.arrays(float, st.integers(1, 20), elements=st.floats(0.01, 100)), st.floats(0.01, 100))
def test_the_effective_size_knows_no_unit_and_is_at_most_n(w, c):
    assert effective_size(c * w) == pytest.approx(effective_size(w))
    assert 1 - 1e-9 <= effective_size(w) <= w.size * (1 + 1e-9)
    assert scale_to_effective(w).sum() == pytest.approx(effective_size(w))
    np.testing.assert_allclose(scale_to_effective(c * w), scale_to_effective(w))


def test_equal_weights_lose_nothing():
    assert effective_size(np.full(7, 3.0)) == pytest.approx(7)


@given(values_and_weights)
def test_means_and_spreads_with_whole_number_weights_are_those_of_repeated_rows(pairs):
    x, w = np.array(pairs).T
    repeated = np.repeat(x, w.astype(int))
    assert weighted_mean(x, w) == pytest.approx(np.nanmean(repeated))
    assert weighted_sd(x, w) == pytest.approx(np.nanstd(repeated))


@given(values_and_weights, shares)
def test_quantiles_with_whole_number_weights_are_those_of_repeated_rows(pairs, q):
    x, w = np.array(pairs).T
    repeated = np.repeat(x, w.astype(int))
    repeated = repeated[~np.isnan(repeated)]
    weighted = weighted_quantile(x, np.array(q), w)
    np.testing.assert_array_equal(
        weighted, weighted_quantile(repeated, np.array(q), np.ones(repeated.size))
    )
    ranks = np.maximum(np.ceil(np.array(q) * repeated.size * (1 - 1e-12)).astype(int) - 1, 0)
    np.testing.assert_array_equal(weighted, np.sort(repeated)[ranks])


@given(values_and_weights, st.floats(0.01, 1000))
def test_the_unit_of_the_weights_does_not_matter(pairs, c):
    x, w = np.array(pairs).T
    assert weighted_mean(x, c * w) == pytest.approx(weighted_mean(x, w))
    assert weighted_sd(x, c * w) == pytest.approx(weighted_sd(x, w), abs=1e-9)


def test_quantiles_meet_steps_exactly():
    x = np.arange(1.0, 11)
    np.testing.assert_array_equal(weighted_quantile(x, np.arange(1, 11) / 10, np.ones(10)), x)
    assert weighted_quantile(x, 0.0, np.ones(10)) == 1
    assert weighted_quantile(x, 1.0, np.full(10, 0.1)) == 10


def test_nothing_observed_has_no_figures():
    gaps = np.full(3, np.nan)
    assert np.isnan(weighted_mean(gaps, np.ones(3)))
    assert np.isnan(weighted_quantile(gaps, np.array([0.1, 0.5]), np.ones(3))).all()
    assert np.isnan(weighted_quantile(np.ones(3), 0.5, np.zeros(3)))


def test_columns_are_summarised_each_over_its_observed_rows():
    x = np.array([[1.0, np.nan], [3.0, 4.0], [np.nan, 8.0]])
    np.testing.assert_allclose(weighted_mean(x, np.array([1.0, 3.0, 1.0])), [2.5, 5.0])
    np.testing.assert_allclose(weighted_sd(x, np.ones(3)), [1.0, 2.0])


def test_counts_leave_out_negative_codes():
    counts = weighted_counts(np.array([0, 2, -1, 0]), np.array([1.0, 2.0, 9.0, 0.5]), 4)
    assert counts.tolist() == [1.5, 0.0, 2.0, 0.0]


@given(values_and_weights)
def test_both_moments_in_one_pass_are_those_of_repeated_rows(pairs):
    x, w = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    mean, sd = weighted_moments(x, w)
    rows = np.repeat(x, w.astype(int))
    assert mean == pytest.approx(np.nanmean(rows))
    assert sd == pytest.approx(np.nanstd(rows), abs=1e-12)
    assert mean == weighted_mean(x, w)


def test_standardised_columns_have_mean_0_and_sd_1_over_what_is_there():
    x = np.array([[1.0, 5.0], [2.0, np.nan], [4.0, 9.0], [4.0, 1.0]])
    w = np.array([1.0, 2.0, 1.0, 3.0])
    mean, sd = weighted_moments(standardised(x, w), w)
    assert mean == pytest.approx([0.0, 0.0])
    assert sd == pytest.approx([1.0, 1.0])
