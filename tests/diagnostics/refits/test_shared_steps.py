import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit.diagnostics.refits.shared_steps import SharedSteps, with_shared_steps

X = np.random.default_rng(0).normal(size=(60, 4))
ROWS = np.arange(40)


def shared(model, known, rows=ROWS, w=None, table=X):
    return with_shared_steps(model, known, rows, w, table)


def test_pipelines_that_begin_alike_share_their_steps():
    known = {}
    models = [make_pipeline(StandardScaler(), PCA(2), KMeans(k)) for k in (2, 3)]
    first, second = (shared(model, known) for model in models)
    assert first.steps[0][1] is second.steps[0][1]
    assert [m.steps[-1][1].n_clusters for m in (first, second)] == [2, 3]
    assert len(known) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"model": make_pipeline(StandardScaler(), PCA(3), KMeans(2))},
        {"rows": np.arange(39)},
        {"w": np.ones(40)},
        {"table": X.copy()},
    ],
)
def test_other_steps_rows_weights_or_tables_are_not_shared(other):
    known = {}
    model = make_pipeline(StandardScaler(), PCA(2), KMeans(2))
    shared(model, known)
    shared(**({"model": model, "known": known} | other))
    assert len(known) == 2


def test_shared_steps_give_what_the_pipeline_gives():
    model = make_pipeline(StandardScaler(), PCA(2, svd_solver="full"), KMeans(3, random_state=0))
    w = np.random.default_rng(1).uniform(0.5, 2, 40)
    weights = {"standardscaler__sample_weight": w, "kmeans__sample_weight": w}
    plain = model.fit(X[ROWS], **weights).predict(X)
    twin = shared(make_pipeline(*(step for _, step in model.steps)), {}, w=w)
    found = twin.fit(X[ROWS], shared__sample_weight=w, kmeans__sample_weight=w).predict(X)
    np.testing.assert_array_equal(found, plain)


def test_steps_are_fitted_once_and_remember():
    steps = SharedSteps([("scale", StandardScaler())])
    part = steps.fit(X[ROWS]).part_
    assert steps.fit_transform(X[ROWS]) is part
    assert steps.transform(X) is steps.transform(X)


def test_models_of_one_step_stay_as_they_are():
    for model in (KMeans(3), make_pipeline(KMeans(3))):
        assert shared(model, {}) is model
