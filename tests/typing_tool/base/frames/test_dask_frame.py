import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.frames.dask_frame import tag_dask

dask = pytest.importorskip("dask.dataframe", reason="dask is not installed")


@pytest.fixture
def frame(people):
    return pd.DataFrame({"id": range(1000), **people(1000, seed=12).columns})


def test_the_same_tags_as_everywhere(big):
    # Dask reads yes/no with gaps as text unless they come as pandas' own type
    frame = big.base.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
    tagged = big.tool.tag(dask.from_pandas(frame, npartitions=5))
    found = tagged.compute(scheduler="synchronous")
    assert big.tags_of(pa.Table.from_pandas(found, preserve_index=False)) == big.tags


def test_the_same_votes_as_everywhere(big):
    frame = big.base.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
    lazy = tag_dask(big.voting.tagger, dask.from_pandas(frame, npartitions=5), big.voting.workers)
    found = pa.Table.from_pandas(lazy.compute(scheduler="synchronous"), preserve_index=False)
    np.testing.assert_array_equal(big.votes_of(found), big.votes)


def test_a_dask_frame_stays_lazy_and_keeps_its_rows(frame, shy_tool):
    tagged = shy_tool.tag(dask.from_pandas(frame.set_index("id"), npartitions=3))
    expected = shy_tool.tag(frame.set_index("id"))
    assert list(tagged.columns) == list(expected.columns)
    assert str(tagged.dtypes["segment"]) == "Int64"
    found = tagged.compute(scheduler="synchronous")
    assert found.index.equals(expected.index)
    assert found["segment"].equals(expected["segment"])
    assert len(tagged.partitions[0].compute(scheduler="synchronous")) < 1000


def test_what_is_wrong_is_named(frame, shy_tool, tmp_path):
    base = dask.from_pandas(frame, npartitions=2)
    with pytest.raises(SegkitError, match=r"lacks `plan`|`plan` is not a column"):
        shy_tool.tag(base.drop(columns="plan"))
    with pytest.raises(SegkitError, match="The base has `segment` already"):
        shy_tool.tag(base.assign(segment=1))
    with pytest.raises(SegkitError, match="out= or id= was given with a frame of dask"):
        shy_tool.tag(base, tmp_path / "out.parquet")
