import numpy as np
import pytest
from scipy.special import ndtr

from segkit.datasets.made.answers import (
    CARELESS_KINDS,
    Minds,
    answer_items,
    draw_minds,
    leave_gaps,
    spoil,
)
from segkit.datasets.made.world import make_world

WORLD = make_world(4)


def people(n, seed=0):
    rng = np.random.default_rng(seed)
    minds = draw_minds(WORLD, rng.choice(4, n, p=WORLD.shares), rng)
    return minds, answer_items(WORLD, minds, rng)


def test_answers_follow_the_thresholds():
    _, answers = people(40_000)
    assert answers.min() == 1
    assert answers.max() == 5
    # style widens the answers a little, so normal theory is a rough guide
    above = (answers > 3).mean(axis=0)
    expected = 1 - ndtr(WORLD.thresholds[:, 2])
    assert np.abs(above - expected).max() < 0.04


def test_factors_have_the_means_of_the_segment():
    minds, _ = people(40_000)
    for s in range(4):
        mine = minds.factors[minds.segments == s]
        np.testing.assert_allclose(mine.mean(axis=0), WORLD.means[s], atol=0.06)
        np.testing.assert_allclose(np.cov(mine.T), WORLD.covariance, atol=0.06)


@pytest.mark.parametrize(("column", "what"), [(0, "mean"), (1, "spread")])
def test_styles_bend_the_answers(column, what):
    minds, _ = people(4000)
    measured = {}
    for sign in (-1, 1):
        style = np.zeros_like(minds.style)
        style[:, column] = sign * 0.4
        bent = Minds(minds.segments, minds.factors, style, minds.gaps)
        answers = answer_items(WORLD, bent, np.random.default_rng(1))
        measured[sign] = answers.mean() if what == "mean" else answers.std(axis=1).mean()
    assert measured[1] > measured[-1] + 0.3


def test_gaps_are_three_to_five_percent_and_differ_between_people():
    minds, _ = people(20_000)
    gaps = leave_gaps(48, minds, np.random.default_rng(2))
    assert 0.03 < gaps.mean() < 0.05
    assert (gaps.sum(axis=1) == 0).mean() > 0.4
    assert gaps.sum(axis=1).max() > 8


def test_careless_respondents_are_of_four_kinds():
    _, answers = people(5000)
    spoiled, kinds = spoil(answers, 0.08, np.random.default_rng(0))
    counts = {kind: int((kinds == kind).sum()) for kind in CARELESS_KINDS}
    assert counts == dict.fromkeys(CARELESS_KINDS, 100)
    attentive = kinds == ""
    np.testing.assert_array_equal(spoiled[attentive], answers[attentive])
    assert spoiled.min() >= 1
    assert spoiled.max() <= 5


def test_each_kind_of_carelessness_looks_like_itself():
    _, answers = people(5000)
    spoiled, kinds = spoil(answers, 0.08, np.random.default_rng(0))
    modal = np.array([np.bincount(row).max() for row in spoiled])
    assert np.median(modal[kinds == "straight"]) >= 46
    two_apart = (spoiled[:, 2:] == spoiled[:, :-2]).mean(axis=1)
    assert np.median(two_apart[kinds == "alternating"]) > 0.9
    spread = np.bincount(spoiled[kinds == "random"].ravel(), minlength=6)[1:]
    assert spread.min() / spread.max() > 0.85
    partial = kinds == "partial"
    assert (spoiled[partial, :16] == answers[partial, :16]).all()
    assert (spoiled[partial, 32:] == answers[partial, 32:]).mean() < 0.6
