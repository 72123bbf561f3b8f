import numpy as np
import pytest

from segkit.typing_tool.base.sizes import tilted
from segkit.typing_tool.base.typing_error import typing_error
from segkit.typing_tool.models.calibration import Decision


def decision_of(p):
    ranked = np.argsort(-p, axis=1)
    return Decision(ranked[:, 0], ranked[:, 1], np.ones(len(p), bool), p)


def drawn_from(p, seed=0):
    rng = np.random.default_rng(seed)
    return np.eye(p.shape[1])[(p.cumsum(axis=1) < rng.random(len(p))[:, None]).sum(axis=1)]


@pytest.fixture(scope="module")
def told():
    """Calibrated probabilities of 2000 respondents, their segments, weights."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet([1.0, 1.5, 2.0], 2000)
    return p, drawn_from(p), rng.uniform(0.5, 2, 2000)


def test_mistakes_are_means_by_true_segment(told):
    p, membership, w = told
    error = typing_error(decision_of(p), membership, w, 0)
    for s in range(3):
        own = membership[:, s] * w
        np.testing.assert_allclose(error.matrix[s], np.average(p, axis=0, weights=own))
        tags = np.eye(3)[p.argmax(axis=1)]
        np.testing.assert_allclose(error.tags[s], np.average(tags, axis=0, weights=own))
    np.testing.assert_allclose(error.prior, np.average(membership, axis=0, weights=w))
    for point, draws in (
        (error.matrix, error.draws),
        (error.tags, error.tag_draws),
        (error.prior, error.prior_draws),
    ):
        np.testing.assert_allclose(draws.mean(axis=0), point, atol=0.01)
        np.testing.assert_allclose(draws.sum(axis=-1), 1)


def test_calibrated_probabilities_need_no_tilt(told):
    error = typing_error(decision_of(told[0]), *told[1:], 0)
    assert (np.abs(error.tilt) < 3 * error.tilt_draws.std(axis=0)).all()
    np.testing.assert_allclose(error.tilt_draws.mean(axis=0), error.tilt, atol=0.02)


def test_timid_probabilities_are_tilted_back(told):
    p, membership, w = told
    timid = tilted(p, np.array([np.log(0.6), 0, 0, 0]))
    error = typing_error(decision_of(timid), membership, w, 0)
    # the prior on the tilt holds it back a little
    np.testing.assert_allclose(tilted(timid, error.tilt), p, atol=0.04)


def test_draws_of_the_tilt_spread_as_refitting_would():
    tilts, spreads = [], []
    for seed in range(40):
        p = np.random.default_rng(seed).dirichlet([1.0, 1.5, 2.0], 500)
        error = typing_error(decision_of(p), drawn_from(p, 1000 + seed), np.ones(500), seed)
        tilts.append(error.tilt)
        spreads.append(error.tilt_draws.std(axis=0))
    ratio = np.mean(spreads, axis=0) / np.std(tilts, axis=0)
    assert ((ratio > 0.7) & (ratio < 1.45)).all()


def test_the_unit_of_weights_and_the_names_of_segments_do_not_matter(told):
    p, membership, w = told
    one = typing_error(decision_of(p), membership, w, 0)
    two = typing_error(decision_of(p), membership, 8 * w, 0)
    turn = [2, 0, 1]
    three = typing_error(decision_of(p[:, turn]), membership[:, turn], w, 0)
    np.testing.assert_allclose(one.tilt_draws, two.tilt_draws, atol=1e-8)
    np.testing.assert_allclose(one.draws, two.draws)
    np.testing.assert_allclose(one.draws[:, turn][:, :, turn], three.draws)
    np.testing.assert_allclose(one.tilt_draws[:, [0, 3, 1, 2]], three.tilt_draws, atol=1e-6)


def test_a_segment_that_a_draw_misses_gets_the_point():
    p = np.random.default_rng(0).dirichlet([1, 1, 1], 40)
    membership = np.eye(3)[np.where(np.arange(40) == 0, 2, np.arange(40) % 2)]
    error = typing_error(decision_of(p), membership, np.ones(40), 0)
    assert np.isfinite(error.tag_draws).all()
    assert (error.draws.sum(axis=2) > 0.999).all()
