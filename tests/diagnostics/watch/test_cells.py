"""Bins of customers: packed, unpacked, counted as the tables are."""

import numpy as np
import pandas as pd
import pyarrow as pa

from segkit.diagnostics.counting.fields import read_field
from segkit.diagnostics.counting.learning import learn_bins
from segkit.diagnostics.counting.tables import count_table
from segkit.diagnostics.watch.cells import cells_of, count_cells, pack, unpack


def table(n=500, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
            "plan": rng.choice(["a", "b", "c"], n),
            "visits": rng.integers(0, 5, n),
        }
    )


def test_counts_of_cells_are_those_of_the_table():
    bins, now = learn_bins(table()), table(seed=1)
    now.loc[:9, "plan"] = "new"
    groups = np.random.default_rng(2).integers(0, 3, len(now))
    cells = cells_of([read_field(now, n, what="the base") for n in bins.names], bins)
    counted = count_cells(cells, groups, bins, 3)
    labels = np.array(["x", "y", None], dtype=object)[groups]
    expected = count_table(now, bins, segments=labels)
    for name, counts in expected.fields.items():
        assert np.array_equal(counted[name], counts.cells)
        assert counted[name].dtype == np.int64


def test_parts_add_up_and_subtract():
    bins, now = learn_bins(table()), table(seed=1)
    cells = cells_of([read_field(now, n, what="the base") for n in bins.names], bins)
    groups = np.zeros(len(now), dtype=int)
    whole, part, rest = (
        count_cells(cells[rows], groups[rows], bins, 1)
        for rows in (slice(None), slice(200), slice(200, None))
    )
    for name in whole:
        assert np.array_equal(whole[name] - part[name], rest[name])


def test_what_is_packed_is_unpacked():
    rows = np.random.default_rng(0).integers(0, 65_536, (100, 7)).astype(np.uint16)
    assert np.array_equal(unpack(pack(rows), 7), rows)
    assert unpack(pack(rows[:0]), 7).shape == (0, 7)
    assert np.array_equal(unpack(pack(rows)[20:50], 7), rows[20:50])
    values = pa.array(pack(rows).to_pylist(), pa.binary())
    assert np.array_equal(
        unpack(pa.concat_arrays([values[90:], values[:5]]), 7)[9:11], rows[[99, 0]]
    )
    assert len(pack(rows)[0].as_py()) == 14
