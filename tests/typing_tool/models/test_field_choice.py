import numpy as np

from segkit.typing_tool.models.field_choice import choose_fields
from segkit.typing_tool.models.trial import Growth, Trial

GROWTH = Growth(64, 15.0)  # forests of two fields with smaller leaves know people by heart


def made_trial(n=600, seed=0, doubled=False, signal=1.0, w=None):
    """Fields 1 and 4 tell segments apart, the others do not; 0 may be a copy of 1."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 12, (n, 6)).astype(np.uint8)
    if doubled:
        codes[:, 0] = codes[:, 1]
    pull = signal * np.stack([0.5 * codes[:, 1], 0.5 * codes[:, 4], np.full(n, 2.5)], axis=1)
    labels = (pull + rng.gumbel(size=(n, 3))).argmax(axis=1)
    anchors = np.tile(np.arange(64), (6, 1))
    w = np.ones(n) if w is None else w
    return Trial(codes, anchors, np.eye(3)[labels], w, 100, seed)


def test_the_fields_that_tell_are_kept_and_most_idle_ones_go():
    chosen = [choose_fields(made_trial(seed=seed), GROWTH, "auto") for seed in range(8)]
    assert all({1, 4} <= set(kept) for kept in chosen)
    # an idle field now and then looks useful by more than one standard error
    assert np.mean([len(kept) - 2 for kept in chosen]) < 0.8  # of four


def test_of_two_fields_that_say_the_same_one_stays():
    kept = choose_fields(made_trial(doubled=True), GROWTH, "auto")
    assert len({0, 1} & set(kept)) == 1
    assert 4 in kept


def test_noise_leaves_few_fields():
    kept = [len(choose_fields(made_trial(signal=0.0, seed=s), GROWTH, "auto")) for s in range(4)]
    assert np.mean(kept) <= 3


def test_a_number_is_the_most():
    trial = made_trial()
    assert choose_fields(trial, GROWTH, 1) in ((1,), (4,))
    assert choose_fields(trial, GROWTH, 2) == (1, 4)
    three = choose_fields(trial, GROWTH, 3)
    assert {1, 4} <= set(three)
    assert len(three) <= 3


def test_many_fields_go_several_at_a_time_and_the_number_is_met():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, (300, 40)).astype(np.uint8)
    labels = codes[:, 7] // 2
    anchors = np.tile(np.arange(64), (40, 1))
    trial = Trial(codes, anchors, np.eye(2)[labels], np.ones(300), 30, 0)
    assert choose_fields(trial, GROWTH, "auto") == (7,)
    assert 7 in choose_fields(trial, GROWTH, 3)


def test_weights_count_and_their_unit_does_not():
    w = np.random.default_rng(1).uniform(0.2, 3, 600)
    one, other = (choose_fields(made_trial(w=unit * w), GROWTH, "auto") for unit in (1, 8))
    assert one == other
