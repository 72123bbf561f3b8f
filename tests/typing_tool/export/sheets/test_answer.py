"""The formulas from points to an answer, beside the arithmetic of the tool."""

import numpy as np
import pytest

from segkit.typing_tool.export.sheets.answer import (
    FAULT,
    Cells,
    Rule,
    answer_formulas,
    weight_formula,
)
from segkit.typing_tool.models.calibration import CUT_BITS, cut_of, decision_of
from segkit.typing_tool.models.odds import Odds

openpyxl = pytest.importorskip("openpyxl")

ODDS = Odds.of(0.4, 12)
SEGMENTS = ["a", "b", "c"]
REASONS = ["low", "unseen", "gaps"]


def answered(calculate, points, positions, cut=0, strict=(1, 1, 1, 1)):
    """What the formulas say of one person's points."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Ask"
    table = {"A": SEGMENTS, "B": REASONS, "C": ODDS.table.tolist()}
    for letter, values in table.items():
        for r, value in enumerate(values, 1):
            sheet[f"{letter}{r}"] = value
    for row, values in ((40, points), (41, positions), (42, strict)):
        for c, value in enumerate(values, 1):
            sheet.cell(row, c).value = value
    rule = Rule(
        "$A$1:$A$3",
        "$B$1:$B$3",
        f"$C$1:$C${len(ODDS.table)}",
        len(ODDS.table),
        Rule.largest_sum(int(ODDS.table[0]), cut),
        0.5,
        4,
    )
    span = "$A$40:$C$40"
    for c, letter in enumerate("ABC"):
        sheet[f"{letter}43"] = "=" + weight_formula(rule, span, f"{letter}40")
        sheet[f"{letter}44"] = f"=IF($A$45={c + 1},-1,{letter}40)"
    sheet["A45"] = f"=MATCH(MAX({span}),{span},0)"
    at = Cells("$A$41:$D$41", "$A$42:$D$42", span, "$A$43:$C$43", "$A$44:$C$44", "$A$45")
    formulas = answer_formulas(rule, at)
    for r, formula in enumerate(formulas.values(), 46):
        sheet[f"A{r}"] = f"={formula}"
    values = calculate(book, "Ask", [f"A{46 + i}" for i in range(len(formulas))])
    return dict(zip(formulas, values, strict=True))


@pytest.mark.parametrize("points", [(3, 7, 5), (7, 7, 2), (0, 0, 0), (0, 3, 40), (1, 12, 12)])
def test_tag_probability_and_runner_up_are_those_of_the_tool(points, calculate):
    votes = np.array([points])
    decision = ODDS.decide(votes)
    found = answered(calculate, points, (3, 3, 4, 5))
    assert found["segment"] == SEGMENTS[decision.first[0]]
    assert found["second"] == SEGMENTS[decision.second[0]]
    assert found["probability"] == pytest.approx(decision.top[0], abs=1e-15)
    assert found["reason"] in ("", None)


def test_the_cut_is_compared_without_rounding(calculate):
    weight = ODDS.table[np.array([4, 0, 2])]
    share = weight.max() / weight.sum()
    for cut in (int(share * 2**CUT_BITS), int(share * 2**CUT_BITS) + 1):
        kept = decision_of(np.array([[3, 7, 5]]), weight[None], cut).kept[0]
        found = answered(calculate, (3, 7, 5), (3, 3, 4, 5), cut)
        assert (found["segment"] == "b") == kept
    assert cut_of(None) == 0
    assert Rule.largest_sum(5, 0) is None


@pytest.mark.parametrize(
    ("positions", "strict", "reason"),
    [
        ((3, 3, 4, 5), (1, 1, 1, 1), "low"),
        ((2, 3, 1, 1), (1, 1, 1, 1), "unseen"),
        ((2, 3, 4, 5), (0, 1, 1, 1), "low"),
        ((1, 1, 3, 3), (1, 1, 1, 1), "low"),
        ((1, 1, 1, 3), (1, 1, 1, 1), "gaps"),
    ],
)
def test_why_somebody_is_untagged(positions, strict, reason, calculate):
    found = answered(calculate, (3, 7, 5), positions, cut_of(0.99), strict)
    assert found["segment"] in ("", None)
    assert found["reason"] == reason
    assert found["second"] == "c"


def test_points_that_are_none_ask_for_the_answers_to_be_checked(calculate):
    found = answered(calculate, ("=NA()", 7, 5), (3, 3, 4, 5))
    assert found["segment"] == FAULT
    assert [found[n] or None for n in ("probability", "second", "reason")] == [None] * 3
