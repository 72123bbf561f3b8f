import warnings

import numpy as np
import pytest

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool


@pytest.fixture(scope="module")
def evaluation(small_tool):
    return small_tool.evaluation_


def test_the_table_has_the_promised_columns_and_rows(evaluation):
    table = evaluation.frame()
    assert list(table.columns) == ["metric", "segment", "value", "low", "high", "chance"]
    everyone = set(table["metric"][table["segment"] == "all"])
    assert everyone >= {"accuracy", "majority", "kappa", "log_loss", "brier_skill", "abstained"}
    for metric in ("recall", "precision", "lift"):
        assert list(table["segment"][table["metric"] == metric]) == ["0", "1", "2"]


def test_frames_are_of_the_kind_that_was_given(frame_kind, people):
    made = people(200)
    fields = frame_kind.make(made.columns)
    tool = TypingTool(n_trees=5, n_folds=2).fit(fields, made.segments)
    with warnings.catch_warnings():
        # five trees on 200 people count badly, and the mix says so
        warnings.simplefilter("ignore", SegkitWarning)
        mix = tool.segment_mix(fields)
    evaluation = tool.evaluation_
    for result in (
        evaluation,
        evaluation.confusion,
        evaluation.reliability,
        tool.importance_,
        mix,
    ):
        assert type(result.frame()) is type(fields)


def test_values_are_found_by_name(evaluation):
    assert evaluation.accuracy == evaluation.value("accuracy")
    assert evaluation.kappa == pytest.approx(
        (evaluation.accuracy - evaluation.chance) / (1 - evaluation.chance)
    )
    assert evaluation.value("recall", 1) == evaluation.value("recall", "1")
    with pytest.raises(SegkitError, match="metric='f1' is not known; expected one of 'accuracy'"):
        evaluation.value("f1")
    with pytest.raises(SegkitError, match="The metric `recall` has no row for segment 9"):
        evaluation.value("recall", 9)


def test_values_lie_in_their_intervals(evaluation):
    table = evaluation.frame()
    sure = table["low"].notna()
    assert (table["low"] <= table["value"])[sure].all()
    assert (table["value"] <= table["high"])[sure].all()


def test_confusion_and_reliability_agree_with_the_table(evaluation):
    confusion = evaluation.confusion.frame()
    own = confusion[confusion["segment"] == confusion["tagged"]]
    recall = [evaluation.value("recall", s) for s in range(3)]
    np.testing.assert_allclose(own["share"], recall)
    assert confusion["n"].sum() == pytest.approx(evaluation.n_respondents)
    curve = evaluation.reliability.frame()
    assert curve["n"].sum() == pytest.approx(evaluation.n_respondents)
    right = np.average(curve["observed"], weights=curve["n"])
    assert right == pytest.approx(evaluation.accuracy)


def test_intervals_stay_within_what_is_possible(people):
    pandas = pytest.importorskip("pandas")
    made = people(150)
    # the segment is one of the fields: everything is right
    fields = pandas.DataFrame({"s": np.array(["a", "b", "c"])[made.segments]})
    table = TypingTool(n_trees=10, n_folds=2).fit(fields, made.segments).evaluation_.frame()
    shares = table[table["metric"].isin(["accuracy", "kappa", "recall", "precision"])]
    assert (shares["value"] == 1).all()
    assert (shares["high"] == 1).all()


def test_the_summary_is_honest(evaluation):
    text = evaluation.summary()
    assert "On respondents it had not seen" in text
    assert "naming the largest segment would be right for" in text
    assert "Truth is the segment that the survey's own model gives" in text
    assert "bootstrap of respondents (500 draws), widened for training sets that overlap" in text
    assert "The most common mistake" in evaluation.confusion.summary()
    assert "points on average" in evaluation.reliability.summary()


def test_noise_fields_give_no_agreement_beyond_chance(people):
    made = people(900, signal=0.0)
    pandas = pytest.importorskip("pandas")
    tool = TypingTool(n_trees=40).fit(pandas.DataFrame(made.columns), made.segments)
    table = tool.evaluation_.frame()
    row = table[table["metric"] == "kappa"].iloc[0]
    se = (row["high"] - row["low"]) / 3.92
    assert abs(row["value"]) < 2 * se
    # and the probabilities do not pretend: about the sizes for everyone
    assert tool.evaluation_.value("log_loss") < 1.12


def test_the_control_learns_nothing_from_shuffled_labels(people):
    made = people(400)
    pandas = pytest.importorskip("pandas")
    fields = pandas.DataFrame(made.columns)
    tool = TypingTool(n_trees=20, n_folds=3, control=True).fit(fields, made.segments)
    assert abs(tool.evaluation_.value("kappa_shuffled")) < 0.1
    assert tool.evaluation_.kappa > 0.2


def test_accuracy_is_that_of_a_fresh_sample(small_tool, people):
    pandas = pytest.importorskip("pandas")
    fresh = people(20_000, seed=77)
    truth = (small_tool.predict(pandas.DataFrame(fresh.columns)) == fresh.segments).mean()
    table = small_tool.evaluation_.frame()
    row = table[table["metric"] == "accuracy"].iloc[0]
    assert row["low"] - 0.01 < truth < row["high"] + 0.01


def test_memberships_have_a_ceiling(people):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    soft = 0.7 * np.eye(3)[made.segments] + 0.1
    tool = TypingTool(n_trees=10, n_folds=2).fit(pandas.DataFrame(made.columns), soft)
    assert tool.evaluation_.value("ceiling") == pytest.approx(0.8)
    assert tool.evaluation_.accuracy < 0.8


def test_untagged_people_are_told(shy_tool):
    evaluation = shy_tool.evaluation_
    assert evaluation.value("abstained") > 0.1
    assert "left untagged" in evaluation.summary()
    assert "untagged" in set(evaluation.confusion.frame()["tagged"])


def test_figures_are_drawn(evaluation):
    for result in (evaluation, evaluation.confusion, evaluation.reliability):
        assert result.plot().get_title(loc="left")
    assert "kappa" in evaluation._repr_html_()
