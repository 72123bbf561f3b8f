import numpy as np
import pyarrow as pa
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.diagnostics.counting.engines import lazy_frame
from segkit.exceptions import SegkitError

pl = pytest.importorskip("polars")
PLAIN = {
    "x": [*map(float, range(22)), None, -3.5],
    "rating": [1, 2, 3, None] * 6,
    "plan": ["a", "b", None, ""] * 6,
    "shop": ["x"] * 10 + ["y"] * 10 + ["z", "once", None, ""],
    "sure": [True, False, None, True] * 6,
}
TAGS = ["s", "t", None, ""] * 6


@pytest.fixture
def table():
    return pa.table(PLAIN)


@pytest.fixture
def no_parts(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("counted in parts")

    monkeypatch.setattr(lazy_frame, "count_parts", refuse)


@pytest.mark.usefixtures("no_parts")
def test_numbers_texts_and_yes_no_are_counted_inside_polars(table, same):
    bins = learn_bins(table, table.column_names)
    expected = count_table(table, bins)
    same(count_table(pl.from_arrow(table).lazy(), bins), expected)
    assert expected.fields["plan"].cells.tolist() == [[6, 6, 12, 0]]
    assert expected.fields["shop"].cells.tolist() == [[10, 10, 2, 2, 0]]
    assert expected.fields["sure"].cells.tolist() == [[6, 12, 6, 0]]


@pytest.mark.usefixtures("no_parts")
@pytest.mark.parametrize("tags", [TAGS, [2, 1, None, 10] * 6, [True, False, None, True] * 6])
def test_texts_by_segment_are_counted_inside_polars(table, same, tags):
    names = ["plan", "shop", "sure"]
    bins = learn_bins(table, names)
    tagged = table.append_column("tag", [tags])
    same(count_table(pl.from_arrow(tagged).lazy(), bins, "tag"), count_table(tagged, bins, "tag"))


def test_columns_in_which_something_is_amiss_come_in_parts(table, same, monkeypatch):
    bins = learn_bins(table, table.column_names)
    now = {
        "x": [0.5, float("nan"), None],
        "rating": [1, 9, 2],
        "plan": ["new", "a", ""],
        "shop": ["new", "once", "x"],
        "sure": [True, None, None],
    }
    tables, count_parts = [], lazy_frame.count_parts

    def note(parts, part_bins, *others):
        tables.append(part_bins.names)
        return count_parts(parts, part_bins, *others)

    monkeypatch.setattr(lazy_frame, "count_parts", note)
    found = count_table(pl.DataFrame(now).lazy(), bins)
    same(found, count_table(pa.table(now), bins))
    assert tables == [("x", "rating", "plan")]
    assert found.fields["plan"].holders == {"new": 1}


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["b", "a", "new", "spare"])])
def test_categories_are_counted_by_their_texts(kind, same):
    bins = learn_bins(pa.table({"plan": ["a", "b"] * 10}))
    texts = pl.Series("plan", ["a", "new", None, "b", "a"])
    expected = count_table(pl.DataFrame([texts]), bins)
    same(count_table(pl.DataFrame([texts.cast(kind)]).lazy(), bins), expected)


def test_many_fields_come_a_few_at_a_time(same):
    rng = np.random.default_rng(0)
    table = pa.table({f"f{i}": rng.normal(size=50) for i in range(23)} | {"w": np.ones(50)})
    bins = learn_bins(table, [f"f{i}" for i in range(23)])
    lazy = pl.from_arrow(table).lazy()
    for weight in (None, "w"):
        same(count_table(lazy, bins, None, weight), count_table(table, bins))


@pytest.mark.usefixtures("no_parts")
def test_no_rows_are_no_counts(table):
    bins = learn_bins(table, table.column_names)
    counts = count_table(pl.from_arrow(table).lazy().filter(pl.lit(False)), bins)
    assert counts.n_rows == 0
    assert not any(c.cells.any() for c in counts.fields.values())


def test_an_id_is_refused_before_it_makes_groups(table):
    bins = learn_bins(table, ["plan"])
    many = pl.DataFrame({"plan": ["a"] * 5000, "id": range(5000)}).lazy()
    with pytest.raises(SegkitError, match="more than 1000 different values"):
        count_table(many, bins, "id")


def test_a_field_that_is_the_segment_too_is_counted(table, same):
    bins = learn_bins(table, ["plan"])
    lazy = pl.from_arrow(table).lazy()
    same(count_table(lazy, bins, "plan"), count_table(table, bins, "plan"))
    odd = {"value": ["a", "b"] * 5, "segment": ["s", "t"] * 5, "rows": ["u", "v"] * 5}
    bins = learn_bins(pa.table(odd), ["value", "segment", "rows"])
    same(
        count_table(pl.DataFrame(odd).lazy(), bins, "rows"),
        count_table(pa.table(odd), bins, "rows"),
    )
