"""A statement in named steps, each a query over the one before."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from segkit.typing_tool.export.sql.dialects import Dialect

__all__ = ["Steps", "bigint", "code_names", "lookup", "sum_of"]

ROWS = 8_000  # of a list of values; Snowflake bears 16,384


@dataclass
class Steps:
    """The steps of a statement, written one after the other.

    Attributes
    ----------
    dialect : Dialect
        The database.
    prefix : str
        What the names of all steps begin with; no table of the statement does.
    kept : list of str
        The columns that every step passes on to the next.
    texts : list of str
        The steps so far.
    """

    dialect: Dialect
    prefix: str
    kept: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    last: str = ""

    def named(self, name: str) -> str:
        """Return what a step is called in the statement."""
        return self.prefix + name

    def add(self, name: str, query: exp.Expr, *, once: bool = False, aside: bool = False) -> None:
        """Add a step.

        Parameters
        ----------
        name : str
            Its name.
        query : Expression
            What it holds.
        once : bool
            Whether later steps name its columns several times, so that it is to be computed
            before them.
        aside : bool
            Whether it is a table to look up in: the next step follows on an earlier one.
        """
        pin = " MATERIALIZED" if once and self.dialect.pins else ""
        self.texts.append(f"{self.named(name)} AS{pin} (\n{self.dialect.query(query)}\n)")
        if not aside:
            self.last = self.named(name)

    def passed(self, table: str | None = None, **columns: Sequence[exp.Expr]) -> list[exp.Expr]:
        """Return the columns that are kept, and new ones called after a letter and a number."""
        out: list[exp.Expr] = [exp.column(n, table=table) for n in self.kept]
        for letter, values in columns.items():
            out += [exp.alias_(v, f"{letter}{i}", copy=False) for i, v in enumerate(values)]
        return out

    def follow(self, name: str, columns: Sequence[exp.Expr], *, once: bool = False) -> None:
        """Add a step that computes columns from those of the step before."""
        self.add(name, exp.select(*columns, copy=False).from_(self.last), once=once)

    def statement(self, query: exp.Expr) -> str:
        """Return the whole statement, which ends with this query."""
        return "WITH " + ",\n".join(self.texts) + "\n" + self.dialect.query(query) + "\n"


def code_names(n_fields: int) -> list[str]:
    """Return what the codes of the fields are called in the statement."""
    return [f"c{f}" for f in range(n_fields)]


def bigint(value: exp.Expr) -> exp.Expr:
    """Return a number in 64 bits: products of votes leave 32 far behind."""
    return exp.cast(value, "bigint")


def sum_of(terms: Sequence[exp.Expr]) -> exp.Expr:
    """Return a sum."""
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return total


def lookup(names: Sequence[str], rows: Sequence[Sequence[int]]) -> exp.Expr:
    """Return a query that holds a table of whole numbers.

    Parameters
    ----------
    names : sequence of str
        Its columns.
    rows : sequence of sequence of int
        Its rows.
    """
    parts: list[exp.Expr] = []
    for start in range(0, len(rows), ROWS):
        values = exp.values([tuple(r) for r in rows[start : start + ROWS]], "v", list(names))
        columns = [exp.alias_(bigint(exp.column(n, table="v")), n) for n in names]
        parts.append(exp.select(*columns, copy=False).from_(values, copy=False))
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False, copy=False)
