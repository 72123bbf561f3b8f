import dataclasses
import sys

import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import MissingExtraError, NotFittedError, SegkitError
from segkit.typing_tool import TypingTool
from segkit.typing_tool.export.fitted_tool import FittedTool

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")

OTHERS = ["bigquery", "snowflake"]
"""Databases that no test runs: their statements are read back and run in DuckDB."""


def in_duckdb(statement, dialect):
    """The statement of another database in the words of DuckDB, as its parser reads it."""
    found = sqlglot.parse(statement, dialect=dialect)
    assert [type(s).__name__ for s in found] == ["Select"]
    tables = {t.name for t in found[0].find_all(sqlglot.exp.Table)}
    assert {t for t in tables if not t.startswith("typing_")} == {"base"}
    return found[0].sql("duckdb")


def test_duckdb_types_everybody_as_the_tool_does(case, duck, same):
    same(duck(case.tool.to_sql(), case.rows), case.rows, case.expected)


def test_postgres_types_everybody_as_the_tool_does(case, postgres, same):
    same(postgres(case.tool.to_sql("postgres"), case.rows), case.rows, case.expected)


@pytest.mark.parametrize(
    "name",
    ["small forest", "shy scorecard"]
    + [
        pytest.param(n, marks=pytest.mark.slow)
        for n in ("forest", "shy forest", "scorecard", "two segments")
    ],
)
def test_spark_types_everybody_as_the_tool_does(name, cases, on_spark, same):
    case = cases[name]
    same(on_spark(case.tool.to_sql("spark"), case.rows), case.rows, case.expected)


def test_spark_is_told_of_the_same_distilled_tree_and_cells(cases, people, on_spark, duck, same):
    case = cases["forest"]
    there = on_spark(case.tool.to_sql("spark", exact=False), case.rows)
    own = duck(case.tool.to_sql(exact=False), case.rows)
    assert there["segment"].tolist() == own["segment"].tolist()
    made = people(400)
    fields = pd.DataFrame(made.columns)[["region", "plan", "online"]]
    tool = TypingTool(n_trees=30, n_folds=2).fit(fields, made.segments)
    statement = tool.to_sql("spark")
    assert "_table" in statement
    tagged = tool.tag(fields)
    expected = tagged[[c for c in tagged.columns if c not in fields.columns]]
    same(on_spark(statement, fields), fields, expected)


@pytest.mark.parametrize("dialect", OTHERS)
@pytest.mark.parametrize("name", ["two segments", "shy scorecard"])
def test_other_databases_are_told_the_same(cases, name, dialect, duck, same):
    case = cases[name]
    statement = case.tool.to_sql(dialect)
    assert ("_trees5" in statement) == (name == "two segments")
    same(duck(in_duckdb(statement, dialect), case.rows), case.rows, case.expected)


@pytest.mark.real_data
@pytest.mark.parametrize("model", ["forest", "scorecard"])
def test_all_fields_of_real_surveys_are_typed_alike(
    model, real_people, edge_rows, duck, postgres, same
):
    fields, segments = real_people
    tool = TypingTool(model=model, n_trees=30, abstain_below=0.5, n_folds=2).fit(fields, segments)
    rows = edge_rows(tool, fields, 2000, 0)
    tagged = tool.tag(rows)
    expected = tagged[[c for c in tagged.columns if c not in rows.columns]]
    same(duck(tool.to_sql(), rows), rows, expected)
    same(postgres(tool.to_sql("postgresql"), rows), rows, expected)


def test_a_table_may_have_the_name_of_a_step_and_hold_names_of_columns_of_steps(cases, duck, same):
    case = cases["scorecard"]
    rows = case.rows.assign(c0=1, v0=2, o0=3, typing_tags=4)
    statement = case.tool.to_sql(table="typing_cells")
    same(duck(statement, rows, table="typing_cells"), rows, case.expected)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", *OTHERS])
def test_any_name_and_level_comes_back_as_it_was(dialect, duck, same, request):
    odd = ["a'b", 'a"b', "a\\", "a\\'; DROP TABLE base; --", "a`b", "/* a */", "a\nb\tc", "漢$1%s"]
    rng = np.random.default_rng(0)
    values = np.array(odd, dtype=object)[rng.integers(0, len(odd), 400)]
    fields = pd.DataFrame({name: values[rng.permutation(400)] for name in ["\\", *odd[2:]]})
    labels = np.array([odd.index(v) % 2 for v in fields["a\\"]])
    tool = TypingTool(model="scorecard", n_folds=2).fit(fields, np.array(odd, dtype=object)[labels])
    tagged = tool.tag(fields)
    expected = tagged[[c for c in tagged.columns if c not in fields.columns]]
    statement = tool.to_sql(dialect)
    if dialect == "spark":
        run = request.getfixturevalue("on_spark")
    else:
        run, statement = duck, in_duckdb(statement, dialect) if dialect != "duckdb" else statement
    same(run(statement, fields), fields, expected)


def test_letters_of_another_case_are_other_levels(duck, postgres):
    fields = pd.DataFrame({"plan": ["a", "b", None, "a", None, "b"] * 40})
    tool = TypingTool(model="scorecard", abstain_below=0.9, n_folds=2)
    tool.fit(fields, np.random.default_rng(0).integers(0, 2, 240))
    rows = pd.DataFrame({"plan": ["A", "a ", "", None, "unknown"]})
    expected = tool.tag(rows)["reason"].tolist()
    assert expected[2:4] == ["too many gaps"] * 2
    assert {*expected[:2], expected[4]} == {"unseen level"}
    for found in (duck(tool.to_sql(), rows), postgres(tool.to_sql("postgres"), rows)):
        assert found["reason"].tolist() == expected


def test_whole_numbers_and_decimals_are_read_as_doubles():
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    fields = pd.DataFrame({"x": np.arange(200) % 40 / 10})
    tool = TypingTool(n_trees=3, n_folds=2).fit(fields, (fields["x"] > 2).astype(int))
    for kind in ("INTEGER", "DECIMAL(6, 2)", "FLOAT"):
        with duckdb.connect() as connection:
            connection.execute(
                f"CREATE TABLE base AS SELECT CAST(x AS {kind}) AS x FROM range(5) AS t(x)"
            )
            found = [row[1] for row in sorted(connection.execute(tool.to_sql()).fetchall())]
        assert found == tool.predict(pd.DataFrame({"x": np.arange(5.0)})).tolist()


def test_an_empty_table_has_no_answers(cases, duck):
    case = cases["shy forest"]
    found = duck(case.tool.to_sql(), case.rows.iloc[:0])
    assert len(found) == 0
    assert list(found.columns[-2:]) == [case.expected.columns[-2], "reason"]


@pytest.mark.parametrize(
    "table",
    [
        "base; DROP TABLE base",
        "base WHERE 1 = 1",
        "(SELECT 1)",
        "base AS b",
        "f(1)",
        "a.b.c.d",
        "a.",
        "'a'",
        "",
        3,
    ],
)
def test_a_table_that_is_no_name_is_refused(cases, table):
    with pytest.raises(SegkitError, match="is not the name of a table"):
        cases["scorecard"].tool.to_sql(table=table)


def test_a_table_may_be_of_several_parts_and_quoted(cases):
    tool = cases["scorecard"].tool
    assert 'FROM sales."my; base" AS base_row' in tool.to_sql(table='sales."my; base"')
    assert "FROM `a-b`.c.d AS base_row" in tool.to_sql("bigquery", table="`a-b`.c.d")


def test_an_unknown_database_is_refused(cases):
    with pytest.raises(SegkitError, match=r"dialect='oracle' is not known.*'duckdb', 'postgres'"):
        cases["scorecard"].tool.to_sql("oracle")


def test_an_unfitted_tool_has_no_statement():
    with pytest.raises(NotFittedError):
        TypingTool().to_sql()


def test_without_sqlglot_the_remedy_is_named(cases, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(MissingExtraError, match=r'pip install "segkit\[sql\]"'):
        cases["scorecard"].tool.to_sql()


def test_a_plugged_in_classifier_is_refused(cases):
    from segkit.typing_tool.export.sql.statement import sql_exact

    class Plugged:
        def summary(self):
            return "nearest neighbour"

    tool = cases["forest"].tool
    other = dataclasses.replace(tool.model_, voter=Plugged())
    with pytest.raises(SegkitError, match="nearest neighbour: it cannot be written down as SQL"):
        sql_exact(FittedTool(other, tool.classes_.tolist(), 0), "duckdb", "base")


def test_the_statement_is_written_whole(cases, tmp_path):
    tool = cases["scorecard"].tool
    text = tool.to_sql(path=tmp_path / "tool.sql")
    assert (tmp_path / "tool.sql").read_text(encoding="utf-8") == text
    with pytest.raises(SegkitError, match="nowhere"):
        tool.to_sql(path=tmp_path / "nowhere" / "tool.sql")


def test_a_forest_beyond_a_database_is_refused_with_the_ways_out(cases, monkeypatch):
    from segkit.typing_tool.export.sql import dialects

    tool = cases["forest"].tool
    few = dataclasses.replace(dialects.DIALECTS["bigquery"], most_trees=5)
    short = dataclasses.replace(dialects.DIALECTS["snowflake"], most_bytes=10_000)
    monkeypatch.setitem(dialects.DIALECTS, "bigquery", few)
    monkeypatch.setitem(dialects.DIALECTS, "snowflake", short)
    with pytest.raises(SegkitError, match=r"has 12 trees; bigquery takes .* 5 trees.*exact=False"):
        tool.to_sql("bigquery")
    with pytest.raises(SegkitError, match=r"bytes long; snowflake takes 10,000 bytes.*cells"):
        tool.to_sql("snowflake")


def test_a_distilled_tree_is_written_with_its_agreement(cases, duck, postgres):
    from segkit.typing_tool.export.distilled import distil

    case = cases["shy forest"]
    tool, book = case.tool, case.tool.model_.codes
    tree = distil(tool.model_, tool.cut_)
    codes = book.encode(case.rows)
    decision = tree.decide(codes, tool.cut_)
    expected = np.where(decision.kept, tool.classes_[decision.first], None).tolist()
    for run, dialect in ((duck, "duckdb"), (postgres, "postgres")):
        statement = tool.to_sql(dialect, exact=False)
        assert tree.summary() in statement.splitlines()[1]
        found = run(statement, case.rows)
        assert found["segment"].tolist() == expected
        shares = found[[f"probability_{c}" for c in tool.classes_]].to_numpy(float)
        np.testing.assert_allclose(shares, decision.probabilities, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dialect", OTHERS)
def test_other_databases_are_told_of_the_same_distilled_tree(cases, dialect, duck):
    case = cases["forest"]
    there = in_duckdb(case.tool.to_sql(dialect, exact=False), dialect)
    found, own = duck(there, case.rows), duck(case.tool.to_sql(exact=False), case.rows)
    assert found["segment"].tolist() == own["segment"].tolist()


def test_a_base_to_distil_for_is_named_in_the_statement(cases):
    case = cases["forest"]
    text = case.tool.to_sql(exact=False, base=case.rows)
    assert "measured on 500 customers" in text
    with pytest.raises(SegkitError, match="has 100 rows; expected at least 200"):
        case.tool.to_sql(exact=False, base=case.rows.iloc[:100])
    with pytest.raises(SegkitError, match="A base was given, but the statement is exact"):
        case.tool.to_sql(base=case.rows)


def test_a_scorecard_is_exact_whether_asked_for_or_not(cases):
    tool = cases["scorecard"].tool
    assert tool.to_sql(exact=False) == tool.to_sql()
