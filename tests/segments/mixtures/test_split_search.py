import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.segments import LatentClass
from segkit.segments.mixtures.split_search import one_segment_more, split_starts


def likert(n=500, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    centre = rng.normal(0, 1.2, (3, 6))
    return np.digitize(centre[truth] + rng.normal(size=(n, 6)), [-1, 0, 1]) + 1.0


SETTING = {"n_init": 20, "max_iter": 2000, "tol": 1e-9, "seed": 0}


@pytest.mark.parametrize("prior", [0, 2])
@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_both_solutions_are_those_of_full_fits(items, prior):
    X, w = likert(), np.ones(500)
    if items == "gaussian":  # equal answers of an item would make a segment of their own
        X = X + np.random.default_rng(1).normal(0, 0.5, X.shape)
    small, large = (LatentClass(k, items, prior=prior).fit(X) for k in (2, 3))
    solution = small._solution
    step = one_segment_more(solution.mixture, solution.params, X, w, **SETTING)
    shift = small.log_likelihood_ - step.smaller  # what standardising numbers added
    if items != "gaussian":
        assert shift == pytest.approx(0, abs=1e-3)
    assert step.larger + shift == pytest.approx(large.log_likelihood_, abs=0.01)
    assert step.ratio == pytest.approx(
        2 * (large.log_likelihood_ - small.log_likelihood_), abs=0.02
    )


def test_splits_take_every_segment_in_turn_and_leave_the_others():
    solution = LatentClass(2, n_init=4).fit(likert())._solution
    from dataclasses import replace

    wider = replace(solution.mixture, n_segments=3)
    starts = split_starts(wider, solution.params, np.arange(4))
    theta, shares = solution.params["theta"][0], solution.params["shares"][0]
    assert_allclose(starts["theta"][:, :2], np.broadcast_to(theta, (4, *theta.shape)))
    assert_allclose(starts["shares"].sum(axis=1), 1)
    assert_allclose(starts["shares"][0], [shares[0] / 2, shares[1], shares[0] / 2])
    assert_allclose(starts["shares"][1], [shares[0], shares[1] / 2, shares[1] / 2])
    blocks = starts["theta"][:, 2].reshape(4, 6, 4)
    assert_allclose(blocks.sum(axis=2), 1)
    # the first two splits begin half way to the segment, the others at a draw
    half = (theta[0] + wider.start(np.array([0]))["theta"][0, 2]) / 2
    assert_allclose(starts["theta"][0, 2], half)
