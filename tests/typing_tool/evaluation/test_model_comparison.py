import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.naive_bayes import BernoulliNB

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, compare_models

MODELS = ("scorecard", BernoulliNB(), DummyClassifier(strategy="prior"))


@pytest.fixture(scope="module")
def found(people):
    pandas = pytest.importorskip("pandas")
    made = people(400)
    return compare_models(pandas.DataFrame(made.columns), made.segments, MODELS, n_folds=3)


def test_one_row_a_model_and_the_first_differs_from_itself_by_nothing(found):
    table = found.frame()
    assert table["model"].tolist() == ["scorecard", "BernoulliNB", "DummyClassifier"]
    assert table.filter(regex="difference|loss_").iloc[0].tolist() == [0] * 6
    np.testing.assert_allclose(table["difference"], table["accuracy"] - table["accuracy"][0])
    np.testing.assert_allclose(table["loss_difference"], table["log_loss"] - table["log_loss"][0])
    assert (table["low"] < table["accuracy"]).all()
    assert (table["accuracy"] < table["high"]).all()


def test_a_model_that_knows_the_sizes_only_is_clearly_worse(found):
    row = found.frame().iloc[2]
    assert row["accuracy"] == pytest.approx(found.majority, abs=0.01)
    assert row["kappa"] == pytest.approx(0, abs=0.02)
    assert row["brier_skill"] == pytest.approx(0, abs=0.03)
    assert row["difference_high"] < 0 < row["loss_low"]


def test_pairs_tell_more_than_two_intervals(found):
    row = found.frame().iloc[1]
    apart = np.hypot(*(found.frame()["high"] - found.frame()["low"])[:2])
    assert row["difference_high"] - row["difference_low"] < 0.9 * apart


def test_the_figures_of_a_model_are_those_of_a_tool_with_the_same_folds(people):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    fields = pandas.DataFrame(made.columns)
    w = np.random.default_rng(0).uniform(0.5, 2, 300)
    table = compare_models(fields, made.segments, MODELS[:2], w, n_folds=3).frame()
    alone = TypingTool(model="scorecard", n_folds=3).fit(fields, made.segments, w).evaluation_
    assert table["accuracy"][0] == pytest.approx(alone.accuracy, abs=0.06)  # other folds
    swapped = compare_models(fields, made.segments, MODELS[:2][::-1], 3 * w, n_folds=3).frame()
    np.testing.assert_allclose(swapped["accuracy"], table["accuracy"][::-1])
    np.testing.assert_allclose(swapped["difference"][1], -table["difference"][1])
    np.testing.assert_allclose(swapped["loss_low"][1], -table["loss_high"][1], atol=1e-9)


def test_the_order_of_rows_and_the_kind_of_frame_do_not_matter(people, frame_kind):
    made, order = people(200), np.random.default_rng(1).permutation(200)
    turned = made.take(order)
    soft, models = np.eye(3)[made.segments] * 0.8 + 0.2 / 3, ("scorecard", BernoulliNB())
    one = compare_models(frame_kind.make(made.columns), soft, models, n_folds=2)
    two = compare_models(frame_kind.make(turned.columns), soft[order], models, n_folds=2)
    assert one.table == two.table
    assert type(one.frame()).__module__.startswith(frame_kind.name)


def test_a_paragraph_names_what_differs(found):
    text = found.summary()
    assert "on respondents not seen: scorecard " in text
    assert "Log loss against scorecard: BernoulliNB " in text
    assert text.count(": worse") >= 1
    assert "Nested 3-fold cross-validation by respondent, the same folds for all; n = 400" in text
    assert found.plot().get_title(loc="left")


def test_two_of_a_kind_are_numbered(people, frame_kind):
    made = people(120)
    two = compare_models(
        frame_kind.make(made.columns),
        made.segments,
        [BernoulliNB(), BernoulliNB(alpha=9)],
        n_folds=2,
    )
    assert two.table["model"] == ["BernoulliNB", "BernoulliNB 2"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"models": "forest"}, "models='forest' was given; expected two models at least"),
        ({"models": ["forest"]}, "expected two models at least"),
        ({"models": ["forest", "tree"]}, "model='tree' is not known"),
        ({"n_folds": 1}, "n_folds=1 was given"),
        ({"n_repeats": 0}, "n_repeats=0 was given"),
    ],
)
def test_what_cannot_be_compared(people, frame_kind, options, text):
    made = people(60)
    with pytest.raises(SegkitError, match=text):
        compare_models(frame_kind.make(made.columns), made.segments, **options)
