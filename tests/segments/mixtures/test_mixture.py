import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.segments.mixtures.item_blocks import Variances, build_mixture

RNG = np.random.default_rng(0)
VALUES = np.column_stack(
    [RNG.integers(1, 4, 60), RNG.normal(size=60), RNG.integers(1, 6, 60)]
).astype(float)
VALUES[RNG.random(VALUES.shape) < 0.15] = np.nan
KINDS = ("categorical", "gaussian", "ordinal")


def mixture(prior=0.0, n_segments=3):
    return build_mixture(
        VALUES, np.ones(60), KINDS, n_segments, prior=prior, variances=Variances(False, 0.01)
    )


def test_each_item_goes_to_the_block_of_its_kind():
    assert [b.columns.tolist() for b in mixture().blocks] == [[0], [2], [1]]


def test_a_start_does_not_depend_on_how_many_there_are():
    few, many = mixture().start(np.array([3, 8])), mixture().start(np.array([3, 8, 1, 4]))
    for name in few:
        assert_array_equal(few[name], many[name][:2])


def test_features_times_loadings_add_up_over_the_blocks():
    model = mixture()
    params = model.start(np.array([0]))
    whole = model.loadings(params)[0] @ model.features(VALUES)
    parts = np.log(params["shares"][0])[:, None] + sum(
        b.kind.loadings(params)[0][0] @ b.kind.features(VALUES[:, b.columns]) for b in model.blocks
    )
    assert_allclose(whole, parts)


def test_segments_can_be_put_in_another_order():
    model = mixture()
    params = model.start(np.array([0]))
    moved = model.reorder(params, np.array([2, 0, 1]))
    assert_allclose(model.loadings(moved)[0], model.loadings(params)[0][[2, 0, 1]])


def test_parameters_are_counted():
    assert mixture().n_parameters() == 2 + 3 * 2 + (4 + 2) + 3 * 2


def test_extra_respondents_answer_as_everybody_does():
    model = mixture(prior=6.0)
    counts = np.array([np.nansum(VALUES[:, 0] == c) for c in (1, 2, 3)])
    assert_allclose(model.everybody[1:4], counts / counts.sum())
    nobody = np.zeros((1, 3, model.everybody.size))
    new = model.update(nobody, model.start(np.array([0])))
    assert_allclose(new["shares"], 1 / 3)
    assert_allclose(new["theta"][0], np.tile(counts / counts.sum(), (3, 1)))
    assert_allclose(new["mean"], 0, atol=1e-12)


@pytest.mark.parametrize("prior", [0.0, 2.0])
def test_the_log_prior_is_the_density_of_the_extra_respondents(prior):
    model = mixture(prior=prior)
    loadings = model.loadings(model.start(np.array([0, 1])))
    value = np.broadcast_to(model.log_prior(loadings), 2)
    assert value.shape == (2,)
    assert (value == 0).all() if prior == 0 else (value < 0).all()


def test_shares_outside_their_space_are_brought_back():
    model = mixture()
    inside = model.start(np.array([0]))
    guess = inside | {"shares": np.array([[-0.1, 0.6, 0.5]])}
    shares = model.repair(guess, inside)["shares"]
    assert (shares > 0).all()
    assert shares.sum() == pytest.approx(1)
