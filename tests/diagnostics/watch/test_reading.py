"""A base in parts: ids as text, and clear words for what is none."""

import pandas as pd
import pytest

from segkit.diagnostics.watch import reading
from segkit.diagnostics.watch.reading import Base
from segkit.exceptions import SegkitError


def base_of(table, tool, id="customer_id"):
    return Base(table, id, tool.model_.codes)


@pytest.mark.parametrize("kind", ["int64", "Int32", "float64", "str", "category"])
def test_ids_are_text_whatever_they_are_kept_as(tool, days, kind):
    table = days["2026-11-01"].astype({"customer_id": kind if kind != "category" else "str"})
    if kind == "category":
        table["customer_id"] = table["customer_id"].astype("category")
    ((ids, fields),) = base_of(table, tool).parts()
    assert ids.to_pylist()[:2] == ["1000", "1001"]
    assert list(fields.columns) == list(tool.model_.codes.names)


def test_what_is_no_id_is_refused(tool, days):
    table = days["2026-11-01"]
    gap = table.astype({"customer_id": "Int64"})
    gap.loc[5, "customer_id"] = None
    with pytest.raises(SegkitError, match="`customer_id` of the base is missing in row 5"):
        list(base_of(gap, tool).parts())
    with pytest.raises(SegkitError, match="values that are no ids"):
        list(base_of(table.assign(customer_id=table["age"].fillna(1) + 0.5), tool).parts())
    with pytest.raises(SegkitError, match="the base lacks `number`"):
        list(base_of(table, tool, "number").parts())
    with pytest.raises(SegkitError, match="0 rows"):
        list(base_of(table.head(0), tool).parts())
    with pytest.raises(SegkitError, match="expected a pandas or polars frame"):
        list(base_of([1, 2], tool).parts())


@pytest.mark.parametrize("form", ["frame", "parquet", "csv"])
def test_a_sample_is_evenly_spaced(tool, days, monkeypatch, tmp_path, form):
    monkeypatch.setattr(reading, "SAMPLE", 100)
    table = days["2026-11-01"]
    given = table
    if form != "frame":
        given = tmp_path / f"base.{form}"
        table.to_parquet(given) if form == "parquet" else table.to_csv(given, index=False)
    sample = base_of(given, tool).sample()
    if form == "csv":  # whose rows are counted by reading only
        assert sample.num_rows == 400
        return
    sample = sample if form == "frame" else sample.to_pandas()
    assert len(sample) == 100
    pd.testing.assert_frame_equal(
        sample.reset_index(drop=True),
        table[list(tool.model_.codes.names)].iloc[::4].reset_index(drop=True),
    )
