import numpy as np
import pytest
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import make_blobs
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit.choose.candidates import expand, fit_all, named_models, numbers
from segkit.choose.material import read_material
from segkit.exceptions import SegkitError, SegkitWarning


@pytest.fixture(scope="module")
def blobs():
    return make_blobs([60, 40, 20], centers=[[0, 0], [9, 0], [0, 9]], random_state=0)[0]


def test_models_are_named_by_the_step_that_makes_segments():
    models = [KMeans(), make_pipeline(StandardScaler(), KMeans()), DBSCAN()]
    assert list(named_models(models)) == ["KMeans", "KMeans 2", "DBSCAN"]
    assert list(named_models({"many starts": KMeans(n_init=50)})) == ["many starts"]
    assert list(named_models(KMeans())) == ["KMeans"]


def test_every_input_meets_every_model_and_number():
    found = expand(["a", "b"], {"KMeans": KMeans(), "DBSCAN": DBSCAN()}, (2, 3))
    assert [(c.input, c.model) for c in found][:3] == [("a", "KMeans")] * 2 + [("a", "DBSCAN")]
    assert [c.estimator.n_clusters for c in found if c.model == "KMeans"] == [2, 3, 2, 3]


def test_fits_number_segments_by_size(blobs):
    material = read_material(blobs, None)
    (one,) = fit_all(expand(["the answers"], {"KMeans": KMeans()}, (3,)), material, 0, None)
    assert np.bincount(one.labels).tolist() == [60, 40, 20]
    assert one.name == "KMeans on the answers, 3 segments"


def test_processes_give_the_same_fits(blobs):
    material = read_material(blobs, None)
    candidates = expand(["the answers"], {"KMeans": KMeans(n_init=2)}, (3, 5))
    one, two = (fit_all(candidates, material, 0, n_jobs) for n_jobs in (None, 2))
    assert all((a.labels == b.labels).all() for a, b in zip(one, two, strict=True))


def test_a_model_that_finds_one_segment_is_left_out_with_a_warning(blobs):
    material = read_material(blobs, None)
    candidates = expand(["the answers"], {"KMeans": KMeans(), "all one": DBSCAN(eps=99)}, (2,))
    with pytest.warns(SegkitWarning, match="all one on the answers found fewer than two segments"):
        assert len(fit_all(candidates, material, 0, None)) == 1
    with pytest.raises(SegkitError, match="No candidate finds two segments"):
        fit_all(candidates[1:], material, 0, None)


def test_a_fit_that_fails_names_model_and_input(blobs):
    gaps = blobs.copy()
    gaps[3, 0] = np.nan
    material = read_material({"answers": gaps}, None)
    with pytest.raises(SegkitError, match=r"KMeans cannot be fitted to the input `answers`: .*NaN"):
        fit_all(expand(["answers"], {"KMeans": KMeans()}, (2,)), material, 0, None)


@pytest.mark.parametrize(
    ("models", "text"),
    [
        ([], "models is empty"),
        ([KMeans], "one of models is <class .*; expected an estimator with fit and get_params"),
        ({"a": 3}, "one of models is 3; expected an estimator with fit and get_params"),
    ],
)
def test_what_is_no_estimator_is_refused(models, text):
    with pytest.raises(SegkitError, match=text):
        named_models(models)


@pytest.mark.parametrize("wanted", [[], [1, 2], [2.5]])
def test_numbers_are_whole_and_at_least_two(wanted):
    with pytest.raises(SegkitError, match="n_segments"):
        numbers(wanted)


def test_complaints_of_fits_are_told(blobs):
    mixture = GaussianMixture(max_iter=1, init_params="random", random_state=0)
    candidates = expand(["the answers"], {"mixture": mixture}, (3,))
    with pytest.warns(SegkitWarning, match=r"1 of 1 candidates complained .*ConvergenceWarning"):
        fit_all(candidates, read_material(blobs, None), 0, None)
