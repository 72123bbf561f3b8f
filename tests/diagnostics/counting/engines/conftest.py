"""A table as every engine knows it, and counts compared to the unit."""

import os
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.diagnostics import count_table


def to_pandas(table, folder):
    pytest.importorskip("pandas")
    return table.to_pandas(date_as_object=False)


def to_polars(table, folder):
    return pytest.importorskip("polars").from_arrow(table)


def to_lazy(table, folder):
    return to_polars(table, folder).lazy()


def to_file(table, folder):
    path = folder / "table.parquet"
    pq.write_table(table, path, row_group_size=max(1, table.num_rows // 3))
    return path


def to_folder(table, folder):
    inside = folder / "parts"
    inside.mkdir(exist_ok=True)
    half = (table.num_rows + 1) // 2
    for i, part in enumerate((table[:half], table[half:])):
        pq.write_table(part, inside / f"{i}.parquet")
    return inside


def to_arrow_file(table, folder):
    path = folder / "table.arrow"
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=7000)
    return path


def to_reader(table, folder):
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1000))


def to_duckdb(table, folder):
    duckdb = pytest.importorskip("duckdb")
    return duckdb.from_arrow(table)


def to_dask(table, folder):
    dask = pytest.importorskip("dask.dataframe")
    import pandas as pd

    # of pandas' own columns Dask turns decimals, and yes/no with gaps, into text
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return dask.from_pandas(frame, npartitions=3, sort=False)


ENGINES = {
    "pandas": to_pandas,
    "polars": to_polars,
    "lazy": to_lazy,
    "file": to_file,
    "folder": to_folder,
    "arrow": lambda table, folder: table,
    "arrow file": to_arrow_file,
    "reader": to_reader,
    "duckdb": to_duckdb,
    "dask": to_dask,
}


@pytest.fixture(scope="session", params=ENGINES)
def engine(request, tmp_path_factory):
    """Turn an Arrow table into what each engine knows."""
    make = ENGINES[request.param]

    def convert(table):
        return make(table, tmp_path_factory.mktemp("engine"))

    return SimpleNamespace(name=request.param, convert=convert)


@pytest.fixture(scope="session")
def spark():
    """A local Spark of one core; skips where there is no pyspark or no Java."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java: openjdk-17-jre-headless is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = (
            sql.SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.memory", "1g")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()
        )
        yield session
        session.stop()


@pytest.fixture(scope="session")
def same():
    """Compare counts: exactly, or the sums up to rounding."""

    def compare(found, expected, *, rtol=0.0):
        assert found.bins == expected.bins
        assert found.groups == expected.groups
        assert found.n_rows == expected.n_rows
        assert list(found.fields) == list(expected.fields)
        for name, a in found.fields.items():
            b = expected.fields[name]
            np.testing.assert_allclose(a.cells, b.cells, rtol=rtol, atol=0, err_msg=name)
            np.testing.assert_allclose(a.squares, b.squares, rtol=rtol, atol=0)
            assert list(a.unseen) == list(b.unseen), name
            assert dict(a.holders) == dict(b.holders)
            for value, sums in a.unseen.items():
                np.testing.assert_allclose(sums, b.unseen[value], rtol=rtol, atol=0)

    return compare


@pytest.fixture(scope="session")
def big():
    """Draw 50,000 rows with everything in them, and bins of other rows."""
    from segkit.diagnostics import learn_bins

    reference, table = (draw(n, seed) for n, seed in ((2000, 0), (50_000, 1)))
    fields = [c for c in table.column_names if c not in ("tag", "w", "since")]
    bins = learn_bins(reference, fields)
    counted = {
        (tag, w): count_table(table, bins, tag, w) for tag in (None, "tag") for w in (None, "w")
    }
    return SimpleNamespace(table=table, bins=bins, counts=counted)


def draw(n, seed):
    """Draw rows of every kind of column, with gaps; later rows hold what earlier ones do not."""
    rng = np.random.default_rng(seed)
    later = seed > 0

    def gaps(values, kind=None):
        return pa.array(values, kind, mask=rng.random(n) < 0.05)

    def texts(values, p=None):
        return rng.choice(np.array(values, dtype=object), n, p=p)

    money = np.round(rng.lognormal(3, 1, n), 2)
    odd = np.where(rng.random(n) < 0.03, np.nan, rng.normal(size=n))
    cities = ["Ulm", "O'Fallon", 'a "b"', "back\\slash", "ö ü", "", "{x} %s"]
    return pa.table(
        {
            "amount": gaps(money),
            "single": gaps(rng.normal(size=n).astype("f4")),
            "odd": pa.array(odd),
            "count": gaps(rng.poisson(30, n)),
            "small": gaps(rng.integers(-100, 100, n).astype("i1")),
            "price": gaps(money, pa.float64()).cast(pa.decimal128(12, 2)),
            "rating": gaps(rng.integers(1, 6 + later, n)),
            "level": gaps(rng.choice([0.5, 1.5, 2.5, 9.25][: 3 + later], n)),
            "empty": pa.nulls(n, pa.float64()),
            "autopay": gaps(rng.random(n) < 0.3),
            "only": gaps(np.ones(n, bool) if not later else rng.random(n) < 0.5),
            "city": gaps(texts(cities)),
            "plan": gaps(texts(["a", "b", "new"][: 2 + later])),
            "shop": gaps(texts([f"shop {i}" for i in range(80)])),
            "sort": gaps(texts(["x", "y"])).dictionary_encode(),
            "since": gaps(rng.integers(0, 900, n), pa.int64()).cast(pa.int32()).cast(pa.date32()),
            "tag": gaps(texts(["Planners", "Drifters", "Avoiders"])),
            "w": pa.array(np.round(rng.gamma(2, 1, n), 3)),
        }
    )
