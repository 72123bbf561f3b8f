import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit._frames import Column
from segkit.typing_tool.coding.binning import MAX_LEVELS, fit_field, leaning


def number(values):
    return Column("x", "number", "Float64", np.asarray(values, dtype=float))


def text(at, n_levels, ordered=False):
    levels = tuple(f"l{i:03d}" for i in range(n_levels))
    return Column("t", "text", "String", np.asarray(at), levels, ordered)


def test_few_values_get_a_bin_each_with_edges_halfway():
    field = fit_field(number([3, 1, 1, 7]), np.ones(4))
    assert field.edges.tolist() == [2.0, 5.0]
    assert field.n_codes == 4  # three bins, and a gap that nobody had


def test_many_values_get_bins_of_equal_weight():
    rng = np.random.default_rng(0)
    x = rng.normal(size=6000)
    field = fit_field(number(x), np.ones(6000))
    counts = np.bincount(np.searchsorted(field.edges, x), minlength=field.edges.size + 1)
    assert field.edges.size == MAX_LEVELS - 1
    assert counts.min() > 95
    assert counts.max() < 105


def test_whole_weights_are_repeated_rows():
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=300), rng.integers(0, 4, 300)
    weighted, repeated = (
        fit_field(number(x), w * 1.0),
        fit_field(number(np.repeat(x, w)), np.ones(w.sum())),
    )
    np.testing.assert_array_equal(weighted.edges, repeated.edges)


@pytest.mark.parametrize("precision", [np.float32, np.float16])
def test_less_precise_numbers_fall_into_the_same_bin(precision):
    x = np.round(np.random.default_rng(2).uniform(0, 10, 50), 1)
    field = fit_field(number(x), np.ones(50))
    for values in (x, x.astype(precision).astype(float)):
        codes = field.encode(number(values), what="the base")
        np.testing.assert_array_equal(codes, field.encode(number(x), what="the base"))


def test_extreme_numbers_have_finite_edges():
    field = fit_field(number([-1.7e308, 1.7e308, 0.0, 5e-324]), np.ones(4))
    assert np.isfinite(field.edges).all()
    assert (np.diff(field.edges) > 0).all()
    values = [-1.7e308, 0.0, 5e-324, 1.7e308]
    assert len({field.code_of(v) for v in values}) == 4


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=200))
def test_codes_rise_with_numbers(values):
    field = fit_field(number(values), np.ones(len(values)))
    codes = field.encode(number(np.sort(values)), what="the base").astype(int)
    assert (np.diff(codes) >= 0).all()
    assert codes.max() < field.n_codes <= 64


def test_a_gap_that_nobody_had_lies_beside_the_median():
    field = fit_field(number([1, 2, 3, 4, 5]), np.ones(5))
    assert field.missing == field.code_of(3) + 1
    assert field.resting == (field.missing,)


def test_a_gap_that_someone_had_comes_first_and_is_no_guest():
    field = fit_field(number([1, 2, np.nan]), np.ones(3))
    assert field.missing == 0
    assert field.resting == ()


def test_an_unheard_of_level_lies_beside_the_most_common_one():
    field = fit_field(text([0, 1, 1, 2], 3), np.ones(4))
    assert field.unseen == field.code_of("l001") + 1
    assert field.missing == field.unseen + 1
    assert set(field.resting) == {field.unseen, field.missing}


def test_rare_levels_share_one_code_with_those_never_heard_of():
    at = np.concatenate([np.repeat(np.arange(60), 3), np.arange(60, 100)])
    field = fit_field(text(at, 100), np.ones(at.size))
    assert field.n_pooled == 40
    assert field.code_of("l070") == field.code_of("never heard of") == field.unseen
    assert field.code_of("l059") != field.unseen
    assert "other" in field.meanings()
    assert field.resting == (field.missing,)


def test_levels_that_nobody_uses_or_only_people_of_no_weight_are_not_known():
    field = fit_field(text([0, 2, 3], 5), np.array([1.0, 1.0, 0.0]))
    assert field.levels == ("l000", "l002")
    assert field.code_of("l003") == field.unseen


def test_levels_stand_in_the_order_in_which_they_lean():
    rng = np.random.default_rng(3)
    at = rng.integers(0, 4, 2000)
    share = np.array([0.9, 0.1, 0.6, 0.3])[at]
    membership = np.stack([share, 1 - share], axis=1)
    field = fit_field(text(at, 4), np.ones(2000), membership)
    order = np.argsort([field.code_of(f"l00{i}") for i in range(4)]).tolist()
    assert order in ([0, 2, 3, 1], [1, 3, 2, 0])


def test_a_declared_order_is_kept():
    at = np.arange(40) % 4
    membership = np.eye(2)[(at % 2)]
    field = fit_field(text(at, 4, ordered=True), np.ones(40), membership)
    codes = [field.code_of(f"l00{i}") for i in range(4)]
    assert codes == sorted(codes)


def test_leaning_does_not_depend_on_the_unit_or_the_sign():
    counts = np.random.default_rng(0).uniform(50, 100, (6, 3))
    # the order may be turned round as a whole, never shuffled
    forward = leaning(counts).argsort().tolist()
    assert leaning(counts[:, ::-1]).argsort().tolist() in (forward, forward[::-1])


def test_a_field_that_is_empty_here_is_all_gaps():
    nothing = fit_field(number([np.nan, np.nan]), np.ones(2))
    assert nothing.encode(number([np.nan]), what="the base").tolist() == [nothing.missing]
    assert fit_field(text([-1, -1], 3), np.ones(2)).levels == ()


def test_fewer_bins_on_request():
    values = np.random.default_rng(0).normal(size=2000)
    field = fit_field(number(values), np.ones(2000), n_bins=10)
    counts = np.bincount(np.searchsorted(field.edges, values))
    assert counts.tolist() == [200] * 10
    assert fit_field(number([1, 2, 3] * 9), np.ones(27), n_bins=10).edges.tolist() == [1.5, 2.5]
