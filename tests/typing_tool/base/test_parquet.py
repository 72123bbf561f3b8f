import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.base_files import is_path
from segkit.typing_tool.base.parquet import ParquetBase


@pytest.fixture
def folder(tmp_path):
    for part in range(3):
        table = pa.table({"id": np.arange(10) + 10 * part, "town": ["a", None] * 5})
        pq.write_table(table, tmp_path / f"part{part}.parquet", row_group_size=4)
    return tmp_path


def test_a_file_a_folder_and_a_list_are_paths(folder):
    assert is_path("a.parquet")
    assert is_path(folder)
    assert is_path([folder / "a", "b"])
    assert not is_path([])
    assert not is_path([1, 2])


def test_parts_come_in_order_with_their_rows(folder):
    base = ParquetBase.of(folder)
    assert (base.n_rows, base.names) == (30, ("id", "town"))
    for batch_rows in (3, 7, 1000):
        parts = list(base.parts(batch_rows))
        assert np.concatenate([p["id"].to_numpy() for _, p in parts]).tolist() == list(range(30))
        starts = [row for row, _ in parts]
        assert starts == np.cumsum([0, *(p.num_rows for _, p in parts)]).tolist()[:-1]
    assert next(base.frames(5, ["town"])).column_names == ["town"]


def test_a_list_keeps_its_order(folder):
    base = ParquetBase.of([folder / "part2.parquet", str(folder / "part0.parquet")])
    assert next(base.parts(5))[1]["id"].to_pylist()[0] == 20


def test_what_cannot_be_read_is_named(folder, tmp_path_factory):
    with pytest.raises(SegkitError, match=r"The base `.*none.parquet` is not a file"):
        ParquetBase.of(folder / "none.parquet")
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(SegkitError, match=r"The folder .* holds no .parquet file"):
        ParquetBase.of(empty)
    text = empty / "base.csv"
    text.write_text("a,b\n1,2\n")
    with pytest.raises(SegkitError, match=r"`base.csv` cannot be read as parquet"):
        ParquetBase.of(text)
    with pytest.raises(SegkitError, match=r"The base lacks `age`; it has `id`, `town`"):
        next(ParquetBase.of(folder).parts(5, ["age"]))


def test_files_of_other_columns_are_refused(folder):
    pq.write_table(pa.table({"id": ["x"], "town": ["a"]}), folder / "part9.parquet")
    with pytest.raises(SegkitError, match=r"`part9.parquet` has other columns or types than `part"):
        ParquetBase.of(folder)


def test_a_base_without_rows_is_refused(tmp_path):
    pq.write_table(pa.table({"id": pa.array([], pa.int64())}), tmp_path / "none.parquet")
    with pytest.raises(SegkitError, match=r"The base `none.parquet` has 0 rows"):
        ParquetBase.of(tmp_path / "none.parquet")


def test_a_damaged_part_is_named(folder):
    path = folder / "part1.parquet"
    data = bytearray(path.read_bytes())
    data[8:200] = bytes(192)
    path.write_bytes(data)
    with pytest.raises(SegkitError, match=r"The base `part1.parquet` is damaged, or no parquet"):
        list(ParquetBase.of(folder).parts(5))


def test_the_target_must_not_be_the_base(folder):
    base = ParquetBase.of(folder)
    with pytest.raises(SegkitError, match=r"out=`part1.parquet` is the base itself"):
        base.refuse_target(folder / "part1.parquet")
    base.refuse_target(folder / "new.parquet")


def test_pieces_are_stretches_of_row_groups(folder):
    base = ParquetBase.of(folder)
    whole = [(p.label, p.n_rows) for p in base.pieces()]
    assert whole == [(f"part{i}.parquet", 10) for i in range(3)]
    pieces = base.pieces(5)  # row groups of 4, 4 and 2 rows
    assert [p.n_rows for p in pieces] == [8, 2] * 3
    assert pieces[0].label == "part0.parquet, row groups 0-1"
    assert pieces[1].label == "part0.parquet, row group 2"
    ids = [v for p in pieces for t in base.batches(p, 3) for v in t["id"].to_pylist()]
    assert ids == list(range(30))


def test_the_target_must_not_be_the_folder_of_the_base(folder):
    with pytest.raises(SegkitError, match=r"is the folder of the base. Give another folder"):
        ParquetBase.of(folder).refuse_target(folder)


def test_repeating_texts_are_read_as_the_codes_they_are(tmp_path):
    n = 20_000
    table = pa.table(
        {
            "id": [f"c{i:07d}" for i in range(n)],
            "town": pa.array(["a", "b", None, "d"] * (n // 4), pa.large_string()),
            "day": pa.array(["mo", "tu"] * (n // 2)).dictionary_encode(),
            "late": ["yes"] * (n - 1) + ["no"],
        }
    )
    pq.write_table(table, tmp_path / "base.parquet", row_group_size=3000)
    base = ParquetBase.of(tmp_path / "base.parquet")
    assert base.types == {}
    coded = base.in_codes()
    assert coded.types == {"town": pa.large_string(), "late": pa.string()}
    for batch_rows in (1000, 7000):
        parts = [part for _, part in coded.parts(batch_rows)]
        assert {part.num_rows for part in parts[:-1]} == {batch_rows}  # across row groups
        assert pa.concat_tables(p.cast(table.schema) for p in parts).equals(table)
        for part in parts:
            # levels of several row groups are brought together
            dictionaries = [chunk.dictionary for chunk in part["late"].chunks]
            assert all(d.equals(dictionaries[0]) for d in dictionaries)


def test_texts_that_repeat_in_one_file_only_are_read_as_texts(tmp_path):
    n = 20_000
    for name, texts in (("a", ["x"] * n), ("b", [f"{i:09d}" for i in range(n)])):
        pq.write_table(pa.table({"note": texts}), tmp_path / f"{name}.parquet")
    assert ParquetBase.of(tmp_path).in_codes().types == {}
    assert ParquetBase.of(tmp_path / "a.parquet").in_codes().types == {"note": pa.string()}
