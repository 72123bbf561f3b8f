"""What puts a row into a bin, as conditions of a database."""

import itertools
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from segkit.diagnostics.counting.field_bins import FieldBins

__all__ = ["conditions", "is_infinite", "is_unknown", "number", "one_of", "value_of"]


def value_of(name: str, kind: str) -> exp.Expr:
    """Return a column as what is counted: a double, a text, or a yes/no."""
    column = exp.column(name, quoted=True)
    types = {"number": "double", "text": "text"}
    return exp.cast(column, types[kind]) if kind in types else column


def conditions(bins: FieldBins, kind: str, *, up_to: bool = False) -> list[exp.Expr]:
    """Return the condition of each bin, in order.

    Parameters
    ----------
    bins : FieldBins
        The bins.
    kind : str
        What the column holds: the kind of the bins, or anything where the reference was empty.
    up_to : bool
        Of bins between edges, ask for everything up to the end of each: half the comparisons.
        The differences are the bins, exactly where rows are counted; sums of weights lose digits.
    """
    x = value_of(bins.field, kind)
    if bins.kind == "number":
        # NaN is above infinity, in both databases: the last bin has an end for its sake
        ends = [None, *map(number, bins.edges), number(float("inf"))]
        pairs = itertools.pairwise(ends)
        known = [_between(x, None if up_to else low, high) for low, high in pairs]
        return [*known, _is_missing(x, kind), exp.false()]
    known = [one_of(x.copy(), [v]) for v in bins.values]
    unknown = is_unknown(bins, kind)
    if bins.pooled:
        return [*known, unknown, _is_missing(x, kind), exp.false()]
    return [*known, _is_missing(x, kind), unknown]


def is_unknown(bins: FieldBins, kind: str) -> exp.Expr:
    """Say whether there is a value, and it has no bin of its own."""
    x = value_of(bins.field, kind)
    there = exp.not_(exp.paren(_is_missing(x, kind)))
    if not bins.values:
        return there
    return exp.and_(there, exp.not_(exp.paren(one_of(x.copy(), bins.values))))


def one_of(x: exp.Expr, values: Sequence[Any]) -> exp.Expr:
    """Say whether a value is one of some."""
    return exp.In(this=x, expressions=[_literal(v, x) for v in values])


def is_infinite(x: exp.Expr) -> exp.Expr:
    """Say whether a number is infinite."""
    return exp.In(this=x, expressions=[number(float("inf")), number(float("-inf"))])


def number(value: float) -> exp.Expr:
    """Return a double that is read back exactly; a number written plainly may become a decimal."""
    words = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
    text = repr(float(value))
    return exp.cast(exp.Literal.string(words.get(text, text)), "double")


def _between(x: exp.Expr, low: exp.Expr | None, high: exp.Expr | None) -> exp.Expr:
    below = exp.LTE(this=x.copy(), expression=high)
    if low is None:
        return below
    return exp.and_(exp.GT(this=x.copy(), expression=low.copy()), below)


def _is_missing(x: exp.Expr, kind: str) -> exp.Expr:
    null = exp.Is(this=x.copy(), expression=exp.null())
    if kind == "number":
        return exp.or_(null, exp.EQ(this=x.copy(), expression=number(float("nan"))))
    if kind == "text":
        return exp.or_(null, exp.EQ(this=x.copy(), expression=exp.Literal.string("")))
    return null


def _literal(value: Any, x: exp.Expr) -> exp.Expr:
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if not isinstance(value, str):
        return number(float(value))
    if isinstance(x, exp.Cast):  # a text; a yes/no column is compared as it is
        return exp.Literal.string(value)
    return exp.true() if value == "True" else exp.false()
