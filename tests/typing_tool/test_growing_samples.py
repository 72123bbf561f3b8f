import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, learning_curve

QUICK = TypingTool(n_trees=15, n_folds=3)
SMALL = {"tool": QUICK, "n_repeats": 2}


@pytest.fixture(scope="module")
def curve(people):
    pandas = pytest.importorskip("pandas")
    made = people(700)
    return learning_curve(pandas.DataFrame(made.columns), made.segments, **SMALL)


def test_more_respondents_make_a_better_tool(curve):
    table = curve.frame()
    seen = table[table["kind"] == "measured"]
    for metric, sign in (("accuracy", 1), ("kappa", 1), ("log_loss", -1)):
        values = sign * seen["value"][seen["metric"] == metric].to_numpy()
        assert values[-1] > values[0]
    assert seen["n"].max() == 466  # what three folds leave
    assert (seen["low"] < seen["value"]).all()
    assert (seen["value"] < seen["high"]).all()


def test_the_last_point_is_the_evaluation_of_the_tool(curve, people):
    pandas = pytest.importorskip("pandas")
    made = people(700)
    tool = TypingTool(n_trees=15, n_folds=3, n_repeats=3)
    evaluation = tool.fit(pandas.DataFrame(made.columns), made.segments).evaluation_
    seen = curve.frame().query("metric == 'accuracy' and kind == 'measured'")
    assert seen["value"].iloc[-1] == pytest.approx(evaluation.accuracy, abs=0.025)


def test_the_forecast_is_where_a_larger_survey_lands(curve, people):
    pandas = pytest.importorskip("pandas")
    fresh = people(20_000, seed=99)
    accuracy = []
    for seed in range(3):
        made = people(1200, seed=seed + 10)
        tool = TypingTool(n_trees=15, n_folds=2).fit(pandas.DataFrame(made.columns), made.segments)
        accuracy.append((tool.predict(pandas.DataFrame(fresh.columns)) == fresh.segments).mean())
    row = curve.at(1200).iloc[0]
    assert row["low"] < np.mean(accuracy) < row["high"]


def test_nothing_depends_on_the_order_of_rows_or_the_kind_of_frame(frame_kind, people, curve):
    made = people(700)
    turned = made.take(np.random.default_rng(1).permutation(700))
    other = learning_curve(frame_kind.make(turned.columns), turned.segments, **SMALL)
    assert type(other.frame()) is type(frame_kind.make({"a": [1]}))
    assert other.table == curve.table


def test_the_unit_of_weights_does_not_matter_and_weights_do(people):
    pandas = pytest.importorskip("pandas")
    made = people(200)
    fields = pandas.DataFrame(made.columns)
    w = np.random.default_rng(0).uniform(0.2, 3, 200)
    tool = TypingTool(n_trees=5, n_folds=2)
    plain, one, other = (
        learning_curve(fields, made.segments, v, tool=tool, n_repeats=1).frame()["value"]
        for v in (None, w, 8 * w)
    )
    np.testing.assert_allclose(one, other)
    assert not np.allclose(plain, one)


def test_fields_that_say_nothing_teach_nothing(people):
    pandas = pytest.importorskip("pandas")
    made = people(500, signal=0.0)
    curve = learning_curve(pandas.DataFrame(made.columns), made.segments, **SMALL)
    row = curve.frame().query("metric == 'kappa' and kind == 'measured'").iloc[-1]
    assert row["low"] < 0 < row["high"]
    assert "cannot be told" in curve.summary()


def test_sizes_are_those_asked_for_and_memberships_count(people):
    pandas = pytest.importorskip("pandas")
    made = people(200)
    soft = 0.8 * np.eye(3)[made.segments] + 0.2 / 3
    curve = learning_curve(
        pandas.DataFrame(made.columns), soft, sizes=[30, 50, 70, 100],
        tool=TypingTool(n_trees=5, n_folds=2), n_repeats=1,
    )  # fmt: skip
    seen = curve.frame().query("metric == 'accuracy' and kind == 'measured'")
    assert seen["n"].tolist() == [30, 50, 70, 100]
    assert seen["value"].max() < 0.87


def test_a_fitted_tool_is_left_alone(small_tool, people):
    pandas = pytest.importorskip("pandas")
    made = people(150)
    before = small_tool.evaluation_
    learning_curve(pandas.DataFrame(made.columns), made.segments, tool=small_tool, n_repeats=1)
    assert small_tool.evaluation_ is before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"tool": 3}, "tool is a int; expected a TypingTool"),
        ({"sizes": 100}, "sizes is a int; expected numbers of respondents, such as"),
        ({"sizes": [40, 60]}, r"sizes=\[40, 60\] was given; expected at least four"),
        ({"sizes": [50, 40, 60, 70]}, "expected at least four numbers of respondents, rising"),
        ({"sizes": [20, 40, 60, 900]}, "a size=900 was given; expected a whole number from 2 to"),
        ({"n_repeats": 0}, "n_repeats=0 was given"),
        ({"tool": TypingTool(n_folds=1)}, "n_folds=1 was given"),
    ],
)
def test_what_cannot_be_measured(people, options, text):
    pandas = pytest.importorskip("pandas")
    made = people(100)
    with pytest.raises(SegkitError, match=text):
        learning_curve(pandas.DataFrame(made.columns), made.segments, **options)
