import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.segments import ConsensusSegments, LatentClass, ReducedKMeans


def answers(n=500, n_items=15, spread=0.55, seed=0, missing=0.0):
    """Five-point answers of four segments, and who is in which."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
    centre = rng.normal(0, spread, (4, n_items))
    latent = centre[truth] + rng.normal(size=(n, n_items))
    X = np.digitize(latent, [-1.2, -0.4, 0.4, 1.2]) + 1.0
    X[rng.random(X.shape) < missing] = np.nan
    return X, truth


@pytest.fixture(scope="module")
def fitted():
    X, truth = answers()
    return X, truth, ConsensusSegments(4, n_draws=5).fit(X)


# known truth


def test_the_consensus_knows_more_than_its_members(fitted):
    X, truth, model = fitted
    pairs = zip(model.models_, model._members, strict=True)
    single = [adjusted_rand_score(truth, m.predict(X[:, p.columns])) for m, p in pairs]
    assert adjusted_rand_score(truth, model.labels_) > np.quantile(single, 0.9)


def test_who_is_surer_is_righter(fitted):
    _, truth, model = fitted
    mapped = np.array([np.bincount(truth[model.labels_ == k]).argmax() for k in range(4)])
    right = mapped[model.labels_] == truth
    sure = model.certainty_ > np.median(model.certainty_)
    assert right[sure].mean() > right[~sure].mean() + 0.15


def test_missing_answers_cost_little():
    X, truth = answers(spread=0.8)
    gaps, _ = answers(spread=0.8, missing=0.2)
    one, other = (ConsensusSegments(4, n_draws=4).fit(x) for x in (X, gaps))
    lost = adjusted_rand_score(truth, one.labels_) - adjusted_rand_score(truth, other.labels_)
    assert lost < 0.15
    assert np.isfinite(other.predict_proba(gaps)).all()


def test_noise_along_one_direction_looks_firm_as_the_docstring_warns():
    rng = np.random.default_rng(0)
    cloud = 0.8 * rng.normal(size=(500, 1)) + 0.6 * rng.normal(size=(500, 15))
    firm = ConsensusSegments(3, n_draws=4).fit(cloud)
    real = ConsensusSegments(4, n_draws=4).fit(answers()[0])
    assert firm.certainty_.mean() > real.certainty_.mean()
    assert firm.ambiguity_ < real.ambiguity_
    assert "firm in data without segments" in firm.summary()


def test_a_cloud_without_direction_does_not():
    X = np.random.default_rng(0).normal(size=(500, 15))
    model = ConsensusSegments(4, n_draws=5).fit(X)
    assert model.certainty_.mean() < 0.5
    assert model.ambiguity_ > 0.7


# what it says of itself


def test_figures_belong_together(fitted):
    X, _, model = fitted
    p = model.predict_proba(X)
    assert_allclose(p, model.membership_)
    assert_allclose(p.sum(axis=1), 1)
    assert_array_equal(model.predict(X), model.labels_)
    assert_array_equal(p.argmax(axis=1), model.labels_)
    assert_allclose(model.certainty_, p.max(axis=1))
    assert_allclose(model.sizes_, np.bincount(model.labels_) / 500)
    assert (np.diff(model.sizes_) <= 0).all()
    assert len(model.models_) == 15
    assert_allclose(model.agreement_, model.agreement_.T)
    assert_allclose(np.diag(model.agreement_), 1)
    assert 0 <= model.ambiguity_ <= 1


def test_the_table_of_members_and_the_paragraph_say_the_same(fitted, frame_kind):
    X, _, model = fitted
    frame = frame_kind.make({f"q{j}": X[:, j] for j in range(15)})
    other = ConsensusSegments(4, n_draws=5).fit(frame)
    assert_array_equal(other.labels_, model.labels_)
    table = other.members_
    assert isinstance(table, type(frame))
    assert list(table.columns) == [
        "member", "model", "n_segments", "n_people", "n_items", "agreement", "with_others",
    ]  # fmt: skip
    assert set(table["model"]) == {"ReducedKMeans", "LatentClass"}
    assert set(table["n_items"]) == {11}
    assert_allclose(table["with_others"], (model.agreement_.sum(axis=1) - 1) / 14)
    text = model.summary()
    assert "4 consensus segments of 15 segmentations (LatentClass, ReducedKMeans)" in text
    assert f"with the consensus by {np.mean(np.array(table['agreement'])):.2f}" in text
    assert "80 % of the different respondents and 75 % of the items" in text


@pytest.mark.parametrize("smallest", [5, 60])
def test_any_clusterer_may_be_a_member_also_one_that_calls_people_noise(smallest):
    X, truth = answers(spread=1.2)
    density = HDBSCAN(min_cluster_size=smallest, copy=True)
    members = [KMeans(6, n_init=2), AgglomerativeClustering(6), density]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = ConsensusSegments(4, members, n_draws=4).fit(X)
    said = [str(c.message) for c in caught]
    silent = ["4 fits of members found no segment (all noise); they do not vote."]
    assert said == ([] if smallest == 5 else silent)
    assert len(model.models_) == (12 if smallest == 5 else 8)
    assert adjusted_rand_score(truth, model.labels_) > 0.9
    # people of the fit may move a little: two members place everybody by their means
    assert (model.predict(X) == model.labels_).mean() > 0.95


# properties


OPTIONS = {
    "n_draws": 2,
    "members": [ReducedKMeans(4, 2, n_init=3), LatentClass(4, "gaussian", n_init=2)],
}


@pytest.fixture(scope="module")
def weighted():
    X, _ = answers(n=300, missing=0.05)
    w = np.random.default_rng(5).integers(1, 4, 300).astype(float)
    return X, w, ConsensusSegments(4, **OPTIONS).fit(X, sample_weight=w)


def same(one, other, rows):
    assert_array_equal(other.labels_, one.labels_[rows])
    assert_allclose(other.membership_, one.membership_[rows], atol=1e-6)
    assert_allclose(other.sizes_, one.sizes_)
    assert_allclose(other.agreement_, one.agreement_, atol=1e-9)
    assert other.ambiguity_ == pytest.approx(one.ambiguity_)


def test_the_order_of_the_rows_does_not_matter(weighted):
    X, w, model = weighted
    order = np.random.default_rng(1).permutation(300)
    same(model, ConsensusSegments(4, **OPTIONS).fit(X[order], sample_weight=w[order]), order)


def test_nor_does_who_else_is_in_the_table(weighted):
    X, _, model = weighted
    assert_array_equal(model.predict(X[50:53]), model.labels_[50:53])


def test_nor_for_members_of_scikit_learn():
    X, _ = answers(n=200)
    members = [KMeans(4, n_init=2), AgglomerativeClustering(5)]
    order = np.random.default_rng(1).permutation(200)
    one, other = (ConsensusSegments(4, members, n_draws=2).fit(x) for x in (X, X[order]))
    same(one, other, order)


def test_whole_number_weights_are_repeated_rows(weighted):
    X, w, model = weighted
    rows = np.repeat(np.arange(300), w.astype(int))
    same(model, ConsensusSegments(4, **OPTIONS).fit(X[rows]), rows)


def test_only_the_ratios_of_the_weights_count(weighted):
    X, w, model = weighted
    same(model, ConsensusSegments(4, **OPTIONS).fit(X, sample_weight=4 * w), np.arange(300))


def test_weight_zero_leaves_people_out_of_the_fit(weighted):
    X, w, _ = weighted
    w = np.where(np.arange(300) < 40, 0.0, w)
    one = ConsensusSegments(4, **OPTIONS).fit(X, sample_weight=w)
    other = ConsensusSegments(4, **OPTIONS).fit(X[40:], sample_weight=w[40:])
    assert_array_equal(one.labels_[40:], other.labels_)
    assert_array_equal(one.labels_[:40], other.predict(X[:40]))


# errors and warnings


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_segments": 1}, "n_segments=1 was given; expected a whole number at least 2"),
        ({"n_draws": 0}, "n_draws=0 was given"),
        ({"n_init": 0}, "n_init=0 was given"),
        ({"sample_share": 0}, "sample_share=0 was given; expected a share above 0, at most 1"),
        ({"item_share": 1.5}, "item_share=1.5 was given"),
        ({"members": []}, r"members=\[\] was given; expected a list of unfitted clusterers"),
        ({"members": ["kmeans"]}, "expected a list of unfitted clusterers"),
        ({"members": KMeans()}, "expected a list of unfitted clusterers"),
        ({"n_segments": 900}, "X has only .* different row.* Ask for at most"),
        ({"members": [KMeans(n_clusters=900)]}, "The member KMeans cannot be fitted"),
        ({"members": [HDBSCAN(min_cluster_size=70, min_samples=2)]}, "No member found any segment"),
    ],
)
def test_options_that_cannot_be_used_are_named(options, words):
    X, _ = answers(n=100)
    with pytest.raises(SegkitError, match=words):
        ConsensusSegments(**options).fit(X)


def test_members_that_take_no_weights_are_named():
    X, _ = answers(n=100)
    members = [AgglomerativeClustering(4), KMeans(4, n_init=1)]
    with pytest.warns(SegkitWarning, match="`AgglomerativeClustering` take no weights: these"):
        ConsensusSegments(4, members, n_draws=1).fit(X, sample_weight=np.arange(100) + 1.0)


def test_fits_that_warned_are_counted():
    X, _ = answers(n=100)
    members = [KMeans(3, n_init=1), LatentClass(3, "gaussian", n_init=1, max_iter=1)]
    with pytest.warns(SegkitWarning, match=r"2 of 4 fits of members warned \(SegkitWarning\)"):
        ConsensusSegments(3, members, n_draws=2).fit(X)


def test_members_that_tell_fewer_apart_give_fewer_segments():
    X, _ = answers(n=100)
    with pytest.warns(SegkitWarning, match="Only 2 of 4 segments hold anybody"):
        model = ConsensusSegments(4, [KMeans(2, n_init=1)], n_draws=1).fit(X)
    assert model.n_segments_ == 2
    assert model.predict_proba(X).shape == (100, 2)
    assert "1 segmentations" not in model.summary()


def test_asking_before_the_fit():
    with pytest.raises(NotFittedError, match="This ConsensusSegments is not fitted yet"):
        ConsensusSegments().summary()


@parametrize_with_checks(
    [ConsensusSegments(3, n_draws=2, n_init=5)],
    expected_failed_checks=lambda estimator: {
        "check_dtype_object": "an answer that is no number is a SegkitError, hence a ValueError"
    },
)
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)
