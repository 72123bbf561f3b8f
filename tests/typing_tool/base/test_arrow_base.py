import pyarrow as pa
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.arrow_base import ArrowBase


def write(path, table, rows=4):
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table, rows)


@pytest.fixture
def folder(tmp_path):
    for part in range(2):
        table = pa.table({"id": range(10 * part, 10 * part + 10), "town": ["a", None] * 5})
        write(tmp_path / f"part{part}.arrow", table)
    return tmp_path


def test_parts_come_in_order_in_the_size_asked_for(folder):
    base = ArrowBase.of(folder)
    assert (base.names, base.n_rows) == (("id", "town"), None)
    parts = list(base.parts(3))
    assert [p.num_rows for _, p in parts] == [3, 3, 3, 1] * 2
    assert [row for row, _ in parts] == [0, 3, 6, 9, 10, 13, 16, 19]
    assert [v for _, p in parts for v in p["id"].to_pylist()] == list(range(20))
    assert next(base.frames(100, ["town"])).column_names == ["town"]


def test_what_cannot_be_read_is_named(folder):
    write(folder / "part9.arrow", pa.table({"id": ["x"], "town": ["a"]}))
    with pytest.raises(SegkitError, match=r"`part9.arrow` has other columns or types than `part0"):
        ArrowBase.of(folder)
    (folder / "part9.arrow").write_bytes(b"no arrow")
    with pytest.raises(SegkitError, match=r"The base `part9.arrow` is damaged, or no Arrow file"):
        ArrowBase.of(folder)


def test_tags_from_arrow_to_arrow(small_tool, people, tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(people(500, seed=4).columns)
    frame.write_ipc(tmp_path / "base.feather")
    report = small_tool.tag(tmp_path / "base.feather", tmp_path / "out.arrow", batch_rows=99)
    assert report.n_rows == 500
    tagged = polars.read_ipc(tmp_path / "out.arrow")
    assert tagged["segment"].to_list() == small_tool.tag(frame)["segment"].to_list()
