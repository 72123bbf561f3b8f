import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.diagnostics import TableCounts, count_table, learn_bins, load_counts
from segkit.exceptions import SegkitError

REFERENCE = {
    "age": [float(i) for i in range(20)],
    "rating": [1, 2, 3, 4] * 5,
    "plan": ["a"] * 9 + ["b"] * 8 + ["c", "d", None],
    "city": ["x", "y"] * 10,
}
rows = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-2, 25).map(float)),
        st.one_of(st.none(), st.integers(0, 6)),
        st.one_of(st.none(), st.sampled_from(["a", "b", "c", "new", ""])),
        st.one_of(st.none(), st.sampled_from(["x", "y", "z", "new"])),
        st.one_of(st.none(), st.sampled_from(["s", "t", "u"])),
        st.integers(0, 3),
    ),
    max_size=25,
)
TYPES = {"age": float, "rating": float, "plan": object, "city": object, "tag": object, "w": float}


def frame_of(kind, given_rows):
    columns = zip(*given_rows, strict=True) if given_rows else [()] * len(TYPES)
    made = dict(zip(TYPES, map(list, columns), strict=True))
    if kind.name == "pandas":
        import pandas as pd

        return pd.DataFrame({n: pd.Series(v, dtype=TYPES[n]) for n, v in made.items()})
    import polars as pl

    types = {float: pl.Float64, object: pl.String}
    return pl.DataFrame(made, schema={n: types[t] for n, t in TYPES.items()})


def assert_equal(one, two):
    assert one.groups == two.groups
    assert one.n_rows == two.n_rows
    for name, a in one.fields.items():
        b = two.fields[name]
        np.testing.assert_array_equal(a.cells, b.cells)
        np.testing.assert_array_equal(a.squares, b.squares)
        assert dict(a.holders) == dict(b.holders)
        assert {k: v.tolist() for k, v in a.unseen.items()} == {
            k: v.tolist() for k, v in b.unseen.items()
        }


@given(rows, rows)
def test_two_parts_add_up_to_the_whole(frame_kind, one, two):
    bins = learn_bins(frame_kind.make(REFERENCE))

    def of(given_rows):
        return count_table(frame_of(frame_kind, given_rows), bins, "tag", "w")

    whole = of(one + two)
    assert_equal(of(one) + of(two), whole)
    assert_equal(of(two).merge(of(one)), whole)
    assert_equal(of((one + two)[::-1]), whole)


@given(rows)
def test_whole_number_weights_are_repeated_rows(frame_kind, given_rows):
    bins = learn_bins(frame_kind.make(REFERENCE))
    weighted = count_table(frame_of(frame_kind, given_rows), bins, "tag", "w")
    repeated = [row for row in given_rows for _ in range(row[-1])]
    plain = count_table(frame_of(frame_kind, repeated), bins, "tag")
    both = {g for g in weighted.groups if g in plain.groups}
    for name, counts in weighted.fields.items():
        other = plain.fields[name]
        for group, cells in zip(weighted.groups, counts.cells, strict=True):
            expected = other.cells[plain.groups.index(group)] if group in both else 0 * cells
            np.testing.assert_array_equal(cells, expected)
        assert list(counts.unseen) == list(other.unseen)


def test_names_of_unseen_values_are_bounded_and_parts_still_add_up(frame_kind):
    bins = learn_bins(frame_kind.make(REFERENCE), ["rating", "city"])

    def of(numbers):
        texts = [f"t{i:04.0f}" for i in numbers]
        return count_table(frame_kind.make({"rating": numbers, "city": texts}), bins)

    odd, even = [float(i) for i in range(9, 2000, 2)], [float(i) for i in range(10, 2000, 2)]
    whole = of(odd + even)
    assert_equal(of(odd) + of(even), whole)
    assert list(whole.fields["rating"].unseen) == [str(i) for i in range(9, 209)]
    assert list(whole.fields["city"].unseen) == [f"t{i:04}" for i in range(9, 209)]
    assert whole.fields["rating"].cells[0, -1] == whole.fields["city"].cells[0, -1] == 1991


def test_segments_of_either_side_are_kept(frame_kind):
    table = frame_kind.make(REFERENCE)
    bins = learn_bins(table)
    one = count_table(table, bins, ["10"] * 20)
    two = count_table(table, bins, ["9"] * 19 + [None])
    both = one + two
    assert both.groups == ("9", "10", "untagged")
    assert both.fields["city"].cells.sum(axis=1).tolist() == [19, 20, 1]
    with pytest.raises(SegkitError, match="`10` was counted but is not among 9, untagged"):
        both.grouped(("9", "untagged"))


def test_counts_over_other_bins_do_not_add(frame_kind):
    one = frame_kind.make({"age": [float(i) for i in range(30)]})
    two = frame_kind.make({"age": [float(i) for i in range(50)]})
    a, b = (count_table(t, learn_bins(t)) for t in (one, two))
    with pytest.raises(SegkitError, match=r"Counts over the bins \w+ and \w+ were given"):
        a + b
    with pytest.raises(TypeError, match="unsupported operand"):
        a + 1
    with pytest.raises(TypeError, match="unsupported operand"):
        1 + a
    with pytest.raises(TypeError, match="unsupported operand"):
        sum([a, None])


def test_days_are_added_by_sum_from_lists_and_generators(frame_kind):
    table = frame_kind.make(REFERENCE)
    bins = learn_bins(table)
    days = [count_table(table[i : i + 4], bins, ["s"] * 4) for i in range(0, 20, 4)]
    whole = count_table(table, bins, ["s"] * 20)
    assert_equal(sum(days), whole)
    assert_equal(sum(day for day in days), whole)
    assert sum(days[:1]) is days[0]


def test_counts_are_shown_in_a_line(frame_kind):
    table = frame_kind.make({f"field {i}": [1.0, 2.0, None] * 7 for i in range(300)})
    counts = count_table(table, learn_bins(table), ["s", "t", None] * 7)
    assert repr(counts) == (
        f"TableCounts(n_rows=21, fields=300, groups=3, bins='{counts.bins.version}')"
    )


def test_the_table_of_numbers(frame_kind):
    table = frame_kind.make(REFERENCE)
    frame = count_table(table, learn_bins(table, ["city"])).frame()
    assert frame.to_dict("list") == {
        "segment": ["untagged"] * 4,
        "field": ["city"] * 4,
        "bin": ["x", "y", "missing", "never seen"],
        "weight": [10.0, 10.0, 0.0, 0.0],
    }


@pytest.fixture
def saved(tmp_path):
    import pandas as pd

    table = pd.DataFrame(REFERENCE)
    counts = count_table(table, learn_bins(table), ["s"] * 11 + [None] * 9, np.arange(20) / 7)
    return counts, counts.save(tmp_path / "reference.json")


def test_saved_counts_come_back_exactly(saved):
    counts, path = saved
    again = load_counts(path)
    assert again.bins == counts.bins
    assert_equal(again, counts)


def test_a_file_holds_no_row_and_no_name_of_few(tmp_path, frame_kind):
    rng = np.random.default_rng(0)
    incomes = rng.uniform(20_000, 90_000, 500)
    plans = ["a", "b"] * 247 + ["Ann Smith"] * 2 + ["Bob Jones"] * 4
    reference = frame_kind.make({"income": incomes, "plan": plans, "city": ["x", "y"] * 250})
    bins = learn_bins(reference)
    now = {"income": incomes, "plan": plans, "city": ["Cleo Brown"] * 4 + ["new town"] * 496}
    texts = [
        count_table(table, bins).save(tmp_path / "counts.json").read_text(encoding="utf-8")
        for table in (reference, frame_kind.make(now))
    ]
    for text in texts:
        # the deciles, which are values of the reference, and nothing else of 500 incomes
        assert sum(repr(float(x)) in text for x in incomes) <= 9
        assert not [name for name in ("Ann", "Bob", "Cleo") if name in text]
        assert len(text) < 5000
    assert "new town" in texts[1]
    assert load_counts(tmp_path / "counts.json").fields["city"].cells.tolist() == [[0, 0, 0, 500]]


def test_a_file_is_as_long_for_many_rows_as_for_few(tmp_path):
    import pandas as pd

    sizes = []
    for n in (1000, 100_000):
        table = pd.DataFrame({"x": np.random.default_rng(0).normal(size=n)})
        sizes.append(count_table(table, learn_bins(table)).save(tmp_path / "c").stat().st_size)
    assert sizes[1] == pytest.approx(sizes[0], rel=0.1)


def edited(change):
    def edit(text):
        plain = json.loads(text)
        change(plain)
        return json.dumps(plain)

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda text: text[:300], "reference.json` holds no counts that can be used"),
        (lambda text: text.replace('"n_rows": 20', '"n_rows": 21'), "does not have its checksum"),
        (lambda text: text.replace('"plan"', '"plans"', 1), "checksum"),
        (edited(lambda d: d.update(version=2)), "its version is 2, written by segkit .*update"),
        (edited(lambda d: d.update(format="other")), "of another format"),
        (edited(lambda d: d.pop("counts")), "checksum"),
        (lambda text: "[" * 100_000, "holds no counts"),
        (lambda text: text.replace('"n_rows": 20', '"n_rows": NaN'), "it holds NaN"),
        (lambda text: "\x00\xff", "holds no counts"),
        (lambda text: "", "holds no counts"),
        (lambda text: "[]", "of another format"),
        (edited(lambda d: d.update(version="1")), "its version is 1, written by segkit"),
    ],
)
def test_a_damaged_edited_or_foreign_file_is_one_clear_error(saved, edit, message):
    _, path = saved
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="latin-1")
    with pytest.raises(SegkitError, match=message):
        load_counts(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("squares"), "expected what TableCounts.to_dict gives"),
        (lambda d: d.update(groups=["s"]), "segments s; expected a list of texts in order, and"),
        (lambda d: d.update(groups=[]), "the segments of nobody"),
        (lambda d: d.update(groups=5), "the segments 5; expected a list of texts"),
        (lambda d: d.update(groups=[None, "untagged"]), "None, 'untagged'.; expected a list"),
        (lambda d: d.update(squares=[10**400, 0]), "counts of `age` are .*too large"),
        (lambda d: d["bins"].update(left_out=None), "The bins leave out None; expected a list"),
        (lambda d: d["fields"].pop("age"), "counts of `age` are absent"),
        (lambda d: d["fields"]["age"].update(cells=[[1.0]]), "counts of `age`.*2 x 12 sums"),
        (lambda d: d["fields"]["age"]["cells"][0].__setitem__(0, -1.0), "counts of `age`"),
        (lambda d: d.update(n_rows="20"), "n_rows is 20, expected a whole number"),
    ],
)
def test_plain_values_that_do_not_fit_are_refused(saved, change, message):
    plain = json.loads(json.dumps(saved[0].to_dict()))
    change(plain)
    with pytest.raises(SegkitError, match=message):
        TableCounts.from_dict(plain)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(SegkitError, match=r"The file of counts .*none.json` is not a file"):
        load_counts(tmp_path / "none.json")
