import warnings

import numpy as np
import pytest

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool, load


def test_a_tool_is_judged_by_the_answers_behind_its_evaluation(frame_kind, people, small_tool):
    drawn = people(600)
    groups = frame_kind.make({"half": np.arange(600) % 2, "place": drawn.columns["region"]})
    with pytest.warns(SegkitWarning, match="`region` stands in for `place` .Cramer's V 1.00"):
        found = small_tool.evaluate_groups(frame_kind.make(drawn.columns), drawn.segments, groups)
    assert type(found.frame()) is type(groups)
    table = dict(found.table)
    half = [
        i for i, m in enumerate(table["metric"]) if m == "accuracy" and table["by"][i] == "half"
    ]
    right = sum(table["n"][i] * table["value"][i] for i in half) / 600
    assert right == pytest.approx(small_tool.evaluation_.accuracy)
    assert "`region` stands in for `place`" in found.summary()
    card = small_tool.card(found)
    assert "Groups by `half`, `place`: " in card
    assert "Not known: whether it serves all groups" in small_tool.card()


def test_the_order_of_rows_does_not_matter(people, small_tool):
    pandas = pytest.importorskip("pandas")
    drawn = people(600)
    half = np.arange(600) % 2
    turn = np.random.default_rng(0).permutation(600)
    one, other = (
        small_tool.evaluate_groups(pandas.DataFrame(p.columns), p.segments, g)
        for p, g in ((drawn, half), (drawn.take(turn), half[turn]))
    )
    assert one.frame().equals(other.frame())
    assert one.proxies == other.proxies


def test_other_fields_than_those_of_the_fit_are_refused(people, small_tool):
    pandas = pytest.importorskip("pandas")
    drawn = people(100)
    fields = pandas.DataFrame(drawn.columns)
    with pytest.raises(SegkitError, match="this tool was fitted on age, income, online, plan"):
        small_tool.evaluate_groups(fields.drop(columns="age"), drawn.segments, drawn.segments)


@pytest.mark.parametrize(
    "options",
    [
        {"model": "scorecard"},
        {"max_fields": 2},
        {"n_repeats": 2, "target_accuracy": 0.6},
        {"abstain_below": 0.5},
    ],
    ids=str,
)
def test_tools_of_every_kind_are_judged(people, options):
    pandas = pytest.importorskip("pandas")
    drawn = people(300)
    fields, half = pandas.DataFrame(drawn.columns), np.arange(300) % 2
    w = np.random.default_rng(0).uniform(0.5, 2, 300)
    tool = TypingTool(n_trees=20, n_folds=2, **options).fit(fields, drawn.segments, w)
    found = tool.evaluate_groups(fields, drawn.segments, half, w)
    rows = found.frame().query("metric == 'abstained'")
    inside = [w[half == g].sum() for g in (0, 1)]
    share = np.average(rows["value"], weights=inside)
    assert share == pytest.approx(tool.evaluation_.value("abstained"))


def test_a_loaded_tool_gives_the_same_answer_and_holds_no_respondent(people, small_tool, tmp_path):
    pandas = pytest.importorskip("pandas")
    drawn = people(600)
    fields, half = pandas.DataFrame(drawn.columns), np.arange(600) % 2
    again = load(small_tool.save(tmp_path / "tool.segkit"))
    one, other = (t.evaluate_groups(fields, drawn.segments, half) for t in (small_tool, again))
    assert one.frame().equals(other.frame())
    assert again.card(one) == small_tool.card(one)


def test_people_of_no_weight_and_of_no_known_group_are_left_out(people, small_tool):
    pandas = pytest.importorskip("pandas")
    drawn = people(600)
    w = np.ones(600)
    w[:60] = 0
    half = np.array(["a", "b"], dtype=object)[np.arange(600) % 2]
    half[60:120] = None
    found = small_tool.evaluate_groups(pandas.DataFrame(drawn.columns), drawn.segments, half, w)
    assert found.frame().query("metric == 'accuracy'")["n"].sum() == 480


def test_no_warning_where_nothing_stands_in(people, small_tool):
    pandas = pytest.importorskip("pandas")
    drawn = people(600)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small_tool.evaluate_groups(
            pandas.DataFrame(drawn.columns), drawn.segments, np.arange(600) % 2
        )
