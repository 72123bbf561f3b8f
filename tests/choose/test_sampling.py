import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit import diagnostics
from segkit.choose.candidates import expand, fit_all
from segkit.choose.material import read_material
from segkit.choose.sampling import sampled

X = make_blobs([60, 40, 20], centers=[[0, 0], [4, 0], [0, 9]], random_state=0)[0]
SETTING = {"n_boot": 6, "seed": 0, "n_jobs": None}


def fitted_of(models, wanted=(3,)):
    material = read_material(X, None)
    return fit_all(expand(["the answers"], models, wanted), material, 0, None), material


def test_segments_are_in_the_order_of_the_labels():
    fitted, material = fitted_of({"KMeans": KMeans(n_init=5)})
    (found,) = sampled(fitted, material, n_init=3, **SETTING)
    assert found.jaccard.shape == (6, 3)
    # the third blob, the smallest, lies far from the others
    assert found.jaccard.mean(axis=0).argmax() == 2
    known = diagnostics.stability(KMeans(3, n_init=3), X, n_boot=6)
    assert found.jaccard.mean() == pytest.approx(known.jaccard.mean(), abs=0.1)


def test_starts_are_set_for_the_samples_only_and_models_without_starts_are_fine():
    models = {
        "pipeline": make_pipeline(StandardScaler(), KMeans(n_init=7)),
        "hierarchical": AgglomerativeClustering(),
    }
    fitted, material = fitted_of(models)
    assert len(sampled(fitted, material, n_init=2, **SETTING)) == 2
    assert fitted[0].estimator[-1].n_init == 7
    assert (fitted[0].estimator.predict(material.inputs["the answers"]) >= 0).all()


def test_all_candidates_see_the_same_samples():
    fitted, material = fitted_of({"a": KMeans(random_state=0), "b": KMeans(random_state=0)})
    a, b = sampled(fitted, material, n_init=10, **SETTING)
    assert np.allclose(a.ari, b.ari, atol=0.05)
