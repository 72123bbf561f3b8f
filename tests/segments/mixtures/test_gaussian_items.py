import numpy as np
from numpy.testing import assert_allclose
from scipy import stats as st

from segkit.segments.mixtures.gaussian_items import gaussian_items

RNG = np.random.default_rng(0)
DATA = RNG.normal([10.0, -3.0, 100.0], [1.0, 2.0, 20.0], (300, 3))
DATA[RNG.random(DATA.shape) < 0.2] = np.nan


def block(shared=False, floor=0.01):
    return gaussian_items(DATA, np.ones(300), shared=shared, floor=floor)


def test_the_loadings_give_the_normal_density_of_what_was_answered():
    kind = block()
    params = {
        "mean": np.array([[[0.5, -1.0, 0.2]]]),
        "log_variance": np.array([[[0.1, -0.5, 0.3]]]),
    }
    loadings, _ = kind.loadings(params)
    density = kind.features(DATA).T @ loadings[0, 0] - kind.log_scale(DATA)
    mean = kind.centre + kind.scale * params["mean"][0, 0]
    sd = kind.scale * np.exp(params["log_variance"][0, 0] / 2)
    assert_allclose(density, np.nansum(st.norm.logpdf(DATA, mean, sd), axis=1))


def test_the_m_step_gives_the_moments_of_the_answers():
    kind = block()
    stats = kind.features(DATA).sum(axis=1)[None, None]
    start = {"mean": np.zeros((1, 1, 3)), "log_variance": np.zeros((1, 1, 3))}
    new = kind.update(stats, start)
    assert_allclose(new["mean"][0, 0] * kind.scale + kind.centre, np.nanmean(DATA, axis=0))
    assert_allclose(np.exp(new["log_variance"][0, 0]) * kind.scale**2, np.nanvar(DATA, axis=0))


def test_a_shared_variance_pools_the_segments():
    kind, half = block(shared=True), DATA[:, 0] > 10
    stats = np.stack(
        [kind.features(DATA[half]).sum(axis=1), kind.features(DATA[~half]).sum(axis=1)]
    )
    start = {"mean": np.zeros((1, 2, 3)), "log_variance": np.zeros((1, 1, 3))}
    new = kind.update(stats[None], start)
    assert new["log_variance"].shape == (1, 1, 3)
    within = np.nansum((DATA[half] - np.nanmean(DATA[half], axis=0)) ** 2, axis=0)
    within += np.nansum((DATA[~half] - np.nanmean(DATA[~half], axis=0)) ** 2, axis=0)
    pooled = within / (~np.isnan(DATA)).sum(axis=0)
    assert_allclose(np.exp(new["log_variance"][0, 0]) * kind.scale**2, pooled)
    assert kind.n_parameters(2) == 9


def test_variances_stop_at_the_floor():
    kind = block(floor=0.05)
    one_person = kind.features(np.tile(np.nanmean(DATA, axis=0), (5, 1))).sum(axis=1)
    start = {"mean": np.zeros((1, 1, 3)), "log_variance": np.zeros((1, 1, 3))}
    assert_allclose(np.exp(kind.update(one_person[None, None], start)["log_variance"]), 0.05)
    low = kind.repair({"mean": start["mean"], "log_variance": start["mean"] - 99}, start)
    assert_allclose(np.exp(low["log_variance"]), 0.05)


def test_starts_follow_the_correlations():
    x = RNG.normal(size=500)
    alike = np.column_stack([x, x + 0.1 * RNG.normal(size=500)])
    kind = gaussian_items(alike, np.ones(500), shared=True, floor=0.01)
    drawn = kind.start(np.random.default_rng(0), 400)["mean"]
    assert np.corrcoef(drawn.T)[0, 1] > 0.95


def test_an_item_that_varies_only_among_people_without_weight_does_no_harm():
    answers = np.array([[1.0], [1.0], [5.0]])
    kind = gaussian_items(answers, np.array([1.0, 1, 0]), shared=True, floor=0.01)
    assert kind.scale[0] == 1.0
