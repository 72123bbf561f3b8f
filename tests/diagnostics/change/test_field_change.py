import numpy as np
import pytest

from segkit._frames import Column
from segkit.diagnostics.change.field_change import KINDS, change_of
from segkit.diagnostics.counting.counts import count, make_bins


def number(values):
    values = np.asarray(values, dtype=float)
    kind = "empty" if np.isnan(values).all() else "number"
    return Column("age", kind, "float64", values)


def text(values):
    levels = tuple(sorted({v for v in values if v is not None}))
    codes = np.array([-1 if v is None else levels.index(v) for v in values])
    return Column("plan", "text", "object", codes, levels)


def change(before, after, *, groups=((), ()), k=1, which=0):
    w, v = np.ones(before.values.size), np.ones(after.values.size)
    bins = make_bins(before, w)
    a, b = (np.array(g, dtype=int) if len(g) else np.zeros(n.size, int) for g, n in
            zip(groups, (w, v), strict=True))  # fmt: skip
    one, two = count(before, bins, a, k, w), count(after, bins, b, k, v)
    return change_of(one, two, [which], "all", 0.05)


def sample(n, seed, shift=0.0):
    return np.random.default_rng(seed).normal(shift, 1, n)


def test_no_change():
    same = change(number(sample(2000, 0)), number(sample(2000, 0)))
    assert same.psi == same.effect == same.jensen_shannon == same.ks == 0
    assert same.p == 1.0


def test_a_shift_is_measured_in_standard_deviations():
    found = change(number(sample(4000, 0)), number(sample(4000, 1, 0.5)))
    assert found.effect_unit == "sd"
    assert found.effect == pytest.approx(0.5, abs=0.06)
    assert found.wasserstein == found.effect
    assert found.cause == "shift"
    assert found.detail == f"higher by {found.effect:.2f} sd on average"
    assert found.p < 1e-10


def test_a_wild_value_does_not_rule_the_effect():
    after = np.r_[sample(2000, 1), 1e12]
    assert change(number(sample(2000, 0)), number(after)).effect < 0.08


def test_a_wider_spread_is_a_shift_too():
    found = change(number(sample(3000, 0)), number(1.5 * sample(3000, 1)))
    assert found.cause == "shift"
    assert found.effect > 0.15
    assert found.p < 1e-6


def test_levels_are_measured_by_cramers_v():
    found = change(text(["a"] * 300 + ["b"] * 300), text(["a"] * 400 + ["b"] * 200))
    assert (found.effect_unit, found.cause) == ("V", "shift")
    assert found.effect == pytest.approx(np.sqrt(_v2(0.5, 2 / 3)))
    assert found.detail == "`a` 50.0 % -> 66.7 %"
    assert np.isnan(found.ks)
    assert np.isnan(found.wasserstein)


def test_a_number_of_few_values_has_both_figures():
    found = change(number([1, 2, 3] * 100), number([2, 3, 3] * 100))
    assert found.effect_unit == "V"
    assert found.wasserstein == pytest.approx(2 / 3 / np.std([1, 2, 3]))


def _v2(p, q):
    return ((p - q) ** 2 / (p + q) + (p - q) ** 2 / (2 - p - q)) / 2


def test_a_new_level_is_named():
    found = change(text(["a", "b"] * 200), text(["a", "b"] * 180 + ["crypto"] * 40))
    assert found.cause == "new level"
    assert found.detail == "`crypto` (10.0 %)"
    assert found.moved == pytest.approx(0.1)


def test_a_renamed_level_is_new_and_the_old_one_vanished():
    found = change(text(["a", "b"] * 200), text(["a", "B"] * 200))
    assert found.cause == "new level"
    assert found.detail == "`B` (50.0 %); vanished: `b` (50.0 %)"


def test_a_vanished_level_is_named():
    found = change(text(["a"] * 300 + ["b"] * 60), text(["a"] * 360))
    assert (found.cause, found.detail) == ("vanished level", "`b` (16.7 %)")


def test_a_new_code_among_few_numbers_is_a_new_level():
    found = change(number([1, 2, 3] * 100), number([1, 2, 3] * 90 + [6] * 30))
    assert (found.cause, found.detail, found.effect_unit) == ("new level", "`6` (10.0 %)", "V")


def test_a_rare_level_that_chance_left_out_is_no_new_level():
    found = change(text(["a", "b"] * 200), text(["a", "b"] * 199 + ["c"] * 2))
    assert found.cause == "shift"
    assert found.p > 0.3


def test_a_long_tail_of_levels_seen_once_is_no_drift():
    rng = np.random.default_rng(0)
    cities = [f"city {i}" for i in rng.zipf(1.6, 4000) % 500]
    found = change(text(cities[:2000]), text(cities[2000:]))
    assert found.p > 0.2
    assert found.psi < found.psi_null_95


def test_more_gaps_are_a_missing_share():
    gaps = np.where(np.arange(2000) % 5 == 0, np.nan, sample(2000, 1))
    found = change(number(sample(2000, 0)), number(gaps))
    assert (found.cause, found.detail) == ("missing share", "0.0 % -> 20.0 %")
    assert (found.missing_before, found.missing_after) == (0.0, pytest.approx(0.2))
    assert found.moved == pytest.approx(0.2)


@pytest.mark.parametrize("before", [number(sample(500, 0)), text(["a", "b"] * 250)])
def test_a_field_that_lost_all_values_is_a_missing_share(before):
    found = change(before, number(np.full(500, np.nan)))
    assert (found.cause, found.detail) == ("missing share", "0.0 % -> 100.0 %")
    assert found.p < 1e-6
    assert np.isfinite(found.psi)


def test_a_field_that_was_empty_and_is_filled_is_a_missing_share():
    found = change(number(np.full(300, np.nan)), text(["a", "b"] * 150))
    assert (found.cause, found.detail) == ("missing share", "100.0 % -> 0.0 %")


def test_a_field_that_is_empty_on_both_sides_is_stable():
    found = change(number(np.full(300, np.nan)), number(np.full(200, np.nan)))
    assert (found.p, found.psi, found.psi_null_95, found.effect) == (1.0, 0.0, 0.0, 0.0)


def test_a_segment_without_rows_cannot_be_compared():
    before, after = number([1.0, 2.0]), number([1.0, 2.0])
    assert change(before, after, groups=([0, 1], [0, 0]), k=2, which=1) is None


def test_the_kinds_are_those_promised():
    assert KINDS == (
        "stable", "shift", "new level", "vanished level", "missing share", "recoded",
    )  # fmt: skip
