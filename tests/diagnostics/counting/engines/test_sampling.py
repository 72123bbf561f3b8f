import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.diagnostics.counting.engines import sampling
from segkit.exceptions import SegkitError

pl = pytest.importorskip("polars")
N = 20_000


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    plan = rng.choice(["a", "b"], N).astype(object)
    plan[1:12:2] = "rare but held by six"  # the sample, every second row, has none of these
    plan[13] = "Ann's own"
    rating = rng.integers(1, 5, N).astype(float)
    rating[15] = 9
    sure = np.ones(N, bool)
    sure[17] = False
    return pa.table(
        {
            "x": rng.normal(size=N),
            "plan": pa.array(plan, pa.string()),
            "rating": rating,
            "sure": sure,
            "id": [f"c{i}" for i in range(N)],
        }
    )


@pytest.fixture(params=["lazy", "file", "dask"])
def large(request, table, tmp_path, monkeypatch):
    monkeypatch.setattr(sampling, "SAMPLE_ROWS", N // 2)
    if request.param == "lazy":
        return pl.from_arrow(table).lazy()
    if request.param == "dask":
        dask = pytest.importorskip("dask.dataframe")
        return dask.from_pandas(table.to_pandas(), npartitions=7)
    pq.write_table(table, tmp_path / "base.parquet")
    return tmp_path / "base.parquet"


def test_levels_come_from_all_rows_and_edges_from_a_sample(table, large):
    found, every = learn_bins(large), learn_bins(table)
    assert found.left_out == every.left_out == ("`id` (an id)",)
    x, plan, rating, sure = found.fields
    np.testing.assert_allclose(x.edges, every.fields[0].edges, atol=0.05)
    assert x.edges == learn_bins(table.take(np.arange(0, N, 2))).fields[0].edges
    assert plan.values == ("a", "b", "rare but held by six")
    assert plan.pooled == 1
    assert rating.values == every.fields[2].values == (1, 2, 3, 4, 9)
    np.testing.assert_allclose(rating.centres, every.fields[2].centres, rtol=0.02)
    assert sure.values == ("False", "True")
    counts = count_table(large, found)
    assert sum(c.cells[0, -1] for c in counts.fields.values()) == 0


def test_a_table_that_fits_the_sample_is_learned_whole(table, large, monkeypatch):
    monkeypatch.setattr(sampling, "SAMPLE_ROWS", N)
    assert learn_bins(large, max_levels=1) == learn_bins(table, max_levels=1)


def test_names_that_counts_do_not_keep_are_pooled(monkeypatch):
    monkeypatch.setattr(sampling, "SAMPLE_ROWS", 500)
    texts = ["a"] * 1000
    texts[1:800:2] = [f"t{i}" for i in range(400)]
    bins = learn_bins(pl.LazyFrame({"text": texts}), ["text"]).fields[0]
    assert bins.values == ("a",)
    assert bins.pooled == 201


def test_other_engines_are_asked_for_a_sample():
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("SELECT 1 AS x")
    with pytest.raises(SegkitError, match=r"a DuckDBPyRelation; expected .*Fetch a sample"):
        learn_bins(relation)
