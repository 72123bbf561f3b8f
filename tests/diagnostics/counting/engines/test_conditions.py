import numpy as np
import pytest

from segkit.diagnostics.counting.counts import bin_codes
from segkit.diagnostics.counting.field_bins import FieldBins

pytest.importorskip("sqlglot")
duckdb = pytest.importorskip("duckdb")
pl = pytest.importorskip("polars")

from segkit._frames import typed_column  # noqa: E402
from segkit.diagnostics.counting.engines.conditions import (  # noqa: E402
    conditions,
    is_infinite,
    is_unknown,
    number,
    one_of,
    value_of,
)

NUMBERS = [-3.0, 0.1, 0.1 + 0.2, 0.3, 1.0, 2.0, 1e300, 5e-324, -0.0, float("nan"), None]
TEXTS = ["a", "b", "it's", 'a "b"', "\\", "%", "", None, "other"]
CASES = {
    "number": (FieldBins("x", "number", "number", edges=(0.1, 0.3, 1.0)), NUMBERS, pl.Float64),
    "value": (FieldBins("x", "value", "number", values=(0.0, 0.1, 2.0)), NUMBERS, pl.Float64),
    "level": (FieldBins("x", "level", "text", values=("\\", "a", "it's")), TEXTS, pl.String),
    "pooled": (FieldBins("x", "level", "text", values=("a", "b"), pooled=3), TEXTS, pl.String),
    "yes": (FieldBins("x", "level", "boolean", values=("True",)), [True, False, None], pl.Boolean),
}


def asked(values, dtype, *expressions):
    """Ask DuckDB for expressions of a column `x`."""
    table = pl.DataFrame({"x": pl.Series(values, dtype=dtype)})
    words = ", ".join(e.sql("duckdb") for e in expressions)
    relation = duckdb.from_arrow(table.to_arrow())
    return np.array(relation.query("t", f"SELECT {words} FROM t").fetchall(), dtype=object)


@pytest.mark.parametrize("case", CASES)
def test_every_value_meets_the_condition_of_its_bin_and_no_other(case):
    bins, values, dtype = CASES[case]
    column = typed_column(pl.DataFrame({"x": pl.Series(values, dtype=dtype)}), "x")
    met = asked(values, dtype, *conditions(bins, column.kind)) == True  # noqa: E712
    assert met.sum(axis=1).tolist() == [1] * len(values)
    assert met.argmax(axis=1).tolist() == bin_codes(column, bins).tolist()


def test_up_to_each_edge_the_differences_are_the_bins():
    bins, values, dtype = CASES["number"]
    plain, up_to = (
        (asked(values, dtype, *conditions(bins, "number", up_to=u)) == True).sum(axis=0)  # noqa: E712
        for u in (False, True)
    )
    known = slice(0, bins.n_known)
    assert np.diff(up_to[known], prepend=0).tolist() == plain[known].tolist()
    assert up_to[bins.n_known :].tolist() == plain[bins.n_known :].tolist()


def test_unknown_is_what_is_there_and_has_no_bin():
    bins, values, dtype = CASES["level"]
    found = asked(values, dtype, is_unknown(bins, "text"))[:, 0]
    assert [v for v, new in zip(values, found, strict=True) if new] == ["b", 'a "b"', "%", "other"]
    empty = FieldBins("x", "empty", "empty")
    assert asked(NUMBERS, pl.Float64, is_unknown(empty, "number"))[:, 0].tolist() == [
        *([True] * 9), False, False,
    ]  # fmt: skip


def test_infinity_is_told_from_large_and_from_nothing():
    values = [float("inf"), float("-inf"), 1.7e308, float("nan")]
    found = asked(values, pl.Float64, is_infinite(value_of("x", "number")))[:, 0]
    assert found.tolist() == [True, True, False, False]


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-320, 2.0**53 + 2, -1e308, 12345678.9])
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_numbers_are_written_exactly(value, dialect):
    text = number(value).sql(dialect)
    assert repr(value) in text
    assert "DOUBLE" in text
    if dialect == "duckdb":
        assert duckdb.sql(f"SELECT {text}").fetchall() == [(value,)]


def test_one_of_several_values():
    x = value_of("x", "text")
    found = asked(TEXTS[:4], pl.String, one_of(x, ["it's", 'a "b"']))[:, 0]
    assert found.tolist() == [False, False, True, True]
