import numpy as np
import pyarrow as pa
import pytest

from segkit.typing_tool.base.tagger import REASONS


@pytest.fixture
def batch(people):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": range(700), **people(700, seed=6).columns})
    schema = pa.Schema.from_pandas(frame, preserve_index=False).with_metadata({"who": "us"})
    return pa.RecordBatch.from_pandas(frame, schema, preserve_index=False)


def test_a_record_batch_in_gives_a_record_batch_out(shy_tool, batch):
    tagger = shy_tool._tagger()
    tagged = tagger.tag_batch(batch)
    assert isinstance(tagged, pa.RecordBatch)
    assert tagged.num_rows == 700
    assert tagged.select(batch.schema.names).equals(batch)
    added = pa.schema([tagged.schema.field(name) for name in tagger.names])
    assert added.equals(tagger.schema)
    expected = shy_tool.tag(batch.to_pandas())
    for name in tagger.names:
        theirs = pa.array(expected[name], from_pandas=True)
        assert tagged[name].equals(theirs.cast(tagged[name].type)), name


def test_the_size_of_a_batch_does_not_matter(shy_tool, batch):
    tagger = shy_tool._tagger()
    whole = pa.Table.from_batches([tagger.tag_batch(batch)])
    parts = [tagger.tag_batch(batch.slice(i, 33)) for i in range(0, 700, 33)]
    assert pa.Table.from_batches(parts).equals(whole)


def test_a_batch_without_rows_stays_one(shy_tool, batch):
    tagger = shy_tool._tagger()
    empty = tagger.tag_batch(batch.slice(0, 0))
    assert empty.num_rows == 0
    assert empty.schema.names == [*batch.schema.names, *tagger.names]


def test_reasons_of_rows(shy_tool):
    codes = shy_tool.model_.codes
    rows = np.zeros((3, len(codes.names)), dtype=np.uint8)
    rows[1, 2] = codes.fields[2].unseen
    rows[2, :4] = [f.missing for f in codes.fields[:4]]
    for at in range(3):  # no code of the plain row may be a gap, or of a level never heard of
        rows[at, rows[at] == 0] = 1
    reasons = shy_tool._tagger().reasons(rows, np.array([True, True, True]))
    assert REASONS[reasons[1]] == "unseen level"
    assert shy_tool._tagger().reasons(rows, np.array([False, True, False])).tolist() == [1]
