import warnings

import numpy as np
import pytest

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool, load
from segkit.typing_tool.base.reweighting import read_sizes

SIZES = {0: 0.1, 1: 0.2, 2: 0.7}


@pytest.fixture(scope="module")
def base(people):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(people(1000, seed=7).columns)


def test_odds_change_as_the_sizes_do_and_the_tool_stays_as_it_was(small_tool, base):
    before = small_tool.predict_proba(base)
    again = small_tool.reweighted(SIZES)
    expected = before * np.array([0.1, 0.2, 0.7]) / small_tool.typing_error_.prior
    expected /= expected.sum(axis=1, keepdims=True)
    # votes are told apart in steps of 1/4096
    np.testing.assert_allclose(again.predict_proba(base), expected, atol=0.004)
    assert (again.predict(base) == 2).mean() > (small_tool.predict(base) == 2).mean()
    np.testing.assert_array_equal(small_tool.predict_proba(base), before)
    assert small_tool.sizes_ is None
    assert again.summary().endswith(
        "Tags re-weighted to segments of other sizes (0: 10 %, 1: 20 %, 2: 70 %); all figures are "
        "those of the tool before that, on people like the respondents."
    )
    assert "re-weighted" not in small_tool.summary()


def test_the_sizes_of_the_survey_change_nearly_nothing(small_tool, base):
    same = small_tool.reweighted(small_tool.typing_error_.prior)
    np.testing.assert_allclose(same.predict_proba(base), small_tool.predict_proba(base), atol=0.003)


def test_it_is_the_same_in_a_file_and_for_one_person(small_tool, base, tmp_path):
    tool = small_tool.reweighted(SIZES)
    again = load(tool.save(tmp_path / "tool.segkit"))
    np.testing.assert_array_equal(again.predict_proba(base), tool.predict_proba(base))
    assert again.summary() == tool.summary()
    assert again.score_one(base.iloc[0].to_dict())["segment"] == tool.predict(base.head(1))[0]


def test_sizes_are_taken_from_a_mix(small_tool, base):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)
        mix = small_tool.segment_mix(base)
    assert small_tool.reweighted(mix).sizes_.tolist() == pytest.approx(mix.table["corrected"])


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        ({0: 0.5, 1: 0.5}, "sizes names the segments `0`, `1`; expected those of the tool"),
        ([0.5, 0.5], "expected 3 shares that sum to 1"),
        ([0.5, 0.6, 0.4], "expected 3 shares that sum to 1"),
        ([-0.1, 0.6, 0.5], "none negative"),
        ([0.5, np.nan, 0.5], "expected 3 shares"),
        ("many", "sizes='many' was given; expected 3 shares"),
        (None, "sizes=None was given"),
    ],
)
def test_sizes_that_are_none(small_tool, sizes, text):
    with pytest.raises(SegkitError, match=text):
        small_tool.reweighted(sizes)


def test_shares_are_made_to_sum_to_one():
    np.testing.assert_allclose(read_sizes([0.333, 0.333, 0.333], [0, 1, 2]).sum(), 1)


def test_what_rests_on_the_survey_is_refused(small_tool, base):
    tool = small_tool.reweighted(SIZES)
    for ask, what in (
        (lambda: tool.segment_mix(base), "segment_mix"),
        (lambda: tool.prediction_set(base), "prediction_set"),
        (lambda: tool.reweighted(SIZES), "re-weighting"),
    ):
        with pytest.raises(SegkitError, match=f"re-weighted to the sizes of a base, and {what}"):
            ask()


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
@pytest.mark.parametrize("kept", [[1.0, 0.2, 0.5], [0.2, 1.0, 0.3], [1.0, 1.0, 0.1], [1, 1, 1]])
def test_accuracy_does_not_fall_where_sizes_differ(small_tool, people, kept):
    pandas = pytest.importorskip("pandas")
    fresh = people(8000, seed=21)
    chance = np.random.default_rng(0).random(8000)
    base = fresh.take(np.flatnonzero(chance < np.array(kept)[fresh.segments]))
    frame = pandas.DataFrame(base.columns)
    tool = small_tool.reweighted(small_tool.segment_mix(frame))
    before = (small_tool.predict(frame) == base.segments).mean()
    after = (tool.predict(frame) == base.segments).mean()
    assert after > before - 0.015


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_a_scorecard_changes_the_points_that_everyone_gets(people, base):
    pandas = pytest.importorskip("pandas")
    made = people(400)
    tool = TypingTool(model="scorecard", n_folds=2)
    tool.fit(pandas.DataFrame(made.columns), made.segments)
    again = tool.reweighted(SIZES)
    unit = tool.model_.calibration.unit
    one, other = tool.model_.scorecard, again.model_.scorecard
    np.testing.assert_array_equal(one.points, other.points)
    ratio = np.log(np.array([0.1, 0.2, 0.7]) / tool.typing_error_.prior)
    moved = (other.everyone - one.everyone) * unit
    # each as close as half a point
    gap = moved - moved[0] - (ratio - ratio[0])
    assert (np.abs(gap) <= unit * 1.001).all()
    p = tool.predict_proba(base) * np.exp(moved)
    np.testing.assert_allclose(
        again.predict_proba(base), p / p.sum(axis=1, keepdims=True), atol=1e-6
    )
