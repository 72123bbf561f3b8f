"""From numbers to a rule, by formulas."""

import numpy as np
import pytest

from segkit.typing_tool.export.sheets.routes import NODES, SumOfParts, Walk
from segkit.typing_tool.export.sheets.style import TOP

openpyxl = pytest.importorskip("openpyxl")

# field 2 at 3: left to rule 1; else field 1 at 0: rules 2 and 3
TREE = [(2, 3, 2, 3, 0), (1, 0, 2, 2, 1), (1, 0, 4, 5, 0), (1, 0, 4, 4, 2), (1, 0, 5, 5, 3)]


def reached(calculate, route, numbers, nodes=TREE):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Ask"
    tree = book.create_sheet(NODES)
    for i, row in enumerate(nodes):
        for c, value in enumerate((i + 1, *row), 1):
            tree.cell(TOP + i, c).value = value
    for c, value in enumerate(numbers, 1):
        sheet.cell(1, c).value = value
    formulas = route.formulas("$A$1:$B$1", lambda i: f"$A${3 + i}")
    assert len(formulas) == route.n_steps + 1
    for i, formula in enumerate(formulas):
        sheet.cell(3 + i, 1).value = f"={formula}"
    return calculate(book, "Ask", [f"A{2 + len(formulas)}"])[0]


@pytest.mark.parametrize(("numbers", "rule"), [((9, 3), 1), ((0, 4), 2), ((1, 4), 3), ((0, 0), 1)])
def test_a_walk_ends_at_the_rule_of_a_leaf(numbers, rule, calculate):
    assert reached(calculate, Walk(2, 5), numbers) == rule
    assert reached(calculate, Walk(4, 5), numbers) == rule  # who is there stays there


def test_a_tree_of_one_leaf_has_one_rule(calculate):
    assert reached(calculate, Walk(0, 1), (5, 5), [(1, 0, 1, 1, 1)]) == 1


def test_parts_are_added_up(calculate):
    assert reached(calculate, SumOfParts(), (4, 2)) == 7


@pytest.mark.parametrize("route", [Walk(2, 5), SumOfParts()])
def test_a_number_that_is_none_leads_nowhere(route, calculate):
    # field 1 plays no part on the way to rule 1, and has to be readable all the same
    found = reached(calculate, route, ("=NA()", 0))
    assert not isinstance(found, int | float | np.number)
