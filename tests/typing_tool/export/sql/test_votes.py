import numpy as np
import pytest

from segkit.typing_tool import TypingTool
from segkit.typing_tool.export.cell_table import count_cells

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")


def test_more_segments_than_one_number_holds_are_counted_in_several(people, edge_rows, duck, same):
    pandas = pytest.importorskip("pandas")
    fields = pandas.DataFrame(people(400).columns)
    labels = np.random.default_rng(0).integers(0, 8, 400)
    tool = TypingTool(n_trees=12, n_folds=2, max_leaves=12).fit(fields, labels)
    statement = tool.to_sql()
    assert " AS w2" in statement  # 12 trees: 16 bits a segment, three segments a number
    rows = edge_rows(tool, fields, 500, 0)
    tagged = tool.tag(rows)
    same(duck(statement, rows), rows, tagged[[c for c in tagged if c not in rows.columns]])


def test_few_cells_take_the_place_of_the_trees(cases, people, edge_rows, duck, postgres, same):
    pandas = pytest.importorskip("pandas")
    made = people(400)
    fields = pandas.DataFrame(made.columns)[["region", "plan", "online"]]
    tool = TypingTool(n_trees=30, n_folds=2, abstain_below=0.4).fit(fields, made.segments)
    statement = tool.to_sql("postgres")
    assert "_table" in statement
    assert "_trees" not in statement
    rows = edge_rows(tool, fields, 500, 0)
    tagged = tool.tag(rows)
    expected = tagged[[c for c in tagged if c not in rows.columns]]
    same(postgres(statement, rows), rows, expected)
    same(duck(tool.to_sql(), rows), rows, expected)
    large = cases["forest"].tool
    assert count_cells(large.model_.forest) > large.model_.forest.n_leaves
    assert "_table" not in large.to_sql()
