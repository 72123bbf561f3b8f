import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitWarning
from segkit.factors.scores.scoring import SCORES, Scoring, error_rows, score_rows, score_strength

each_method = pytest.mark.parametrize("method", SCORES)


@pytest.fixture
def bfi_model(correlations, r_factors):
    fits = r_factors["fits"]["pearson_complete"]["loadings"]["minres oblimin"]
    matrix = correlations.matrix("pearson_complete")

    def make(method="regression"):
        return Scoring(method, matrix, np.array(fits["loadings"]), np.array(fits["phi"]))

    return make


def made_model(method, factor_correlation=0.3):
    """Three items a factor, two factors; the matrix is the model's own."""
    loadings = np.array([[0.8, 0], [0.7, 0], [0.6, 0.1], [0, 0.8], [0, 0.7], [-0.1, 0.6]])
    phi = np.array([[1, factor_correlation], [factor_correlation, 1]])
    matrix = loadings @ phi @ loadings.T
    np.fill_diagonal(matrix, 1.0)
    return Scoring(method, matrix, loadings, phi)


def draw(model, n, seed=0):
    """People with their factors: standardised answers, factors."""
    joint = np.block([[model.matrix, model.structure],
                      [model.structure.T, model.factor_correlations]])  # fmt: skip
    both = np.random.default_rng(seed).multivariate_normal(np.zeros(len(joint)), joint, n)
    return both[:, : len(model.matrix)], both[:, len(model.matrix) :]


def all_answered(model):
    return np.ones((1, len(model.matrix)), dtype=bool)


@each_method
def test_weights_scores_and_their_correlations_equal_rs(bfi_model, r_scores, method):
    model = bfi_model(method)
    expected = {"weights": r_scores["weights"], "scores": r_scores["scores"]}
    expected |= r_scores["methods"][method]
    z = (np.array(r_scores["answers"]) - r_scores["means"]) / r_scores["sds"]
    weights = model.weights(all_answered(model))
    assert_allclose(weights[0], expected["weights"], atol=1e-8)
    assert_allclose(score_rows(z, model), expected["scores"], atol=1e-8)
    covariance = model.moments(weights)[1][0]
    spread = np.sqrt(np.diag(covariance))
    assert_allclose(covariance / np.outer(spread, spread), expected["between_scores"], atol=1e-8)


def test_score_strength_equals_rs(bfi_model, r_scores):
    model = bfi_model()
    strength = score_strength(model.matrix, model.structure)
    assert_allclose(strength, r_scores["score_strength"], atol=1e-5)


def test_regression_with_missing_answers_is_the_expectation_given_the_others():
    # under the joint normal of items and factors, by the full covariance of both
    model = made_model("regression")
    z, _ = draw(model, 40)
    z[np.random.default_rng(1).random(z.shape) < 0.3] = np.nan
    z[:, 0] = np.nan_to_num(z[:, 0])
    for row, scores in zip(z, score_rows(z, model), strict=True):
        there = np.flatnonzero(~np.isnan(row))
        within = model.matrix[np.ix_(there, there)]
        expected = model.structure[there].T @ np.linalg.solve(within, row[there])
        assert_allclose(scores, expected, atol=1e-12)


def test_bartlett_with_missing_answers_is_weighted_least_squares_of_the_others():
    model = made_model("bartlett")
    z, _ = draw(model, 40)
    z[:, [1, 5]] = np.nan
    there = [0, 2, 3, 4]
    root = np.sqrt(1 - np.diag(model.structure @ model.loadings.T))[there]
    left = model.loadings[there] / root[:, None]
    expected = np.linalg.lstsq(left, (z[:, there] / root).T)[0].T
    assert_allclose(score_rows(z, model), expected, atol=1e-12)


@pytest.mark.parametrize("missing", [[], [1], [0, 4]], ids=str)
def test_what_each_method_promises_holds_for_every_pattern(missing):
    there = all_answered(made_model("regression"))
    there[:, missing] = False
    phi = made_model("regression").factor_correlations
    cross, covariance = moments_of("regression", there)
    assert_allclose(cross, covariance, atol=1e-12)  # what an expectation has
    cross, _ = moments_of("bartlett", there)
    assert_allclose(cross, phi, atol=1e-12)  # no bias, and no part of another factor
    _, covariance = moments_of("tenberge", there)
    assert_allclose(covariance, phi, atol=1e-12)  # the correlations of the factors


def moments_of(method, there):
    model = made_model(method)
    return [part[0] for part in model.moments(model.weights(there))]


@each_method
def test_errors_are_the_spread_of_score_minus_factor_for_each_pattern(method):
    model = made_model(method)
    z, factors = draw(model, 40_000)
    z[:20_000, [0, 3]] = np.nan
    errors = error_rows(z, model)
    off = score_rows(z, model) - factors
    for rows in (slice(0, 20_000), slice(20_000, None)):
        assert_allclose(off[rows].std(axis=0), errors[rows][0], rtol=0.02)
    assert (errors[0] > errors[-1]).all()


def test_the_regression_error_is_what_the_score_leaves_of_the_factor(bfi_model):
    model = bfi_model()
    strength = score_strength(model.matrix, model.structure)
    assert_allclose(error_rows(np.zeros((1, 25)), model)[0], np.sqrt(1 - strength))


def test_a_regression_score_from_fewer_answers_lies_nearer_to_zero(bfi_model):
    model = bfi_model()
    z = np.random.default_rng(1).multivariate_normal(np.zeros(25), model.matrix, 2_000)
    full = score_rows(z, model)
    z[:, ::2] = np.nan
    assert (score_rows(z, model).std(axis=0) < full.std(axis=0)).all()


def test_many_patterns_are_scored_as_one_person_at_a_time():
    model = made_model("tenberge")
    z, _ = draw(model, 3_000)
    z[np.random.default_rng(3).random(z.shape) < 0.2] = np.nan
    z[:, [0, 3]] = np.nan_to_num(z[:, [0, 3]])
    together = score_rows(z, model)
    alone = np.vstack([score_rows(row[None], model) for row in z[:60]])
    assert_allclose(together[:60], alone, atol=1e-12)


@each_method
def test_people_without_answers_have_no_score_and_are_counted(bfi_model, method):
    z = np.zeros((3, 25))
    z[1] = np.nan
    for compute in (score_rows, error_rows):
        with pytest.warns(SegkitWarning, match=r"1 people answered none of the items"):
            out = compute(z, bfi_model(method))
        assert np.isnan(out[1]).all()
        assert np.isfinite(out[[0, 2]]).all()


@pytest.mark.parametrize("compute", [score_rows, error_rows])
@pytest.mark.parametrize("method", ["bartlett", "tenberge"])
def test_a_factor_whose_items_were_not_answered_has_no_score_that_cannot_shrink(method, compute):
    z = np.zeros((4, 6))
    z[0, 3:] = np.nan  # nothing of the second factor but a trace in the third item
    z[1, 1:] = np.nan  # one item, of the first factor alone
    words = rf"too few items for {method} scores .* missing are factor_2 of 2 people"
    with pytest.warns(SegkitWarning, match=words):
        out = compute(z, made_model(method))
    assert np.isfinite(out).tolist() == [[True, False], [True, False], [True, True], [True, True]]
    assert np.isfinite(compute(z, made_model("regression"))).all()


def test_one_item_of_two_factors_says_nothing_free_of_the_other():
    z = np.full((1, 6), np.nan)
    z[0, 2] = 1.0
    with pytest.warns(SegkitWarning, match="missing are factor_1 of 1, factor_2 of 1 people"):
        assert np.isnan(score_rows(z, made_model("bartlett"))).all()


def test_codes_reach_less_of_the_factor_than_the_items_behind_them():
    latent = made_model("regression")
    reach = np.full(6, 0.9)
    answers = latent.matrix * 0.81 + 0.19 * np.eye(6)
    coded = Scoring("regression", latent.matrix, latent.loadings, latent.factor_correlations,
                    answers=answers, reach=reach)  # fmt: skip
    z, factors = draw(latent, 40_000)
    codes = 0.9 * z + np.sqrt(0.19) * np.random.default_rng(2).normal(size=z.shape)
    off = score_rows(codes, coded) - factors
    errors = error_rows(codes[:1], coded)[0]
    assert_allclose(off.std(axis=0), errors, rtol=0.02)
    assert (errors > error_rows(codes[:1], latent)[0]).all()
