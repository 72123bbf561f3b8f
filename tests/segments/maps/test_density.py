import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.segments import DensitySegments

X, TRUTH = make_blobs([150, 100, 100], n_features=5, cluster_std=1.0, random_state=3)
NEW, NEW_TRUTH = make_blobs([10, 10, 10], n_features=5, cluster_std=1.0, random_state=3)


@pytest.fixture(scope="module")
def fitted():
    return DensitySegments(n_neighbors=15).fit(X)


def test_groups_that_stand_apart_are_found_and_numbered_by_size(fitted):
    assert fitted.n_segments_ == 3
    assert adjusted_rand_score(TRUTH, fitted.labels_) > 0.95
    assert (np.diff(fitted.sizes_) <= 0).all()
    assert fitted.sizes_.sum() + fitted.noise_share_ == pytest.approx(1)
    assert fitted.embedding_.shape == (350, 5)


def test_people_of_the_fit_keep_their_label_and_new_ones_are_placed(fitted):
    shuffled = np.random.default_rng(0).permutation(350)[:60]
    assert_array_equal(fitted.predict(X[shuffled]), fitted.labels_[shuffled])
    assert adjusted_rand_score(NEW_TRUTH, fitted.predict(NEW)) > 0.9
    assert_array_equal(fitted.predict(NEW[::-1])[::-1], fitted.predict(NEW))


def test_membership_belongs_to_the_segments(fitted):
    p = fitted.predict_proba(np.vstack([X[:40], NEW]))
    assert p.shape == (70, 3)
    assert (p >= 0).all()
    assert (p.sum(axis=1) <= 1 + 1e-9).all()
    labels = np.append(fitted.labels_[:40], fitted.predict(NEW))
    sure = labels >= 0
    assert (p.argmax(axis=1)[sure] == labels[sure]).mean() > 0.95


def test_the_same_seed_gives_the_same_segments_in_any_row_order(fitted, frame_kind):
    shuffled = np.random.default_rng(1).permutation(350)
    table = frame_kind.make({f"x{j + 1}": X[shuffled, j] for j in range(5)})
    other = DensitySegments(n_neighbors=15).fit(table)
    assert_array_equal(other.labels_, fitted.labels_[shuffled])
    assert_array_equal(other.embedding_, fitted.embedding_[shuffled])


def test_weights_number_the_segments():
    w = np.where(TRUTH == 2, 10.0, 1.0)
    model = DensitySegments(n_neighbors=15).fit(X, sample_weight=w)
    assert (np.diff(model.sizes_) <= 0).all()
    assert np.bincount(model.labels_[TRUTH == 2]).argmax() == 0


def test_a_continuum_is_said_to_be_one():
    rng = np.random.default_rng(0)
    # eight items: the map differs from processor to processor, the share of noise (.39-.50 over
    # seeds) stays far above the bound; with three items it does not
    cloud = rng.integers(1, 6, (300, 8)).astype(float)
    with pytest.warns(SegkitWarning, match=r"are noise .* Answers on rating scales are usually a"):
        model = DensitySegments(min_share=0.05).fit(cloud)
    assert model.noise_share_ > 0.25
    assert model.sizes_.shape == (model.n_segments_,)


def test_noise_only_is_a_result():
    rng = np.random.default_rng(0)
    with pytest.warns(SegkitWarning, match=r"100 % of the respondents are noise \(no segment"):
        model = DensitySegments(min_share=0.6, n_neighbors=15).fit(rng.normal(size=(120, 3)))
    assert model.n_segments_ == 0
    assert_array_equal(model.labels_, -1)
    assert_array_equal(model.predict(rng.normal(size=(4, 3))), -1)
    assert model.predict_proba(rng.normal(size=(4, 3))).shape == (4, 0)


def test_equal_rows_have_equal_labels():
    answers = np.repeat(np.round(X[:80]), 4, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)
        labels = DensitySegments(n_neighbors=15, min_samples=4).fit(answers).labels_
    assert (labels.reshape(-1, 4) == labels.reshape(-1, 4)[:, :1]).all()


def test_missing_answers_are_filled_and_said_to_be():
    gaps = X.copy()
    gaps[::50, 0] = np.nan
    with pytest.warns(SegkitWarning, match="7 missing answers were replaced by the items' means"):
        model = DensitySegments(n_neighbors=15).fit(gaps)
    assert model.n_filled_ == 7
    assert_array_equal(model.predict(gaps), model.labels_)
    assert_allclose(model.predict_proba(gaps).shape, (350, model.n_segments_))


def test_somebody_without_any_answer_is_noise():
    nobody = np.full((12, 5), np.nan)
    with pytest.warns(SegkitWarning, match="60 missing answers"):
        model = DensitySegments(n_neighbors=15).fit(np.vstack([nobody, X]))
    assert model.n_segments_ == 3
    assert_array_equal(model.labels_[:12], -1)
    assert_array_equal(model.predict(nobody[:2]), -1)
    assert_array_equal(model.predict_proba(nobody[:2]), 0)
    whole = DensitySegments(n_neighbors=15).fit(X)
    assert_array_equal(whole.predict(nobody[:2]), -1)
    assert_array_equal(whole.predict_proba(nobody[:2]), 0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"min_share": 5}, "min_share=5 was given; expected a share"),
        ({"n_neighbors": 1}, "n_neighbors=1 was given"),
        ({"n_neighbors": 500}, "X has 350 respondents, but n_neighbors=500"),
        ({"min_samples": 0}, "min_samples=0 was given"),
    ],
)
def test_options_that_cannot_be_used_are_named(options, words):
    with pytest.raises(SegkitError, match=words):
        DensitySegments(**options).fit(X)


def test_asking_before_the_fit():
    with pytest.raises(NotFittedError, match="This DensitySegments is not fitted yet"):
        DensitySegments().predict(X)


@pytest.mark.slow  # many small fits
@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
@parametrize_with_checks(
    [DensitySegments(min_share=0.2, n_neighbors=5, n_components=2, min_samples=3)],
    expected_failed_checks=lambda estimator: {
        "check_dtype_object": "an answer that is no number is a SegkitError, hence a ValueError",
        "check_sample_weight_equivalence_on_dense_data": "density knows no weights, as documented",
    },
)
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)
