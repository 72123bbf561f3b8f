import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.diagnostics.waves.people import identify
from segkit.diagnostics.waves.sizes import counted_people, share_changes
from segkit.segments.agreement import one_hot


def changes(old, new, k=2, ids=None, w=None):
    old, new = np.asarray(old), np.asarray(new)
    w_old, w_new = (np.ones(len(old)), np.ones(len(new))) if w is None else w
    people = identify(ids, old[:, None], new[:, None])
    return share_changes(one_hot(old, k), one_hot(new, k), w_old, w_new, people)


def test_without_pairing_errors_are_those_of_two_proportions():
    before, after, errors = changes([0] * 70 + [1] * 30, [0] * 60 + [1] * 40)
    assert_allclose([before[0], after[0]], [0.7, 0.6])
    assert errors[0] == pytest.approx(np.sqrt(0.65 * 0.35 * 2 / 100), rel=0.01)


def test_with_pairing_errors_are_those_of_mcnemar():
    """The variance of a difference of paired shares: ((b + c) - (b - c)^2 / n) / n^2."""
    old = np.repeat([0, 0, 1, 1], [50, 20, 5, 25])
    new = np.repeat([0, 1, 0, 1], [50, 20, 5, 25])
    ids = (np.arange(100), np.arange(100))
    _, _, errors = changes(old, new, ids=ids)
    assert errors[0] == pytest.approx(np.sqrt((25 - 15**2 / 100) / 100**2), rel=0.06)
    assert errors[0] < 0.8 * changes(old, new)[2][0]


def test_an_empty_segment_has_an_error_too():
    _, after, errors = changes([0] * 95 + [1] * 5, [0] * 100)
    assert after[1] == 0
    assert errors[1] > 0.01


def test_weights_are_repeated_rows_for_shares_and_kish_for_errors():
    rng = np.random.default_rng(0)
    old, new = rng.integers(0, 3, 300), rng.integers(0, 3, 300)
    w = rng.integers(1, 5, 300).astype(float), rng.integers(1, 3, 300).astype(float)
    weighted = changes(old, new, 3, w=w)
    repeated = changes(
        *(np.repeat(c, v.astype(int)) for c, v in zip((old, new), w, strict=True)), 3
    )
    assert_allclose(weighted[:2], repeated[:2])
    assert_allclose(weighted[2], changes(old, new, 3, w=(3 * w[0], w[1] / 9))[2])
    kish = [v.sum() ** 2 / np.square(v).sum() for v in w]
    middle = weighted[0][0]
    assert weighted[2][0] == pytest.approx(
        np.sqrt(middle * (1 - middle) * (1 / kish[0] + 1 / kish[1])), rel=0.05
    )


def coverage(three_segments, runs, paired):
    """How often the 95 % interval of the change of the first segment holds the true one."""
    rng = np.random.default_rng(1)
    n, hits, widths = 200, 0, []
    ids = (np.arange(n), np.arange(n)) if paired else None
    truth = 0.9 * 0.5 + 0.1 * 0.2 - 0.5
    for _ in range(runs):
        first = rng.random(n) < 0.5
        moves = rng.random(n) < 0.1
        second = np.where(moves, rng.random(n) < 0.2, first)
        if not paired:
            second = rng.permutation(np.where(rng.random(n) < 0.1, rng.random(n) < 0.2,
                                              rng.random(n) < 0.5))  # fmt: skip
        before, after, errors = changes(first.astype(int), second.astype(int), ids=ids)
        hits += abs(after[1] - before[1] - truth) <= 1.96 * errors[1]
        widths.append(errors[1])
    return hits, np.mean(widths)


@pytest.mark.parametrize("paired", [True, False])
def test_intervals_cover(three_segments, simulated, paired):
    hits, _ = coverage(three_segments, 2000, paired)
    simulated(f"interval of a change of size, paired={paired}", hits, 2000, 0.95)


def test_pairing_makes_intervals_narrower(three_segments):
    assert coverage(three_segments, 50, True)[1] < 0.6 * coverage(three_segments, 50, False)[1]


def test_people_in_both_waves_are_counted_once():
    people = identify((np.arange(3), np.arange(1, 4)), np.ones((3, 1)), np.ones((3, 1)))
    inside = np.array([True, True, False])
    assert counted_people(inside, inside, people) == (2, 2, 3)
