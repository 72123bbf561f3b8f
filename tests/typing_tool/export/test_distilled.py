import dataclasses

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.export.distilled import _leaf, distil


@pytest.fixture(scope="module")
def model(small_tool):
    return small_tool.model_


@pytest.fixture(scope="module")
def codes_of(small_tool, people):
    pandas = pytest.importorskip("pandas")

    def draw(n, seed):
        fields = pandas.DataFrame(people(n, seed).columns)
        return small_tool.model_.codes.encode(fields)

    return draw


def test_the_stated_agreement_holds_for_other_customers(model, codes_of):
    base, others = codes_of(8000, 1), codes_of(20_000, 2)
    for cut in (0, 1 << 19):
        tree = distil(model, cut, base)
        same = tree.decide(others, cut).tag == model.decide(others, cut).tag
        assert tree.low - 0.01 < same.mean() < tree.high + 0.01
        assert 0.8 < tree.low < tree.agreement < tree.high < 1
        assert tree.n_held_out == 2000
        assert "2,000 customers" in tree.summary()


def test_more_leaves_agree_more_often(model, codes_of):
    base = codes_of(8000, 1)
    share = [distil(model, 0, base, max_leaves=n).agreement for n in (8, 64, 512)]
    assert share == sorted(share)
    assert share[-1] > share[0] + 0.02


def test_without_a_base_codes_are_drawn(model, codes_of):
    tree, others = distil(model), codes_of(20_000, 2)
    assert tree.n_held_out == 20_000
    assert "drawn at random" in tree.summary()
    assert tree.agreement > 0.85
    assert (tree.decide(others).tag == model.decide(others).tag).mean() > 0.85


def test_neither_the_order_of_the_rows_nor_a_second_call_changes_the_tree(model, codes_of):
    base = codes_of(1000, 1)
    first, again = distil(model, 0, base), distil(model, 0, base[::-1])
    assert first.agreement == again.agreement
    for name in ("feature", "threshold", "left", "right", "votes"):
        np.testing.assert_array_equal(getattr(first.tree, name), getattr(again.tree, name))


def test_rows_end_in_the_leaf_of_scikit_learn(model, codes_of):
    base = codes_of(1000, 1)
    tree = distil(model, 0, base).tree
    oracle = DecisionTreeRegressor(max_leaf_nodes=20, random_state=0)
    oracle.fit(base.astype(np.float32), model.decide(base).probabilities)
    grown = oracle.tree_
    leaf = grown.children_left < 0
    plain = dataclasses.replace(
        tree,
        feature=np.where(leaf, -1, grown.feature),
        threshold=np.floor(grown.threshold),
        left=grown.children_left,
        right=grown.children_right,
    )
    np.testing.assert_array_equal(_leaf(plain, base), oracle.apply(base.astype(np.float32)))


def test_a_forest_that_says_one_thing_becomes_one_leaf(model):
    alike = dataclasses.replace(model.forest, votes=np.zeros_like(model.forest.votes))
    alike.votes[model.forest.feature < 0, 0] = 4096
    tree = distil(dataclasses.replace(model, voter=alike))
    assert tree.tree.n_leaves == 1
    assert tree.agreement == 1.0
    assert isinstance(model.codes, FieldCodes)


def test_too_few_customers_are_refused(model, codes_of):
    with pytest.raises(SegkitError, match="has 199 rows; expected at least 200"):
        distil(model, 0, codes_of(199, 1))
