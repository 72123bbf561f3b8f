import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segkit.segments.ensembles.votes import Votes


def votes(n=60, sizes=(3, 4, 2), silent=0.0, seed=0, noise=0.3):
    """Divisions that follow one truth with errors."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    codes = np.column_stack([truth % size for size in sizes])
    wrong = rng.random(codes.shape) < noise
    codes = np.where(wrong, rng.integers(0, sizes, codes.shape), codes)
    codes[rng.random(codes.shape) < silent] = -1
    return Votes(codes, sizes), rng.integers(1, 4, n).astype(float), truth


def utility(codes, sizes, segment, w, k):
    """Wu et al.'s category utility: for each division, what knowing the segment tells of it."""
    total = 0.0
    for code, size in zip(codes.T, sizes, strict=True):
        base = np.array([w[code == s].sum() for s in range(size)]) / w.sum()
        for g in range(k):
            inside = segment == g
            if inside.any():
                p = np.array([w[inside & (code == s)].sum() for s in range(size)]) / w[inside].sum()
                total += w[inside].sum() / w.sum() * (np.square(p).sum() - np.square(base).sum())
    return total


def test_the_table_of_votes_has_a_one_for_each_vote():
    few = Votes(np.array([[0, 1], [-1, 0]]), (2, 2))
    assert_array_equal(few.hot, [[1, 0, 0, 1], [0, 0, 1, 0]])
    assert_array_equal(few.owner, [0, 0, 1, 1])


@pytest.mark.parametrize("seed", range(5))
def test_the_consensus_has_the_largest_category_utility_of_all_divisions(seed):
    few, w, _ = votes(n=7, seed=seed)
    best = max(
        utility(few.codes, few.sizes, np.array(s), w, 3)
        for s in itertools.product(range(3), repeat=7)
    )
    found = few.divide(w, 3, n_init=20, seed=0)
    assert utility(few.codes, few.sizes, found, w, 3) == pytest.approx(best)


def test_it_is_k_means_on_the_votes():
    many, w, _ = votes(n=200, sizes=(3, 4, 5, 3))
    theirs = KMeans(3, n_init=30, random_state=0).fit(many.hot, sample_weight=w)
    ours = many.divide(w, 3, n_init=20, seed=0)
    assert adjusted_rand_score(theirs.labels_, ours) > 0.999


def test_errors_of_single_divisions_cancel():
    many, w, truth = votes(n=400, sizes=(3,) * 12, noise=0.4)
    single = [adjusted_rand_score(truth, code) for code in many.codes.T]
    assert max(single) < 0.5
    assert adjusted_rand_score(truth, many.divide(w, 3, n_init=10, seed=0)) > 0.9
    gaps, w, truth = votes(n=400, sizes=(3,) * 12, noise=0.4, silent=0.2)
    assert adjusted_rand_score(truth, gaps.divide(w, 3, n_init=10, seed=0)) > 0.8


def test_a_profile_is_the_share_of_a_segments_people_in_each_vote():
    some, w, truth = votes(silent=0.2)
    found = some.profile(truth, w, 3)
    for k, (member, start) in itertools.product(range(3), zip(range(3), (0, 3, 7), strict=True)):
        inside = (truth == k) & (some.codes[:, member] >= 0)
        expected = np.bincount(
            some.codes[inside, member], weights=w[inside], minlength=some.sizes[member]
        )
        assert_allclose(found[k, start : start + some.sizes[member]], expected / w[inside].sum())


def test_membership_is_a_mean_of_votes_that_large_segments_do_not_win_by_size():
    # 90 people in segment 0 and 10 in segment 1; one division tells them apart, one does not
    codes = np.column_stack([np.repeat([0, 1], [90, 10]), np.zeros(100, int)])
    both = Votes(codes, (2, 1))
    profile = both.profile(codes[:, 0], np.ones(100), 2)
    found = both.memberships(profile)
    assert_allclose(found[0], [0.75, 0.25])
    assert_allclose(found[-1], [0.25, 0.75])


def test_somebody_of_whom_nothing_is_said_belongs_everywhere_alike():
    some, w, truth = votes()
    profile = some.profile(truth, w, 3)
    silent = Votes(np.full((1, 3), -1), some.sizes)
    assert_allclose(silent.memberships(profile), 1 / 3)
    assert_allclose(some.memberships(profile).sum(axis=1), 1)


def test_agreement_is_the_adjusted_rand_index_of_each_pair_who_both_place():
    some, w, _ = votes(silent=0.2)
    found = some.agreement(w)
    assert_allclose(np.diag(found), 1)
    rows = np.repeat(np.arange(60), w.astype(int))
    for a, b in itertools.permutations(range(3), 2):
        x, y = some.codes[rows, a], some.codes[rows, b]
        both = (x >= 0) & (y >= 0)
        assert found[a, b] == pytest.approx(adjusted_rand_score(x[both], y[both]))


def test_ambiguity_is_that_of_all_pairs():
    some, w, _ = votes(n=80, sizes=(3,) * 8, silent=0.1)
    i, j = np.meshgrid(np.arange(80), np.arange(80))
    both = (some.codes[i] >= 0) & (some.codes[j] >= 0)
    together = (both & (some.codes[i] == some.codes[j])).sum(axis=2) / both.sum(axis=2)
    split = (together > 0.1) & (together < 0.9)
    exact = (w @ split @ w) / w.sum() ** 2
    assert some.ambiguity(w, 200_000, 0) == pytest.approx(exact, abs=0.005)


def test_divisions_that_agree_leave_nothing_ambiguous_and_silence_is_no_answer():
    codes = np.repeat(np.array([[0], [1], [2]]), 5, axis=1)
    assert Votes(codes, (3,) * 5).ambiguity(np.ones(3), 100, 0) == 0
    assert np.isnan(Votes(np.full((3, 2), -1), (2, 2)).ambiguity(np.ones(3), 100, 0))


def test_whole_number_weights_are_repeated_people():
    some, w, _ = votes(silent=0.1)
    rows = np.repeat(np.arange(60), w.astype(int))
    many = Votes(some.codes[rows], some.sizes)
    ones = np.ones(len(rows))
    one, other = some.divide(w, 3, n_init=10, seed=0), many.divide(ones, 3, n_init=10, seed=0)
    assert_array_equal(one[rows], other)
    assert some.ambiguity(w, 500, 0) == pytest.approx(many.ambiguity(ones, 500, 0))
    assert_allclose(some.agreement(w), many.agreement(ones))


def test_parts_of_the_people_say_the_same_as_all(monkeypatch):
    some, w, truth = votes(silent=0.1)
    whole = some.agreement(w), some.memberships(some.profile(truth, w, 3))
    monkeypatch.setattr("segkit.segments.ensembles.votes.AT_ONCE", 7)
    assert_allclose(some.agreement(w), whole[0])
    assert_allclose(some.memberships(some.profile(truth, w, 3)), whole[1])
