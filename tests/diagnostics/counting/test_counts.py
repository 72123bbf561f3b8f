import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit._frames import Column
from segkit.diagnostics.counting.counts import FieldBins, bin_codes, count, make_bins, merge
from segkit.exceptions import SegkitError


def numbers(values, name="age"):
    return Column(name, "number", "float64", np.array(values, dtype=float))


def texts(values, name="plan"):
    levels = tuple(sorted({v for v in values if v is not None}))
    codes = np.array([-1 if v is None else levels.index(v) for v in values], dtype=int)
    return Column(name, "text", "object", codes, levels)


def counted(column, bins, w=None, groups=None, n_groups=1):
    n = column.values.size
    w = np.ones(n) if w is None else np.asarray(w, dtype=float)
    groups = np.zeros(n, dtype=int) if groups is None else np.asarray(groups)
    return count(column, bins, groups, n_groups, w)


def test_numbers_get_the_deciles_of_the_reference():
    bins = make_bins(numbers(np.arange(1, 101)), np.ones(100))
    assert bins.kind == "number"
    assert bins.edges == tuple(range(10, 100, 10))
    cells = counted(numbers(np.arange(1, 101)), bins).cells
    assert cells.tolist() == [[10.0] * 10 + [0.0, 0.0]]


def test_few_different_numbers_get_a_bin_each():
    bins = make_bins(numbers([3, 1, 1, np.nan, 5]), np.ones(5))
    assert bins.kind == "value"
    assert bins.values == (1.0, 3.0, 5.0)
    result = counted(numbers([1, 2, 9, 9, np.nan]), bins)
    assert result.cells.tolist() == [[1, 0, 0, 1, 3]]
    assert {k: v.tolist() for k, v in result.unseen.items()} == {"2": [1.0], "9": [2.0]}


def test_texts_get_a_bin_each_and_an_empty_text_is_a_gap():
    bins = make_bins(texts(["b", "a", "", None]), np.ones(4))
    assert bins.values == ("a", "b")
    result = counted(texts(["a", "new", "", None, "a"]), bins)
    assert result.cells.tolist() == [[2, 0, 2, 1]]
    assert list(result.unseen) == ["new"]


@pytest.mark.parametrize("column", [numbers([np.nan, np.nan]), texts([None, None])])
def test_a_reference_without_values_knows_no_bin(column):
    bins = make_bins(column, np.ones(2))
    assert (bins.kind, bins.holds, bins.n_bins) == ("empty", "empty", 2)
    assert counted(numbers([1, np.nan]), bins).cells.tolist() == [[1, 1]]
    assert counted(texts(["a", None]), bins).cells.tolist() == [[1, 1]]


def test_heaped_numbers_collapse_to_fewer_bins():
    x = np.r_[np.zeros(500), np.arange(1, 101)]
    bins = make_bins(numbers(x), np.ones(600))
    assert bins.edges[0] == 0.0
    assert len(bins.edges) == len(set(bins.edges)) == 2
    assert counted(numbers(x), bins).cells.sum() == 600


@pytest.mark.parametrize(
    ("reference", "current", "message"),
    [
        (numbers([1, 2]), texts(["34 years"], "age"), r"`age` holds number values.*'34 years'"),
        (texts(["a", "b"]), numbers([1.0], "plan"), r"`plan` holds text values.*but number"),
    ],
)
def test_a_field_that_changed_its_kind_is_refused(reference, current, message):
    bins = make_bins(reference, np.ones(2))
    with pytest.raises(SegkitError, match=message):
        counted(current, bins)


def test_counts_of_other_bins_cannot_be_merged():
    a, b = (counted(numbers([1.0]), FieldBins("age", "number", "number", (e,))) for e in (1.0, 2.0))
    with pytest.raises(SegkitError, match=r"Counts of `age` \(bins .*expected the same field"):
        merge(a, b)


cells = st.tuples(
    st.one_of(st.none(), st.sampled_from(["a", "b", "c", "new", ""])),
    st.one_of(st.just(np.nan), st.integers(-3, 30).map(float)),
    st.integers(0, 2),
    st.integers(0, 4),
)


@given(st.lists(cells, max_size=30), st.lists(cells, max_size=30))
def test_counts_of_two_parts_add_up_to_those_of_the_whole(one, two):
    for kind, make, reference in (
        (0, texts, texts(["a", "b", "c"])),
        (1, numbers, numbers(np.arange(30))),
        (1, numbers, numbers([0, 1, 2])),
    ):
        bins = make_bins(reference, np.ones(reference.values.size))

        def of(rows, kind=kind, make=make, bins=bins):
            return counted(
                make([r[kind] for r in rows]), bins, [r[3] for r in rows],
                np.array([r[2] for r in rows], dtype=int), 3,
            )  # fmt: skip

        merged, whole = merge(of(one), of(two)), of(one + two)
        np.testing.assert_array_equal(merged.cells, whole.cells)
        np.testing.assert_array_equal(merged.squares, whole.squares)
        assert set(merged.unseen) == set(whole.unseen)
        for name, sums in whole.unseen.items():
            np.testing.assert_array_equal(merged.unseen[name], sums)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 3)), min_size=1, max_size=40))
def test_whole_number_weights_are_repeated_rows(pairs):
    x, w = np.array(pairs, dtype=float).T
    times = w.astype(int)
    weighted, repeated = (
        make_bins(numbers(x), w),
        make_bins(numbers(np.repeat(x, times)), np.ones(times.sum())),
    )
    assert weighted.edges == repeated.edges
    assert weighted.values == repeated.values
    np.testing.assert_allclose(weighted.centres, repeated.centres)
    a, b = counted(numbers(x), weighted, w), counted(numbers(np.repeat(x, times)), repeated)
    np.testing.assert_allclose(a.cells, b.cells)


def test_groups_are_counted_apart_and_taken_together():
    bins = FieldBins("plan", "level", "text", values=("a",))
    result = counted(texts(["a", "a", None]), bins, [1, 2, 3], [0, 1, 1], 2)
    assert result.cells.tolist() == [[1, 0, 0], [2, 3, 0]]
    together, n = result.of([0, 1])
    assert together.tolist() == [3, 3, 0]
    assert n == pytest.approx(36 / 14)
    assert counted(texts([]), bins, [], [], 1).of([0])[1] == 0.0


@pytest.mark.parametrize("n", [1, 9, 32, 33, 300])
@pytest.mark.parametrize("kind", ["number", "value"])
def test_every_number_finds_its_bin_among_few_and_among_many(n, kind):
    ends = tuple(np.arange(n) / 4 - 1)
    bins = FieldBins("x", kind, "number", **{"edges" if kind == "number" else "values": ends})
    x = np.concatenate([ends, np.array(ends) + 0.1, [-99.0, 1e308, np.nan, -0.0]])
    expected = [
        n + (kind == "number") if np.isnan(v)
        else sum(v > e for e in ends) if kind == "number"
        else ends.index(v) if v in ends else n + 1
        for v in x.tolist()
    ]  # fmt: skip
    codes = bin_codes(numbers(x), bins)
    assert codes.dtype == np.intp
    assert codes.tolist() == expected
