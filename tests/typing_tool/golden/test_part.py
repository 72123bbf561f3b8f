"""Scorers on a part of the respondents."""

import numpy as np
import pytest

from segkit.typing_tool.golden.part import START, prepare
from segkit.typing_tool.models.scorecard import SPREADS, log_loss


def test_an_item_with_an_order_has_a_slope_and_a_bend(small):
    part = small.part
    assert part.n_items == 8
    assert part.columns([]).tolist() == [0]
    assert np.diff(part.starts).tolist() == [2] * 8  # nobody left an answer out
    assert part.columns([2, 0]).tolist() == [0, 5, 6, 1, 2]
    assert part.X.shape == (400, 17)


def test_the_folds_leave_everybody_out_once(small):
    left_out = np.concatenate([test for _, test in small.part.folds])
    assert sorted(left_out) == list(range(400))
    assert all(not set(a) & set(b) for a, b in small.part.folds)


def test_what_is_lost_is_lost_on_respondents_left_out(small):
    part = small.part
    fit = part.compared((0, 2), START, None)
    lost = 0.0
    for (train, test), own in zip(part.folds, fit.parameters, strict=True):
        again = part.parameters((0, 2), START, np.zeros_like(own), train)
        np.testing.assert_allclose(again, own, atol=1e-5)
        lost += log_loss(part.X[test] @ own, part.membership[test], part.w[test])
    assert fit.loss == pytest.approx(lost / part.w.sum())
    blind = part.compared((), START, None)
    assert fit.loss < blind.loss - 0.1
    assert blind.loss == pytest.approx(np.log(3), abs=0.05)


def test_items_that_are_not_asked_have_no_effect(small):
    part = small.part
    zero = np.zeros((part.X.shape[1], 3))
    found = part.parameters((5,), START, zero)
    assert not found[np.setdiff1d(np.arange(17), part.columns([5]))].any()
    np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-8)


def test_the_prior_is_widened_or_narrowed_while_that_saves_something(small):
    part = small.part
    for start in (0, START, len(SPREADS) - 1):
        first = part.compared((0, 2, 5), start, None)
        tuned, spread = part.tuned(first, start)
        assert tuned.loss <= first.loss
        beside = [s for s in (spread - 1, spread + 1) if 0 <= s < len(SPREADS)]
        losses = [part.compared((0, 2, 5), s, None).loss for s in beside]
        assert min(losses) > tuned.loss - 1e-6


def test_a_card_says_what_the_scorer_says_but_for_rounding(small):
    part = small.part
    zero = np.zeros((part.X.shape[1], 3))
    found = part.parameters((0, 2, 5), START, zero)
    card, unit = part.card((0, 2, 5), found, START)
    z = card.score(part.codes[:, [0, 2, 5]]) * unit
    exact = part.X @ found
    rounded = (log_loss(z, part.membership, part.w) - log_loss(exact, part.membership, part.w)) / (
        part.w.sum()
    )
    assert card.rounding_loss == pytest.approx(rounded)
    assert rounded < 0.01
    assert (z.argmax(axis=1) == exact.argmax(axis=1)).mean() > 0.95


def test_weights_stand_for_as_many_respondents_as_they_are_worth(small):
    people = small.people
    w = np.where(np.arange(400) < 200, 3.0, 1.0)
    part = prepare(people.columns, people.truth, w, 0)
    assert part.w.sum() == pytest.approx(w.sum() ** 2 / (w**2).sum())
