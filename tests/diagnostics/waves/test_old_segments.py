import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from segkit.diagnostics.waves.old_segments import check_segmentation, divide
from segkit.diagnostics.waves.two_waves import read_waves
from segkit.exceptions import SegkitError
from segkit.factors import FactorModel
from segkit.segments import LatentClass
from segkit.typing_tool import TypingTool

SIZES = [60, 30, 20]


def waves(three_segments, frame_kind=None, **given):
    tables = [three_segments.make(SIZES, seed, 2 * three_segments.centres) for seed in (0, 1)]
    if frame_kind:
        tables = [frame_kind.make(dict(zip("abc", t.T, strict=True))) for t in tables]
    return read_waves(*tables, given.get("ids"), given.get("sample_weight"))


def test_an_unfitted_model_is_fitted_to_the_old_wave_and_numbered_by_size(three_segments):
    found = divide(KMeans(3, n_init=5), waves(three_segments), 0)
    expected = np.repeat([0, 1, 2], SIZES)
    assert_array_equal(found.old.codes, expected)
    assert_array_equal(found.new.codes, expected)
    assert not found.was_fitted


def test_a_fitted_model_keeps_its_numbers(three_segments):
    read = waves(three_segments)
    model = KMeans(3, n_init=5, random_state=3).fit(read.old.table)
    found = divide(model, read, 0)
    assert_array_equal(found.old.codes, model.labels_)
    assert_array_equal(found.new.codes, model.predict(read.new.table))
    assert found.was_fitted


def test_without_predict_the_nearest_person_decides(three_segments):
    found = divide(AgglomerativeClustering(3), waves(three_segments), 0)
    assert_array_equal(found.new.codes, np.repeat([0, 1, 2], SIZES))


def test_needs_are_what_the_earlier_steps_make(three_segments, frame_kind):
    read = waves(three_segments, frame_kind)
    assert divide(KMeans(3, n_init=5), read, 0).needs == ("a", "b", "c")
    pipeline = make_pipeline(PCA(2), KMeans(3, n_init=5))
    assert divide(pipeline, read, 0).needs == ("pca0", "pca1")
    nameless = make_pipeline(FunctionTransformer(np.asarray), KMeans(3, n_init=5))
    assert divide(nameless, read, 0).needs == ("need_1", "need_2", "need_3")


def test_noise_is_in_no_segment(three_segments):
    found = divide(DBSCAN(eps=0.9, min_samples=5), waves(three_segments), 0)
    assert (found.old.codes == -1).any()
    assert -1 not in found.segments


def test_a_model_that_finds_nobody_is_refused(three_segments):
    with pytest.raises(SegkitError, match="puts nobody of X_old into a segment"):
        divide(DBSCAN(eps=1e-6), waves(three_segments), 0)


def test_a_model_that_cannot_be_fitted_is_named(three_segments):
    table = pd.DataFrame(three_segments.make(SIZES, 0), columns=list("abc"))
    gaps = table.mask(np.eye(len(table), 3).astype(bool))
    with pytest.raises(SegkitError, match=r"The KMeans cannot be used on these waves: .*NaN"):
        divide(KMeans(3), read_waves(gaps, table, None, None), 0)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("kmeans", "str"),
        (KMeans, "ABCMeta"),
        (TypingTool(), "TypingTool"),
        (LogisticRegression(), "LogisticRegression"),
        (FactorModel(2), "FactorModel"),
        (make_pipeline(FactorModel(2), TypingTool()), "Pipeline"),
    ],
)
def test_what_finds_no_segments_is_named(model, name):
    with pytest.raises(SegkitError, match=f"model is a {name}; expected a segmentation, such as K"):
        check_segmentation(model)


@pytest.mark.parametrize(
    "model",
    [
        DBSCAN(),
        LatentClass(3),
        GaussianMixture(3),
        AgglomerativeClustering(3),
        make_pipeline(FactorModel(2), KMeans(3)),
    ],
)
def test_what_finds_segments_is_taken(model):
    check_segmentation(model)
