"""Which questions are chosen, and what is promised of their accuracy."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool, golden_questions

pd = pytest.importorskip("pandas")
LETTERS = list("abcdefgh")


def made(n=400, seed=0, signal=1.0):
    """Eight items of five steps; a, c and f tell three segments apart."""
    rng = np.random.default_rng(seed)
    items = rng.integers(1, 6, (n, 8)).astype(float)
    pull = signal * np.column_stack([items[:, 0], items[:, 2], items[:, 5]])
    return pd.DataFrame(items, columns=LETTERS), (pull + rng.gumbel(size=(n, 3))).argmax(axis=1)


@pytest.fixture(scope="module")
def found():
    items, segments = made()
    return golden_questions(items, segments, max_items=5, n_folds=3)


def test_the_items_that_tell_segments_apart_come_first_and_suffice(found):
    table = found.frame()
    assert table["n_questions"].tolist() == [1, 2, 3, 4, 5]
    assert set(found.items(3)) == {"a", "c", "f"}
    assert found.suggested == 3
    assert table["frequency"].iloc[2] == 1.0
    assert (table["low"] <= table["accuracy"]).all()
    assert (table["accuracy"] <= table["high"]).all()
    assert table["accuracy"].iloc[2] > table["majority"].iloc[0] + 0.2
    assert table["accuracy"].iloc[2] > table["ceiling"].iloc[0] - 0.03
    removal = found.removal_frame()
    assert (removal["lost"] > 0.02).all()
    assert (removal["low"] <= removal["lost"]).all()


def test_gains_add_up_to_the_accuracy(found):
    table = found.frame()
    reached = table["majority"] + table["gain"].cumsum()
    np.testing.assert_allclose(reached, table["accuracy"], atol=1e-12)


def test_the_curve_is_that_of_the_tags_of_those_left_out(found):
    _, segments = made()
    for n, accuracy in zip(found.lists, found.frame()["accuracy"], strict=True):
        assert (found.tags[n] == segments).mean() == pytest.approx(accuracy)
    assert found.folds.shape == (1, 400)
    assert set(found.folds[0]) == {0, 1, 2}


def test_the_tool_is_a_scorecard_over_the_list(found):
    tool = found.tool()
    assert isinstance(tool, TypingTool)
    assert tool is found.tool(3)
    assert tool.feature_names_in_.tolist() == list(found.items())
    assert tool.points().frame().shape[0] > 15
    row = found.frame().iloc[2]
    assert row["low"] - 0.03 < tool.evaluation_.accuracy < row["high"] + 0.03


def test_the_paragraph_says_what_was_done(found):
    text = found.summary()
    for words in ("3 questions of 8", "one standard error", "3-fold", "n = 400", "seed 0"):
        assert words in text


def test_the_order_of_rows_and_the_kind_of_frame_change_nothing(found, frame_kind):
    items, segments = made()
    at = np.random.default_rng(1).permutation(len(items))
    again = golden_questions(
        frame_kind.make(items.iloc[at].to_dict("list")), segments[at], max_items=5, n_folds=3
    )
    assert again.lists == found.lists
    assert list(again.frame()["accuracy"]) == found.frame()["accuracy"].tolist()
    assert (again.folds[0] == found.folds[0][at]).all()
    assert (again.tags[3] == found.tags[3][at]).all()


def test_other_labels_change_nothing_but_labels(found):
    items, segments = made()
    words = np.array(["z", "b", "k"], dtype=object)
    again = golden_questions(items, words[segments], max_items=5, n_folds=3)
    assert again.lists == found.lists
    assert again.frame()["accuracy"].tolist() == found.frame()["accuracy"].tolist()
    assert (again.tags[2] == words[found.tags[2]]).all()
    assert again.classes == ("b", "k", "z")


def test_weights_times_a_constant_change_nothing_and_weight_zero_is_left_out():
    items, segments = made(200)
    w = np.random.default_rng(0).uniform(0.5, 2, 200)
    w[:20] = 0
    one = golden_questions(items, segments, 3, w, n_folds=3)
    two = golden_questions(items, segments, 3, 8 * w, n_folds=3)
    rest = golden_questions(items[20:], segments[20:], 3, w[20:], n_folds=3)
    assert one.lists == two.lists == rest.lists
    accuracy = [f.frame()["accuracy"].to_numpy() for f in (one, two, rest)]
    np.testing.assert_allclose(accuracy[1], accuracy[0], atol=1e-12)
    np.testing.assert_allclose(accuracy[2], accuracy[0], atol=1e-12)
    assert (one.tags[1][:20] == -1).all()
    assert (one.folds[0, :20] == -1).all()


def test_labels_as_certain_memberships_are_labels(found):
    items, segments = made()
    again = golden_questions(items, np.eye(3)[segments], max_items=5, n_folds=3)
    assert again.lists == found.lists


def test_an_item_and_its_copy_are_never_both_asked():
    items, segments = made(300)
    copies = items.assign(copy=items["a"], turned=6 - items["c"])
    with pytest.warns(SegkitWarning, match="repeating another item throughout"):
        found = golden_questions(copies, segments, max_items=20, n_folds=3)
    assert len({"a", "copy"} & set(found.items(8))) == 1
    assert len({"c", "turned"} & set(found.items(8))) == 1
    assert max(found.lists) == 8
    assert "`copy` (as `a`)" in found.summary()


def test_of_an_item_and_its_copy_the_must_have_is_asked():
    items, segments = made(300)
    with pytest.warns(SegkitWarning, match="`a` .as `copy`."):
        found = golden_questions(
            items.assign(copy=items["a"]), segments, 2, must_have="copy", n_folds=3
        )
    assert found.items(1) == ("copy",)


def test_a_constant_item_is_left_aside():
    items, segments = made(200)
    with pytest.warns(SegkitWarning, match="same value everywhere"):
        found = golden_questions(items.assign(b=3.0), segments, max_items=99, n_folds=3)
    assert max(found.lists) == 7
    assert "one answer throughout: `b`" in found.summary()


def test_noise_places_nobody():
    rng = np.random.default_rng(3)
    items = pd.DataFrame(rng.integers(1, 6, (600, 8)), columns=LETTERS)
    found = golden_questions(items, rng.integers(0, 3, 600), max_items=4)
    assert found.suggested == 1
    assert np.abs(found.frame()["kappa"]).max() < 0.1
    assert found.frame()["frequency"].max() <= 1


def test_one_item_makes_a_list_of_one():
    items, segments = made(200)
    found = golden_questions(items[["a"]], segments, n_folds=3)
    assert found.lists == {1: ("a",)}
    row = found.frame().iloc[0]
    assert row["accuracy"] == pytest.approx(row["ceiling"], abs=0.05)


def test_an_array_has_items_x1_x2():
    items, segments = made(200)
    found = golden_questions(items.to_numpy(), segments, 3, n_folds=3)
    assert set(found.items(3)) == {"x1", "x3", "x6"}


def test_a_missing_answer_is_an_answer_of_its_own():
    rng = np.random.default_rng(0)
    items = pd.DataFrame(rng.integers(1, 6, (400, 4)).astype(float), columns=list("abcd"))
    segments = (rng.random(400) < 0.4).astype(int)
    items.loc[segments == 1, "c"] = np.nan
    found = golden_questions(items, segments, 2, n_folds=3)
    assert found.items(1) == ("c",)
    assert found.frame()["accuracy"].iloc[0] == 1.0


def test_text_and_yes_or_no_can_be_asked(people):
    drawn = people(500)
    found = golden_questions(pd.DataFrame(drawn.columns), drawn.segments, 3, n_folds=3)
    assert found.frame()["accuracy"].iloc[-1] > found.frame()["majority"].iloc[0] + 0.05
    assert "region" in found.paper(3) or "plan" in found.paper(3)


def test_a_tiny_segment_is_no_obstacle():
    items, segments = made(300)
    segments[:5] = 7
    found = golden_questions(items, segments, 3, n_folds=5)
    assert set(found.items(3)) == {"a", "c", "f"}
    with pytest.raises(SegkitError, match="Segment 7 has 5 respondent"):
        golden_questions(items, segments, 3, n_folds=6)


def test_a_length_that_is_none_is_refused(found):
    with pytest.raises(SegkitError, match=r"n=9 was given; expected the length of a list: 1, 2"):
        found.tool(9)


@pytest.mark.parametrize("name", ["max_items", "n_folds", "n_repeats"])
def test_counts_are_checked(name):
    items, segments = made(50)
    with pytest.raises(SegkitError, match=f"{name}=0 was given"):
        golden_questions(items, segments, **{name: 0})


def test_repeats_are_averaged():
    items, segments = made(200)
    found = golden_questions(items, segments, 2, n_folds=3, n_repeats=2)
    assert found.folds.shape == (2, 200)
    assert "2 times over" in found.summary()
    assert found.frame()["frequency"].between(0, 1).all()
