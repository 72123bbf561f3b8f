import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.frames.lazy_frame import tag_lazy

polars = pytest.importorskip("polars", reason="polars is not installed")


@pytest.fixture
def frame(people):
    return polars.DataFrame({"id": range(1000), **people(1000, seed=12).columns})


def test_the_same_tags_as_everywhere(big):
    tagged = big.tool.tag(polars.from_arrow(big.base).lazy())
    assert isinstance(tagged, polars.LazyFrame)
    assert big.tags_of(tagged.collect(engine="streaming").to_arrow()) == big.tags


def test_the_same_votes_as_everywhere(big):
    lazy = tag_lazy(big.voting.tagger, polars.from_arrow(big.base).lazy(), 20_000)
    found = lazy.collect(engine="streaming").to_arrow()
    np.testing.assert_array_equal(big.votes_of(found), big.votes)


def test_a_lazy_frame_goes_on_as_one(frame, shy_tool):
    expected = shy_tool.tag(frame)
    tagged = shy_tool.tag(frame.lazy())
    assert tagged.collect_schema() == expected.schema
    assert tagged.collect().equals(expected)
    few = tagged.filter(polars.col("age") > 40).select("id", "segment").head(5).collect()
    assert few.equals(expected.filter(polars.col("age") > 40).select("id", "segment").head(5))


def test_a_lazy_frame_is_streamed_to_a_file(frame, shy_tool, tmp_path):
    frame.write_parquet(tmp_path / "base.parquet")
    lazy = polars.scan_parquet(tmp_path / "base.parquet")
    report = shy_tool.tag(lazy, tmp_path / "out.parquet", id="id", batch_rows=300)
    assert report.n_rows == 1000
    tagged = polars.read_parquet(tmp_path / "out.parquet")
    assert tagged["segment"].to_list() == shy_tool.tag(frame)["segment"].to_list()
    shy_tool.tag(lazy).sink_parquet(tmp_path / "sunk.parquet")
    assert polars.read_parquet(tmp_path / "sunk.parquet").equals(shy_tool.tag(frame))


@pytest.mark.filterwarnings("ignore:Counted and corrected sizes")
def test_sizes_of_segments_in_a_lazy_frame(frame, shy_tool):
    assert shy_tool.segment_mix(frame.lazy()).n_customers == 1000


def test_what_is_wrong_is_named(frame, shy_tool, tmp_path):
    lazy = frame.lazy()
    with pytest.raises(SegkitError, match=r"lacks `plan`|`plan` is not a column"):
        shy_tool.tag(lazy.drop("plan"))
    with pytest.raises(SegkitError, match=r"The base has `reason` already"):
        shy_tool.tag(lazy.with_columns(reason=1))
    with pytest.raises(SegkitError, match="has 0 rows"):
        shy_tool.tag(lazy.filter(polars.col("id") < 0), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []
