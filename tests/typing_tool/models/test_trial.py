import numpy as np
import pytest

from segkit.typing_tool.models.calibration import Calibration
from segkit.typing_tool.models.trial import Growth, Trial, simplest

FREE = np.tile(np.arange(64), (3, 1))
GROWTH = Growth(64, 5.0)


def made_trial(n=400, seed=0, w=None, n_trees=40):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 8, (n, 3)).astype(np.uint8)
    pull = np.stack([0.6 * codes[:, 0], 0.4 * codes[:, 1], np.full(n, 2.0)], axis=1)
    labels = (pull + rng.gumbel(size=(n, 3))).argmax(axis=1)
    w = np.ones(n) if w is None else w
    return Trial(codes, FREE, np.eye(3)[labels], w, n_trees, 1)


def test_candidates_share_their_draws():
    trial = made_trial()
    one, other = trial.grow([0, 1, 2], GROWTH), trial.grow([0, 2], Growth(8, 20.0))
    np.testing.assert_array_equal(one.left_out, other.left_out)
    assert other.forest.n_fields == 2


def test_losses_are_those_of_calibrated_votes():
    trial = made_trial()
    grown = trial.grow([0, 1, 2], GROWTH)
    plain = Calibration.neutral(3)
    share = grown.oob_votes / grown.oob_votes.sum(axis=1, keepdims=True)
    own = (share * trial.membership).sum(axis=1)
    seen = own > 0.01
    losses = trial.losses(grown.oob_votes, plain)
    np.testing.assert_allclose(losses[seen], -np.log(own[seen]), atol=0.02)
    assert trial.own_losses(grown).mean() < losses.mean()


def test_respondents_whom_every_tree_saw_have_no_loss():
    trial = made_trial(n_trees=1)
    grown = trial.grow([0, 1, 2], GROWTH)
    losses = trial.own_losses(grown)
    np.testing.assert_array_equal(np.isnan(losses), ~grown.left_out[0])
    none = np.zeros((400, 3), dtype=np.int64)
    assert np.isnan(trial.losses(none, trial.calibration(none))).all()


def test_the_best_wins_unless_a_simpler_one_is_as_good():
    hard = np.random.default_rng(0).normal(1, 1, 500)  # people differ more than candidates do
    swing = np.tile([-0.1, 0.1], 250)  # a standard error of 0.0045
    best, near, far = hard, hard + swing + 0.004, hard + swing + 0.005
    w = np.ones(500)
    assert simplest(np.stack([far, near, best]), w) == 1
    assert simplest(np.stack([far, best, near]), w) == 1
    assert simplest(np.stack([best, near, far]), w) == 0


def test_the_rule_counts_people_by_weight():
    losses = np.zeros((2, 40))
    losses[0, :10], losses[1, 10:] = 1.0, 0.1  # the first is bad for few, the second for many
    assert simplest(losses, np.ones(40)) == 1
    light = np.r_[np.full(10, 1e-6), np.ones(30)]
    assert simplest(losses, light) == 0
    for unit in (1, 9):
        assert simplest(losses, unit * np.arange(1.0, 41)) == simplest(losses, np.arange(1.0, 41))


@pytest.mark.parametrize("lost", [np.nan])
def test_people_without_a_loss_do_not_count(lost):
    losses = np.array([[0.0, 2.0, 0.0, 0.1], [lost, 0.5, 0.5, 0.6]])
    assert simplest(losses, np.ones(4)) in (0, 1)
    assert simplest(np.full((3, 4), lost), np.ones(4)) == 0
