import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.arrow_base import ArrowBase
from segkit.typing_tool.base.opening import open_base
from segkit.typing_tool.base.parquet import ParquetBase
from segkit.typing_tool.base.text_base import TextBase

TABLE = pa.table({"a": [1, 2]})


def test_the_end_of_a_name_tells_the_form(tmp_path):
    pq.write_table(TABLE, tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pa.ipc.new_file(str(tmp_path / "a.FEATHER"), TABLE.schema) as writer:
        writer.write_table(TABLE)
    assert isinstance(open_base(tmp_path / "a.parquet"), ParquetBase)
    assert isinstance(open_base(str(tmp_path / "a.csv")), TextBase)
    assert isinstance(open_base([tmp_path / "a.FEATHER"]), ArrowBase)
    # without an end of its own, as query engines name their files
    pq.write_table(TABLE, tmp_path / "data_0")
    assert isinstance(open_base(tmp_path / "data_0"), ParquetBase)
    with pytest.raises(SegkitError, match=r"files are of several forms \(.FEATHER, .csv, .parquet"):
        open_base(tmp_path)


def test_notes_and_half_written_files_of_a_folder_are_passed_over(tmp_path):
    pq.write_table(TABLE, tmp_path / "part-0.parquet")
    for name in ("_SUCCESS", "_segkit.json", ".part-1.parquet.x.part", ".hidden.csv", "readme.txt"):
        (tmp_path / name).write_text("no data")
    assert [p.name for p in open_base(tmp_path).paths] == ["part-0.parquet"]


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(SegkitError, match=r"holds no .parquet, .csv, .csv.gz, .arrow, .feather"):
        open_base(tmp_path)
