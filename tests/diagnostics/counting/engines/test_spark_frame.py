import pyarrow as pa
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.exceptions import SegkitError


@pytest.mark.parametrize(("segments", "weight"), [(None, None), ("tag", "w")])
def test_spark_counts_like_everybody(spark, big, same, segments, weight):
    frame = spark.createDataFrame(big.table.drop_columns("empty")).repartition(3)
    frame = frame.selectExpr("*", "CAST(NULL AS DOUBLE) AS empty")
    found = count_table(frame, big.bins, segments, weight)
    same(found, big.counts[segments, weight], rtol=1e-12 if weight else 0.0)
    assert not [t.name for t in spark.catalog.listTables() if "segkit" in t.name]


def test_texts_and_names_are_quoted(spark, same):
    texts = ["a'", 'a"', "\\", "\\'", "{x}", "%", "`", "\n", "ß", ""] * 6
    table = pa.table({"what `is` it's": texts, "a.b": [0.1, 0.1 + 0.2, float("nan")] * 20})
    bins = learn_bins(table, table.column_names)
    now = pa.concat_tables([table, pa.table({"what `is` it's": ["new\\", "'"], "a.b": [3.0, 0.3]})])
    same(count_table(spark.createDataFrame(now), bins), count_table(now, bins))


def test_what_cannot_be_counted_is_refused_by_name(spark):
    bins = learn_bins(pa.table({"x": [1.0, 2.0, 3.0]}), ["x"])
    for values, message in (
        ([1.0, float("inf")], "`x` in the table holds infinity in 1 row;"),
        (["a", "b"], "`x` holds number values in the reference but text"),
    ):
        frame = spark.createDataFrame(pa.table({"x": values}))
        with pytest.raises(SegkitError, match=message):
            count_table(frame, bins)


def test_weights_that_cannot_be_summed_are_refused(spark):
    bins = learn_bins(pa.table({"x": [1.0, 2.0, 3.0]}), ["x"])
    for w in (float("nan"), float("inf"), -1.0, 1e300, 1e-300, None):
        frame = spark.createDataFrame(pa.table({"x": [1.0, 2.0], "w": [1.0, w]}))
        with pytest.raises(SegkitError, match=r"sample_weight \(`w`\) is missing.* in 1 row;"):
            count_table(frame, bins, None, "w")


def test_numbers_of_any_type_are_counted_as_doubles(spark, same):
    large = 2**53 + 1
    reference = pa.table({"x": [1.0, 5.0, float(large - 1)] * 2})
    bins = learn_bins(reference)
    for values in (
        pa.array([large, large - 1, 5, None]),
        pa.array([1.7e308, -0.0, 5e-324, None]),
        pa.array([1, 5, 7, None], pa.int32()).cast(pa.decimal128(20, 2)),
    ):
        table = pa.table({"x": values, "tag": [1, 2, None, 1]})
        same(
            count_table(spark.createDataFrame(table), bins, "tag"), count_table(table, bins, "tag")
        )
