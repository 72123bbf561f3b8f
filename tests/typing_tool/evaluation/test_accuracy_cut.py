import warnings

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, load
from segkit.typing_tool.evaluation.accuracy_cut import FEW, accuracy_cut


def told(n, seed=0):
    """Likeliest segments' probabilities that come true."""
    rng = np.random.default_rng(seed)
    top = rng.uniform(0.3, 0.95, n)
    return top, (rng.random(n) < top).astype(float)


@pytest.mark.parametrize("wanted", [0.65, 0.75, 0.85])
def test_tags_from_the_cut_on_are_right_as_often_as_wanted(wanted):
    reached = []
    for seed in range(40):
        cut = accuracy_cut(*told(1000, seed), np.ones(1000), wanted).cut
        top, right = told(20_000, 1000 + seed)
        reached.append(right[top >= cut].mean())
    assert np.mean(reached) == pytest.approx(wanted, abs=0.01)


def test_everyone_is_tagged_where_that_is_right_often_enough():
    found = accuracy_cut(*told(1000), np.ones(1000), 0.5)
    assert (found.cut, found.tagged) == (0.0, 1.0)
    found.refuse_short_of(0.5)


def test_an_accuracy_out_of_reach_is_refused_with_the_best_one():
    top, right = told(1000)
    found = accuracy_cut(top, right, np.ones(1000), 0.99)
    assert found.accuracy < 0.99
    assert (top >= found.cut).sum() >= FEW
    with pytest.raises(SegkitError, match=r"target_accuracy=0.99 cannot be reached: even the sur"):
        found.refuse_short_of(0.99)


def test_whole_weights_are_repeated_people_and_their_unit_and_order_do_not_matter():
    (top, right), w = told(400), np.random.default_rng(1).integers(1, 4, 400).astype(float)
    one = accuracy_cut(top, right, w, 0.75)
    rows = np.repeat(np.arange(400), w.astype(int))
    order = np.random.default_rng(2).permutation(400)
    for other in (
        accuracy_cut(top[rows], right[rows], np.ones(rows.size), 0.75),
        accuracy_cut(top, right, 8 * w, 0.75),
        accuracy_cut(top[order], right[order], w[order], 0.75),
    ):
        assert other.cut == one.cut
        assert other.accuracy == pytest.approx(one.accuracy)


@pytest.fixture(scope="module")
def aiming(people):
    pandas = pytest.importorskip("pandas")
    made = people(800)
    tool = TypingTool(n_trees=30, n_folds=3, target_accuracy=0.65)
    return tool.fit(pandas.DataFrame(made.columns), made.segments)


def test_a_tool_keeps_silent_as_much_as_its_target_takes(aiming, people, tmp_path):
    pandas = pytest.importorskip("pandas")
    fresh = people(20_000, seed=4)
    base = pandas.DataFrame(fresh.columns)
    predicted = aiming.predict(base)
    tagged = predicted >= 0
    assert 0.2 < tagged.mean() < 0.95
    right = (predicted == fresh.segments)[tagged].mean()
    assert right == pytest.approx(0.65, abs=0.05)
    # what the evaluation says of accuracy and silence holds for new people
    assert aiming.evaluation_.accuracy == pytest.approx(right, abs=0.05)
    assert aiming.evaluation_.value("abstained") == pytest.approx(1 - tagged.mean(), abs=0.1)
    assert "chosen for 65 % of right tags" in aiming.summary()
    assert f"Untagged below a probability of {aiming.cut_ / 2**20:.2f}:" in aiming.card()
    again = load(aiming.save(tmp_path / "tool.segkit"))
    np.testing.assert_array_equal(again.predict(base), predicted)
    assert again.summary() == aiming.summary()


def test_targets_that_cannot_be(people):
    pandas = pytest.importorskip("pandas")
    made = people(300, signal=0.0)
    fields = pandas.DataFrame(made.columns)
    for options, text in (
        ({"target_accuracy": 0.9}, r"target_accuracy=0.9 cannot be reached: even the surest"),
        ({"target_accuracy": 1.2}, "target_accuracy=1.2 was given; expected a share"),
        (
            {"target_accuracy": 0.7, "abstain_below": 0.5},
            "abstain_below=0.5 and target_accuracy=0.7 were both given; expected one",
        ),
    ):
        with pytest.raises(SegkitError, match=text):
            TypingTool(n_trees=10, n_folds=2, **options).fit(fields, made.segments)


def honesty(people, runs):
    """Mean of stated and of true accuracy and share abstained."""
    pandas = pytest.importorskip("pandas")
    pool = people(20_000, seed=77_777)
    base, found = pandas.DataFrame(pool.columns), []
    for seed in range(runs):
        made = people(800, seed=seed)
        tool = TypingTool(n_trees=30, n_folds=3, target_accuracy=0.65, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tool.fit(pandas.DataFrame(made.columns), made.segments)
        predicted = tool.predict(base)
        tagged = predicted >= 0
        stated = tool.evaluation_.accuracy, tool.evaluation_.value("abstained")
        true = (predicted == pool.segments)[tagged].mean(), 1 - tagged.mean()
        found.append((*stated, *true))
    return np.mean(found, axis=0)


@pytest.mark.slow
def test_stated_accuracy_and_silence_are_not_optimistic(people):
    accuracy, silence, true_accuracy, true_silence = honesty(people, 50)
    # votes that knew nobody come from fewer trees, folds from fewer people: both err to the
    # safe side
    assert 0.64 < true_accuracy < 0.70
    assert true_accuracy - 0.03 < accuracy < true_accuracy + 0.01
    assert true_silence - 0.01 < silence < true_silence + 0.08
