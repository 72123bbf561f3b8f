import dataclasses

import numpy as np
import pytest

from segkit.typing_tool import TypingTool
from segkit.typing_tool.evaluation.card import evaluation_lines


def test_the_card_says_what_how_well_and_what_not(small_tool, shy_tool):
    text = small_tool.card()
    assert "Types customers into 3 segments (0, 1, 2)." in text
    assert "Fields: age, income, region, plan, online." in text
    assert "Carried by `age`" in text
    assert f"kappa {small_tool.evaluation_.kappa:.2f}" in text
    assert "Everyone is tagged, however unsure." in text
    assert "For sizes use segment_mix, not counts of tags." in text
    assert "Untagged below a probability of 0.55" in shy_tool.card()


def test_lifts_are_told_as_people_reached(small_tool):
    figures = small_tool.evaluation_
    text = figures.card()
    best = max(range(3), key=lambda s: figures.value("lift", s))
    lift = figures.value("lift", best)
    assert (
        "Good for lists: calling the 10 % most likely reaches, against calling at random, "
        f"{lift:.1f} times as many of segment {best} (" in text
    )
    worst = min(range(3), key=lambda s: figures.value("recall", s))
    assert f"Weakest: segment {worst}; of those tagged so" in text


def test_one_person_is_decided_on_by_good_tools_only(small_tool, people):
    wrong = 100 * (1 - small_tool.evaluation_.accuracy)
    assert (
        f"For a decision about one person: no. It is wrong for {wrong:.0f} % of people"
        in small_tool.card()
    )
    pandas = pytest.importorskip("pandas")
    drawn = people(150)
    known = pandas.DataFrame({"s": np.array(["a", "b", "c"])[drawn.segments]})
    sure = TypingTool(n_trees=10, n_folds=2).fit(known, drawn.segments)
    assert "For a decision about one person: with care" in sure.card()
    assert "equally sure of everyone" in sure.card()


def test_a_tool_that_knows_nothing_is_good_for_nothing(people):
    pandas = pytest.importorskip("pandas")
    drawn = people(500, signal=0.0)
    tool = TypingTool(n_trees=10, n_folds=2, control=True).fit(
        pandas.DataFrame(drawn.columns), drawn.segments
    )
    text = tool.card()
    assert "Good for lists" not in text
    assert "Not for lists of segment 0, 1, 2: the 10 % most likely hold hardly more" in text
    assert "Taught from shuffled labels, the same procedure reaches a kappa of" in text


def test_the_ceiling_is_told_where_it_is_known(people):
    pandas = pytest.importorskip("pandas")
    drawn = people(300)
    soft = 0.7 * np.eye(3)[drawn.segments] + 0.1
    tool = TypingTool(n_trees=10, n_folds=2).fit(pandas.DataFrame(drawn.columns), soft)
    assert "Hardly any tool could agree for more than 80 % of people" in tool.card()


def test_probabilities_off_by_more_than_chance_are_told(small_tool):
    figures = small_tool.evaluation_
    assert any("no more than the " in x for x in evaluation_lines(figures))
    table = {name: list(values) for name, values in figures.table.items()}
    table["value"][table["metric"].index("calibration_error")] = 0.2
    worse = dataclasses.replace(figures, table=table)
    assert "off by 20.0 points on average, more than the " in worse.card()
