"""Tools of every kind, and rows on which an export has to agree with them to the bit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segkit import datasets
from segkit.typing_tool import TypingTool

NASTY = "in\"come's <b>&amp;</b> =1+1;--"
"""A field's name that would break out of a sheet, a page or a statement."""

UNHEARD = ["never heard of", "'; DROP TABLE base; --", "<script>alert(1)</script>", "=1+1", "ÄÖ 漢"]


@dataclass(frozen=True)
class Case:
    """A fitted tool and rows to type."""

    name: str
    tool: TypingTool
    rows: pd.DataFrame

    @property
    def expected(self) -> pd.DataFrame:
        """What the tool itself says of the rows: the columns that tagging adds."""
        tagged = self.tool.tag(self.rows)
        return tagged[[c for c in tagged.columns if c not in self.rows.columns]]

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows as plain values, None where missing."""
        plain = self.rows.astype(object).where(self.rows.notna(), None)
        return plain.to_dict("records")


def rows_for(tool: TypingTool, people: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Draw rows: usual values, every bin edge and its neighbours, gaps, levels unheard of."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    for field in tool.model_.codes.fields:
        usual = people[field.name].dropna().to_numpy()
        if field.kind == "number":
            edges = field.edges
            odd = [edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)]
            pool = np.concatenate([usual, *odd, [0.0, -1e9, 1e9, 0.1 + 0.2]]).astype(float)
            drawn = rng.choice(pool, n)
            drawn[rng.random(n) < 0.15] = np.nan
        else:
            pool = np.array([*usual, *(UNHEARD if field.kind == "text" else [])], dtype=object)
            drawn = pool[rng.integers(0, pool.size, n)]
            if field.kind == "text":
                drawn[rng.random(n) < 0.2] = UNHEARD[0]
            drawn[rng.random(n) < 0.15] = None
        columns[field.name] = drawn
    rows = pd.DataFrame(columns)
    rows.loc[0, :] = None  # somebody of whom nothing is known
    for name in rows.columns:
        if people[name].dtype == bool:
            rows[name] = rows[name].astype("boolean")
        elif tool.model_.codes.fields[list(rows.columns).index(name)].kind == "number":
            rows[name] = rows[name].astype(float)
    return rows


def _people(people: Any, n: int = 500) -> tuple[pd.DataFrame, np.ndarray]:
    made = people(n)
    frame = pd.DataFrame(made.columns).rename(columns={"income": NASTY})
    frame.insert(0, "id", np.arange(n))
    return frame.drop(columns="id"), made.segments


@pytest.fixture(scope="session")
def cases(people: Any) -> dict[str, Case]:
    """Forest and scorecard; whole-number and text segments; with and without abstention."""
    frame, labels = _people(people)
    names = np.array(["Planners", 'the "careful"', "<i>späte</i>"], dtype=object)[labels]
    quick: dict[str, Any] = {"n_folds": 2, "random_state": 0}
    tools = {
        "forest": TypingTool(n_trees=12, **quick).fit(frame, labels),
        "shy forest": TypingTool(n_trees=8, abstain_below=0.5, **quick).fit(frame, names),
        "small forest": TypingTool(n_trees=3, max_leaves=4, **quick).fit(frame, labels),
        "scorecard": TypingTool(model="scorecard", **quick).fit(frame, labels),
        "shy scorecard": TypingTool(model="scorecard", abstain_below=0.5, **quick).fit(
            frame, names
        ),
        "two segments": TypingTool(n_trees=5, **quick).fit(frame, (labels == 1).astype(int)),
    }
    return {
        name: Case(name, tool, rows_for(tool, frame, 2000, seed))
        for seed, (name, tool) in enumerate(tools.items())
    }


CASES = ["forest", "shy forest", "small forest", "scorecard", "shy scorecard", "two segments"]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    """Each of them in turn."""
    return cases[request.param]


@pytest.fixture(scope="session")
def edge_rows() -> Any:
    """The function that draws rows for a tool on other people's fields."""
    return rows_for


@pytest.fixture
def calculate(tmp_path: Any) -> Any:
    """The function that calculates a workbook and returns the values of some cells of a sheet."""
    formulas = pytest.importorskip("formulas", reason="formulas is not installed")

    def run(book: Any, sheet: str, cells: list[str]) -> list[Any]:
        path = tmp_path / "calculated.xlsx"
        book.save(path)
        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
        found = [solution[f"'[{path.name}]{sheet.upper()}'!{c}"].value[0, 0] for c in cells]
        return [v.item() if isinstance(v, np.generic) else v for v in found]

    return run


def _bank() -> tuple[pd.DataFrame, np.ndarray]:
    answers = datasets.fetch_bank_marketing().answers
    rng = np.random.default_rng(0)
    people = answers.iloc[rng.choice(len(answers), 2500, replace=False)]
    stage = people["age"].to_numpy() + rng.normal(0, 12, len(people))
    fields = people.drop(columns=["contact_id", "y"]).reset_index(drop=True)
    return fields, np.digitize(stage, [33, 50])


def _payments() -> tuple[pd.DataFrame, np.ndarray]:
    survey = datasets.fetch_payment_choice(wave=2017)
    items = survey.codebook.clean(survey.answers)[survey.codebook.names(role="item")]
    place = items.astype(float).mean(axis=1).rank(method="first").to_numpy()
    names = np.array(["low", "middle", "high"], dtype=object)
    fields = survey.answers[survey.codebook.names(role="field")].reset_index(drop=True)
    return fields, names[(place * 3 // (len(place) + 1)).astype(int)]


@pytest.fixture(params=[_bank, _payments], ids=["bank", "payments"])
def real_people(request: pytest.FixtureRequest, data_folder: Any) -> Any:
    """All fields of a real survey, and segments: numbers or names."""
    return request.param()
