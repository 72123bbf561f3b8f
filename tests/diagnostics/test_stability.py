import json
from pathlib import Path

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit.diagnostics import Stability, stability
from segkit.exceptions import SegkitError, SegkitWarning

CORNERS = [[0, 0], [12, 0], [0, 12]]
REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "clusterboot.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def blobs():
    return make_blobs([120, 80, 50], centers=CORNERS, random_state=0)[0]


@pytest.fixture(scope="module")
def cloud():
    return np.random.default_rng(0).normal(size=(300, 6))


def latent_class(k):
    segments = pytest.importorskip("segkit.segments")
    return segments.LatentClass(n_segments=k, items="gaussian", n_init=2, random_state=0)


MODELS = {
    "kmeans": lambda: KMeans(3, n_init=3),
    "mixture": lambda: GaussianMixture(3),
    "hierarchical": lambda: AgglomerativeClustering(3),
    "pipeline": lambda: make_pipeline(StandardScaler(), KMeans(3, n_init=3)),
    "latent_class": lambda: latent_class(3),
}


@pytest.mark.parametrize("name", MODELS)
def test_separated_segments_come_back_whatever_the_model(name, blobs):
    result = stability(MODELS[name](), blobs, n_boot=8)
    assert isinstance(result, Stability)
    assert result.jaccard.min() > 0.97
    assert result.ari > 0.97
    assert set(result.reading) == {"stable"}
    assert result.n.tolist() == [120, 80, 50]
    assert result.respondent["certainty"].min() > 0.8


def test_a_cloud_without_segments_is_doubtful(cloud):
    result = stability(KMeans(5, n_init=1, init="random"), cloud, n_boot=20)
    assert result.jaccard.max() < 0.75
    assert set(result.reading) == {"doubtful"}
    assert "Doubtful: 0, 1, 2, 3, 4." in result.summary()


@pytest.mark.real_data
@pytest.mark.parametrize("k", [3, 4, 5, 6])
def test_kmeans_on_mcdonalds_equals_clusterboot_within_monte_carlo_error(k, data_folder):
    raw = pd.read_csv(data_folder / "mcdonalds" / "mcdonalds.csv").iloc[:, :11]
    X = raw.eq("Yes").to_numpy(dtype=float)
    known = REFERENCE["mcdonalds"][f"k{k}"]
    # R's own solution is the one under test; the fits to samples use ten random starts, as R's
    model = KMeans(k, init=np.array(known["centers"]), n_init=1, max_iter=1, tol=1e9).fit(X)
    model.set_params(init="random", n_init=10, max_iter=100, tol=1e-4)
    result = stability(model, X, n_boot=100)
    assert np.abs(result.n - known["sizes"]).max() <= 12
    error = np.sqrt((np.square(known["sd"]) + result.samples.var(axis=0)) / 100)
    assert (np.abs(result.jaccard - known["mean"]) < 3.3 * error + 0.005).all()


def test_columns_shapes_and_order(blobs):
    result = stability(KMeans(3, n_init=2), blobs, n_boot=5)
    frame = result.frame()
    expected = [
        "segment", "n", "share", "jaccard", "low", "high", "sample_05", "sample_95",
        "dissolved", "recovered", "reading",
    ]  # fmt: skip
    assert list(frame.columns) == expected
    assert result.samples.shape == (5, 3)
    assert result.ari_samples.shape == (5,)
    assert (frame["low"] <= frame["jaccard"]).all()
    assert (frame["jaccard"] <= frame["high"]).all()
    assert frame["share"].sum() == pytest.approx(1)
    assert (result.frame()["n"].diff().dropna() <= 0).all()
    assert "segment" in result._repr_html_()


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(cloud):
    model = KMeans(3, n_init=1, init="random")
    first, second = (stability(model, cloud, n_boot=5, random_state=4) for _ in range(2))
    other = stability(model, cloud, n_boot=5, random_state=5)
    np.testing.assert_array_equal(first.samples, second.samples)
    assert not np.array_equal(first.samples, other.samples)


@pytest.mark.parametrize("name", ["kmeans", "mixture", "hierarchical", "latent_class"])
def test_the_row_order_changes_nothing(name, cloud):
    cloud = cloud[:150]
    shuffle = np.random.default_rng(1).permutation(len(cloud))
    w = np.random.default_rng(2).uniform(0.5, 2, len(cloud))
    if name in ("mixture", "hierarchical"):
        w = np.ones_like(w)
    weights = {} if (w == 1).all() else {"sample_weight": w}
    shuffled = {} if (w == 1).all() else {"sample_weight": w[shuffle]}
    a = stability(MODELS[name](), cloud, n_boot=4, **weights)
    b = stability(MODELS[name](), cloud[shuffle], n_boot=4, **shuffled)
    np.testing.assert_allclose(a.samples, b.samples)
    np.testing.assert_array_equal(a.labels[shuffle], b.labels)
    np.testing.assert_array_equal(
        a.respondent["certainty"].to_numpy()[shuffle], b.respondent["certainty"].to_numpy()
    )


def test_the_number_of_processes_changes_nothing(cloud):
    model = KMeans(3, n_init=1, init="random")
    one = stability(model, cloud, n_boot=6)
    two = stability(model, cloud, n_boot=6, n_jobs=2)
    np.testing.assert_array_equal(one.samples, two.samples)
    np.testing.assert_array_equal(one.respondent["certainty"], two.respondent["certainty"])


def test_a_fitted_model_is_the_solution_under_test_and_keeps_its_numbers(blobs):
    model = KMeans(3, n_init=3, random_state=1).fit(blobs)
    result = stability(model, blobs, n_boot=4)
    np.testing.assert_array_equal(result.labels, model.labels_)
    np.testing.assert_array_equal(result.n, np.bincount(model.labels_))
    again = AgglomerativeClustering(3).fit(blobs)
    np.testing.assert_array_equal(stability(again, blobs, n_boot=2).labels, again.labels_)


def test_the_model_given_is_left_as_it_was(blobs):
    model = KMeans(3, n_init=2)
    stability(model, blobs, n_boot=2, n_segments=2)
    assert model.get_params()["n_clusters"] == 3
    assert not hasattr(model, "labels_")


@pytest.mark.parametrize("name", MODELS)
def test_n_segments_sets_the_models_own_parameter(name, blobs):
    assert stability(MODELS[name](), blobs, n_boot=2, n_segments=2).segments == (0, 1)


def test_the_starts_of_the_samples_can_be_cut_while_the_solution_under_test_stays(cloud):
    model = KMeans(4, n_init=20, random_state=0).fit(cloud)
    few = stability(model, cloud, n_boot=5, n_init=1)
    many = stability(model, cloud, n_boot=5)
    np.testing.assert_array_equal(few.labels, many.labels)
    assert few.jaccard.mean() < many.jaccard.mean()


def test_multiplying_all_weights_changes_nothing(cloud):
    w = np.random.default_rng(3).uniform(0.2, 3, len(cloud))
    a, b = (
        stability(KMeans(3, n_init=2), cloud, n_boot=4, sample_weight=c * w) for c in (1.0, 8.0)
    )
    np.testing.assert_allclose(a.samples, b.samples)
    np.testing.assert_allclose(a.share, b.share)
    assert a.effective_n == pytest.approx(w.sum() ** 2 / np.square(w).sum())


def test_weights_of_one_change_nothing(cloud):
    a = stability(KMeans(3, n_init=2), cloud, n_boot=4)
    b = stability(KMeans(3, n_init=2), cloud, n_boot=4, sample_weight=np.ones(len(cloud)))
    np.testing.assert_allclose(a.samples, b.samples)


def test_respondents_of_weight_zero_never_take_part(blobs):
    far = np.full((40, 2), 300.0)
    X = np.vstack([blobs, far])
    w = np.r_[np.ones(len(blobs)), np.zeros(40)]
    result = stability(KMeans(3, n_init=3), X, n_boot=5, sample_weight=w)
    assert result.share == pytest.approx([0.48, 0.32, 0.2])
    assert result.jaccard.min() == 1.0


def test_a_model_without_weights_says_so(blobs):
    with pytest.warns(SegkitWarning, match="AgglomerativeClustering takes no sample_weight"):
        stability(AgglomerativeClustering(3), blobs, n_boot=2, sample_weight=np.ones(len(blobs)))


@pytest.mark.parametrize("model", [KMeans(3, n_init=3), AgglomerativeClustering(3)])
def test_repeated_draws_can_count(model, blobs):
    result = stability(model, blobs, n_boot=5, repeats=True)
    assert result.jaccard.min() > 0.97


def test_repeated_draws_are_weights_where_the_model_takes_them_and_rows_elsewhere(blobs):
    class Rows(KMeans):
        def fit(self, X, y=None):
            return super().fit(X)

    # one row more or less would move the centres, hence the borders in a cloud
    spread = blobs * [0.1, 0.1]
    a = stability(KMeans(3, n_init=20), spread, n_boot=6, repeats=True)
    b = stability(Rows(3, n_init=20), spread, n_boot=6, repeats=True)
    np.testing.assert_allclose(a.samples, b.samples)


def test_noise_is_no_segment_and_has_no_certainty(blobs):
    X = np.vstack([blobs, [[50.0, 50.0], [-60.0, 40.0]]])
    result = stability(DBSCAN(eps=2.5), X, n_boot=4)
    assert result.labels[-2:].tolist() == [-1, -1]
    assert result.respondent["certainty"].isna().to_numpy()[-2:].all()
    assert result.share.sum() == pytest.approx(250 / 252)


def test_frames_come_back_as_the_same_kind(frame_kind, blobs):
    X = frame_kind.make({"a": blobs[:, 0], "b": blobs[:, 1]})
    result = stability(KMeans(3, n_init=2), X, n_boot=3)
    plain = stability(KMeans(3, n_init=2), blobs, n_boot=3)
    for frame in (result.frame(), result.respondent):
        assert type(frame) is type(X)
    np.testing.assert_array_equal(result.samples, plain.samples)
    assert nw.from_native(result.respondent).shape == (len(blobs), 4)


def test_the_respondents_keep_the_index_of_a_pandas_frame(blobs):
    X = pd.DataFrame(blobs, columns=["a", "b"], index=[f"r{i}" for i in range(len(blobs))])
    result = stability(KMeans(3, n_init=2), X, n_boot=2)
    assert list(result.respondent.index[:2]) == ["r0", "r1"]


def test_complaints_of_the_fits_are_counted_in_one_warning(cloud):
    with pytest.warns(SegkitWarning, match=r"ConvergenceWarning in 3 of 3") as caught:
        stability(GaussianMixture(4, max_iter=1), cloud, n_boot=3)
    assert len(caught) == 1


class OnlyFits(KMeans):
    """A clusterer whose fit fails on small samples."""

    def fit(self, X, y=None, sample_weight=None):
        if len(X) < 200:
            raise ValueError("too few people")
        return super().fit(X, y, sample_weight)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": KMeans}, r"model is .*expected an estimator"),
        ({"model": "kmeans"}, r"model is 'kmeans'; expected an estimator"),
        ({"n_boot": 1}, r"n_boot=1 was given; expected a whole number at least 2"),
        ({"n_segments": range(2, 4)}, r"n_segments=range\(2, 4\).*one whole number"),
        ({"n_segments": 1}, r"n_segments=1 was given"),
        ({"model": DBSCAN(), "n_segments": 2}, r"DBSCAN has none of the parameters n_segments"),
        ({"model": AgglomerativeClustering(), "n_init": 2}, r"n_init=2 .*none of the parameters"),
        ({"n_init": 0}, r"n_init=0 was given"),
        ({"model": KMeans(1)}, r"the model's answer holds one segment only"),
        ({"sample_weight": [1.0]}, r"sample_weight has shape \(1,\)"),
        ({"X": np.full((5, 2), np.inf)}, r"holds infinity"),
        ({"X": np.empty((0, 2))}, r"0 sample\(s\)"),
        ({"model": OnlyFits(3, n_init=1)}, r"OnlyFits cannot be fitted to sample 1 "),
        ({"X": np.array([[np.nan, 1.0]] * 3 + [[2.0, 2.0]] * 3)}, r"KMeans cannot be fitted to X"),
    ],
)
def test_bad_input_is_named(change, message, blobs):
    with pytest.raises(SegkitError, match=message):
        stability(**({"model": KMeans(3, n_init=1), "X": blobs, "n_boot": 3} | change))


def test_the_plot_draws_the_table(blobs):
    result = stability(KMeans(3, n_init=1), blobs, n_boot=3)
    assert [bar.get_width() for bar in result.plot().patches[:3]] == result.jaccard.tolist()
