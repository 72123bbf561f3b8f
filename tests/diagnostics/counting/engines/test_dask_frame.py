import numpy as np
import pyarrow as pa
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.diagnostics.counting.engines.dask_frame import every_row
from segkit.exceptions import SegkitError

dask = pytest.importorskip("dask.dataframe", reason="dask is not installed")
pd = pytest.importorskip("pandas")


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"x": rng.normal(size=500), "plan": rng.choice(["a", "b"], 500), 2026: np.arange(500) % 7}
    )


def test_a_partition_without_rows_and_names_that_are_numbers(frame, same):
    bins = learn_bins(frame)
    assert bins.names == ("x", "plan", "2026")
    parts = dask.from_pandas(frame, npartitions=4)
    some = dask.concat([parts.partitions[0], parts.partitions[1].query("x > 99"), parts])
    whole = pd.concat([frame[:125], frame])
    same(count_table(some, bins, "2026"), count_table(whole, bins, "2026"))


def test_only_the_columns_that_are_counted_are_read(frame, same):
    def refuse(part):
        raise AssertionError("another column was read")

    bins = learn_bins(frame, ["plan"])
    wide = dask.from_pandas(frame, npartitions=2)
    wide["other"] = wide["x"].map_partitions(refuse, meta=("other", float))
    same(count_table(wide, bins), count_table(frame, bins))


def test_what_is_wrong_is_named_with_its_partition(frame):
    bins = learn_bins(frame, ["x"])
    parts = dask.from_pandas(frame.assign(x=frame["x"].where(frame.index != 300, np.inf)), 4)
    where = "In partition 2 of the table: `x` in the table holds infinity in row 50 "
    with pytest.raises(SegkitError, match=where):
        count_table(parts, bins)
    with pytest.raises(SegkitError, match="segments is a list, but the table is not in memory"):
        count_table(parts, bins, [1] * 500)


@pytest.mark.parametrize("n_parts", [1, 3, 7])
@pytest.mark.parametrize(("at_most", "step"), [(500, 1), (499, 2), (120, 5), (1, 500)])
def test_every_so_manieth_row_whatever_the_partitions(frame, n_parts, at_most, step):
    found, found_step = every_row(dask.from_pandas(frame, npartitions=n_parts), at_most)
    assert found_step == step
    assert found["x"].tolist() == frame["x"][::step].tolist()


def test_bins_are_those_of_the_frame(frame):
    assert learn_bins(dask.from_pandas(frame, npartitions=3)) == learn_bins(frame)
    table = pa.Table.from_pandas(frame[["x", "plan"]])
    parts = dask.from_pandas(frame, npartitions=3)
    assert learn_bins(parts, ["x", "plan"]) == learn_bins(table)
