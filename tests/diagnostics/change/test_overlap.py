import numpy as np
import pytest

from segkit.diagnostics.change.overlap import overlap


def test_the_true_odds_reach_kishs_effective_share():
    rng = np.random.default_rng(0)
    before, after = rng.normal(0, 1, 200_000), rng.normal(0.7, 1, 200_000)
    odds = [np.exp(0.7 * x - 0.7**2 / 2) for x in (before, after)]
    w, v = np.ones(before.size), np.ones(after.size)
    kish = odds[0].sum() ** 2 / np.square(odds[0]).sum() / before.size
    assert overlap(*odds, w, v) == pytest.approx(kish, abs=0.02)
    assert overlap(*odds, w, v) == pytest.approx(np.exp(-(0.7**2)), abs=0.02)


def test_a_worse_score_claims_less_and_noise_nothing():
    rng = np.random.default_rng(1)
    before, after = rng.normal(0, 1, 50_000), rng.normal(1, 1, 50_000)
    w, v = np.ones(before.size), np.ones(after.size)
    best, blurred = (
        overlap(np.exp(before + s * e), np.exp(after + s * d), w, v)
        for s, e, d in ((0, 0, 0), (0.5, rng.normal(size=before.size), rng.normal(size=v.size)))
    )
    assert best < blurred < 1
    noise = rng.normal(size=(2, 50_000))
    assert overlap(*noise, w, v) == pytest.approx(1, abs=1e-3)


def test_unit_and_weights():
    rng = np.random.default_rng(2)
    before, after = rng.normal(0, 1, 300), rng.normal(1, 1, 200)
    w, v = rng.integers(1, 4, 300), rng.integers(1, 4, 200)
    found = overlap(before, after, w, v)
    repeated = overlap(
        np.repeat(before, w), np.repeat(after, v), np.ones(w.sum()), np.ones(v.sum())
    )
    assert found == pytest.approx(repeated, rel=1e-12)
    assert overlap(3 * before + 5, 3 * after + 5, 2 * w, 7 * v) == pytest.approx(found, rel=1e-9)


def test_a_score_without_variance_says_nothing():
    assert overlap(np.ones(5), np.ones(3), np.ones(5), np.ones(3)) == 1.0
