import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.diagnostics import count_table, learn_bins
from segkit.exceptions import SegkitError


@pytest.mark.parametrize("segments", [None, "tag"])
@pytest.mark.parametrize("weight", [None, "w"])
def test_fifty_thousand_rows_are_counted_alike(engine, big, same, segments, weight):
    found = count_table(engine.convert(big.table), big.bins, segments, weight)
    same(found, big.counts[segments, weight], rtol=1e-12 if weight else 0.0)


def test_what_was_counted_is_what_there_is(big):
    counts = big.counts[None, None].fields
    table = big.table
    for c in counts.values():
        assert c.cells.sum() == table.num_rows
    amounts = table["amount"].drop_null().to_numpy()
    edges = np.array(counts["amount"].bins.edges)
    expected = np.histogram(-amounts, np.r_[-np.inf, -edges[::-1], np.inf])[0][::-1]
    assert counts["amount"].cells[0, :-2].tolist() == expected.tolist()
    assert counts["odd"].cells[0, -2] == np.isnan(table["odd"].to_numpy()).sum()
    assert set(counts["rating"].unseen) == {"6"}
    assert set(counts["only"].unseen) == {"False"}
    assert set(counts["plan"].unseen) == {"new"}
    assert counts["shop"].bins.pooled > 0
    assert counts["empty"].cells.tolist() == [[50_000, 0]]


EDGES = [-1.5, -1.0, 0.0, 0.1, 0.3, 1.0, 2.0, 3.0, 1e9, 0.1 + 0.2]
TEXTS = ["a", "b", "c", "d", "", " ", "A", "a'", 'a"', "\\", "ß", "\n", "{}", "%"]
REFERENCE = pa.table(
    {
        "number": pa.array([*map(float, range(-10, 30)), *EDGES]),
        "value": pa.array([1, 2, 3, 4, None] * 10),
        "text": pa.array(["a", "b", "a'", "\\", None] * 10),
        "pooled": pa.array(["a"] * 24 + ["b"] * 24 + ["c", "d"]),
        "yes": pa.array([True, False] * 25),
        "nothing": pa.nulls(50, pa.string()),
    }
)
SCHEMA = pa.schema(
    [
        *REFERENCE.schema.set(1, pa.field("value", pa.float64())),
        pa.field("tag", pa.int64()),
        pa.field("w", pa.float64()),
    ]
)
numbers = st.one_of(st.none(), st.just(float("nan")), st.sampled_from(EDGES), st.floats(-50, 50))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "number": numbers,
            "value": st.one_of(st.none(), st.just(float("nan")), st.integers(0, 6).map(float)),
            "text": st.one_of(st.none(), st.sampled_from(TEXTS)),
            "pooled": st.one_of(st.none(), st.sampled_from(TEXTS)),
            "yes": st.one_of(st.none(), st.booleans()),
            "nothing": st.one_of(st.none(), st.sampled_from(TEXTS)),
            "tag": st.one_of(st.none(), st.integers(-1, 11)),
            "w": st.sampled_from([0.0, 1.0, 2.5]),
        }
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(rows, st.sampled_from([None, "tag"]), st.sampled_from([None, "w"]))
def test_any_rows_are_counted_alike(engine, same, given_rows, segments, weight):
    if engine.name in ("file", "folder") and not given_rows:
        return  # files without rows are refused
    table = pa.Table.from_pylist(given_rows, schema=SCHEMA)
    bins = learn_bins(REFERENCE, REFERENCE.column_names)
    expected = count_table(table, bins, segments, weight)
    same(count_table(engine.convert(table), bins, segments, weight), expected)


def test_a_file_without_rows_is_refused(tmp_path):
    import pyarrow.parquet as pq

    pq.write_table(SCHEMA.empty_table(), tmp_path / "none.parquet")
    with pytest.raises(SegkitError, match=r"none.parquet` has 0 rows"):
        count_table(tmp_path / "none.parquet", learn_bins(REFERENCE, ["number"]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": pa.array([np.inf, 1.0])}, "`number` in the table holds infinity in"),
        ({"number": pa.array([1.0, -np.inf])}, "`number` in the table holds infinity in"),
        ({"value": pa.array(["1", "2"])}, "`value` holds number values in the .* but text values"),
        ({"text": pa.array([1, 2])}, "`text` holds text values in the reference but number"),
        ({"yes": pa.array([1, 0])}, "`yes` holds boolean values in the reference but number"),
        ({"number": pa.array([1, 2]).cast(pa.date64())}, "`number` in the table holds date"),
        ({"w": pa.array([1.0, -1.0])}, "sample_weight"),
        ({"w": pa.array([1.0, None])}, "sample_weight"),
        ({"w": pa.array([np.nan, 1.0])}, "sample_weight"),
        ({"tag": pa.array([1, 2]).cast(pa.date64())}, r"segments \(`tag`\) holds date values"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(engine, change, message):
    columns = {
        "number": pa.array([1.0, 2.0]),
        "value": pa.array([1, 2]),
        "text": pa.array(["a", "b"]),
        "yes": pa.array([True, False]),
        "tag": pa.array([0, 1]),
        "w": pa.array([1.0, 1.0]),
    }
    bins = learn_bins(REFERENCE, ["number", "value", "text", "yes"])
    with pytest.raises(SegkitError, match=message):
        count_table(engine.convert(pa.table(columns | change)), bins, "tag", "w")


def test_a_column_without_values_counts_as_missing_whatever_its_type(engine):
    bins = learn_bins(REFERENCE, ["number", "value", "text", "yes"])
    table = pa.table(
        {
            "number": pa.nulls(3, pa.string()),
            "value": pa.nulls(3, pa.date32()),
            "text": pa.nulls(3, pa.float64()),
            "yes": pa.nulls(3, pa.int64()),
        }
    )
    counts = count_table(engine.convert(table), bins)
    assert [c.cells[0, -2] for c in counts.fields.values()] == [3, 3, 3, 3]


def test_absent_columns_are_named(engine):
    table = engine.convert(pa.table({"number": [1.0]}))
    with pytest.raises(SegkitError, match=r"able lacks `value`; it has `number`"):
        count_table(table, learn_bins(REFERENCE, ["number", "value"]))
    with pytest.raises(SegkitError, match=r"able lacks `tag`"):
        count_table(table, learn_bins(REFERENCE, ["number"]), "tag")
    with pytest.raises(SegkitError, match=r"able lacks `w`"):
        count_table(table, learn_bins(REFERENCE, ["number"]), None, "w")


def test_an_id_is_no_segment(engine):
    table = engine.convert(pa.table({"number": np.arange(3000.0), "id": np.arange(3000)}))
    with pytest.raises(SegkitError, match="more than 1000 different values"):
        count_table(table, learn_bins(REFERENCE, ["number"]), "id")


def test_names_of_unseen_values_are_bounded_alike(engine, same):
    texts = [f"t{i}" for i in range(500)]
    table = pa.table({"value": np.arange(500.0) * 1.25, "text": texts, "tag": [1, 2] * 250})
    bins = learn_bins(REFERENCE, ["value", "text"])
    expected = count_table(table, bins, "tag")
    same(count_table(engine.convert(table), bins, "tag"), expected)
    assert len(expected.fields["text"].unseen) == 200


def test_a_table_that_is_not_in_memory_takes_columns_only(tmp_path):
    import pyarrow.parquet as pq

    pq.write_table(REFERENCE, tmp_path / "t.parquet")
    bins = learn_bins(REFERENCE, ["number"])
    with pytest.raises(SegkitError, match="segments is a list, but the table is not in memory"):
        count_table(tmp_path / "t.parquet", bins, [1] * 50)
    with pytest.raises(SegkitError, match="sample_weight is a ndarray, but the table is not"):
        count_table(tmp_path / "t.parquet", bins, None, np.ones(50))


def test_another_thing_is_no_table():
    bins = learn_bins(REFERENCE, ["number"])
    with pytest.raises(SegkitError, match="The table is a dict; expected a pandas or polars"):
        count_table({"number": [1]}, bins)
