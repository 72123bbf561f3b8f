import numpy as np

from segkit.typing_tool.models.trial import Growth, Trial
from segkit.typing_tool.models.tuning import candidates, tuned_growth


def trial_of(codes, labels, n_trees=100):
    anchors = np.tile(np.arange(64), (codes.shape[1], 1))
    return Trial(codes, anchors, np.eye(2)[labels], np.ones(len(codes)), n_trees, 0)


def test_noise_asks_for_large_leaves():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 30, (600, 6)).astype(np.uint8)
    grown = tuned_growth(trial_of(codes, rng.integers(0, 2, 600)), range(6), Growth(64, 3.0))
    assert grown.min_leaf == 24


def test_fine_patterns_ask_for_small_leaves():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 16, (600, 2)).astype(np.uint8)
    labels = codes[:, 0] % 2  # every other code: large leaves cannot tell them apart
    grown = tuned_growth(trial_of(codes, labels), range(2), Growth(64, 3.0))
    assert grown.min_leaf < 24


def test_one_good_field_among_many_idle_ones_asks_for_wide_splits():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, (800, 30)).astype(np.uint8)
    labels = (rng.random(800) < 0.1 + 0.8 * (codes[:, 0] > 1)).astype(int)
    assert tuned_growth(trial_of(codes, labels), range(30), Growth(64, 5.0)).split_fields == 15


def test_candidates_go_from_simple_to_rich_within_reason():
    grid = candidates(Growth(32, 5.0), 9, 10_000)
    assert [g.min_leaf for g in grid] == [40, 40, 15, 15, 5, 5]
    assert {g.max_leaves for g in grid} == {32}
    # few respondents: no leaf of more than a twentieth of them; one field: no choice of splits
    assert candidates(Growth(64, 5.0), 1, 90) == [Growth(64, 5.0)]
    assert [g.min_leaf for g in candidates(Growth(64, 50.0), 1, 90)] == [50]
