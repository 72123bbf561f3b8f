import numpy as np
import pytest
from sklearn.cluster import DBSCAN, KMeans

from segkit.choose.candidates import expand, fit_all
from segkit.choose.constraints import Constraints
from segkit.choose.material import read_material
from segkit.choose.measuring import choice_columns, figure_columns, typing_columns
from segkit.choose.sampling import sampled

X = np.repeat([[0.0, 0.0], [9.0, 0.0], [50.0, 50.0]], [60, 38, 2], axis=0)
X = X + np.random.default_rng(0).normal(size=X.shape) * 0.1


@pytest.fixture(scope="module")
def parts():
    material = read_material(X, None)
    models = {"KMeans": KMeans(n_init=3), "dense": DBSCAN(eps=1, min_samples=5)}
    fitted = fit_all(expand(["the answers"], models, (2, 3)), material, 0, None)
    return fitted, sampled(fitted, material, n_boot=4, n_init=2, seed=0, n_jobs=None), material


def test_sizes_are_shares_of_everybody_noise_included(parts):
    found = figure_columns(*parts, None)
    assert found["n_segments"].tolist() == [2, 3, 2]
    assert found["smallest"] == pytest.approx([0.02, 0.02, 0.38])
    assert found["largest"] == pytest.approx([0.98, 0.6, 0.6])
    assert not {"effect", "bic"} & set(found)


def test_intervals_hold_their_mean_and_the_weakest_is_no_better_than_all(parts):
    found = figure_columns(*parts, None)
    for name in ("stability", "weakest"):
        assert (found[f"{name}_low"] <= found[name]).all()
        assert (found[name] <= found[f"{name}_high"]).all()
    means = [one.jaccard.mean(axis=0) for one in parts[1]]
    assert found["weakest"] == pytest.approx([m.min() for m in means])


def test_the_front_and_what_is_allowed(parts):
    columns = figure_columns(*parts, None)
    columns |= typing_columns(parts[0], parts[2], None, Constraints(), None, 0)
    found = choice_columns(columns, Constraints())
    assert found["allowed"].tolist() == [False, False, True]
    assert found["front"].tolist() == [False, False, True]
    assert found["breach"][0] == "smallest segment 2 % < 5 %"
