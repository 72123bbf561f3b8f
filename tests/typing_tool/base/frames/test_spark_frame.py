import numpy as np
import pyarrow as pa
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.frames.spark_frame import tag_spark


def as_spark(spark, table):
    return spark.createDataFrame(table)


def tagged_rows(frame):
    return frame.toArrow()


def test_the_same_tags_as_everywhere(spark, big):
    tagged = big.tool.tag(as_spark(spark, big.base).repartition(3))
    assert big.tags_of(tagged_rows(tagged)) == big.tags
    assert tagged.columns == [*big.base.column_names, *big.tool._tagger().names]
    kinds = dict(tagged.dtypes)
    assert (kinds["segment"], kinds["probability"], kinds["reason"]) == (
        "bigint",
        "double",
        "string",
    )


def test_the_same_votes_as_everywhere(spark, big):
    frame = as_spark(spark, big.base).repartition(3)
    found = tagged_rows(tag_spark(big.voting.tagger, frame, big.voting.workers))
    np.testing.assert_array_equal(big.votes_of(found), big.votes)


def test_text_segments_and_a_frame_that_goes_on(spark, people):
    from segkit.typing_tool import TypingTool

    made = people(200)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(made.columns)
    names = pandas.Series(["Planners", "Avoiders", "Drifters"])[made.segments].to_numpy()
    tool = TypingTool(n_trees=5, n_folds=2).fit(frame, names)
    base = pa.Table.from_pandas(frame, preserve_index=False)
    tagged = tool.tag(as_spark(spark, base)).where("segment = 'Planners'")
    assert tagged.count() == (tool.predict(frame) == "Planners").sum()


def test_what_is_wrong_is_named_before_anything_runs(spark, people, shy_tool, tmp_path):
    columns = people(20).columns
    base = as_spark(spark, pa.table({n: pa.array(v) for n, v in columns.items()}))
    with pytest.raises(SegkitError, match="the base lacks `plan`; it has `age`, `income`"):
        shy_tool.tag(base.drop("plan"))
    with pytest.raises(SegkitError, match=r"`age` holds text \(string\) in the base, but number"):
        shy_tool.tag(base.withColumn("age", base["age"].cast("string")))
    with pytest.raises(SegkitError, match=r"`age` holds date .* in the base, but number"):
        shy_tool.tag(base.withColumn("age", base["region"].cast("date")))
    with pytest.raises(SegkitError, match="The base has `segment` already"):
        shy_tool.tag(base.withColumn("segment", base["age"]))
    with pytest.raises(SegkitError, match="out= or id= was given with a frame of pyspark"):
        shy_tool.tag(base, tmp_path / "out.parquet")
