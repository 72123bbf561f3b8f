import pytest

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")

from segkit.typing_tool.export.sql.dialects import DIALECTS  # noqa: E402
from segkit.typing_tool.export.sql.steps import Steps, lookup  # noqa: E402


@pytest.mark.parametrize("name", ["duckdb", "postgres"])
def test_a_step_follows_on_the_last_and_is_pinned_where_it_would_be_pasted(name):
    steps = Steps(DIALECTS[name], "x_")
    steps.add("first", sqlglot.exp.select("1 AS a"), once=True)
    steps.follow("second", [sqlglot.exp.column("a")])
    text = steps.statement(sqlglot.exp.select("a").from_(steps.last))
    assert ("x_first AS MATERIALIZED (" in text) == (name == "postgres")
    assert "x_second AS (\nSELECT a FROM x_first\n)" in text
    assert text.endswith("SELECT a FROM x_second\n")


def test_a_long_table_is_written_in_parts(duck):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    rows = [(i, i % 7) for i in range(20_000)]
    text = lookup(["i", "v"], rows).sql("duckdb")
    assert text.count("VALUES") == 3
    with duckdb.connect() as connection:
        assert sorted(connection.execute(text).fetchall()) == rows
