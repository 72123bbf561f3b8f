import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.segments import ReducedKMeans


def hidden(seed=0, n=400, n_items=12, separation=1.6, missing=0.0):
    """Four segments on two dimensions, beside two stronger dimensions that hold none.

    The design of Vichi and Kiers (2001) and Timmerman et al. (2010): principal components
    follow the dimensions with most variance, which here have nothing to do with segments.
    """
    rng = np.random.default_rng(seed)
    truth = rng.choice(4, n, p=[0.28, 0.26, 0.24, 0.22])
    corners = separation * np.array([[1.0, 1], [-1, -1], [1, -1], [-1, 1]])
    side = np.repeat(np.eye(2), n_items // 2, axis=0)
    useful = corners[truth] @ side.T + rng.normal(size=(n, n_items))
    habit = rng.normal(size=(n, 2)) @ side.T
    useless = np.sqrt(0.85) * habit + np.sqrt(0.15) * rng.normal(size=(n, n_items))
    X = np.hstack([useful, useless])
    X[rng.random(X.shape) < missing] = np.nan
    return X, truth


def tandem(X):
    standardised = (X - X.mean(axis=0)) / X.std(axis=0)
    return KMeans(4, n_init=20, random_state=0).fit_predict(PCA(2).fit_transform(standardised))


# known truth


def agreement(seeds):
    both = []
    for seed in seeds:
        X, truth = hidden(seed)
        ours = ReducedKMeans(4, 2, n_init=20).fit(X).labels_
        both.append([adjusted_rand_score(truth, ours), adjusted_rand_score(truth, tandem(X))])
    return np.array(both)


def test_segments_are_found_where_components_then_k_means_lose_them():
    ours, theirs = agreement(range(4)).T
    assert (ours > 0.95).all()
    assert (theirs < 0.2).all()


@pytest.mark.slow  # 100 samples
def test_segments_are_found_in_nearly_every_sample_where_tandem_loses_them():
    ours, theirs = agreement(range(100)).T
    assert (ours > 0.95).mean() >= 0.95
    assert np.median(theirs) < 0.15
    assert (theirs < 0.4).mean() >= 0.95


def test_items_that_share_far_more_than_segments_explain_mislead_it_as_the_docstring_warns():
    X, truth = hidden(separation=0.8)
    model = ReducedKMeans(4, 2).fit(X)
    assert adjusted_rand_score(truth, model.labels_) < 0.2
    assert np.square(model.loadings_.iloc[12:, 1:].to_numpy()).sum() > 1.8


def test_the_loadings_find_the_items_that_matter(frame_kind):
    X, _ = hidden()
    table = frame_kind.make({f"q{j}": X[:, j] for j in range(24)})
    loadings = ReducedKMeans(4, 2).fit(table).loadings_
    assert isinstance(loadings, type(table))
    assert list(loadings.columns) == ["item", "dimension_1", "dimension_2"]
    A = loadings.drop(["item"], axis=1) if frame_kind.name == "pandas" else loadings.drop("item")
    A = A.to_numpy()
    assert_allclose(A.T @ A, np.eye(2), atol=1e-10)
    assert np.square(A[:12]).sum() > 1.98


def test_a_fifth_of_missing_answers_costs_little():
    complete, truth = hidden(n=600)
    gaps, _ = hidden(n=600, missing=0.2)
    one, other = ReducedKMeans(4, 2).fit(complete), ReducedKMeans(4, 2).fit(gaps)
    lost = adjusted_rand_score(truth, one.labels_) - adjusted_rand_score(truth, other.labels_)
    assert lost < 0.05
    assert other.converged_
    # the dimensions are the same: the spaces they span are at an angle near 0
    spans = [m.loadings_.drop("item", axis=1).to_numpy() for m in (one, other)]
    assert np.linalg.svd(spans[0].T @ spans[1], compute_uv=False).min() > 0.99


def test_memberships_are_about_right_where_segments_overlap():
    X, truth = hidden(n=4000, separation=1.2, n_items=4)
    X = X[:, :4]  # two dimensions, four items, no others
    model = ReducedKMeans(4, 2, standardise=False, n_init=10).fit(X)
    p = model.predict_proba(X)
    mapped = np.array([np.bincount(truth[model.labels_ == k]).argmax() for k in range(4)])
    right = mapped[model.labels_] == truth
    assert p.max(axis=1).mean() == pytest.approx(right.mean(), abs=0.06)
    sure = p.max(axis=1) > 0.9
    assert right[sure].mean() > right[~sure].mean() + 0.2


# against other implementations


def test_with_all_dimensions_it_is_k_means():
    X = hidden()[0][:, :12]
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    theirs = KMeans(4, n_init=50, random_state=0).fit(scaled)
    ours = ReducedKMeans(4, 3).fit(X)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-6)
    assert adjusted_rand_score(ours.labels_, theirs.labels_) == 1.0
    assert ReducedKMeans(4, 9).fit(X).n_dimensions_ == 3


def slow_reduced_k_means(x, labels, k, d):
    """De Soete and Carroll's algorithm as published: loadings from p x p, people one by one."""
    for _ in range(100):
        # nobody's mean is nowhere: far from everybody
        inside = [x[labels == g] for g in range(k)]
        means = np.stack([m.mean(axis=0) if len(m) else np.full(x.shape[1], 1e3) for m in inside])
        between = sum((labels == g).sum() * np.outer(means[g], means[g]) for g in range(k))
        A = np.linalg.eigh(between)[1][:, -d:]
        new = np.array([np.square((row - means) @ A).sum(axis=1).argmin() for row in x])
        if (new == labels).all():
            return np.square(x - means[labels] @ A @ A.T).sum(), labels
        labels = new
    raise AssertionError("not converged")


def test_it_is_a_fixed_point_of_the_published_algorithm_and_its_best_start():
    X, _ = hidden(n=150, separation=0.8)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    model = ReducedKMeans(4, 2).fit(X)
    loss, labels = slow_reduced_k_means(scaled, model.labels_, 4, 2)
    assert loss == pytest.approx(model.inertia_, rel=1e-8)
    assert_array_equal(labels, model.labels_)
    rng = np.random.default_rng(0)
    others = [slow_reduced_k_means(scaled, rng.integers(0, 4, 150), 4, 2)[0] for _ in range(30)]
    assert model.inertia_ <= min(others) * (1 + 1e-9)


def test_it_beats_the_published_algorithm_on_yes_no_answers_of_real_people():
    path = Path(__file__).parents[2] / "reference" / "latent_class.json"
    held = json.loads(path.read_text())["sets"]["mcdonalds"]
    patterns = np.array([[float(c) for c in p] for p in held["patterns"]])
    X = np.repeat(patterns, held["counts"], axis=0)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    model = ReducedKMeans(5, 2).fit(patterns, sample_weight=held["counts"])
    rng = np.random.default_rng(0)
    others = [slow_reduced_k_means(scaled, rng.integers(0, 5, len(X)), 5, 2)[0] for _ in range(5)]
    assert model.inertia_ <= min(others) * (1 + 1e-9)


# what it says of itself


def test_figures_belong_together():
    X, _ = hidden()
    w = np.random.default_rng(3).uniform(0.5, 3, len(X))
    model = ReducedKMeans(4, 2).fit(X, sample_weight=w)
    mean = w @ X / w.sum()
    scaled = (X - mean) / np.sqrt(w @ np.square(X - mean) / w.sum())
    A = model.loadings_.drop("item", axis=1).to_numpy()
    F = model.centres_.drop("segment", axis=1).to_numpy()
    labels = model.labels_
    assert_allclose(model.transform(X), scaled @ A, atol=1e-10)
    inside = np.square(scaled - (F @ A.T)[labels]).sum(axis=1)
    assert model.inertia_ == pytest.approx(w @ inside)
    assert model.explained_ == pytest.approx(1 - w @ inside / (w.sum() * 24))
    assert_allclose(model.sizes_, np.bincount(labels, weights=w) / w.sum())
    assert (np.diff(model.sizes_) <= 0).all()
    # a segment's centre is the mean of its people's scores
    scores = scaled @ A
    means = [np.average(scores[labels == k], axis=0, weights=w[labels == k]) for k in range(4)]
    assert_allclose(F, means, atol=1e-6)
    assert_array_equal(model.predict(X), labels)
    p = model.predict_proba(X)
    assert_allclose(p.sum(axis=1), 1)
    assert_array_equal(p.argmax(axis=1), labels)


def test_somebody_without_answers_and_somebody_new():
    X, _ = hidden(missing=0.1)
    X[0] = np.nan
    model = ReducedKMeans(4, 2, n_init=10).fit(X)
    assert model.labels_[0] == 0
    assert_allclose(model.predict_proba(X[:1]), 0.25)
    assert model.transform(X[:1]).shape == (1, 2)
    assert np.isfinite(model.transform(X)).all()
    assert_array_equal(model.predict(X), model.labels_)
    without = ReducedKMeans(4, 2, n_init=10).fit(X[1:])
    assert without.inertia_ == pytest.approx(model.inertia_)
    assert_array_equal(without.labels_, model.labels_[1:])


def test_scores_come_back_as_the_frame_that_was_given(frame_kind):
    X, _ = hidden(n=100)
    table = frame_kind.make({f"q{j}": X[:, j] for j in range(24)})
    model = ReducedKMeans(4, 2, n_init=5).fit(table)
    scores = model.transform(table)
    assert isinstance(scores, type(table))
    assert list(scores.columns) == ["dimension_1", "dimension_2"]
    other = ReducedKMeans(4, 2, n_init=5).fit(X)
    assert_allclose(scores.to_numpy(), other.transform(X))
    assert_array_equal(model.labels_, other.labels_)
    assert list(model.centres_["segment"]) == [0, 1, 2, 3]


# properties


@pytest.fixture(scope="module", params=[0.0, 0.2], ids=["complete", "gaps"])
def weighted(request):
    X, _ = hidden(n=250, missing=request.param)
    w = np.random.default_rng(5).integers(1, 4, 250).astype(float)
    return X, w, ReducedKMeans(4, 2, n_init=10).fit(X, sample_weight=w)


def same(one, other):
    assert one.inertia_ == pytest.approx(other.inertia_, rel=1e-8)
    for name in ("loadings_", "centres_"):
        a, b = (getattr(m, name).iloc[:, 1:].to_numpy() for m in (one, other))
        assert_allclose(a, b, atol=1e-6)
    assert_allclose(one.sizes_, other.sizes_)


def test_the_order_of_the_rows_does_not_matter(weighted):
    X, w, model = weighted
    order = np.random.default_rng(1).permutation(len(w))
    other = ReducedKMeans(4, 2, n_init=10).fit(X[order], sample_weight=w[order])
    same(other, model)
    assert_array_equal(other.labels_, model.labels_[order])


def test_who_else_is_in_the_table_does_not_matter(weighted, monkeypatch):
    X, _, model = weighted
    p = model.predict_proba(X)
    monkeypatch.setattr("segkit.segments.reduced.reduced_kmeans.AT_ONCE", 7)
    assert_array_equal(model.predict(X), model.labels_)
    assert_allclose(model.predict_proba(X), p, atol=1e-9)
    assert_array_equal(model.predict(X[3:5]), model.labels_[3:5])


def test_whole_number_weights_are_repeated_rows(weighted):
    X, w, model = weighted
    rows = np.repeat(np.arange(len(w)), w.astype(int))
    other = ReducedKMeans(4, 2, n_init=10).fit(X[rows])
    same(other, model)
    assert_array_equal(other.labels_, model.labels_[rows])


def test_only_the_ratios_of_the_weights_count(weighted):
    X, w, model = weighted
    other = ReducedKMeans(4, 2, n_init=10).fit(X, sample_weight=w / 7)
    assert other.explained_ == pytest.approx(model.explained_)
    assert_array_equal(other.labels_, model.labels_)


def test_weight_zero_leaves_people_out_of_the_fit(weighted):
    X, w, _ = weighted
    w = np.where(np.arange(len(w)) < 50, 0.0, w)
    one = ReducedKMeans(4, 2, n_init=10).fit(X, sample_weight=w)
    other = ReducedKMeans(4, 2, n_init=10).fit(X[50:], sample_weight=w[50:])
    same(one, other)
    assert_array_equal(one.labels_, other.predict(X))


def test_items_in_another_order_are_the_same_items(weighted):
    X, w, model = weighted
    other = ReducedKMeans(4, 2).fit(X[:, ::-1], sample_weight=w)
    assert_array_equal(other.labels_, model.labels_)
    A, B = (m.loadings_.iloc[:, 1:].to_numpy() for m in (model, other))
    assert_allclose(np.abs(B[::-1]), np.abs(A), atol=1e-5)


def test_units_and_places_of_the_items_do_not_matter(weighted):
    X, w, model = weighted
    unit = np.random.default_rng(2).uniform(0.1, 10, 24)
    other = ReducedKMeans(4, 2, n_init=10).fit(X * unit + 3, sample_weight=w)
    assert_array_equal(other.labels_, model.labels_)
    free = ReducedKMeans(4, 2, standardise=False, n_init=10).fit(X * unit, sample_weight=w)
    assert free.inertia_ != pytest.approx(model.inertia_)


# errors and warnings


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_segments": 1}, "n_segments=1 was given; expected a whole number at least 2"),
        ({"n_dimensions": 0}, "n_dimensions=0 was given"),
        ({"standardise": "yes"}, "standardise='yes' was given; expected True or False"),
        ({"n_init": 0}, "n_init=0 was given"),
        ({"max_iter": 0}, "max_iter=0 was given"),
        ({"tol": -1}, "tol=-1 was given"),
        ({"n_segments": 9}, "X has only 6 different row.* Ask for at most 6 segments"),
    ],
)
def test_options_that_cannot_be_used_are_named(options, words):
    X = np.repeat(np.random.default_rng(0).normal(size=(6, 3)), 2, axis=0)
    with pytest.raises(SegkitError, match=words):
        ReducedKMeans(**options).fit(X)


def test_asking_before_the_fit():
    with pytest.raises(NotFittedError, match="This ReducedKMeans is not fitted yet"):
        ReducedKMeans().predict(np.zeros((2, 2)))


def test_a_fit_cut_short_warns():
    X, _ = hidden(missing=0.4, separation=0.3)
    with pytest.warns(SegkitWarning, match="had not converged after max_iter=1 steps"):
        ReducedKMeans(4, 2, max_iter=1, n_init=2).fit(X)


def test_segments_at_one_place_are_dropped_and_said_to_be():
    # people differ on two dimensions, but only one is asked for: places coincide there
    X = np.array([[9.0, 1.0], [9, -1], [-9, 1], [-9, -1]])
    with pytest.warns(SegkitWarning, match=r"Only 2 of 3 segments hold anybody.* 1 dimension"):
        model = ReducedKMeans(3, 1, standardise=False).fit(X)
    assert model.n_segments_ == 2
    assert model.predict_proba(X).shape == (4, 2)
    assert_allclose(model.sizes_, [0.5, 0.5])


@parametrize_with_checks(
    [ReducedKMeans(3, 1, n_init=8)],
    expected_failed_checks=lambda estimator: {
        "check_dtype_object": "an answer that is no number is a SegkitError, hence a ValueError"
    },
)
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)
