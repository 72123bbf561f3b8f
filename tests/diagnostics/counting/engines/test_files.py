import pyarrow.parquet as pq
import pytest

from segkit.diagnostics import count_table
from segkit.diagnostics.counting.engines import files
from segkit.exceptions import SegkitError


def test_parquet_is_counted_without_polars_too(big, same, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    path = tmp_path / "base.parquet"
    pq.write_table(big.table, path, row_group_size=20_000)
    same(count_table(path, big.bins, "tag"), big.counts["tag", None])


def test_a_csv_file_does_not_say_what_it_holds(big, tmp_path):
    (tmp_path / "base.csv").write_text("amount\n1\n", encoding="utf-8")
    with pytest.raises(SegkitError, match=r"`base.csv` is a .csv file.*expected parquet or Arrow"):
        count_table(tmp_path / "base.csv", big.bins)


def test_a_damaged_file_is_named(big, tmp_path):
    (tmp_path / "base.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(SegkitError, match=r"`base.parquet` cannot be read as parquet"):
        count_table(tmp_path / "base.parquet", big.bins)
