import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.diagnostics import TableBins, count_table, learn_bins
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
        ({"w": pa.array([np.inf, 1.0])}, "sample_weight"),
        ({"w": pa.array([-np.inf, 1.0])}, "sample_weight"),
        ({"w": pa.array([1e200, 1.0])}, "sample_weight .*too large or too small to be squared"),
        ({"w": pa.array([1.0, 1e-300])}, "sample_weight .*too large or too small to be squared"),
        (
            {"tag": pa.array([1, 2]).cast(pa.date64())},
            r"segments \(`tag`\) of the table holds date values",
        ),
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


ODD_NAMES = [
    *("*", "^a.*$", "value", "segment", "level", "rows", "weight", "held", "s1", "segkit_counted"),
    *(
        'a"b',
        "a'b",
        "a b",
        "a.b",
        "a`b",
        "a\\b",
        "ä",
        "select",
        "1",
        "%s",
        "{x}",
        "$1",
        "a;--",
        " ",
    ),
]


@pytest.mark.parametrize("tag", ["*", "value", 'a"b', "tag"])
def test_any_name_is_a_name(engine, same, tag):
    columns = {
        name: ["x", "new", None, "", "y"] if i % 2 else [1.0, 9.5, None, float("nan"), 2.0]
        for i, name in enumerate(n for n in ODD_NAMES if n != tag)
    }
    reference = {n: ["x", "y"] * 5 if v[0] == "x" else [1.0, 2.0] * 5 for n, v in columns.items()}
    bins = learn_bins(pa.table(reference), list(columns))
    table = pa.table({**columns, tag: ["s", "t", None, "", "s"]})
    expected = count_table(table, bins, tag)
    assert expected.fields["^a.*$"].cells.sum(axis=0).tolist() == [1, 1, 2, 1]
    same(count_table(engine.convert(table), bins, tag), expected)
    same(count_table(engine.convert(table), bins), count_table(table, bins))


LARGE = 2**53 + 1  # not a double
NUMBERS = {
    "long": pa.array([LARGE, LARGE - 1, 2**63 - 1, -(2**63), None]),
    "unsigned": pa.array([LARGE, LARGE + 1, 2**64 - 1, 0, None], pa.uint64()),
    "short": pa.array([-128, 127, 0, 5, None], pa.int8()),
    "float": pa.array([1.7e308, 1.7e308, -0.0, 5e-324, None]),
    "single": pa.array([0.1, 3e38, -0.0, 1e-45, None], pa.float32()),
    "decimal": pa.array([1, 2, 5, 0, None], pa.int32()).cast(pa.decimal128(20, 2)),
}


@pytest.mark.parametrize("type_of", NUMBERS)
@pytest.mark.parametrize("weight", [None, "w"])
def test_numbers_of_any_type_are_counted_as_doubles(engine, same, type_of, weight):
    few, many = [1.0, 5.0, float(LARGE - 1)] * 4, [0.0, 1e-310, *map(float, range(2, 20)), 2.0**60]
    bins = learn_bins(pa.table({"few": few}), ["few"])
    bins = TableBins((*bins.fields, *learn_bins(pa.table({"many": many}), ["many"]).fields))
    x, w = NUMBERS[type_of], pa.array([1, 2, 3, 4, 5], pa.int8()).cast(pa.decimal128(5, 1))
    table = pa.table({"few": x, "many": x, "tag": [1, 1, 2, 2, None], "w": w})
    expected = count_table(table, bins, "tag", weight)
    assert expected.fields["many"].cells[:, -2].tolist() == [0, 0, 5 if weight else 1]
    same(count_table(engine.convert(table), bins, "tag", weight), expected)
    if weight is None:
        same(count_table(engine.convert(table), bins), count_table(table, bins))


def test_large_whole_numbers_are_those_of_doubles():
    bins = learn_bins(pa.table({"x": [LARGE - 1, 5] * 3}))
    counts = count_table(pa.table({"x": [LARGE, LARGE - 1, LARGE + 1]}), bins).fields["x"]
    assert counts.cells.tolist() == [[0, 2, 0, 1]]
    assert list(counts.unseen) == [repr(float(LARGE + 1))]


@pytest.mark.parametrize(
    "tags",
    [
        pa.nulls(5),
        pa.array([LARGE, 1, 10, 9, None]),
        pa.array([0.5, 1.0, np.nan, 2.0, None]),
        pa.array([True, False, None, True, False]),
        pa.array(["10", "9", "untagged", "", None]),
        pa.array(["b", "a", None, "b", ""]).dictionary_encode(),
    ],
)
def test_segments_of_any_type_have_the_same_names(engine, same, tags):
    bins = learn_bins(REFERENCE, ["number", "text", "yes"])
    table = pa.table(
        {
            "number": [1.0, 2.0, None, -50.0, 50.0],
            "text": ["a", "\n", "", None, "b"],
            "yes": [True, None, False, False, True],
            "tag": tags,
        }
    )
    expected = count_table(table, bins, "tag")
    same(count_table(engine.convert(table), bins, "tag"), expected)


def test_texts_are_the_same_texts_everywhere(engine, same):
    texts = ["a", "a ", "A", "a\0", "é", "e\u0301", "😀" * 50, "x" * 5000, "\t", None]
    bins = learn_bins(REFERENCE, ["text", "pooled"])
    table = pa.table({"text": texts, "pooled": texts})
    expected = count_table(table, bins)
    assert expected.fields["text"].cells.tolist() == [[0, 1, 0, 0, 1, 8]]
    same(count_table(engine.convert(table), bins), expected)


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
