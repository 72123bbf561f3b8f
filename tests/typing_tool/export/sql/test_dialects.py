import pytest

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")

from segkit.typing_tool.export.sql.dialects import DIALECTS, dialect_named  # noqa: E402

# PostgreSQL is run for real
NAMES = sorted({d.writer for d in DIALECTS.values()} - {"postgres"})


@pytest.mark.parametrize("name", NAMES)
def test_a_quotient_is_rounded_down_and_exact_in_every_database(name):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    dialect = DIALECTS[name]
    pairs = [(7, 2), (5_500_000_000_000_000, 3), (2**52 - 1, 2**52), (2**61 + 5 * 2**20, 2**20)]
    for a, b in pairs:
        column, by = sqlglot.exp.column("a"), sqlglot.exp.Literal.number(b)
        text = dialect.query(sqlglot.exp.select(dialect.quotient(column, by)).from_("t"))
        there = sqlglot.parse_one(text, dialect=name).sql("duckdb")
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE t AS SELECT {a}::BIGINT AS a")
            assert connection.execute(there).fetchall() == [(a // b,)]


def test_snowflake_has_nothing_to_round():
    column, by = sqlglot.exp.column("a"), sqlglot.exp.column("b")
    text = DIALECTS["snowflake"].quotient(column, by).sql("snowflake")
    assert text == "CAST(((a) - (a) % (b)) / (b) AS BIGINT)"


def test_postgresql_goes_by_both_of_its_names():
    assert dialect_named("postgresql").writer == dialect_named("postgres").writer == "postgres"
