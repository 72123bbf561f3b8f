import numpy as np

from segkit.datasets.made.fields import LEVELS, field_model
from segkit.datasets.made.people import draw_people
from segkit.datasets.made.sampling import draw_sample, inclusion
from segkit.datasets.made.world import make_world

PEOPLE = draw_people(field_model(4), make_world(4).shares, 20_000, seed=1)


def test_chances_sum_to_the_sample_and_prefer_some_groups():
    chance = inclusion(PEOPLE.codes, 1000)
    assert abs(chance.sum() - 1000) < 1e-6
    islands = PEOPLE.codes.region == LEVELS["region"].index("Islands")
    assert chance[islands].mean() > 1.8 * chance[~islands].mean()


def test_nobody_is_asked_twice_even_in_large_samples():
    for n in (1000, 12_000, 19_999, 20_000):
        chance = inclusion(PEOPLE.codes, n)
        assert chance.max() <= 1 + 1e-12
        rows, weights = draw_sample(chance, np.random.default_rng(0))
        assert len(set(rows.tolist())) == len(rows) == n
        assert abs(weights.mean() - 1) < 1e-12
    np.testing.assert_array_equal(weights, 1)  # everybody was asked


def test_weights_undo_the_unequal_chances():
    chance = inclusion(PEOPLE.codes, 2000)
    islands = PEOPLE.codes.region == LEVELS["region"].index("Islands")
    raw, weighted = [], []
    for seed in range(30):
        rows, weights = draw_sample(chance, np.random.default_rng(seed))
        raw.append(islands[rows].mean())
        weighted.append(np.average(islands[rows], weights=weights))
    assert np.mean(raw) > 1.7 * islands.mean()
    assert abs(np.mean(weighted) / islands.mean() - 1) < 0.03


def test_an_empty_population_gives_an_empty_sample():
    rows, weights = draw_sample(np.empty(0), np.random.default_rng(0))
    assert len(rows) == len(weights) == 0
