"""The sentences on trust: figures, chance beside them, and plain words for weak and strong."""

import types

import pandas as pd
import pytest

from segkit.reports import honesty


class _Table(types.SimpleNamespace):
    def frame(self):
        return self.table

    def summary(self):
        return self.said


def _evaluation(kappa):
    rows = [
        ("accuracy", "all", 0.45, 0.42, 0.48),
        ("majority", "all", 0.34, 0.32, 0.36),
        ("kappa", "all", kappa, kappa - 0.02, kappa + 0.02),
        ("recall", "1", 0.55, 0.5, 0.6),
        ("precision", "1", 0.49, 0.4, 0.5),
    ]
    table = pd.DataFrame(rows, columns=["metric", "segment", "value", "low", "high"])
    return _Table(table=table, said="typed")


def _study(kappa=0.24, drift=None, level=0.1):
    stability = pd.DataFrame({"segment": [0, 1], "jaccard": [0.9, 0.7], "low": 0.6, "high": 0.95})
    return types.SimpleNamespace(
        tool=types.SimpleNamespace(evaluation_=_evaluation(kappa)),
        segments=types.SimpleNamespace(
            level_share=level, scheme=types.SimpleNamespace(names=("Planners", r"\1 <b>"))
        ),
        trust=types.SimpleNamespace(stability=_Table(table=stability, said="stable"), drift=drift),
    )


def test_a_metric_is_found_by_name_and_segment():
    assert honesty.metric(_evaluation(0.2), "recall", "1")["value"] == 0.55
    with pytest.raises(KeyError, match="recall of segment 7"):
        honesty.metric(_evaluation(0.2), "recall", "7")


@pytest.mark.parametrize(
    ("kappa", "words"),
    [(0.05, "almost nothing"), (0.24, "a little"), (0.4, "a fair amount"), (0.7, "well")],
)
def test_kappa_is_put_in_plain_words(kappa, words):
    said = honesty.paragraphs(_study(kappa))[0]
    assert f"kappa of {kappa:.2f}: the fields tell" in said
    assert words in said


def test_accuracy_stands_beside_the_largest_segment():
    said = honesty.paragraphs(_study())[0]
    assert "45 %" in said
    assert "largest segment gives 34 %" in said
    assert "not a fact about a person" in said


def test_drift_is_told_where_there_was_a_base():
    assert honesty.paragraphs(_study())[2:] == ["stable"]
    assert honesty.paragraphs(_study(drift=_Table(said="keep")))[2:] == ["stable", "keep"]


def test_segments_go_by_their_names():
    told = "The weakest is segment 1. All 2 segments moved, in segment 0 most; segment 7 is new."
    said = honesty.paragraphs(_study(drift=_Table(said=told)))[3]
    assert said == (
        r"The weakest is \1 <b>. All 2 segments moved, in Planners most; segment 7 is new."
    )


@pytest.mark.parametrize(("level", "words"), [(0.04, "rather than in how"), (0.7, "a ranking")])
def test_segments_that_rank_people_are_called_a_ranking(level, words):
    said = honesty.paragraphs(_study(level=level))[1]
    assert said.startswith(f"{level:.0%}".replace("%", " %"))
    assert words in said


def test_each_segment_says_how_stable_and_how_findable_it_is():
    said = honesty.of_segment(_study(), 1)
    assert "0.70 (0.60 to 0.95" in said
    assert "55 % of its members" in said
    assert "49 % belong to it" in said
