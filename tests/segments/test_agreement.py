import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from segkit.segments.agreement import (
    adjusted_rand,
    contingencies,
    contingency,
    jaccard,
    normalised_mutual_information,
    one_hot,
    variation_of_information,
)


@pytest.fixture
def two_divisions():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 4, 300)
    b = np.where(rng.random(300) < 0.6, a, rng.integers(0, 3, 300))
    return a, b


def test_the_index_equals_the_one_computed_from_pairs(two_divisions):
    a, b = two_divisions
    assert_allclose(adjusted_rand(contingency(a, b, 4, 4)), adjusted_rand_score(a, b))


def test_whole_weights_are_repeated_people(two_divisions):
    a, b = two_divisions
    w = np.random.default_rng(1).integers(0, 4, a.size)
    repeated = contingency(np.repeat(a, w), np.repeat(b, w), 4, 4)
    assert_array_equal(contingency(a, b, 4, 4, w.astype(float)), repeated)


def test_negative_codes_are_left_out():
    table = contingency(np.array([0, 1, -1, 1]), np.array([0, 1, 1, -1]), 2, 2)
    assert_array_equal(table, [[1, 0], [0, 1]])


def test_a_stack_of_tables_gives_one_index_a_table(two_divisions):
    a, b = two_divisions
    single = contingency(a, b, 4, 4)
    stack = np.stack([single, single.T, np.diag(np.diag(single))])
    assert_allclose(adjusted_rand(stack), [adjusted_rand(t) for t in stack])
    assert_allclose(jaccard(stack)[1], jaccard(single.T))


def test_one_hot_products_give_the_tables_of_many_replicates(two_divisions):
    a, b = two_divisions
    replicates = np.column_stack([b, a, np.where(a == 0, -1, b)])
    tables = (one_hot(a, 4).T @ one_hot(replicates, 4)).reshape(4, 3, 4).transpose(1, 0, 2)
    for r in range(3):
        assert_array_equal(tables[r], contingency(a, replicates[:, r], 4, 4))


@pytest.mark.parametrize("table", [[[5.0]], [[1.0, 0.0], [0.0, 1.0]]])
def test_divisions_that_tell_nobody_apart_or_everybody_agree(table):
    assert adjusted_rand(np.array(table)) == 1.0


def test_relabelling_changes_nothing(two_divisions):
    a, b = two_divisions
    swap = np.array([2, 0, 3, 1])
    assert_allclose(
        adjusted_rand(contingency(a, b, 4, 4)), adjusted_rand(contingency(swap[a], b, 4, 4))
    )
    assert_allclose(jaccard(contingency(a, b, 4, 4)), jaccard(contingency(swap[a], b, 4, 4))[swap])


def test_jaccard_by_hand_and_two_empty_segments():
    assert_allclose(
        jaccard(np.array([[3.0, 1, 0], [0, 2, 0], [0, 0, 0]])).max(axis=1), [0.75, 2 / 3, 0]
    )


def test_many_tables_in_one_pass_are_those_of_one_hot_products():
    rng = np.random.default_rng(0)
    a, b = rng.integers(-1, 3, 40), rng.integers(-1, 4, (5, 40))
    w = rng.uniform(0, 2, (5, 40))
    found = contingencies(a, b, 3, 4, w)
    for one, labels, weights in zip(found, b, w, strict=True):
        product = one_hot(a, 3).T @ (one_hot(labels, 4) * weights[:, None])
        np.testing.assert_allclose(one, product)
        np.testing.assert_allclose(one, contingency(a, labels, 3, 4, weights))


def test_information_is_that_of_scikit_learn_and_the_distance_is_one():
    rng = np.random.default_rng(1)
    a, b, c = rng.integers(0, 3, (3, 60))
    tables = {pair: contingency(*pair_codes, 3, 3) for pair, pair_codes in
              {"ab": (a, b), "bc": (b, c), "ac": (a, c)}.items()}  # fmt: skip
    assert normalised_mutual_information(tables["ab"]) == pytest.approx(
        normalized_mutual_info_score(a, b)
    )
    vi = {pair: float(variation_of_information(table)) for pair, table in tables.items()}
    assert vi["ac"] <= vi["ab"] + vi["bc"]
    assert vi["ab"] == pytest.approx(float(variation_of_information(tables["ab"].T)))
    assert vi["ab"] <= np.log2(9)


def test_one_group_on_both_sides_is_no_disagreement():
    assert normalised_mutual_information(np.array([[5.0]])) == 1.0
    assert variation_of_information(np.array([[5.0]])) == 0.0
    assert normalised_mutual_information(np.array([[3.0, 2.0]])) == 0.0
