import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.diagnostics.refits.matches import agreed, agreement

labels = st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 3)), min_size=6, max_size=40).filter(
    lambda pairs: len({a for a, _ in pairs}) == 1 + max(a for a, _ in pairs)
)


def match_labels(codes, found, w, drawn):
    """One sample's agreement among those drawn."""
    among = np.zeros(len(codes))
    among[drawn] = w[drawn]
    return agreement(codes, found[None], among)


def by_hand(codes, found, drawn):
    """Best Jaccard overlap of each segment, from sets of people."""
    best = []
    for segment in range(codes.max() + 1):
        ours = {i for i in drawn if codes[i] == segment}
        theirs = [{i for i in drawn if found[i] == f} for f in range(found.max() + 1)]
        best.append(max((len(ours & t) / len(ours | t) for t in theirs if ours | t), default=0))
    return best


@given(labels, st.data())
def test_the_overlap_is_that_of_sets_of_people(pairs, data):
    codes, found = np.array(pairs).T
    drawn = np.array(
        data.draw(st.lists(st.integers(0, len(pairs) - 1), min_size=1, unique=True)), dtype=int
    )
    match = match_labels(codes, found, np.ones(len(codes)), drawn)
    np.testing.assert_allclose(match.jaccard[0], by_hand(codes, found, drawn))


@given(labels, st.permutations(range(4)))
def test_the_names_of_the_found_segments_do_not_matter(pairs, names):
    codes, found = np.array(pairs).T
    renamed = np.where(found >= 0, np.array(names)[found], -1)
    everybody, w = np.arange(len(codes)), np.ones(len(codes))
    a, b = (match_labels(codes, f, w, everybody) for f in (found, renamed))
    np.testing.assert_allclose(a.jaccard, b.jaccard)
    assert a.ari == pytest.approx(b.ari)


def test_whole_number_weights_are_repeated_people():
    rng = np.random.default_rng(0)
    codes, found, w = rng.integers(0, 3, 50), rng.integers(0, 3, 50), rng.integers(1, 4, 50)
    weighted = match_labels(codes, found, w.astype(float), np.arange(50))
    n = w.sum()
    repeated = match_labels(np.repeat(codes, w), np.repeat(found, w), np.ones(n), np.arange(n))
    np.testing.assert_allclose(weighted.jaccard, repeated.jaccard)
    assert weighted.ari == pytest.approx(repeated.ari)


def test_two_segments_that_merge_cannot_both_claim_the_merged_one():
    codes = np.array([0, 0, 0, 1, 1, 2, 2])
    found = np.array([0, 0, 0, 0, 0, 1, 1])
    match = match_labels(codes, found, np.ones(7), np.arange(7))
    np.testing.assert_allclose(match.jaccard, [[0.6, 0.4, 1.0]])
    assert agreed(codes, found[None], np.ones(7)).tolist() == [[1, 1, 1, 0, 0, 1, 1]]


def test_people_in_no_segment_on_either_side_say_nothing():
    codes, found = np.array([0, 0, 1, 1, -1]), np.array([0, -1, 1, 1, 1])
    match = match_labels(codes, found, np.ones(5), np.arange(5))
    assert agreed(codes, found[None], np.ones(5)).tolist() == [[1, -1, 1, 1, -1]]
    np.testing.assert_allclose(match.jaccard, [[1 / 2, 2 / 3]])


def test_a_sample_that_finds_nothing_finds_no_segment_again():
    match = match_labels(np.array([0, 1, 0]), np.full(3, -1), np.ones(3), np.arange(3))
    assert match.jaccard.tolist() == [[0.0, 0.0]]
