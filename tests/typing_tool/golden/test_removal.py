"""What a list loses with an item."""

import numpy as np

from segkit.typing_tool.golden.part import START
from segkit.typing_tool.golden.removal import lost_without

FOLDS = np.arange(400) % 4


def test_a_telling_item_is_missed_and_another_is_not(small):
    people = small.people
    columns = [people.columns[i] for i in (0, 1, 2)]
    lost = lost_without(columns, people.truth, people.w, FOLDS, START)
    assert lost.shape == (400, 3)
    assert set(np.unique(lost)) <= {-1.0, 0.0, 1.0}
    mean = lost.mean(axis=0)
    assert min(mean[0], mean[2]) > 0.05
    assert abs(mean[1]) < 0.03


def test_of_two_items_that_say_the_same_neither_is_missed(small):
    people = small.people
    columns = [people.columns[i] for i in (0, 0, 2)]
    lost = lost_without(columns, people.truth, people.w, FOLDS, START).mean(axis=0)
    assert np.abs(lost[:2]).max() < 0.03
    assert lost[2] > 0.05


def test_memberships_lose_shares(small):
    people = small.people
    soft = 0.8 * people.truth + 0.2 / 3
    hard = lost_without([people.columns[0]], people.truth, people.w, FOLDS, START)
    lost = lost_without([people.columns[0]], soft, people.w, FOLDS, START)
    np.testing.assert_allclose(lost, 0.8 * hard, atol=1e-12)
