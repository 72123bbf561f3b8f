"""The code of a field by a database, beside `FieldCode.code_of`."""

import math

import numpy as np
import pytest

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")

from segkit.typing_tool.coding.field_code import FieldCode  # noqa: E402
from segkit.typing_tool.export.sql.coding import code_of, whole  # noqa: E402
from segkit.typing_tool.export.sql.dialects import DIALECTS  # noqa: E402

NONE = np.empty(0)
NAME = 'in"come; --'
EDGES = np.array([-2.5, 0.0, 0.1 + 0.2, 1e300])
NUMBER = FieldCode(NAME, "number", "float64", (), EDGES, np.array([0, 1, 3, 4, 5]), 2, -1, 6)
ONE_BIN = FieldCode(NAME, "number", "float64", (), NONE, np.array([1]), 0, -1, 2)
LEVELS = ("Yes", "yes", " yes", "it's", "'; DROP TABLE base; --", "ä", "a\nb")
TEXT = FieldCode(NAME, "text", "str", LEVELS, NONE, np.array([2, 0, 3, 4, 5, 6, 7]), 1, 8, 9)
BOTH = FieldCode(NAME, "boolean", "bool", ("False", "True"), NONE, np.array([2, 0]), 1, 3, 4)
ONLY_YES = FieldCode(NAME, "boolean", "bool", ("True",), NONE, np.array([1]), 0, 2, 3)


def codes(field, values, kind):
    """What DuckDB makes of values of a column of this kind."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    column = sqlglot.exp.to_identifier(NAME, quoted=True).sql("duckdb")
    query = sqlglot.exp.select(code_of(field, "t", DIALECTS["duckdb"])).from_("base AS t")
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE base (i INT, {column} {kind})")
        connection.executemany("INSERT INTO base VALUES (?, ?)", list(enumerate(values)))
        return [r[0] for r in connection.execute(query.order_by("i").sql("duckdb")).fetchall()]


def around(edges):
    return [*edges, *np.nextafter(edges, -np.inf), *np.nextafter(edges, np.inf)]


def test_edges_and_their_neighbours_fall_into_their_bins():
    values = [float(v) for v in around(EDGES)] + [-1e308, 1e308, -0.0, None, math.nan]
    expected = [NUMBER.code_of(v) for v in values]
    assert codes(NUMBER, values, "DOUBLE") == expected
    assert set(expected) == {0, 1, 2, 3, 4, 5}


def test_whole_numbers_in_the_table_are_read_as_numbers():
    values = [-3, 0, 1, None]
    assert codes(NUMBER, values, "INTEGER") == [NUMBER.code_of(v) for v in values]


def test_a_field_of_one_value_has_one_bin():
    assert codes(ONE_BIN, [-1.0, 5.0, None, math.nan], "DOUBLE") == [1, 1, 0, 0]


def test_levels_are_told_apart_letter_by_letter_and_an_empty_text_is_a_gap():
    values = [*LEVELS, "YES", "yes ", "a\u0308", "", None]
    assert codes(TEXT, values, "TEXT") == [2, 0, 3, 4, 5, 6, 7, 8, 8, 8, 1, 1]


@pytest.mark.parametrize(("field", "expected"), [(BOTH, [0, 2, 1]), (ONLY_YES, [1, 2, 0])])
def test_yes_no_and_neither(field, expected):
    assert codes(field, [True, False, None], "BOOLEAN") == expected
    # what no respondent said is unheard of
    assert expected == [field.code_of(v) for v in (True, False, None)]


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("field", [NUMBER, TEXT, BOTH], ids=lambda f: f.kind)
def test_names_and_levels_stay_inside_their_quotes(name, field):
    dialect = DIALECTS[name]
    text = code_of(field, "t", dialect).sql(dialect.writer)
    again = sqlglot.parse(text, read=dialect.writer)
    assert len(again) == 1  # nothing ends the statement
    assert {c.name for c in again[0].find_all(sqlglot.exp.Column)} == {NAME}
    strings = {s.name for s in again[0].find_all(sqlglot.exp.Literal) if s.is_string}
    assert field.kind != "text" or set(LEVELS) <= strings


def test_doubles_keep_their_last_digit():
    text = code_of(NUMBER, "t", DIALECTS["postgres"]).sql("postgres")
    for edge in EDGES:
        assert np.format_float_scientific(abs(edge), trim="0") in text
    assert float(np.format_float_scientific(EDGES[2], trim="0")) == EDGES[2]


def test_numpy_numbers_are_written_as_plain_ones():
    assert whole(np.int64(7)).sql() == whole(7).sql() == "7"
