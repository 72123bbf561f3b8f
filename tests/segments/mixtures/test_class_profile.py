import numpy as np
from numpy.testing import assert_allclose

from segkit.segments.mixtures.class_profile import answer_probabilities, item_means, mean_table
from segkit.segments.mixtures.item_blocks import Variances, build_mixture

RNG = np.random.default_rng(0)
VALUES = np.column_stack(
    [RNG.integers(1, 6, 80), RNG.normal(50, 5, 80), RNG.integers(1, 4, 80)]
).astype(float)
NAMES = ("agree", "age", "brand")
MIXTURE = build_mixture(
    VALUES, np.ones(80), ("ordinal", "gaussian", "categorical"), 2, prior=0.0,
    variances=Variances(False, 0.01),
)  # fmt: skip
PARAMS = MIXTURE.start(np.array([0]))


def test_probabilities_come_in_the_order_of_the_items_and_sum_to_one():
    columns = answer_probabilities(MIXTURE, PARAMS, NAMES)
    assert columns["item"] == ["agree"] * 10 + ["brand"] * 6
    assert columns["segment"] == [0] * 5 + [1] * 5 + [0] * 3 + [1] * 3
    assert columns["answer"][:5] == [1, 2, 3, 4, 5]
    assert_allclose(np.sum(columns["probability"]), 4)


def test_means_are_those_of_the_density():
    mean, sd = item_means(MIXTURE, PARAMS, 3)
    kind = MIXTURE.blocks[-1].kind
    assert_allclose(mean[:, 1], kind.centre[0] + kind.scale[0] * PARAMS["mean"][0, :, 0])
    assert_allclose(sd[:, 1], kind.scale[0] * np.sqrt(0.5))
    p = np.array(answer_probabilities(MIXTURE, PARAMS, NAMES)["probability"][:5])
    assert_allclose(mean[0, 0], p @ np.arange(1, 6))
    assert_allclose(sd[0, 0] ** 2, p @ np.arange(1, 6) ** 2 - mean[0, 0] ** 2)


def test_the_table_of_means_leaves_unordered_items_out():
    columns = mean_table(MIXTURE, *item_means(MIXTURE, PARAMS, 3), NAMES)
    assert columns["item"] == ["agree", "agree", "age", "age"]
    assert columns["segment"] == [0, 1, 0, 1]
