import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as st

from segkit.segments.describing.table_rows import Row
from segkit.segments.tables.banner import Banner
from segkit.segments.tables.tabulation import Comparison, tabulate

RNG = np.random.default_rng(0)
N = 120
YES = (RNG.random(N) < 0.5).astype(float)
AGE = RNG.normal(40, 10, N)
AGE[:7] = np.nan
LINES = [Row("app", "yes", YES, True), Row("age", None, AGE, False)]
BANNERS = [
    Banner("sex", ("f", "m"), RNG.integers(0, 2, N)),
    Banner("region", ("n", "s", "w"), RNG.integers(-1, 3, N)),
]
W = RNG.random(N)


def found(how=None, w=W):
    return tabulate(LINES, BANNERS, w, how or Comparison("holm", "row", 0.05, 10.0))


def test_the_total_comes_first_and_columns_follow_with_their_letters():
    assert found().heads == [
        ("total", "total", ""), ("sex", "f", "A"), ("sex", "m", "B"),
        ("region", "n", "C"), ("region", "s", "D"), ("region", "w", "E"),
    ]  # fmt: skip


def test_moments_of_overlapping_columns_by_hand():
    t = found()
    inside = (BANNERS[1].codes == 2) & ~np.isnan(AGE)
    assert_allclose(t.groups.mean[5, 1], np.average(AGE[inside], weights=W[inside]))
    assert_allclose(t.groups.mean[0, 0], np.average(YES, weights=W))
    assert t.sums.counts[5, 1] == inside.sum()
    assert t.missing[0, 1] == 7
    assert t.missing[:, 0].max() == 0


def test_who_has_no_weight_counts_nowhere():
    w = np.where(np.arange(N) < 60, W, 0.0)
    t = found(w=w)
    assert t.sums.counts[0, 0] == 60
    assert t.missing[0, 1] == 7


def test_many_lines_are_summed_in_blocks():
    many = [Row(f"q{i}", None, RNG.normal(size=N), False) for i in range(70)]
    t = tabulate(many, BANNERS, W, Comparison("none", "row", 0.05, 10.0))
    inside = BANNERS[0].codes == 1
    expected = [np.average(row.values[inside], weights=W[inside]) for row in many]
    assert_allclose(t.groups.mean[2], expected)


def test_tidy_columns_agree_in_length_and_name():
    t = found()
    cells = t.cell_columns()
    assert len(cells["n"]) == 2 * 6
    items, pairs = t.pair_columns()
    assert items == ["app"] * 4 + ["age"] * 4
    assert pairs["banner"].tolist()[:4] == ["sex", "region", "region", "region"]
    assert_allclose(pairs["difference"][0], t.groups.mean[1, 0] - t.groups.mean[2, 0])
    items, told = t.association_columns()
    assert items == ["app", "app", "age", "age"]
    assert told["measure"].tolist() == ["V", "V", "eta", "eta"]


def test_items_that_made_the_segments_keep_figures_and_lose_tests():
    t = found(Comparison("none", "row", 0.05, 10.0, ("age",)))
    cells = t.cell_columns()
    assert_array_equal(cells["tested"], [False] + [True] * 5 + [False] * 6)
    assert np.isnan(t.p_associations[2:]).all()


def null_tables(runs, adjust, across, n_columns, seed, weighted=False):
    """Return how many tables without any association hold a letter."""
    rng = np.random.default_rng(seed)
    how = Comparison(adjust, across, 0.05, 10.0)
    hits = 0
    for _ in range(runs):
        codes = rng.integers(0, n_columns, 400)
        banner = Banner("column", tuple("abcd"[:n_columns]), codes)
        lines = [Row(name, None, rng.normal(size=400), False) for name in "xy"]
        lines.append(Row("z", "yes", (rng.random(400) < 0.4).astype(float), True))
        shown = lines[:1] if across == "row" else lines
        w = rng.lognormal(0, 0.6, 400) if weighted else np.ones(400)
        hits += bool((tabulate(shown, [banner], w, how).letters != "").any())
    return hits


CASES = [
    ("none", "row", 2), ("holm", "row", 4), ("holm", "table", 2), ("holm", "table", 3),
    ("bh", "table", 2), ("bh", "table", 3),
]  # fmt: skip


@pytest.mark.parametrize(("adjust", "across", "n_columns"), CASES)
def test_tables_without_association_seldom_hold_a_letter(adjust, across, n_columns):
    hits = null_tables(100, adjust, across, n_columns, seed=1)
    assert st.binomtest(hits, 100).proportion_ci(0.99).low <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("adjust", "across", "n_columns"), CASES)
def test_tables_without_association_hold_a_letter_at_the_nominal_rate(
    adjust, across, n_columns, simulated
):
    hits = null_tables(2000, adjust, across, n_columns, seed=2)
    simulated("tables with a letter", hits, 2000, 0.05)


@pytest.mark.slow
def test_weights_that_know_nothing_keep_the_rate(simulated):
    hits = null_tables(2000, "none", "row", 2, seed=2, weighted=True)
    simulated("tables with a letter", hits, 2000, 0.05)
