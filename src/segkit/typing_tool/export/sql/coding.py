"""The code of a field, as an expression over its column."""

import numpy as np
from sqlglot import exp

from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.sql.dialects import Dialect

__all__ = ["code_of", "whole"]


def code_of(field: FieldCode, table: str, dialect: Dialect) -> exp.Expr:
    """Return the code of a field, never NULL.

    Parameters
    ----------
    field : FieldCode
        The field.
    table : str
        What the statement calls the table that holds it.
    dialect : Dialect
        The database.
    """
    column = exp.column(exp.to_identifier(field.name, quoted=True), table=table)
    write = {"number": _of_number, "boolean": _of_yes_no, "text": _of_text}[field.kind]
    return write(field, column, dialect)


def whole(value: int) -> exp.Expr:
    """Return a whole number."""
    return exp.Literal.number(int(value))


def _of_number(field: FieldCode, column: exp.Expr, dialect: Dialect) -> exp.Expr:
    value = exp.cast(column, "double")
    nothing = exp.Or(
        this=exp.Is(this=column.copy(), expression=exp.null()),
        expression=dialect.is_nan(value.copy()),
    )
    bins = _bin(field, value, 0, field.edges.size)
    return exp.case().when(nothing, whole(field.missing)).else_(bins)


def _bin(field: FieldCode, value: exp.Expr, low: int, high: int) -> exp.Expr:
    """Halve the bins until one is left."""
    if low == high:
        return whole(field.codes[low])
    middle = (low + high) // 2
    at_most = exp.LTE(this=value.copy(), expression=_double(float(field.edges[middle])))
    left, right = _bin(field, value, low, middle), _bin(field, value, middle + 1, high)
    return exp.Case(ifs=[exp.If(this=at_most, true=left)], default=right)


def _double(value: float) -> exp.Expr:
    """Return a double to its last digit; without an exponent it would be a decimal to many."""
    literal = exp.Literal.number(np.format_float_scientific(abs(value), trim="0"))
    return exp.Neg(this=literal) if value < 0 else literal


def _of_yes_no(field: FieldCode, column: exp.Expr, dialect: Dialect) -> exp.Expr:
    del dialect
    value = exp.cast(column, "boolean")
    known = dict(zip(field.levels, field.codes.tolist(), strict=True))
    nothing = exp.Is(this=column.copy(), expression=exp.null())
    yes, no = (whole(known.get(level, field.unseen)) for level in ("True", "False"))
    return exp.case().when(nothing, whole(field.missing)).when(value, yes).else_(no)


def _of_text(field: FieldCode, column: exp.Expr, dialect: Dialect) -> exp.Expr:
    nothing = exp.Literal.string("")
    value = exp.Coalesce(this=dialect.text(column), expressions=[nothing.copy()])
    levels = [("", field.missing), *zip(field.levels, field.codes.tolist(), strict=True)]
    ifs = [exp.If(this=exp.Literal.string(text), true=whole(code)) for text, code in levels]
    return exp.Case(this=value, ifs=ifs, default=whole(field.unseen))
