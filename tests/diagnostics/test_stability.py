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
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from segkit.diagnostics import Stability, stability
from segkit.exceptions import SegkitError, SegkitWarning

CORNERS = [[0, 0], [12, 0], [0, 12]]
REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "clusterboot.json").read_text(encoding="utf-8")
)
FLEXCLUST = json.loads(
    (Path(__file__).parents[1] / "reference" / "segment_stability.json").read_text("utf-8")
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


class LeastDistance(KMeans):
    """K-means that keeps the start with the least sum of distances, not squared: flexclust's."""

    def fit(self, X, y=None, sample_weight=None):
        seeds = np.random.RandomState(self.random_state).randint(2**31 - 1, size=self.n_init)
        one = {"n_clusters": self.n_clusters, "init": "random", "n_init": 1}
        w = np.ones(len(X)) if sample_weight is None else sample_weight
        fits = [KMeans(**one, random_state=s).fit(X, sample_weight=w) for s in seeds]
        return take_over(self, min(fits, key=lambda fit: fit.transform(X).min(axis=1) @ w))


def take_over(model, fitted):
    """Let a model be fitted as another one is."""
    model.__dict__ |= {k: v for k, v in vars(fitted).items() if k.endswith("_") or k[0] == "_"}
    return model


@pytest.mark.real_data
def test_stability_within_on_mcdonalds_equals_flexclust_within_monte_carlo_error(data_folder):
    raw = pd.read_csv(data_folder / "mcdonalds" / "mcdonalds.csv").iloc[:, :11]
    X = raw.eq("Yes").to_numpy(dtype=float)
    known = FLEXCLUST["slsw"]
    start = KMeans(4, init=np.array(known["centers"]), n_init=1, max_iter=1, tol=1e9).fit(X)
    model = take_over(LeastDistance(4, n_init=10), start)
    result = stability(model, X, n_boot=100, repeats=True, warm=False, tolerance=0)
    assert result.n.tolist() == known["sizes"]
    # flexclust averages the two samples of a pair
    pairs = (result.within_samples[0::2] + result.within_samples[1::2]) / 2
    error = np.sqrt(np.square(known["sd"]) / known["n_samples"] + pairs.var(axis=0, ddof=1) / 50)
    assert (np.abs(result.within["slsw"] - known["mean"]) < 3.3 * error).all()


def test_a_range_shares_the_samples_and_its_parts_are_what_each_number_gives(cloud):
    model = KMeans(n_init=2)
    found = stability(model, cloud, n_boot=6, n_segments=range(2, 5))
    assert found.n_segments == (2, 3, 4)
    assert found.frame()["n_segments"].tolist() == [2] * 2 + [3] * 3 + [4] * 4
    for k in (2, 3, 4):
        alone, part = stability(model, cloud, n_boot=6, n_segments=k), found.at(k)
        for name in ("samples", "warm_samples", "within_samples", "ari_samples", "labels", "n"):
            np.testing.assert_array_equal(getattr(part, name), getattr(alone, name))
        assert part.summary() == alone.summary()
        assert part.across is None
        assert part.ari == pytest.approx(found.overall["ari"][k - 2])
    assert found.ari.shape == (3,)
    assert found.respondent.shape == (3 * len(cloud), 7)
    assert found.at(3).at(3).segments == (0, 1, 2)
    with pytest.raises(SegkitError, match=r"n_segments=7 is not known; expected one of 2, 3, 4"):
        found.at(7)


class Counted(StandardScaler):
    """A step that counts its fits."""

    fits = 0

    def fit(self, X, y=None, sample_weight=None):
        Counted.fits += 1
        return super().fit(X, y, sample_weight)


def test_pipelines_of_a_range_share_their_earlier_steps_and_answer_as_if_alone(cloud):
    Counted.fits = 0
    model = make_pipeline(Counted(), KMeans(n_init=2))
    w = np.random.default_rng(3).uniform(0.5, 2, len(cloud))
    found = stability(model, cloud, n_boot=4, n_segments=(2, 3), sample_weight=w)
    assert Counted.fits == 2 + 4
    alone = stability(model, cloud, n_boot=4, n_segments=3, sample_weight=w)
    np.testing.assert_array_equal(found.at(3).samples, alone.samples)


def test_steps_that_cannot_be_compared_are_fitted_each_time(cloud):
    model = make_pipeline(FunctionTransformer(lambda x: 2 * x), KMeans(n_init=1))
    assert stability(model, cloud, n_boot=2, n_segments=(2, 3)).n_segments == (2, 3)


@pytest.mark.parametrize("scheme", ["subsample", "split-half"])
def test_other_schemes_find_separated_segments_too(scheme, blobs):
    result = stability(KMeans(3, n_init=3), blobs, n_boot=6, scheme=scheme)
    assert result.jaccard.min() > 0.97
    assert f"6 samples ({scheme})" in result.summary()


def test_starts_at_the_segments_find_them_more_easily(cloud):
    result = stability(KMeans(4, n_init=3, init="random"), cloud, n_boot=10)
    warm = result.frame()["warm"]
    assert (warm > result.jaccard).all()
    assert "from starts at the segments themselves" in result.summary()
    plain = stability(KMeans(4, n_init=3, init="random"), cloud, n_boot=10, warm=False)
    np.testing.assert_array_equal(plain.samples, result.samples)
    assert plain.frame()["warm"].isna().all()
    hierarchical = stability(AgglomerativeClustering(3), cloud, n_boot=2)
    assert hierarchical.frame()["warm"].isna().all()
    assert "follow their nearest neighbour" in hierarchical.summary()


def test_sampling_ends_when_the_intervals_are_tight_and_says_so(blobs):
    found = stability(KMeans(3, n_init=2), blobs, n_boot=200)
    assert len(found.samples) == 50
    assert "50 samples (bootstrap), stopped before 200" in found.summary()
    whole = stability(KMeans(3, n_init=2), blobs, n_boot=60, tolerance=0)
    assert len(whole.samples) == 60
    np.testing.assert_array_equal(whole.samples[:50], found.samples)


def test_respondents_far_inside_are_core_and_those_between_are_at_a_border():
    # twenty people stand half way between two groups
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(c, 0.6, size=(100, 2)) for c in (0, 6)] + [np.full((20, 2), 3)])
    X[-20:] += rng.normal(0, 0.05, size=(20, 2))
    result = stability(KMeans(2, n_init=2), X, n_boot=40)
    table = result.respondent
    assert (table["place"][:200] == "core").all()
    assert (table["place"][200:] == "border").sum() > 10
    assert (table["second"][200:] == 1 - table["segment"][200:])[
        table["place"][200:] == "border"
    ].all()
    assert result.overall["border"][0] == pytest.approx((table["place"] == "border").mean())


def test_renamed_segments_are_renamed_answers(cloud):
    model = KMeans(3, n_init=2, random_state=0).fit(cloud)
    renamed = KMeans(3, n_init=2, random_state=0).fit(cloud)
    names = np.array([2, 0, 1])
    renamed.cluster_centers_ = renamed.cluster_centers_[np.argsort(names)]
    a, b = (stability(m, cloud, n_boot=5, warm=False) for m in (model, renamed))
    np.testing.assert_array_equal(names[a.labels], b.labels)
    np.testing.assert_allclose(a.samples, b.samples[:, names])
    np.testing.assert_allclose(a.certainty, b.certainty)


def test_a_tiny_segment_is_followed_like_any_other(blobs):
    X = np.vstack([blobs, [[60.0, 60.0], [60.0, 61.0]]])
    result = stability(KMeans(4, n_init=5), X, n_boot=30)
    assert result.n[-1] == 2
    drawn = result.samples[:, -1]
    assert set(np.unique(drawn)) <= {0.0, 1.0}  # lost where neither of the two is drawn
    assert 0 < (drawn == 0).mean() < 0.4


def test_columns_shapes_and_order(blobs):
    result = stability(KMeans(3, n_init=2), blobs, n_boot=5)
    frame = result.frame()
    expected = [
        "n_segments", "segment", "n", "share", "jaccard", "low", "high", "sample_05", "sample_95",
        "dissolved", "recovered", "warm", "within", "reading",
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
    assert nw.from_native(result.respondent).shape == (len(blobs), 7)


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
        ({"n_segments": [3, 3]}, r"n_segments=\[3, 3\].*different numbers"),
        ({"n_segments": []}, r"n_segments=\[\].*different numbers"),
        ({"n_segments": range(1, 3)}, r"n_segments=1 was given"),
        ({"scheme": "jackknife"}, r"scheme='jackknife' is not known"),
        ({"tolerance": -0.1}, r"tolerance=-0.1 was given"),
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
