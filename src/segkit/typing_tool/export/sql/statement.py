"""One statement that types the rows of one table.

The codes of a row decide all, so the statement works through the different rows of codes of
the table (a `SELECT DISTINCT`) and joins the answers back by the codes. Where a join is worse
than typing every row (Spark), each row goes through the steps in one column. Either way rows of
the table pass through untouched, and no name of theirs can meet a name of the steps.
"""

from collections.abc import Sequence
from typing import Any

from sqlglot import TokenError, exp, tokenize
from sqlglot.tokens import TokenType

from segkit._result import count_text
from segkit.exceptions import SegkitError
from segkit.typing_tool.export.cell_table import MAX_CELLS, count_cells
from segkit.typing_tool.export.distilled import Distilled
from segkit.typing_tool.export.fitted_tool import FittedTool
from segkit.typing_tool.export.sql.coding import code_of
from segkit.typing_tool.export.sql.decision import (
    add_odds,
    add_own_weights,
    add_shares,
    add_tags,
)
from segkit.typing_tool.export.sql.dialects import Dialect, dialect_named
from segkit.typing_tool.export.sql.steps import Steps, code_names
from segkit.typing_tool.export.sql.votes import add_cells, add_points, add_trees
from segkit.typing_tool.models.calibration import Calibration
from segkit.typing_tool.models.forest import Forest
from segkit.typing_tool.models.model import Model
from segkit.typing_tool.models.odds import Odds
from segkit.typing_tool.models.scorecard import Scorecard

__all__ = ["sql_distilled", "sql_exact"]

BASE = "base_row"  # what the statement calls the table
ANSWERS = "answer"  # and the tags that are joined to it
ROW = "typing_row"  # a row of it, where it is carried through the steps


def sql_exact(tool: FittedTool, dialect: str, table: str) -> str:
    """Return the statement that gives every row the tag of `predict`.

    Parameters
    ----------
    tool : FittedTool
        The tool.
    dialect : str
        The database.
    table : str
        The table to type, under its name in the database.

    Raises
    ------
    SegkitError
        For a dialect that is not known, a table that is no name, a voter that cannot be
        written down, and a forest beyond what the database bears.
    """
    database = dialect_named(dialect)
    steps = _begin(tool, database, table)
    _add_votes(steps, tool.model)
    _add_weights(steps, tool.model)
    note = (
        f"A segkit typing tool for {database.name}: a {tool.model.voter.summary()}.\n"
        "Exact: every row has the tag that the tool itself gives."
    )
    text = _finish(tool, steps, table, note)
    size = len(text.encode())
    if size > database.most_bytes:
        raise _too_much(f"is {size:,} bytes long", tool.model, database)
    return text


def sql_distilled(tool: FittedTool, tree: Distilled, dialect: str, table: str) -> str:
    """Return the statement that gives every row the tag of a distilled tree.

    Parameters
    ----------
    tool : FittedTool
        The tool.
    tree : Distilled
        Its tree.
    dialect, table : str
        See `sql_exact`.
    """
    database = dialect_named(dialect)
    steps = _begin(tool, database, table)
    add_trees(steps, tree.tree)
    add_own_weights(steps, len(tool.segments))
    note = (
        f"A segkit typing tool for {database.name}, in place of a {tool.model.voter.summary()}.\n"
        f"{tree.summary()}"
    )
    return _finish(tool, steps, table, note)


def _begin(tool: FittedTool, dialect: Dialect, table: str) -> Steps:
    """Return the steps with the first: the different rows of codes, or all with their row."""
    found = _table(table, dialect)
    prefix = "typing_"
    while any(part.name.lower().startswith(prefix) for part in found.parts):
        prefix += "x_"
    steps = Steps(dialect, prefix, code_names(len(tool.model.codes.fields)))
    named = [
        exp.alias_(c, name, copy=False)
        for c, name in zip(_codes(tool, dialect), steps.kept, strict=True)
    ]
    if dialect.by_row:
        steps.kept = [*steps.kept, ROW]
        named.append(exp.alias_(exp.func("STRUCT", _everything_of(BASE)), ROW))
    query = exp.select(*named, copy=False).from_(found.as_(BASE))
    steps.add("cells", query if dialect.by_row else query.distinct(), once=True)
    return steps


def _finish(tool: FittedTool, steps: Steps, table: str, note: str) -> str:
    """Add the last steps, and return the statement under a note."""
    add_tags(steps, tool.segments, tool.cut, tool.model.codes)
    names = ["segment", "probability", "second"]
    names += [*(f"probability_{s}" for s in tool.segments), "reason"]
    answers = [
        exp.alias_(exp.column(f"o{i}", table=ANSWERS), name, quoted=True)
        for i, name in enumerate(names)
    ]
    typed = exp.to_table(steps.last).as_(ANSWERS)
    if steps.dialect.by_row:
        query = exp.select(_everything_of(ROW), *answers, copy=False).from_(typed, copy=False)
    else:
        query = _joined(tool, typed, answers, table, steps.dialect)
    lines = [f"-- {line}" for line in note.splitlines()]
    return "\n".join([*lines, steps.statement(query)])


def _joined(
    tool: FittedTool, typed: exp.Expr, answers: Sequence[exp.Expr], table: str, dialect: Dialect
) -> exp.Select:
    """Return the query that joins the answers to the rows of the table by their codes."""
    same = [
        exp.EQ(this=code, expression=exp.column(f"c{f}", table=ANSWERS))
        for f, code in enumerate(_codes(tool, dialect))
    ]
    return (
        exp.select(_everything_of(BASE), *answers, copy=False)
        .from_(_table(table, dialect).as_(BASE), copy=False)
        .join(typed, on=exp.and_(*same), copy=False)
    )


def _codes(tool: FittedTool, dialect: Dialect) -> list[exp.Expr]:
    return [code_of(f, BASE, dialect) for f in tool.model.codes.fields]


def _everything_of(name: str) -> exp.Expr:
    return exp.Column(this=exp.Star(), table=exp.to_identifier(name))


def _table(table: Any, dialect: Dialect) -> exp.Table:
    """Read a name of one to three parts, and nothing more: it goes into the statement."""
    try:
        tokens = tokenize(table, read=dialect.writer)
    except (TokenError, TypeError, AttributeError):
        tokens = []
    names, dots = tokens[::2], tokens[1::2]
    plain = all(
        t.token_type == TokenType.IDENTIFIER
        or (t.text.isidentifier() and t.token_type != TokenType.STRING)
        for t in names
    )
    dotted = all(t.token_type == TokenType.DOT for t in dots)
    if not (plain and dotted and len(tokens) in (1, 3, 5)):
        raise SegkitError(
            f"table={table!r} is not the name of a table; expected one such as 'base' or "
            f"'sales.base', quoted as {dialect.name} does where it holds other characters."
        )
    parts = [exp.to_identifier(t.text, quoted=t.token_type == TokenType.IDENTIFIER) for t in names]
    return exp.Table(**dict(zip(("this", "db", "catalog"), reversed(parts), strict=False)))


def _add_votes(steps: Steps, model: Model) -> None:
    voter = model.voter
    if isinstance(voter, Scorecard):
        add_points(steps, voter, model.codes.n_codes.tolist())
    elif isinstance(voter, Forest):
        _add_forest(steps, voter, model)
    else:
        raise SegkitError(
            f"This tool is a {voter.summary()}: it cannot be written down as SQL. Fit a forest or "
            "a scorecard for that."
        )


def _add_forest(steps: Steps, forest: Forest, model: Model) -> None:
    # a look-up where there are no more cells than leaves, or too many trees
    cells, most = count_cells(forest), steps.dialect.most_trees
    if cells <= min(forest.n_leaves, MAX_CELLS) or (forest.n_trees > most and cells <= MAX_CELLS):
        add_cells(steps, forest)
    elif forest.n_trees > most:
        raise _too_much(f"has {forest.n_trees:,} trees", model, steps.dialect)
    else:
        add_trees(steps, forest)


def _add_weights(steps: Steps, model: Model) -> None:
    rule = model.calibration
    if isinstance(rule, Calibration):
        add_shares(steps, rule)
    elif isinstance(rule, Odds) and isinstance(model.voter, Scorecard):
        add_odds(steps, rule, model.voter.n_segments)
    else:
        raise SegkitError(f"A calibration of another kind was found: {type(rule).__name__}.")


def _too_much(what: str, model: Model, dialect: Dialect) -> SegkitError:
    voter = model.voter
    cells = count_cells(voter) if isinstance(voter, Forest) else 0
    many = f"{count_text(cells, 'cell')}" if cells < 10**9 else "too many cells to count"
    return SegkitError(
        f"The exact statement {what}; {dialect.name} takes {dialect.most_bytes:,} bytes and "
        f"{dialect.most_trees:,} trees. Ask for exact=False (one tree that states how often it "
        f"agrees), or fit fewer trees, or a scorecard. A table of cells takes "
        f"the place of the trees by itself where fields have so few values that there are "
        f"{MAX_CELLS:,} cells at most; here they make {many}."
    )
