import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.mixture import GaussianMixture

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.segments import LatentClass
from segkit.segments.three_step.assigning import assigned, check_outside, error_matrix

RNG = np.random.default_rng(0)
TRUTH = RNG.random(400) < 0.4
X = (RNG.random((400, 5)) < np.where(TRUTH, 0.85, 0.15)[:, None]).astype(float)
MODEL = LatentClass(2, n_init=4).fit(X)


def test_modal_places_are_labels_and_proportional_ones_memberships():
    modal = assigned(MODEL, X, "modal", None)
    assert_array_equal(modal.places.argmax(axis=1), MODEL.labels_)
    assert_array_equal(np.sort(modal.places, axis=1), np.tile([0.0, 1.0], (400, 1)))
    assert_allclose(assigned(MODEL, X, "proportional", None).places, MODEL.predict_proba(X))


@pytest.mark.parametrize("assignment", ["modal", "proportional"])
def test_sizes_put_right_are_the_shares_of_the_model(assignment):
    found = assigned(MODEL, X, assignment, None)
    assert_allclose(found.error.sum(axis=1), 1)
    assert_allclose(found.size, MODEL.class_shares_, atol=1e-4)


def test_certain_memberships_make_no_errors():
    sure = np.repeat(np.eye(3), 4, axis=0)
    assert_array_equal(error_matrix(sure, sure, np.ones(12)), np.eye(3))


def test_people_without_answers_or_weight_do_not_count():
    w = np.ones(405)
    w[:7] = 0
    more = np.vstack([X, np.full((5, 5), np.nan)])
    found = assigned(LatentClass(2, n_init=4).fit(more, sample_weight=w), more, "modal", w)
    assert_array_equal(np.flatnonzero(~found.counted), [*range(7), *range(400, 405)])


def test_other_answers_or_weights_than_those_of_the_fit_are_refused():
    with pytest.raises(SegkitError, match="expected the answers and the weights of the fit"):
        assigned(MODEL, X[:300], "modal", None)
    with pytest.raises(SegkitError, match="expected the answers and the weights of the fit"):
        assigned(MODEL, X, "modal", RNG.random(400))
    assigned(MODEL, X, "modal", np.full(400, 3.0))


def test_models_that_do_not_know_their_errors_are_refused():
    with pytest.raises(SegkitError, match="model is a GaussianMixture; expected a fitted Latent"):
        assigned(GaussianMixture(2).fit(X), X, "modal", None)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        assigned(LatentClass(2), X, "modal", None)
    with pytest.raises(SegkitError, match="assignment='hard' is not known"):
        assigned(MODEL, X, "hard", None)


def test_a_segment_into_which_nobody_is_put_is_refused():
    # the second segment is rare and hardly different: never the most probable one
    rng = np.random.default_rng(1)
    few = (rng.random((300, 3)) < 0.5).astype(float)
    model = LatentClass(2, n_init=4).fit(few)
    model._solution.params["shares"][0] = [0.999, 0.001]
    model._solution.params["theta"][0] = 0.5
    p, log_density = model._memberships(few)
    model.aic_ = 2 * (model.n_parameters_ - log_density.sum())
    assert (p.argmax(axis=1) == 0).all()
    with pytest.raises(SegkitError, match="Nobody is put into segment 1 by the most probable"):
        assigned(model, few, "modal", None)


def test_segments_that_are_hardly_told_apart_warn():
    rng = np.random.default_rng(1)
    few = (rng.random((300, 3)) < 0.5).astype(float)
    with pytest.warns(SegkitWarning, match="the segments are hardly told apart"):
        assigned(LatentClass(4, n_init=4).fit(few), few, "proportional", None)


def test_items_of_the_model_are_no_outside_fields(frame_kind):
    answers, table = frame_kind.make({"a": [1, 2], "b": [1, 2]}), frame_kind.make({"b": [1, 2]})
    with pytest.raises(SegkitError, match=r"table holds `b`, which made the segments; .* outcomes"):
        check_outside(answers, table, what="outcomes")
    with pytest.raises(SegkitError, match="table has 2 rows but X has 3"):
        check_outside(np.ones((3, 2)), table, what="outcomes")
