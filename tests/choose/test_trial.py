import numpy as np
import pytest
from sklearn.cluster import KMeans

from segkit._frames import matrix
from segkit.choose.null_world import null_world
from segkit.choose.trial import Part, Trial, try_against_worlds
from segkit.choose.world_figures import Recipe


def part_of(X, ks=(4,), start=0):
    table, w = matrix(X), np.ones(len(X))
    recipe = Recipe(tuple(KMeans(k, n_init=2, random_state=0) for k in ks), w, False)
    positions = list(range(start, start + len(ks)))
    return Part(X, table.values, null_world(table, w), recipe, positions)


def test_the_answers_are_halved_more_often_round_by_round(world_of):
    trial = Trial([part_of(world_of("one factor", 120, 0))], n_splits=1, seed=0)
    trial.halve(0)
    first = trial.ari.copy()
    trial.halve(1)
    assert trial.ari.shape == (16, 1)
    assert (trial.ari[:4] == first).all()
    assert trial.stability == pytest.approx(trial.ari.mean(axis=0))


def test_a_figure_that_hangs_on_the_halves_has_a_wide_interval(world_of):
    trial = Trial([part_of(world_of("one factor", 120, 0))], n_splits=1, seed=0)
    trial.halve(0)
    for number in range(12):
        trial.draw(number, True)
    (test,) = trial.stability_tests()
    worlds = np.concatenate(trial.world_stability)
    error = 2 * trial.ari.std(ddof=1) / np.sqrt(4)
    assert test.count == (worlds >= trial.stability).sum()
    assert test.least == (worlds >= trial.stability + error).sum()
    assert test.most == (worlds >= trial.stability - error).sum()
    assert test.least < test.count < test.most


def test_candidates_of_several_tables_keep_their_places(world_of):
    X = world_of("four segments", 200, 0)
    parts = [part_of(X, (2, 4)), part_of(X[:, :8], (4,), start=2)]
    trial = try_against_worlds(parts, n_null=19, max_null=19, n_splits=1, seed=0)
    assert trial.stability[1] > trial.stability[0]
    assert len(trial.stability_tests()) == 3
    assert trial.stability_tests()[1].count == 0
