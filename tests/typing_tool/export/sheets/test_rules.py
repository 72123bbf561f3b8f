"""Rules in place of a forest say what they stand for."""

import re

import numpy as np
import pytest

from segkit.typing_tool import TypingTool
from segkit.typing_tool.export.distilled import distil
from segkit.typing_tool.export.sheets.rules import rules_of_cells, rules_of_tree
from segkit.typing_tool.export.sheets.style import TOP

pd = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def few(people):
    made = people(400)
    fields = pd.DataFrame(made.columns)[["region", "plan", "online"]]
    return TypingTool(n_trees=10, n_folds=2, abstain_below=0.5).fit(fields, made.segments)


def walked(nodes, codes):
    """The rule of each row of codes, by the table of nodes."""
    at = np.zeros(len(codes), dtype=int)
    for _ in range(40):
        field, threshold, left, right, _ = nodes[at].T
        goes_left = codes[np.arange(len(codes)), field - 1] <= threshold
        at = np.where(goes_left, left, right) - 1
    return nodes[at, 4] - 1


def drawn(model, n=500):
    rng = np.random.default_rng(0)
    return np.stack([rng.integers(0, k, n) for k in model.codes.n_codes], axis=1).astype(np.uint8)


def test_the_leaves_of_a_tree_say_what_the_tree_says(small_tool):
    model = small_tool.model_
    tree = distil(model, 1 << 19, max_leaves=60)
    rules = rules_of_tree(tree, model.codes.fields, 1 << 19)
    codes = drawn(model)
    rule, said = walked(rules.nodes, codes), tree.decide(codes, 1 << 19)
    for name in ("first", "second", "kept", "probabilities"):
        np.testing.assert_array_equal(getattr(rules.decision, name)[rule], getattr(said, name))
    assert len(rules.words) == tree.tree.n_leaves == len(set(rules.words))
    assert set(rule) <= set(range(60))


def test_the_cells_of_a_forest_say_what_the_forest_says(few):
    model = few.model_
    rules = rules_of_cells(model, few.cut_)
    codes = drawn(model)
    cell = sum(rules.parts[f, codes[:, f]] for f in range(3))
    said = model.decide(codes, few.cut_)
    for name in ("first", "second", "kept", "probabilities"):
        np.testing.assert_array_equal(getattr(rules.decision, name)[cell], getattr(said, name))
    assert len(set(rules.words)) == len(rules.words)
    assert not len(rules.nodes)


def test_the_sheet_of_rules_reads_as_the_rules_are(few, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    rules = rules_of_cells(few.model_, few.cut_)
    book = openpyxl.load_workbook(few.to_excel(tmp_path / "tool.xlsx"))
    heads = [c.value for c in book["Rules"][TOP - 1]]
    shares = [f"probability of Segment {s}" for s in range(3)]
    assert [h.lower() for h in heads] == [
        h.lower() for h in ["rule", "segment", "tagged", "probability", "second", *shares, "when"]
    ]
    rows = list(book["Rules"].iter_rows(min_row=TOP, values_only=True))
    assert [r[0] for r in rows] == list(range(1, len(rules.words) + 1))
    assert [r[1] for r in rows] == rules.decision.first.tolist()
    assert [r[2] == "yes" for r in rows] == rules.decision.kept.tolist()
    assert [r[3] for r in rows] == rules.decision.top.tolist()
    assert [r[-1] for r in rows] == rules.words
    assert all(re.match(r"(region|plan|online) ", r[-1]) for r in rows)
