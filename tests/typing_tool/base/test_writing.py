import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from segkit.exceptions import SegkitError
from segkit.typing_tool.base.writing import check_target, table_writer

TABLE = pa.table(
    {
        "id": ["007", None],
        "town": pa.array(["a", "b, or c"]).dictionary_encode(),
        "p": [0.1, 1 / 3],
    }
)


def read_arrow(path):
    return pa.ipc.open_file(path).read_all()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("out.parquet", pq.read_table),
        ("out.arrow", read_arrow),
        ("out.feather", read_arrow),
        ("out.csv", csv.read_csv),
    ],
)
def test_a_file_appears_when_all_went_well(tmp_path, name, read):
    target = tmp_path / name
    with table_writer(target) as write:
        for _ in range(2):
            write(TABLE)
            assert not target.exists()
    back = read(target)
    assert back["p"].to_pylist() == [0.1, 1 / 3] * 2
    assert back["town"].to_pylist() == ["a", "b, or c"] * 2
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_nothing_is_left_of_a_failure(tmp_path):
    def fail():
        with table_writer(tmp_path / "out.parquet") as write:
            write(TABLE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OSError("No space left on device"), pa.ArrowInvalid("odd")])
def test_what_cannot_be_written_is_a_clear_error(tmp_path, error):
    with (
        pytest.raises(SegkitError, match=r"`out.parquet` could not be written: (No space|odd)"),
        table_writer(tmp_path / "out.parquet"),
    ):
        raise error


def test_a_column_that_csv_cannot_hold_is_a_clear_error(tmp_path):
    with (
        pytest.raises(SegkitError, match=r"`out.csv` could not be written: "),
        table_writer(tmp_path / "out.csv") as write,
    ):
        write(pa.table({"list": [[1, 2]]}))
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_a_name_says_the_form(tmp_path):
    check_target(tmp_path / "out.FEATHER")
    with pytest.raises(SegkitError, match=r"`out.xlsx` was given .* ends in .parquet, .csv"):
        check_target(tmp_path / "out.xlsx")
    with pytest.raises(SegkitError, match=r"expected a name that ends in .parquet or .csv\."):
        check_target(tmp_path / "out.arrow", frame=True)


def test_the_same_tables_give_the_same_bytes(tmp_path):
    rng = np.random.default_rng(0)
    table = pa.table({"p": rng.random(5000), "s": rng.integers(0, 4, 5000)})
    for name in ("a.parquet", "b.parquet"):
        with table_writer(tmp_path / name) as write:
            write(table)
            write(table)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_dictionary_is_made_of_what_repeats_itself(tmp_path):
    n = 10_000
    table = pa.table(
        {
            "id": np.arange(n),
            "town": ["a", "b"] * (n // 2),
            "p": np.random.default_rng(0).random(n),
            "paid": np.arange(n) * 10.0,
            "s": [1] * n,
            "tenure": [0.5, 1.5] * (n // 2),
            "nothing": pa.nulls(n, pa.float64()),
            "name": [f"somebody of number {i}" for i in range(n)],
            "key": np.random.default_rng(1).integers(-(2**62), 2**62, n),
        }
    )
    with table_writer(tmp_path / "out.parquet") as write:
        write(table)
    assert pq.read_table(tmp_path / "out.parquet").equals(table)
    group = pq.read_metadata(tmp_path / "out.parquet").row_group(0)
    found = {c.path_in_schema: c for c in map(group.column, range(9))}
    coded = {name for name, c in found.items() if c.has_dictionary_page}
    assert coded == {"town", "s", "tenure", "nothing"}
    # what is as good as random does not shrink; ids and texts are worth a stronger compression
    assert [n for n, c in found.items() if c.compression == "UNCOMPRESSED"] == ["p", "key"]
    assert [n for n, c in found.items() if c.compression == "ZSTD"] == ["id", "name"]
    assert found["id"].total_compressed_size < 0.3 * found["id"].total_uncompressed_size


def test_ids_that_cannot_be_counted_are_written_too(tmp_path):
    ids = [number.to_bytes(16, "big") for number in range(5000)]
    table = pa.table({"id": pa.array(ids, pa.binary(16))})
    if hasattr(pa, "uuid"):
        table = pa.table({"id": pa.array(ids, pa.uuid())})
    with table_writer(tmp_path / "out.parquet") as write:
        write(table)
    assert pq.read_table(tmp_path / "out.parquet").equals(table)
    column = pq.read_metadata(tmp_path / "out.parquet").row_group(0).column(0)
    assert (column.compression, column.has_dictionary_page) == ("ZSTD", False)


def test_lists_structs_and_maps_are_compressed_in_all_their_parts(tmp_path):
    n = 20_000
    pairs = pa.map_(pa.string(), pa.float64())
    table = pa.table(
        {
            "bought": [[1, 2]] * n,
            "tags": pa.array([["a", "b"]] * n, pa.list_(pa.string(), 2)),
            "home": [{"town": f"town {i}", "lines": [{"n": i}]} for i in range(n)],
            "spent": pa.array([[("food", 1.5), ("rent", float(i))] for i in range(n)], pairs),
            "home.age": np.arange(n),
            "town": ["a", "b"] * (n // 2),
        }
    )
    with table_writer(tmp_path / "out.parquet") as write:
        write(table)
    assert pq.read_table(tmp_path / "out.parquet").equals(table)
    found = {
        c["path_in_schema"]: (c["compression"], c["is_stats_set"])
        for c in pq.read_metadata(tmp_path / "out.parquet").row_group(0).to_dict()["columns"]
    }
    parts = ("bought.list.element", "tags.list.element", "home.town", "home.lines.list.element.n")
    parts += ("spent.key_value.key", "spent.key_value.value", "home.age")
    assert found == dict.fromkeys(parts, ("ZSTD", True)) | {"town": ("SNAPPY", True)}
    strong = pa.BufferOutputStream()
    pq.write_table(table, strong, compression="zstd")
    assert (tmp_path / "out.parquet").stat().st_size < 1.1 * strong.tell()


def test_what_is_in_codes_has_no_statistics(tmp_path):
    table = pa.table({"id": [1, 2], "town": ["b", "a"], "day": ["mo", "tu"]})
    coded = table.set_column(2, "day", table["day"].dictionary_encode())
    with table_writer(tmp_path / "out.parquet") as write:
        write(coded)
    group = pq.read_metadata(tmp_path / "out.parquet").row_group(0)
    known = [group.column(i).statistics for i in range(3)]
    assert [s is not None and (s.min, s.max) for s in known] == [(1, 2), ("a", "b"), False]


@pytest.mark.parametrize("name", ["out.parquet", "out.arrow", "out.csv"])
def test_what_is_in_codes_for_speed_only_has_its_type_in_the_file(tmp_path, name):
    texts = pa.table({"id": [1, 2, 3], "town": pa.array(["a", None, "b"], pa.large_string())})
    texts = texts.replace_schema_metadata({"who": "us"})
    coded = texts.set_column(1, "town", texts["town"].cast("string").dictionary_encode())
    for table, types in ((texts, None), (coded, {"town": pa.large_string()})):
        with table_writer(tmp_path / name, types) as write:
            write(table)
            write(table.slice(1))
        if name.endswith(".csv"):
            found = csv.read_csv(tmp_path / name)
            assert found["town"].to_pylist() == ["a", "", "b", "", "b"]
            continue
        found = (
            read_arrow(tmp_path / name) if name == "out.arrow" else pq.read_table(tmp_path / name)
        )
        assert found.schema.equals(texts.schema, check_metadata=True)
        assert found.equals(pa.concat_tables([texts, texts.slice(1)]))
