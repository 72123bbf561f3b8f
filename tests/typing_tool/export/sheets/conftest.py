"""The two kinds of tools that a workbook holds, and a workbook's sheets by name."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segkit.typing_tool import TypingTool
from segkit.typing_tool.export.questions import questions_of
from segkit.typing_tool.export.sheets.lookup import write_lookup
from segkit.typing_tool.export.sheets.rules import RulesWay, rules_of_cells


@pytest.fixture(scope="session")
def card(people: Any) -> TypingTool:
    """A scorecard over fields of every kind that leaves the unsure untagged."""
    made = people(400)
    names = np.array(["a", "b", "=c"], dtype=object)[made.segments]
    return TypingTool(model="scorecard", n_folds=2, abstain_below=0.5).fit(
        pd.DataFrame(made.columns)[["age", "plan", "online"]], names
    )


@pytest.fixture(scope="session")
def few_cells(people: Any) -> TypingTool:
    """A forest over so few fields that all cells are rules."""
    made = people(400)
    fields = pd.DataFrame(made.columns)[["plan", "online"]]
    return TypingTool(n_trees=6, n_folds=2, abstain_below=0.45).fit(fields, made.segments)


@pytest.fixture
def by_rules(few_cells: TypingTool) -> Any:
    """A new workbook with the sheets that rules read, and the way to a rule."""
    openpyxl = pytest.importorskip("openpyxl")
    from segkit.typing_tool.export.sheets.rules import write_rules

    model, segments = few_cells.model_, few_cells.classes_.tolist()
    rules = rules_of_cells(model, few_cells.cut_)
    book = openpyxl.Workbook()
    write_rules(book, rules, segments, "a note")
    parts = rules.parts[:, :, None]
    fields = write_lookup(book.create_sheet("Lookup"), model.codes.fields, parts, ["number"])
    way = RulesWay(rules, segments, fields)
    questions = questions_of(model.codes.fields, None)
    return SimpleNamespace(book=book, way=way, fields=fields, questions=questions)
