import pyarrow as pa
import pytest

from segkit.diagnostics import count_table, learn_bins
from segkit.exceptions import SegkitError

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
BINS = learn_bins(pa.table({"x": [float(i) for i in range(20)], "plan": ["a", "b"] * 10}))


@pytest.fixture
def connection():
    with duckdb.connect() as open_one:
        yield open_one


def test_a_query_is_counted_where_it_lies(connection, same):
    connection.execute("CREATE TABLE base AS SELECT i % 25 AS x, 'a' AS plan FROM range(500) t(i)")
    found = count_table(connection.sql("SELECT * FROM base WHERE x < 20"), BINS)
    table = pa.table({"x": [i % 25 for i in range(500) if i % 25 < 20], "plan": ["a"] * 400})
    same(found, count_table(table, BINS))
    assert connection.sql("SHOW TABLES").fetchall() == [("base",)]


@pytest.mark.parametrize(
    ("words", "kind", "cells"),
    [
        ("'b'::ENUM('z', 'b', 'a')", "plan", [0, 1, 0, 0]),
        ("'c'::ENUM('c')", "plan", [0, 0, 0, 1]),
        ("1::HUGEINT", "x", [1, 0]),
        ("0.5::DECIMAL(38, 10)", "x", [1, 0]),
        ("NULL", "x", [0, 1]),
        ("'NaN'::FLOAT", "x", [0, 1]),
    ],
)
def test_types_of_duckdb_alone(connection, words, kind, cells):
    bins = learn_bins(pa.table({"x": [1.0, 0.5, 7.0] * 5, "plan": ["a", "b"] * 7 + [None]}), [kind])
    found = count_table(connection.sql(f"SELECT {words} AS {kind}"), bins).fields[kind].cells[0]
    expected = cells if kind == "plan" else [found[:-2].sum(), found[-2]]
    assert expected == cells
    assert found.sum() == 1


def test_no_rows_are_no_counts(connection):
    none = connection.sql("SELECT 1.0 AS x, 'a' AS plan, 1 AS tag WHERE false")
    counts = count_table(none, BINS, "tag")
    assert counts.groups == ("untagged",)
    assert counts.n_rows == 0


def test_dates_and_structures_are_no_fields(connection):
    for words, kind in (("DATE '2026-01-01'", "date"), ("{'a': 1}", "other"), ("[1]", "other")):
        with pytest.raises(SegkitError, match=f"`x` in the table holds {kind} values"):
            count_table(connection.sql(f"SELECT {words} AS x, 'a' AS plan"), BINS)
