"""What databases word, or bear, differently."""

from dataclasses import dataclass

from sqlglot import exp

from segkit._checks import check_option

__all__ = ["DIALECTS", "Dialect", "dialect_named"]

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Dialect:
    """One database.

    Attributes
    ----------
    name : str
        What the user calls it.
    writer : str
        What sqlglot calls it.
    most_bytes : int
        The longest statement: what the database states, or what has been run.
    most_trees : int
        The most trees of a forest: what has been run within a minute, on 100,000 rows.
    trees_a_step : int
        How many trees one sum holds: planning takes DuckDB the square of that, and PostgreSQL
        the square of how many steps there are.
    """

    name: str
    writer: str
    most_bytes: int
    most_trees: int
    trees_a_step: int = 50

    @property
    def by_row(self) -> bool:
        """Whether each row of the table is typed by itself, without any join.

        Spark writes the steps into one another wherever a join asks what is known of its key,
        and does not come to an end; and a join moves all rows of a large table.
        """
        return self.writer == "spark"

    @property
    def pins(self) -> bool:
        """Whether a step has to be told to be computed once (PostgreSQL pastes it elsewhere)."""
        return self.writer == "postgres"

    def quotient(self, a: exp.Expr, b: exp.Expr) -> exp.Expr:
        """Return the whole quotient of whole numbers, rounded down, as a 64-bit number."""
        if self.writer != "snowflake":
            return exp.cast(exp.IntDiv(this=exp.paren(a), expression=exp.paren(b)), "bigint")
        # it divides decimals and rounds: taking off the rest first leaves nothing to round
        rest = exp.Mod(this=exp.paren(a), expression=exp.paren(b.copy()))
        whole = exp.paren(exp.Sub(this=exp.paren(a.copy()), expression=rest))
        return exp.cast(exp.Div(this=whole, expression=exp.paren(b)), "bigint")

    def is_nan(self, value: exp.Expr) -> exp.Expr:
        """Say whether a double is not a number; each but BigQuery finds NaN equal to itself."""
        if self.writer == "bigquery":
            return exp.IsNan(this=value)
        return exp.EQ(this=value, expression=exp.cast(exp.Literal.string("NaN"), "double"))

    def text(self, value: exp.Expr) -> exp.Expr:
        """Return a value as text that is told apart letter by letter."""
        text = exp.cast(value, "text")
        if self.writer != "postgres":
            return text
        # a column may carry an order of its own in which other letters are equal
        return exp.Collate(this=text, expression=exp.to_identifier("C", quoted=True))

    def query(self, select: exp.Expr) -> str:
        """Return a query as text."""
        return select.sql(self.writer, copy=False)


DIALECTS = {
    d.name: d
    for d in (
        Dialect("duckdb", "duckdb", 5 * MEGABYTE, 500, 10),
        Dialect("postgres", "postgres", 5 * MEGABYTE, 500),
        Dialect("postgresql", "postgres", 5 * MEGABYTE, 500),
        Dialect("bigquery", "bigquery", MEGABYTE, 500),
        Dialect("snowflake", "snowflake", MEGABYTE, 500),
        Dialect("spark", "spark", MEGABYTE, 200),
    )
}
"""By name. BigQuery and Snowflake state their longest statements themselves; for Spark, which
states none, the same length is taken, and it plans a forest more slowly than the others."""


def dialect_named(name: str) -> Dialect:
    """Return a dialect, or say which there are."""
    return DIALECTS[check_option(name, tuple(DIALECTS), name="dialect")]
