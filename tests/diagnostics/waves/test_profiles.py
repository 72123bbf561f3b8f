import numpy as np
from numpy.testing import assert_allclose
from sklearn.cluster import KMeans

from segkit.diagnostics.waves.following import follow
from segkit.diagnostics.waves.old_segments import divide
from segkit.diagnostics.waves.profiles import profile_lines
from segkit.diagnostics.waves.two_waves import read_waves

SIZES = [150, 100, 50]


def lines(old, new):
    waves = read_waves(old, new, None, None)
    found = divide(KMeans(3, n_init=5), waves, 0)
    followed = follow(found, waves.people, list(waves.people.draws(20, 0)), 0)
    return profile_lines(found, followed, waves.people, 0.05)


def test_changes_are_in_standard_deviations_of_the_old_wave(three_segments):
    old = three_segments.make(SIZES, 0)
    new = old + np.array([0.0, 0.0, 1.0])
    by_item = {(x.segment, x.item): x for x in lines(old, new)}
    for segment in "012":
        line = by_item[segment, "x3"]
        assert_allclose(line.change, 1 / old[:, 2].std(), rtol=1e-6)
        assert line.changed
    mean = (old[:150, 0].mean() - old[:, 0].mean()) / old[:, 0].std()
    assert_allclose(by_item["0", "x1"].before, mean, atol=0.1)


def test_units_play_no_part(three_segments):
    old, new = (three_segments.make(SIZES, seed) for seed in (0, 1))
    scale = np.array([1.0, 1.0, 1.0]) * 7.0
    plain, other = lines(old, new), lines(old * scale + 3, new * scale + 3)
    assert_allclose([x.change for x in plain], [x.change for x in other], atol=1e-9)
