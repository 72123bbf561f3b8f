import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from segkit.typing_tool.models.forest import VOTES, Forest, grow_forest, whole_votes

FREE = np.tile(np.arange(64), (4, 1))  # no code rests: every threshold is allowed


def made_codes(n=400, seed=0):
    rng = np.random.default_rng(seed)
    codes = np.stack([rng.integers(0, m, n) for m in (4, 9, 20, 60)], axis=1).astype(np.uint8)
    pull = np.stack([codes[:, 0] * 0.8, codes[:, 2] * 0.15, codes[:, 3] * 0.04], axis=1)
    labels = (pull + rng.gumbel(size=(n, 3))).argmax(axis=1)
    order = np.lexsort((labels, *codes.T))
    return codes[order], np.eye(3)[labels[order]]


def walked(forest: Forest, codes: np.ndarray) -> np.ndarray:
    """Walk every tree for every row: slow, and plainly right."""
    votes = np.zeros((len(codes), forest.n_segments), dtype=np.int64)
    for i, row in enumerate(codes):
        for root in forest.starts[:-1]:
            node = root
            while forest.feature[node] >= 0:
                left = row[forest.feature[node]] <= forest.threshold[node]
                node = root + (forest.left[node] if left else forest.right[node])
            votes[i] += forest.votes[node]
    return votes


def grow(codes, membership, w=None, **options):
    w = np.ones(len(codes)) if w is None else w
    return grow_forest(codes, membership, w, FREE[: codes.shape[1]], **options)


def test_votes_are_those_of_a_walk():
    codes, membership = made_codes()
    forest = grow(codes, membership, n_trees=20).forest
    rng = np.random.default_rng(1)
    # any code that fits in the type may arrive, also ones the field has not
    rows = rng.integers(0, 64, (500, 4)).astype(np.uint8)
    np.testing.assert_array_equal(forest.score(rows), walked(forest, rows))
    assert (forest.score(rows).sum(axis=1) == VOTES * forest.n_trees).all()


def test_trees_are_those_of_scikit_learn():
    codes, membership = made_codes()
    forest = grow(codes, membership, n_trees=1, min_leaf=5).forest
    # the same tree by the classifier, from the seeds that the forest spawns
    from segkit._resample import bootstrap_counts, spawn_seeds

    seeds = spawn_seeds(0, 2)
    counts = next(bootstrap_counts(1, np.arange(len(codes)), int(seeds[-1])))
    drawn = np.flatnonzero(counts)
    tree = DecisionTreeClassifier(
        max_leaf_nodes=64,
        max_features="sqrt",
        min_weight_fraction_leaf=5 / len(codes),
        random_state=int(seeds[0]),
    )
    tree.fit(codes[drawn], membership[drawn].argmax(axis=1), sample_weight=counts[drawn])
    expected = whole_votes(tree.predict_proba(codes))
    np.testing.assert_array_equal(forest.score(codes), expected)


def test_memberships_are_learned_as_one_weighted_row_a_segment():
    codes, hard = made_codes(300)
    membership = 0.7 * hard + 0.3 * np.random.default_rng(0).dirichlet([1, 1, 1], 300)
    forest = grow(codes, membership, n_trees=1, min_leaf=1, max_leaves=2).forest
    from segkit._resample import bootstrap_counts, spawn_seeds

    seeds = spawn_seeds(0, 2)
    counts = next(bootstrap_counts(1, np.arange(300), int(seeds[-1])))
    tree = DecisionTreeClassifier(max_leaf_nodes=2, max_features="sqrt", random_state=int(seeds[0]))
    tree.fit(
        np.repeat(codes, 3, axis=0),
        np.tile(np.arange(3), 300),
        sample_weight=(counts[:, None] * membership).ravel(),
    )
    share = forest.score(codes) / VOTES
    np.testing.assert_allclose(share, tree.predict_proba(codes), atol=1e-3)


def test_whole_votes_share_out_all_votes_by_largest_remainder():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet([0.3] * 5, 200)
    votes = whole_votes(shares)
    assert (votes.sum(axis=1) == VOTES).all()
    assert (np.abs(votes - shares * VOTES) < 1).all()
    # float noise in equal shares does not decide who gets the odd vote
    noisy = np.array([[1 / 3 + 1e-12, 1 / 3 - 1e-12, 1 / 3], [1 / 3 - 1e-12, 1 / 3 + 1e-12, 1 / 3]])
    np.testing.assert_array_equal(*whole_votes(noisy))


def test_threads_do_not_change_the_forest():
    codes, membership = made_codes()
    one, two = (grow(codes, membership, n_trees=12, n_jobs=j).forest for j in (1, 2))
    for name in ("starts", "feature", "threshold", "left", "right", "votes"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(one.score(codes, n_jobs=2), one.score(codes))


def test_weights_count_and_their_unit_does_not():
    codes, membership = made_codes()
    w = np.random.default_rng(0).uniform(0.2, 3, len(codes))
    plain = grow(codes, membership, n_trees=5).forest
    weighted = grow(codes, membership, w, n_trees=5).forest
    rescaled = grow(codes, membership, w * 4, n_trees=5).forest
    assert not np.array_equal(plain.score(codes), weighted.score(codes))
    np.testing.assert_array_equal(weighted.score(codes), rescaled.score(codes))


def test_out_of_bag_votes_know_nothing_of_the_respondent():
    codes, _ = made_codes(600)
    # labels that nothing explains: in-bag votes remember them, out-of-bag ones cannot
    rng = np.random.default_rng(5)
    noise = np.eye(3)[rng.integers(0, 3, 600)]
    grown = grow(codes, noise, n_trees=60, min_leaf=1)
    right = (grown.oob_votes.argmax(axis=1) == noise.argmax(axis=1)).mean()
    remembered = (grown.forest.score(codes).argmax(axis=1) == noise.argmax(axis=1)).mean()
    assert abs(right - 1 / 3) < 0.08
    assert remembered > 0.5


def test_growing_stops_when_more_trees_do_not_help():
    codes, membership = made_codes()
    grown = grow(codes, membership, n_trees=1000)
    assert 50 <= grown.forest.n_trees < 1000
    assert grown.loss[-1] > grown.loss[-2] * (1 - 0.002)


def test_limits_on_leaves_hold():
    codes, membership = made_codes(500)
    forest = grow(codes, membership, n_trees=10, max_leaves=7, min_leaf=30).forest
    leaves = [
        int((forest.feature[a:b] < 0).sum())
        for a, b in zip(forest.starts[:-1], forest.starts[1:], strict=True)
    ]
    assert max(leaves) <= 7


def test_codes_that_rest_are_never_parted_from_their_host():
    codes, membership = made_codes()
    codes = codes[:, :1] * 2  # codes 0, 2, 4, 6; the odd ones rest beside the even ones
    anchors = np.arange(64)
    anchors[[0, 2, 4, 6]] += 1
    forest = grow_forest(codes, membership, np.ones(len(codes)), anchors[None], n_trees=10).forest
    hosts, guests = np.array([[0], [2], [4]]), np.array([[1], [3], [5]])
    np.testing.assert_array_equal(
        forest.score(hosts.astype(np.uint8)), forest.score(guests.astype(np.uint8))
    )


@pytest.mark.parametrize("n_segments", [2, 4, 5, 9])
def test_any_number_of_segments(n_segments):
    rng = np.random.default_rng(0)
    codes = np.sort(rng.integers(0, 30, (200, 2)).astype(np.uint8), axis=0)
    membership = np.eye(n_segments)[np.arange(200) % n_segments]
    forest = grow(codes, membership, n_trees=40).forest
    np.testing.assert_array_equal(forest.score(codes[:40]), walked(forest, codes[:40]))


def test_shuffled_respondents_get_the_votes_of_trees_that_did_not_know_them():
    codes, membership = made_codes()
    grown = grow(codes, membership, n_trees=60)
    np.testing.assert_array_equal(grown.out_of_bag(codes), grown.oob_votes)
    assert grown.left_out.shape == (grown.forest.n_trees, len(codes))
    shuffled = codes.copy()
    shuffled[:, 0] = codes[::-1, 0]
    assert not np.array_equal(grown.out_of_bag(shuffled), grown.oob_votes)


def test_a_split_chooses_from_as_many_fields_as_it_is_given():
    codes, membership = made_codes()
    plain = grow(codes, membership, n_trees=20).forest
    root = grow(codes, membership, n_trees=20, split_fields=2).forest  # the root of four
    np.testing.assert_array_equal(plain.score(codes), root.score(codes))
    # the second field tells nothing: a tree begins with it only where it has no choice
    one, all_four = (grow(codes, membership, n_trees=20, split_fields=m).forest for m in (1, 4))
    assert (one.feature[one.starts[:-1]] == 1).any()
    assert not (all_four.feature[all_four.starts[:-1]] == 1).any()
