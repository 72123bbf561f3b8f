"""Counting in a database: one SELECT of sums, and two more a field that holds unseen values.

Everything is written as a sqlglot tree, so that names and texts are quoted by the rules of each
database, and numbers come as the texts that read back exactly.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlglot import exp

from segkit._frames import kind_of_type
from segkit._result import count_text
from segkit._weights import LARGEST
from segkit.diagnostics.counting.counts import (
    MOST_UNSEEN,
    Counts,
    another_kind,
    first_unseen,
)
from segkit.diagnostics.counting.engines.conditions import (
    conditions,
    is_infinite,
    is_unknown,
    number,
    one_of,
    value_of,
)
from segkit.diagnostics.counting.engines.frame import needed_columns
from segkit.diagnostics.counting.field_bins import FieldBins, value_text
from segkit.diagnostics.counting.fields import NO_FIELDS, no_field
from segkit.diagnostics.counting.groups import (
    MOST_SEGMENTS,
    UNTAGGED,
    check_segment_kind,
    group_text,
    order_groups,
)
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts
from segkit.exceptions import SegkitError

__all__ = ["TABLE", "Database", "count_database"]

TABLE = "segkit_counted"
ONE = exp.Literal.number(1)
NONE = exp.Literal.number(0)


@dataclass(frozen=True)
class Database:
    """A table in a database, and how to ask for it.

    Attributes
    ----------
    run : callable
        Takes a SELECT from the table as text and returns its rows.
    dialect : str
        What sqlglot calls the database's words.
    schema : pyarrow.Schema
        The columns.
    segments, sample_weight : str or None
        Columns.
    table : str
        What the SELECT calls the table.
    """

    run: Callable[[str], Iterable[tuple[Any, ...]]]
    dialect: str
    schema: Any
    segments: str | None
    sample_weight: str | None
    table: str = TABLE

    def kind(self, name: str) -> tuple[str, str]:
        """Return what a column holds, and what Arrow calls its type."""
        dtype = self.schema.field(name).type
        return "empty" if str(dtype) == "null" else kind_of_type(dtype), str(dtype)

    def rows(self, query: exp.Select) -> list[tuple[Any, ...]]:
        """Ask for rows."""
        text = query.from_(exp.to_identifier(self.table, quoted=True)).sql(self.dialect)
        return [tuple(row) for row in self.run(text)]

    @property
    def group(self) -> list[exp.Expr]:
        """What rows are grouped by, if by anything."""
        return [] if self.segments is None else [exp.column(self.segments, quoted=True)]

    @property
    def weight(self) -> exp.Expr:
        """The weight of a row."""
        if self.sample_weight is None:
            return ONE.copy()
        return exp.cast(exp.column(self.sample_weight, quoted=True), "double")

    def sum_where(self, condition: exp.Expr) -> exp.Expr:
        """Return the sum of weights of the rows that meet a condition."""
        if self.sample_weight is None:
            return rows_where(condition)
        return exp.Sum(this=exp.Case().when(condition, self.weight).else_(NONE.copy()))


def rows_where(condition: exp.Expr) -> exp.Expr:
    """Return the number of rows that meet a condition."""
    return exp.CountIf(this=condition)


def count_database(database: Database, bins: TableBins) -> TableCounts:
    """Count a table in a database.

    Parameters
    ----------
    database : Database
        The table.
    bins : TableBins
        The bins.
    """
    needed_columns(database.schema.names, bins, database.segments, database.sample_weight)
    _check_columns(database)
    n_group = len(database.group)
    table = _Sums(database, bins)
    rows = database.rows(table.select())
    groups = order_groups([_group(row[:n_group]) for row in rows])
    sums = np.zeros((len(groups), table.n_sums))
    for row in rows:  # several labels may mean the same group: no text, and an empty one
        sums[groups.index(_group(row[:n_group]))] += [float(v or 0) for v in row[n_group:]]
    table.check(sums)
    fields = {}
    for f, cells in table.cells(sums):
        unseen = _unseen(database, f, groups) if cells[:, -1].any() else ({}, {})
        fields[f.field] = Counts(f, cells, sums[:, 1].copy(), *unseen)
    return TableCounts(bins, groups, fields, int(sums[:, 0].sum()))


@dataclass(frozen=True)
class _Sums:
    """What one SELECT sums: rows, squares, refused weights; of each field refused values, bins."""

    database: Database
    bins: TableBins

    @property
    def n_sums(self) -> int:
        return 3 + sum(1 + f.n_bins for f in self.bins.fields)

    def select(self) -> exp.Select:
        db = self.database
        w = db.weight
        squares = exp.Sum(this=exp.Mul(this=w, expression=w.copy()))
        sums = [exp.Count(this=exp.Star()), squares, self._refused_weights()]
        for f in self.bins.fields:
            sums += [self._refused(f), *(db.sum_where(c) for c in self._conditions(f))]
        named = [exp.alias_(s, f"s{i}", quoted=True) for i, s in enumerate(sums)]
        return exp.select(*db.group, *named).group_by(*db.group)

    def check(self, sums: np.ndarray) -> None:
        """Refuse weights and values that cannot be counted."""
        refused = int(sums[:, 2].sum())
        if refused:
            raise SegkitError(
                f"sample_weight (`{self.database.sample_weight}`) is missing, infinite, negative, "
                "or too large or too small to be squared and summed in "
                f"{count_text(refused, 'row')}; expected zero, or numbers around 1. Drop these "
                "rows, or give them weight 0."
            )
        for f, at in self._places():
            if n := int(sums[:, at].sum()):
                raise self._refusal(f, n)

    def cells(self, sums: np.ndarray) -> list[tuple[FieldBins, np.ndarray]]:
        """Return each field with its cells."""
        found = [(f, sums[:, at + 1 : at + 1 + f.n_bins]) for f, at in self._places()]
        for f, cells in found:
            if self._up_to and f.kind == "number":
                known = slice(0, f.n_known)
                cells[:, known] = np.diff(cells[:, known], axis=1, prepend=0)
        return found

    @property
    def _up_to(self) -> bool:
        return self.database.sample_weight is None

    def _places(self) -> list[tuple[FieldBins, int]]:
        ends = np.cumsum([3] + [1 + f.n_bins for f in self.bins.fields])
        return list(zip(self.bins.fields, ends.tolist(), strict=False))

    def _kind(self, f: FieldBins) -> str:
        return self.database.kind(f.field)[0]

    def _is_another(self, f: FieldBins) -> bool:
        """Say whether a column holds, if anything, what cannot be counted over the bins."""
        kind = self._kind(f)
        return kind in NO_FIELDS or f.holds not in ("empty", kind)

    def _conditions(self, f: FieldBins) -> list[exp.Expr]:
        if self._is_another(f):  # all missing, or it is refused
            return [exp.true() if i == f.n_bins - 2 else exp.false() for i in range(f.n_bins)]
        return conditions(f, self._kind(f), up_to=self._up_to)

    def _refused(self, f: FieldBins) -> exp.Expr:
        kind = self._kind(f)
        x = value_of(f.field, kind)
        if self._is_another(f):
            return rows_where(is_unknown(FieldBins(f.field, "empty", kind), kind))
        wrong = is_infinite(x) if kind == "number" else exp.false()
        return rows_where(wrong)

    def _refusal(self, f: FieldBins, n: int) -> SegkitError:
        kind, dtype = self.database.kind(f.field)
        if kind in NO_FIELDS:
            return no_field(f.field, kind, dtype, "the table")
        if self._is_another(f):
            return another_kind(f, kind, dtype)
        return SegkitError(
            f"`{f.field}` in the table holds infinity in {count_text(n, 'row')}; expected finite "
            "numbers or missing. Replace infinity by a missing value."
        )

    def _refused_weights(self) -> exp.Expr:
        if self.database.sample_weight is None:
            return rows_where(exp.false())
        w = self.database.weight
        # NaN is above everything in both databases
        too_large = exp.GT(this=w.copy(), expression=number(LARGEST))
        too_small = exp.and_(
            exp.LT(this=w.copy(), expression=number(1 / LARGEST)),
            exp.NEQ(this=w.copy(), expression=NONE.copy()),
        )
        wrong = exp.or_(exp.Is(this=w, expression=exp.null()), too_small, too_large)
        return rows_where(wrong)


def _check_columns(database: Database) -> None:
    """Refuse columns that are no weights or no segments, before anything is counted."""
    if database.sample_weight is not None:
        kind, dtype = database.kind(database.sample_weight)
        if kind not in ("number", "boolean"):
            raise SegkitError(
                f"sample_weight (`{database.sample_weight}`) holds {kind} values ({dtype}); "
                "expected one number a row."
            )
    if database.segments is not None:
        check_segment_kind(database.segments, *database.kind(database.segments))
        # an id would make as many groups as there are rows
        few = exp.select(*database.group).distinct().limit(MOST_SEGMENTS + 5)
        order_groups([_group(row) for row in database.rows(few)])


def _group(row: tuple[Any, ...]) -> str:
    return group_text(row[0]) if row else UNTAGGED


def _unseen(
    database: Database, f: FieldBins, groups: tuple[str, ...]
) -> tuple[Mapping[str, np.ndarray], Mapping[str, int]]:
    """Return the weights and rows of each value never seen before, of the first by their order."""
    if f.kind == "empty":
        return {}, {}
    kind = database.kind(f.field)[0]
    weighty = exp.GT(this=database.weight, expression=NONE.copy())
    new = exp.and_(is_unknown(f, kind), weighty)
    x = exp.alias_(value_of(f.field, kind), "value", quoted=True)
    first = exp.select(x).where(new).distinct().order_by(exp.column("value", quoted=True))
    values = [row[0] for row in database.rows(first.limit(MOST_UNSEEN))]
    group = database.group
    sums = [
        exp.alias_(exp.Sum(this=database.weight), "weight", quoted=True),
        exp.alias_(exp.Count(this=exp.Star()), "rows", quoted=True),
    ]
    chosen = exp.and_(new.copy(), one_of(value_of(f.field, kind), values))
    query = exp.select(x.copy(), *sums, *group).where(chosen)
    query = query.group_by(value_of(f.field, kind), *group)
    weights: dict[str, np.ndarray] = {}
    holders: dict[str, int] = {}
    for value, weight, n, *label in database.rows(query):
        name = str(value) if isinstance(value, bool) else value_text(value)
        weights.setdefault(name, np.zeros(len(groups)))[groups.index(_group(tuple(label)))] += (
            float(weight)
        )
        holders[name] = holders.get(name, 0) + int(n)
    names = first_unseen(weights, f)
    return {n: weights[n] for n in names}, {n: holders[n] for n in names}
