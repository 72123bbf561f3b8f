import gc

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.frames.relation import tag_relation

duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")


@pytest.fixture
def connection():
    with duckdb.connect() as made:
        yield made


@pytest.fixture
def relation(connection, people):
    columns = people(1000, seed=12).columns
    base = pa.table({"id": range(1000), **{n: pa.array(v) for n, v in columns.items()}})
    connection.register("customers", base)
    return connection.sql("SELECT * FROM customers")


def arrow(relation):
    read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    return read(10_000).read_all()


def test_the_same_tags_as_everywhere(connection, big):
    connection.register("customers", big.base)
    tagged = big.tool.tag(connection.sql("SELECT * FROM customers"))
    assert isinstance(tagged, duckdb.DuckDBPyRelation)
    assert big.tags_of(arrow(tagged)) == big.tags


def test_the_same_votes_as_everywhere(connection, big):
    connection.register("customers", big.base)
    relation = connection.sql("SELECT * FROM customers")
    found = arrow(tag_relation(big.voting.tagger, relation, 20_000))
    np.testing.assert_array_equal(big.votes_of(found), big.votes)


def test_a_relation_goes_on_as_one(relation, connection, shy_tool):
    tagged = shy_tool.tag(relation)
    gc.collect()  # it holds on to its table
    for _ in range(2):
        assert tagged.aggregate("count(*)").fetchall() == [(1000,)]
    assert tagged.columns == [*relation.columns, *shy_tool._tagger().names]
    kinds = dict(zip(tagged.columns, map(str, tagged.types), strict=True))
    assert (kinds["segment"], kinds["probability"], kinds["reason"]) == (
        "BIGINT",
        "DOUBLE",
        "VARCHAR",
    )
    joined = connection.sql("SELECT count(*) FROM tagged JOIN customers USING (id)")
    assert joined.fetchall() == [(1000,)]
    untagged = tagged.filter("segment IS NULL AND reason IS NOT NULL")
    assert untagged.aggregate("count(*)").fetchall()[0][0] > 50


def test_a_relation_is_streamed_to_a_file(relation, shy_tool, tmp_path):
    report = shy_tool.tag(relation, tmp_path / "out.parquet", id="id", batch_rows=300)
    assert report.n_rows == 1000
    tagged = pq.read_table(tmp_path / "out.parquet").sort_by("id")
    expected = arrow(shy_tool.tag(relation)).sort_by("id")
    assert tagged["segment"].to_pylist() == expected["segment"].to_pylist()


@pytest.mark.filterwarnings("ignore:Counted and corrected sizes")
def test_sizes_of_segments_in_a_relation(relation, shy_tool):
    mix = shy_tool.segment_mix(relation)
    assert mix.n_customers == 1000


def test_what_is_wrong_is_named(relation, connection, shy_tool, tmp_path):
    with pytest.raises(SegkitError, match=r"`out` is a folder; only a base in files is tagged in"):
        shy_tool.tag(relation, tmp_path / "out")
    with pytest.raises(SegkitError, match=r"the base lacks `plan`|`plan` is not a column"):
        shy_tool.tag(relation.project("* EXCLUDE (plan)"))
    with pytest.raises(SegkitError, match=r"The base has `segment` already"):
        shy_tool.tag(relation.project("*, 1 AS segment"))
    with pytest.raises(SegkitError, match="has 0 rows"):
        shy_tool.tag(relation.filter("id < 0"))
    with pytest.raises(SegkitError, match="has 0 rows"):
        shy_tool.tag(relation.filter("id < 0"), tmp_path / "out.parquet")
    with pytest.raises(SegkitError, match=r"`region` of the base (holds|is missing)"):
        shy_tool.tag(relation, tmp_path / "out.parquet", id="region")
    assert list(tmp_path.iterdir()) == []
