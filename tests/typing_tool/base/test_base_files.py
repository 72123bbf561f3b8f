from pathlib import Path

import pyarrow as pa
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import Piece, rebatched, row_check
from segkit.typing_tool.base.parquet import ParquetBase


@pytest.mark.parametrize("sizes", [[1] * 10, [10], [3, 0, 7], [4, 4, 2], []])
@pytest.mark.parametrize("rows", [1, 3, 5, 100])
def test_batches_are_of_the_size_asked_for(sizes, rows):
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    batches = [
        pa.record_batch({"a": pa.array(range(at, at + n), pa.int64())})
        for at, n in zip(starts, sizes, strict=True)
    ]
    tables = list(rebatched(batches, rows))
    assert [v for t in tables for v in t["a"].to_pylist()] == list(range(sum(sizes)))
    assert all(t.num_rows == rows for t in tables[:-1])
    assert all(0 < t.num_rows <= rows for t in tables)


def test_pieces_say_where_they_are():
    assert Piece(Path("x/a.csv")).label == "a.csv"
    assert Piece(Path("a.parquet"), (2, 3, 4)).label == "a.parquet, row groups 2-4"


def test_rows_that_were_announced_must_have_been_read():
    files = ParquetBase((Path("a.parquet"),), ("a",), 10)
    row_check(files, 10)
    with pytest.raises(SegkitError, match=r"announces 10 rows but 9 were read; nothing was wr"):
        row_check(files, 9)
    with pytest.raises(SegkitError, match=r"The base `a.parquet` has 0 rows"):
        row_check(ParquetBase((Path("a.parquet"),), ("a",)), 0)
