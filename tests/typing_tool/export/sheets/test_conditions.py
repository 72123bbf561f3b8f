"""Runs of codes in words."""

import numpy as np
import pytest

from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.sheets.conditions import condition_of, rule_in_words

# a gap may stand among the bins, where it is like its neighbours
AGE = FieldCode(
    "age", "number", "float64", (), np.array([20.0, 40.5]), np.array([0, 1, 3]), 2, -1, 4
)
PLAN = FieldCode("plan", "text", "str", ("b", "a"), np.empty(0), np.array([2, 0]), 1, 3, 4)
POOLED = FieldCode("shop", "text", "str", ("x",), np.empty(0), np.array([0]), 2, 1, 3, n_pooled=4)
YES = FieldCode("online", "boolean", "bool", ("False", "True"), np.empty(0), np.arange(2), 3, 2, 4)


@pytest.mark.parametrize(
    ("field", "low", "high", "words"),
    [
        (AGE, 0, 3, ""),
        (AGE, 0, 255, ""),
        (AGE, 0, 0, "age up to 20"),
        (AGE, 1, 1, "age above 20 up to 40.5"),
        (AGE, 0, 1, "age up to 40.5"),
        (AGE, 1, 255, "age above 20 or missing"),
        (AGE, 2, 2, "age missing"),
        (AGE, 0, 2, "age up to 40.5 or missing"),
        (PLAN, 2, 255, "plan b or unseen"),
        (PLAN, 0, 1, "plan a or missing"),
        (PLAN, 0, 2, "plan b or a or missing"),
        (POOLED, 0, 1, "shop x or other"),
        (YES, 1, 1, "online yes"),
        (YES, 0, 0, "online no"),
        (YES, 2, 3, "online unseen or missing"),
    ],
)
def test_a_run_of_codes_in_words(field, low, high, words):
    assert condition_of(field, low, high) == words


def test_many_levels_are_counted():
    levels = tuple(f"l{i}" for i in range(20))
    field = FieldCode("town", "text", "str", levels, np.empty(0), np.arange(20), 20, 21, 22)
    told = condition_of(field, 0, 15)
    assert told.startswith("town l0 or l1 or ")
    assert told.endswith("l11 or one of 4 more levels")


def test_a_rule_names_what_it_looks_at():
    fields = (AGE, PLAN, YES)
    assert rule_in_words(fields, (0, 0, 1), (0, 255, 1)) == "age up to 20; online yes"
    assert rule_in_words(fields, (0, 0, 0), (255, 255, 255)) == "always"
