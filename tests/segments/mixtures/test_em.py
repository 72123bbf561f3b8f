from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import logsumexp

from segkit.segments.mixtures import em
from segkit.segments.mixtures.item_blocks import Variances, build_mixture

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 3, 200)
VALUES = np.column_stack(
    [
        RNG.integers(1, 4, 200),
        np.clip(np.round(RNG.normal(2 + TRUTH, 1)), 1, 5),
        RNG.normal(2.0 * TRUTH, 1.0),
    ]
).astype(float)
VALUES[RNG.random(VALUES.shape) < 0.1] = np.nan
W = RNG.random(200)
KINDS = ("categorical", "ordinal", "gaussian")


@pytest.fixture(params=[0.0, 5.0], ids=["likelihood", "prior"])
def model(request):
    return build_mixture(VALUES, W, KINDS, 3, prior=request.param, variances=Variances(False, 0.01))


def test_the_batched_step_is_the_step_of_each_start(model):
    features = model.features(VALUES)
    params = model.start(np.arange(4))
    loadings = model.loadings(params)
    together = em.expectation(features, W, loadings)
    for r in range(4):
        density = loadings[r] @ features
        total = logsumexp(density, axis=0)
        assert together[0][r] == pytest.approx(W @ total)
        assert_allclose(together[1][r], (np.exp(density - total) * W) @ features.T)


def test_chunks_change_nothing_but_rounding(model, monkeypatch):
    features, loadings = model.features(VALUES), model.loadings(model.start(np.arange(4)))
    whole = em.expectation(features, W, loadings)
    monkeypatch.setattr(em, "CELLS", 12 * 7)
    parts = em.expectation(features, W, loadings)
    assert_allclose(whole[0], parts[0])
    assert_allclose(whole[1], parts[1])


def test_no_step_lowers_the_objective(model):
    features, params = model.features(VALUES), model.start(np.arange(6))
    last = np.full(6, -np.inf)
    for _ in range(40):
        params, value = em.em_step(model, features, W, params)
        assert (value >= last - 1e-9).all()
        last = value


def test_acceleration_ends_where_plain_steps_end(model):
    features = model.features(VALUES)
    step = partial(em.em_step, model, features, W)
    start = model.start(np.arange(3))
    for _ in range(20):
        start, _ = step(start)
    run = em.accelerate(step, model, start, max_iter=3000, smallest=1e-10)
    plain = start
    for _ in range(1000):
        plain, value = step(plain)
    assert run.converged.all()
    assert (run.n_iter < 3000).all()
    assert (run.objective >= value - 1e-6).all()


def test_a_start_that_is_told_to_stop_says_so(model):
    step = partial(em.em_step, model, model.features(VALUES), W)
    run = em.accelerate(step, model, model.start(np.arange(3)), max_iter=3, smallest=0.0)
    assert_array_equal(run.n_iter, 3)
    assert not run.converged.any()


def test_memberships_sum_to_one_and_unanswered_people_get_the_shares(model):
    params = model.start(np.array([0]))
    nobody = np.full((1, 3), np.nan)
    features = model.features(np.vstack([VALUES, nobody]))
    probabilities, log_density = em.membership(features, model.loadings(params)[0])
    assert_allclose(probabilities.sum(axis=1), 1)
    assert_allclose(probabilities[-1], params["shares"][0])
    assert log_density[-1] == pytest.approx(0, abs=1e-12)
