import numpy as np
import pytest
from sklearn.cluster import KMeans

from segkit.diagnostics import stability
from segkit.diagnostics.monte_carlo import mean_interval, tight_within


def test_the_interval_is_students_and_stays_between_0_and_1():
    low, high = mean_interval(np.array([[0.2, 1.0], [0.4, 1.0], [0.6, 0.9]]))
    np.testing.assert_allclose(low, [0.0, 0.8232450], atol=1e-6)
    assert high.tolist() == [pytest.approx(0.8968276), 1.0]
    low, high = mean_interval(np.array([0.4, 0.5, 0.6]))
    np.testing.assert_allclose([low, high], 0.5 + np.array([-1, 1]) * 4.302653 * 0.1 / np.sqrt(3))


def test_sampling_does_not_end_before_thirty_samples():
    rule = tight_within(0.5)
    assert not rule([np.ones((20, 3))])
    assert rule([np.ones((30, 3))])


def test_one_more_lost_sample_is_allowed_for():
    rule = tight_within(0.02)
    assert not rule([np.ones((40, 1))])  # one lost sample more would move the mean by .012
    assert rule([np.ones((50, 1))])
    assert not rule([np.ones((50, 1)), np.tile([[0.5], [1.0]], (25, 1))])


def cloud():
    return np.random.default_rng(0).normal(size=(120, 3))


def coverage(n_runs, tolerance):
    """How often the interval holds the mean over very many samples, by segment."""
    X = cloud()
    model = KMeans(3, n_init=5, random_state=0).fit(X)
    settings = {"n_init": 1, "warm": False}
    truth = stability(model, X, n_boot=6000, random_state=1, tolerance=0, **settings).jaccard
    hits = np.zeros(3)
    sizes = []
    for seed in range(n_runs):
        found = stability(
            model, X, n_boot=100, random_state=100 + seed, tolerance=tolerance, **settings
        )
        hits += (found.low <= truth) & (truth <= found.high)
        sizes.append(len(found.samples))
    return hits, np.mean(sizes)


def test_the_interval_holds_the_mean_over_endless_samples(simulated):
    # the law of the overlap from 500 samples; runs draw from it, so that its mean is known
    model = KMeans(3, n_init=5, random_state=0).fit(cloud())
    law = stability(model, cloud(), n_boot=500, n_init=1, warm=False, tolerance=0).samples
    rng = np.random.default_rng(0)
    runs = law[rng.integers(0, len(law), (1000, 100))]
    low, high = mean_interval(runs.swapaxes(0, 1))
    held = (low <= law.mean(axis=0)) & (law.mean(axis=0) <= high)
    for segment, hits in enumerate(held.sum(axis=0)):
        simulated(
            f"coverage, segment {segment}, drawn from 500 samples", hits, 1000, 0.95, n_checks=3
        )


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", [0.0, 0.03])
def test_the_interval_holds_the_mean_at_the_promised_rate(tolerance, simulated):
    hits, size = coverage(400, tolerance)
    for segment, hit in enumerate(hits):
        what = f"coverage, segment {segment}, {size:.0f} samples on average"
        simulated(what, hit, 400, 0.95, n_checks=3)
