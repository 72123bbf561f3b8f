import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from segkit.segments.mixtures.ordinal_items import ordinal_items

FIVE, THREE = np.arange(1.0, 6.0), np.array([1.0, 2.0, 4.0])
RNG = np.random.default_rng(0)
ANSWERS = np.column_stack([RNG.choice(FIVE, 200), RNG.choice(THREE, 200)])
KIND = ordinal_items(ANSWERS, np.ones(200), (FIVE, THREE))


def counts_of(n_segments=3):
    return RNG.gamma(1.0, 10.0, (1, n_segments, KIND.n_features))


def converged(stats, n_segments=3):
    params = {k: v[None] for k, v in KIND.start(np.random.default_rng(1), n_segments).items()}
    for _ in range(60):
        params = KIND.update(stats, params)
    return params


def test_scores_are_the_codes_scaled():
    assert_allclose(KIND.scores, [[0, 0.25, 0.5, 0.75, 1], [0, 1 / 3, 1, 0, 0]])


def test_the_m_step_finds_the_maximum_that_a_general_optimiser_finds():
    stats = counts_of()
    params = converged(stats)

    def misfit(theta):
        beta = np.append(0.0, theta[:4])
        alpha = np.append(0.0, theta[4:])
        logits = beta + KIND.scores[0] * alpha[:, None]
        log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return -(stats[0, :, :5] * log_p).sum()

    best = minimize(misfit, np.zeros(6), method="BFGS", options={"gtol": 1e-8})
    ours = KIND.log_probabilities(params)[0, :, 0]
    assert -(stats[0, :, :5] * ours).sum() == pytest.approx(best.fun, abs=1e-6)


def test_segments_differ_by_a_constant_log_odds_between_neighbours_a_unit_of_code():
    log_p = KIND.log_probabilities(converged(counts_of()))[0]
    slope = np.diff(log_p[1, 0] - log_p[0, 0])
    assert_allclose(slope, slope[0])
    uneven = np.diff(log_p[1, 1, :3] - log_p[0, 1, :3])
    assert uneven[1] == pytest.approx(2 * uneven[0])  # from 2 to 4 is twice as far as 1 to 2


def test_one_segment_reproduces_the_margins():
    stats = counts_of(1)
    p = np.exp(KIND.log_probabilities(converged(stats, 1)))[0, 0]
    assert_allclose(p[0], stats[0, 0, :5] / stats[0, 0, :5].sum())
    assert_allclose(p[1, :3], stats[0, 0, 5:] / stats[0, 0, 5:].sum())


def test_a_step_never_goes_downhill_even_from_far_away():
    stats = counts_of()
    params = {"beta": RNG.normal(0, 8, (1, 2, 5)), "alpha": RNG.normal(0, 20, (1, 3, 2))}
    last = -np.inf
    for _ in range(15):
        value = (stats * KIND.loadings(params)[0]).sum()
        assert value >= last - 1e-9
        last, params = value, KIND.update(stats, params)


def test_a_segment_that_only_gives_the_last_answer_stays_finite():
    stats = np.ones((1, 2, 8))
    stats[0, 1] = [0, 0, 0, 0, 50, 0, 0, 50]
    params = converged(stats, 2)
    assert np.isfinite(params["alpha"]).all()
    assert np.exp(KIND.log_probabilities(params))[0, 1, 0, 4] > 0.999


def test_parameters_are_counted_once():
    assert KIND.n_parameters(1) == 4 + 2
    assert KIND.n_parameters(4) == 4 + 2 + 3 * 2


def test_extrapolated_locations_stay_finite():
    far = {"beta": np.full((1, 2, 5), 1e9), "alpha": np.full((1, 3, 2), -1e9)}
    assert np.abs(KIND.repair(far, far)["alpha"]).max() <= 200
