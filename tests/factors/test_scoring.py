import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitWarning
from segkit.factors.sample import read_sample
from segkit.factors.scoring import Scale, score_rows, score_strength, score_weights


@pytest.fixture
def model(correlations, r_factors):
    fits = r_factors["fits"]["pearson_complete"]["loadings"]["minres oblimin"]
    structure = np.array(fits["loadings"]) @ np.array(fits["phi"])
    return correlations.matrix("pearson_complete"), structure


def test_weights_scores_and_their_strength_equal_rs(model, r_scores):
    z = (np.array(r_scores["answers"]) - r_scores["means"]) / r_scores["sds"]
    assert_allclose(score_weights(*model), r_scores["weights"], atol=1e-5)
    assert_allclose(score_rows(z, *model), r_scores["scores"], atol=1e-5)
    assert_allclose(score_strength(*model), r_scores["score_strength"], atol=1e-5)


def test_missing_answers_leave_the_expectation_given_the_others():
    # under the joint normal of items and factors, by the full covariance of both
    rng = np.random.default_rng(0)
    loadings = rng.uniform(0.3, 0.8, (6, 2)) * [[1, 0], [1, 0], [1, 0.2], [0, 1], [0, 1], [0.1, 1]]
    R = loadings @ loadings.T
    np.fill_diagonal(R, 1.0)
    joint = np.block([[R, loadings], [loadings.T, np.eye(2)]])
    z = rng.multivariate_normal(np.zeros(8), joint, 40)[:, :6]
    z[rng.random(z.shape) < 0.3] = np.nan
    z[:, 0] = np.nan_to_num(z[:, 0])
    got = score_rows(z, R, loadings)
    for row, scores in zip(z, got, strict=True):
        there = np.flatnonzero(~np.isnan(row))
        cross = joint[6:][:, there]
        expected = cross @ np.linalg.solve(joint[np.ix_(there, there)], row[there])
        assert_allclose(scores, expected, atol=1e-12)


def test_a_score_from_fewer_answers_lies_nearer_to_zero(model):
    R, structure = model
    z = np.random.default_rng(1).multivariate_normal(np.zeros(25), R, 2_000)
    full = score_rows(z, R, structure)
    z[:, ::2] = np.nan
    assert (score_rows(z, R, structure).std(axis=0) < full.std(axis=0)).all()


def test_people_without_answers_have_no_score_and_are_counted(model):
    z = np.zeros((3, 25))
    z[1] = np.nan
    with pytest.warns(SegkitWarning, match=r"1 people answered none of the items"):
        scores = score_rows(z, *model)
    assert np.isnan(scores[1]).all()
    assert_allclose(scores[[0, 2]], 0)


def test_answers_beyond_the_scale_are_named():
    sample = read_sample(np.array([[1.0, 0.1], [5, 0.2], [3, 0.4]]))
    scale = Scale.of(sample, {"x1": np.array([1.0, 3, 5])})
    assert_allclose(scale.standardise(sample.values).mean(axis=0), 0, atol=1e-12)
    with pytest.warns(SegkitWarning, match=r"`x1` hold answers beyond those seen in fit"):
        scale.standardise(np.array([[6.0, 99.0]]))
