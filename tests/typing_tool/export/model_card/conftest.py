"""Cards of tools whose fields and segments have names that would break out of a page."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segkit.typing_tool import GroupFigures, ToolCard, TypingTool

NASTY = [
    '<img src=x onerror="alert(1)">',
    "</td></table><script>alert(1)</script>",
    "a | b | [x](javascript:alert(1)) ![y](https://evil.example/z.png)",
    "# *x* `y` _z_ ~~w~~ $k_{$ &lt; =1+1",
]
SEGMENTS = ["<b>bold</b> | **x**", "$x_{$ </svg><script>alert(2)</script>", "1. one"]


@dataclass(frozen=True)
class Told:
    """A tool, its respondents, and its card."""

    tool: TypingTool
    fields: pd.DataFrame
    w: np.ndarray
    groups: GroupFigures
    card: ToolCard


@pytest.fixture(scope="session")
def told(people: Any) -> Told:
    made = people(400)
    w = np.random.default_rng(0).lognormal(0, 0.4, 400)
    fields = pd.DataFrame(made.columns)
    names = dict(zip(["age", "income", "region", "plan"], NASTY, strict=True))
    fields = fields.rename(columns=names)
    fields[NASTY[3]] = fields[NASTY[3]].map({"basic": "<i>", "plus": "a|b", "family": "`c`"})
    segments = np.array(SEGMENTS, dtype=object)[made.segments]
    tool = TypingTool(n_trees=12, abstain_below=0.4, n_folds=2, control=True)
    tool.fit(fields, segments, w)
    halves = pd.DataFrame({"<u>half</u>": np.array(["<s>1", "2|3"])[np.arange(400) % 2]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        groups = tool.evaluate_groups(fields, segments, halves, w)
    return Told(tool, fields, w, groups, tool.card(groups))
