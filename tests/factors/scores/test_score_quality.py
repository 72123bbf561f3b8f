import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.scores.score_quality import score_quality, validity_text
from segkit.factors.scores.scoring import SCORES, Scoring, score_rows

LOADINGS = np.array([[0.8, 0], [0.7, 0], [0.6, 0.1], [0, 0.8], [0, 0.7], [-0.1, 0.6]])
PHI = np.array([[1, 0.3], [0.3, 1]])


def made_model(method, loadings=LOADINGS, phi=PHI):
    matrix = loadings @ phi @ loadings.T
    np.fill_diagonal(matrix, 1.0)
    return Scoring(method, matrix, loadings, phi)


@pytest.mark.parametrize("method", SCORES)
def test_the_table_tells_the_correlations_that_drawn_people_show(method):
    model = made_model(method)
    joint = np.block([[model.matrix, model.structure], [model.structure.T, PHI]])
    both = np.random.default_rng(0).multivariate_normal(np.zeros(8), joint, 100_000)
    z, factors = both[:, :6], both[:, 6:]
    found = np.corrcoef(score_rows(z, model).T, factors.T)
    quality = score_quality(model)
    assert_allclose(quality["validity"], np.diag(found[:2, 2:]), atol=0.01)
    assert_allclose(quality["univocality"], np.abs(found[[0, 1], [3, 2]] - 0.3), atol=0.01)
    assert_allclose(quality["accuracy"], abs(found[0, 1] - 0.3), atol=0.01)


def test_regression_scores_are_as_valid_as_scores_can_be():
    most = score_quality(made_model("regression"))
    assert_allclose(most["validity"], most["determinacy"])
    assert_allclose(most["least_agreement"], 2 * most["determinacy"] ** 2 - 1)
    for method in ("bartlett", "tenberge"):
        assert (score_quality(made_model(method))["validity"] < most["validity"]).all()


def test_ten_berge_scores_correlate_as_the_factors():
    assert_allclose(score_quality(made_model("tenberge"))["accuracy"], 0, atol=1e-12)


def test_one_factor_has_no_other_to_be_confused_with():
    quality = score_quality(made_model("bartlett", LOADINGS[:3, :1], np.eye(1)))
    assert np.isnan(quality["univocality"]).all()
    assert np.isnan(quality["accuracy"]).all()
    assert_allclose(quality["validity"], quality["determinacy"])


def test_independent_factors_with_items_of_their_own_give_equal_scores_up_to_scale():
    # one factor an item set: all three methods weigh the items alike
    loadings = np.kron(np.eye(2), [[0.8], [0.6], [0.5]])
    z = np.random.default_rng(1).normal(size=(20, 6))
    scores = [score_rows(z, made_model(m, loadings, np.eye(2))) for m in SCORES]
    for other in scores[1:]:
        r = np.corrcoef(scores[0].T, other.T)
        assert_allclose(np.diag(r[:2, 2:]), 1)


def test_the_text_says_how_valid_scores_are_and_when_nobody_can_say():
    assert validity_text("bartlett", np.array([0.9, 0.8])).startswith(
        "Scores (bartlett) correlate 0.80 to 0.90 with their factors"
    )
    assert "reproduces the correlations too badly" in validity_text("bartlett", np.array([1.4]))
    assert "too few items for bartlett" in validity_text("bartlett", np.array([0.9, np.nan]))


def test_a_factor_that_bartlett_cannot_score_has_no_validity():
    quality = score_quality(made_model("bartlett", LOADINGS * [1, 0.2]))
    assert np.isnan(quality["validity"]).tolist() == [False, True]
    assert np.isfinite(quality["determinacy"]).all()
