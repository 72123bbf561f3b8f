import numpy as np
import pytest
from scipy.stats import t
from sklearn.cluster import KMeans

from segkit.diagnostics import stability
from segkit.diagnostics.refits.monte_carlo import mean_interval, tight_within


def student(samples):
    """Student's interval as scipy has it."""
    error = samples.std(ddof=1) / np.sqrt(samples.size)
    return t.interval(0.95, samples.size - 1, samples.mean(), error)


def test_the_upper_end_is_students_and_the_lower_allows_for_one_more_lost_sample():
    samples = np.random.default_rng(0).beta(20, 2, 60)
    low, high = mean_interval(samples)
    assert high == pytest.approx(student(samples)[1])
    assert low == pytest.approx(student(np.r_[samples, 0.5])[0])
    assert low < student(samples)[0]


def test_where_one_more_lost_sample_would_not_lower_it_the_interval_is_students():
    samples = np.random.default_rng(1).beta(2, 12, 60)
    np.testing.assert_allclose(mean_interval(samples), student(samples))


def test_ends_stay_between_0_and_1_and_each_column_is_by_itself():
    samples = np.array([[0.2, 1.0], [0.9, 1.0], [0.0, 0.9]])
    low, high = mean_interval(samples)
    assert low.tolist()[0] == 0.0
    assert high.tolist() == [1.0, 1.0]
    for column in range(2):
        alone = mean_interval(samples[:, column])
        assert (low[column], high[column]) == alone


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


def misses(law, tolerance, n_runs, seed=0):
    """How often the interval misses the mean of a law that at most 100 samples are drawn from."""
    rng = np.random.default_rng(seed)
    missed, sizes = np.zeros(law.shape[1]), []
    for _ in range(n_runs):
        drawn = law[rng.integers(0, len(law), 100)]
        ends = (m for m in range(10, 101, 10) if tight_within(tolerance)([drawn[:m]]))
        sizes.append(next(ends, 100))
        low, high = mean_interval(drawn[: sizes[-1]])
        missed += (law.mean(axis=0) < low) | (law.mean(axis=0) > high)
    return missed, np.mean(sizes)


def found_by_kmeans():
    """The law of the overlap in a cloud: three segments, 500 samples."""
    model = KMeans(3, n_init=5, random_state=0).fit(cloud())
    return stability(model, cloud(), n_boot=500, n_init=1, warm=False, tolerance=0).samples


def lost_at_times(share):
    """The law of segments that come back well, and are lost in a share of the samples."""
    rng = np.random.default_rng(5)
    return np.where(rng.random((20_000, 1)) < share, 0.45, rng.beta(40, 2, (20_000, 1)))


LAWS = {
    "cloud": found_by_kmeans,
    "never lost": lambda: lost_at_times(0.0),
    "lost in 2 %": lambda: lost_at_times(0.02),
    "lost in 10 %": lambda: lost_at_times(0.1),
}


@pytest.mark.parametrize("name", LAWS)
def test_the_interval_misses_no_more_often_than_it_says_stopped_early_or_not(name, simulated):
    law = LAWS[name]()
    for tolerance in (0.0, 0.02, 0.05):
        missed, size = misses(law, tolerance, 400)
        if tolerance == 0.05:
            assert size < 80  # it is the stopping that is tested
        for segment, count in enumerate(missed):
            what = f"misses, {name}, segment {segment}, tolerance {tolerance}, {size:.0f} samples"
            simulated(what, count, 400, 0.05, n_checks=3 * law.shape[1], at_most=True)


@pytest.mark.slow
def test_the_interval_holds_the_mean_at_the_promised_rate(simulated):
    settings = {"n_init": 1, "warm": False, "tolerance": 0}
    model = KMeans(3, n_init=5, random_state=0).fit(cloud())
    truth = stability(model, cloud(), n_boot=6000, random_state=1, **settings).jaccard
    hits = np.zeros(3)
    for seed in range(400):
        found = stability(model, cloud(), n_boot=100, random_state=100 + seed, **settings)
        hits += (found.low <= truth) & (truth <= found.high)
    for segment, hit in enumerate(hits):
        simulated(f"coverage, segment {segment}", hit, 400, 0.95, n_checks=3)
