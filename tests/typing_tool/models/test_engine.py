import numpy as np
import pytest

from segkit.typing_tool.models import engine
from segkit.typing_tool.models.compiled import MANY_ROWS, loops
from segkit.typing_tool.models.forest import Forest, grow_forest


@pytest.fixture(autouse=True, params=["numpy", "compiled"])
def way(request, monkeypatch):
    kernels = loops(MANY_ROWS) if request.param == "compiled" else None
    monkeypatch.setattr(engine, "loops", lambda n_rows: kernels)


@pytest.fixture(scope="module")
def forest():
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, m, 500) for m in (3, 5, 60, 60, 8)], axis=1)
    labels = (codes[:, 2] // 20 + codes[:, 0]) % 3
    order = np.lexsort((labels, *codes.T))
    anchors = np.tile(np.arange(64), (5, 1))
    membership = np.eye(3)[labels[order]]
    return grow_forest(
        codes[order].astype(np.uint8), membership, np.ones(500), anchors, n_trees=25
    ).forest


@pytest.fixture(scope="module")
def rows():
    return np.random.default_rng(1).integers(0, 64, (20_000, 5)).astype(np.uint8)


def test_joint_tables_and_single_tables_give_the_same_votes(forest, rows):
    parts = [forest.score(rows[i : i + 1000]) for i in range(0, 20_000, 1000)]
    np.testing.assert_array_equal(forest.score(rows), np.concatenate(parts))


def test_order_and_batch_do_not_matter(forest, rows):
    order = np.random.default_rng(2).permutation(len(rows))
    np.testing.assert_array_equal(forest.score(rows)[order], forest.score(rows[order]))


def test_threads_do_not_matter(forest, rows):
    np.testing.assert_array_equal(forest.score(rows, n_jobs=2), forest.score(rows))


def test_one_row_and_one_tree(forest, rows):
    votes = forest.score(rows[:50])
    for row in range(50):
        np.testing.assert_array_equal(forest.engine.score_one(rows[row]), votes[row])
    trees = sum(forest.engine.tree_votes(rows[:50], t) for t in range(forest.n_trees))
    np.testing.assert_array_equal(trees, votes)


def test_no_rows_give_no_votes(forest):
    assert forest.score(np.empty((0, 5), np.uint8)).shape == (0, 3)


def test_a_forest_of_bare_roots():
    votes = np.array([[4096, 0], [1096, 3000]], dtype=np.int32)
    bare = Forest(
        np.array([0, 1, 2]),
        np.array([-1, -1], np.int16),
        *(np.zeros(2, np.int16) for _ in range(3)),
        votes,
        n_fields=3,
    )
    assert bare.score(np.zeros((2, 3), np.uint8)).tolist() == [[5192, 3000]] * 2


def test_a_chain_of_64_leaves_uses_every_bit():
    # a tree that splits off one code at a time: leaf i holds code i
    n = 63
    feature = np.array([0, -1] * n + [-1], np.int16)
    threshold = np.where(feature == 0, np.repeat(np.arange(n + 1), 2)[: 2 * n + 1], 0)
    place = np.arange(2 * n + 1)
    left = np.where(feature == 0, place + 1, -1).astype(np.int16)
    right = np.where(feature == 0, place + 2, -1).astype(np.int16)
    votes = np.zeros((2 * n + 1, 2), np.int32)
    leaf = np.flatnonzero(feature < 0)
    votes[leaf] = np.stack([np.arange(64) * 64, 4096 - np.arange(64) * 64], axis=1)
    chain = Forest(
        np.array([0, 2 * n + 1]), feature, threshold.astype(np.int16), left, right, votes, 1
    )
    codes = np.arange(64, dtype=np.uint8)[:, None]
    np.testing.assert_array_equal(chain.score(codes)[:, 0], np.arange(64) * 64)
    np.testing.assert_array_equal(chain.score(np.tile(codes, (100, 1)))[:64], chain.score(codes))
