import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from segkit.segments.trees.tree import choose, grow, held_out, leaves, prunings, reached

RNG = np.random.default_rng(0)
N = 400
CODES = RNG.integers(0, 10, (N, 3)).astype(float)
LABELS = np.where(CODES[:, 0] > 5, 1, np.where(CODES[:, 1] > 3, 2, 0))
ONES = np.ones(N)
FOLDS = np.arange(N) % 5


def follow(codes, leaf):
    """Say who passes every split on the way to a leaf."""
    met = np.ones(len(codes), dtype=bool)
    for s in leaf.way:
        answer = codes[:, s.question]
        inside = (answer > s.low) & (answer <= s.high)
        met &= np.where(np.isnan(answer), s.missing, inside)
    return met


def whole(tree):
    return prunings(tree)[0][1]


def test_the_ways_lead_everybody_to_one_leaf():
    codes = CODES.copy()
    codes[RNG.random(codes.shape) < 0.2] = np.nan
    tree = grow(codes, LABELS, ONES, 4, 0.02)
    for _, ends in prunings(tree):
        found = leaves(tree, ends)
        met = np.array([follow(codes, leaf) for leaf in found])
        assert (met.sum(axis=0) == 1).all()
        nodes = np.array([leaf.node for leaf in found])
        assert_array_equal(nodes[met.argmax(axis=0)], reached(tree, ends, codes))


def test_having_no_answer_can_be_what_tells():
    codes = CODES[:, :1].copy()
    codes[:100] = np.nan
    labels = (np.arange(N) < 100).astype(int)
    tree = grow(codes, labels, ONES, 1, 0.05)
    ways = [leaf.way[0] for leaf in leaves(tree, whole(tree))]
    assert [s.missing for s in ways] == [False, True]
    assert ways[0].high >= 9
    assert ways[1].low >= 9


def test_leaves_hold_their_share_of_the_weight():
    w = RNG.random(N)
    tree = grow(CODES, LABELS, w, 4, 0.1)
    held = np.bincount(tree.apply(CODES), w)
    assert held[held > 0].min() >= 0.1 * w.sum() - 1e-9


def test_whole_weights_repeat_people():
    w = RNG.integers(1, 4, N)
    one = grow(CODES, LABELS, w.astype(float), 2, 0.05)
    rows = np.repeat(np.arange(N), w)
    other = grow(CODES[rows], LABELS[rows], np.ones(len(rows)), 2, 0.05)
    assert_array_equal(one.tree_.feature, other.tree_.feature)
    assert_allclose(one.tree_.threshold, other.tree_.threshold)
    assert_allclose([a for a, _ in prunings(one)], [a for a, _ in prunings(other)])


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_prunings_are_those_of_scikit_learn(depth):
    labels = np.where(RNG.random(N) < 0.3, RNG.integers(0, 3, N), LABELS)
    w = RNG.random(N)
    tree = grow(CODES, labels, w, depth, 0.02)
    found = prunings(tree)
    path = tree.cost_complexity_pruning_path(CODES, labels, sample_weight=w)
    assert_allclose([price for price, _ in found], path.ccp_alphas, atol=1e-12)
    for (price, ends), above in zip(found, [*path.ccp_alphas[1:], 1.0], strict=True):
        theirs = clone(tree).set_params(ccp_alpha=(price + above) / 2)
        theirs.fit(CODES, labels, sample_weight=w)
        assert theirs.get_n_leaves() == len(leaves(tree, ends))


def shares_of_all(seen):
    return np.bincount(LABELS[seen]) / seen.sum()


def test_people_held_out_are_judged_by_trees_that_never_saw_them():
    prices = np.array([np.inf, 0.01, 0.0])
    found = held_out(CODES, LABELS, ONES, FOLDS, 3, 0.05, prices)
    assert found.shape == (3, N, 3)
    assert_allclose(found.sum(axis=2), 1)
    assert_allclose(found[0, FOLDS == 0], np.tile(shares_of_all(FOLDS != 0), (80, 1)))
    # the labels of the people held out play no part
    other = np.where(FOLDS == 0, 0, LABELS)
    again = held_out(CODES, other, ONES, FOLDS, 3, 0.05, prices)
    assert_allclose(found[:, FOLDS == 0], again[:, FOLDS == 0])


def test_probabilities_are_those_of_scikit_learn_but_never_nought():
    found = held_out(CODES, LABELS, ONES, FOLDS, 3, 0.05, np.array([0.01]))[0]
    seen = FOLDS != 2
    theirs = grow(CODES[seen], LABELS[seen], ONES[seen], 3, 0.05)
    theirs.set_params(ccp_alpha=0.01).fit(CODES[seen], LABELS[seen])
    known = theirs.predict_proba(CODES[~seen])
    assert_allclose(found[~seen], 0.99 * known + 0.01 * shares_of_all(seen))


def test_a_segment_that_a_fold_alone_holds_has_no_chance_there():
    labels = np.where(FOLDS == 1, 3, LABELS)
    found = held_out(CODES, labels, ONES, FOLDS, 2, 0.05, np.array([0.0]))
    assert (found[0, FOLDS == 1, 3] == 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_noise_leaves_the_top_alone(seed):
    labels = np.random.default_rng(seed).integers(0, 3, N)
    found = held_out(CODES, labels, ONES, FOLDS, 3, 0.05, np.array([np.inf, 0.005, 0.0]))
    assert choose(found, labels, ONES) == 0


def test_one_standard_error_by_hand():
    # the second is better by .1 on average, but only thanks to one person in four
    p = np.full((2, 400, 2), 0.5)
    gain = np.where(np.arange(400) % 4 == 0, 0.4, 0.0)
    p[1, :, 0] = 0.5 * np.exp(gain)
    labels = np.zeros(400, dtype=int)
    assert choose(p, labels, np.ones(400)) == 1
    # where as many lose nearly as much, that could be chance
    p[1, 1::4, 0] = 0.5 * np.exp(-0.38)
    assert choose(p, labels, np.ones(400)) == 0
