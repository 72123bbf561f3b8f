import numpy as np
import pytest

from segkit.typing_tool import TypingTool
from segkit.typing_tool.models.forest import Forest

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")

from segkit.typing_tool.export.sql.votes import count_cells, used_thresholds  # noqa: E402


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


def test_cells_are_the_combinations_that_some_tree_tells_apart():
    # two trees: field 0 parted at 3 and at 5, field 2 at 1, field 1 not at all
    forest = Forest(
        starts=np.array([0, 5, 8]),
        feature=np.array([0, -1, 2, -1, -1, 0, -1, -1]),
        threshold=np.array([3, 0, 1, 0, 0, 5, 0, 0]),
        left=np.array([1, -1, 3, -1, -1, 1, -1, -1]),
        right=np.array([2, -1, 4, -1, -1, 2, -1, -1]),
        votes=np.zeros((8, 2), dtype=np.int32),
        n_fields=3,
    )
    assert [c.tolist() for c in used_thresholds(forest)] == [[3, 5], [], [1]]
    assert count_cells(forest) == 6


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
