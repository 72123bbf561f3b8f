"""How hard the made world is: the figures that later work must not make easier."""

import numpy as np
import pytest

from segkit.datasets import make_payments_study
from segkit.datasets.made.answers import answer_items, draw_minds, leave_gaps
from segkit.datasets.made.fields import age_and_tenure, field_model
from segkit.datasets.made.oracle import answers_posterior, fields_posterior, oracle_score
from segkit.datasets.made.people import FieldCodes, draw_people
from segkit.datasets.made.world import make_world

WORLDS = [3, 4, 5, 6]


def respond(k, n, seed):
    world, rng = make_world(k), np.random.default_rng(seed)
    segments = rng.choice(k, n, p=world.shares)
    minds = draw_minds(world, segments, rng)
    answers = answer_items(world, minds, rng)
    answers[leave_gaps(48, minds, rng)] = 0
    return world, segments, answers


@pytest.mark.parametrize("k", WORLDS)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_best_classifier_reaches_what_is_promised(k, seed):
    made = make_payments_study(
        n_respondents=800, n_customers=30_000, n_segments=k, random_state=seed
    )
    best = made.oracle(n_most=600).set_index("source")
    assert 0.85 <= best.loc["answers", "accuracy"] <= 0.92
    assert 0.55 <= best.loc["fields", "accuracy"] <= 0.60
    assert abs(best.loc["fields", "hits"] - best.loc["fields", "accuracy"]) < 0.012
    assert abs(best.loc["answers", "hits"] - best.loc["answers", "accuracy"]) < 0.06


@pytest.mark.parametrize("k", WORLDS)
def test_the_middle_of_the_bands_is_met(k):
    world, model = make_world(k), field_model(k)
    people = draw_people(model, world.shares, 60_000, seed=11)
    fields = oracle_score(fields_posterior(world, model, people.codes), people.segments)
    assert fields.accuracy == pytest.approx(0.575, abs=0.005)
    assert fields.hits == pytest.approx(fields.accuracy, abs=0.008)


def test_posteriors_are_calibrated():
    world, segments, answers = respond(4, 1500, seed=5)
    posterior = answers_posterior(world, answers, n_points=32)
    np.testing.assert_allclose(posterior.sum(axis=1), 1)
    for s in range(4):  # in every segment, the chances add up to the members
        noise = np.sqrt((posterior[:, s] * (1 - posterior[:, s])).sum())
        assert abs(posterior[:, s].sum() - (segments == s).sum()) < 3 * noise
    sure = posterior.max(axis=1) > 0.95
    assert (posterior.argmax(axis=1) == segments)[sure].mean() > 0.96


def test_more_points_change_little():
    world, _, answers = respond(4, 150, seed=6)
    few, many = (answers_posterior(world, answers, n_points=n) for n in (64, 1024))
    assert np.abs(few - many).mean() < 0.01


def test_without_answers_the_posterior_is_the_prior():
    world = make_world(4)
    posterior = answers_posterior(world, np.zeros((1, 48), dtype=np.int8), n_points=8192)
    np.testing.assert_allclose(posterior, [world.shares], atol=0.02)


def test_the_integral_is_right_where_it_can_be_checked_by_brute_force():
    world, _, answers = respond(3, 4, seed=7)
    answers[:, 2:] = 0  # two items: plain Monte Carlo over the prior is exact enough
    rng = np.random.default_rng(0)
    expected = np.empty((4, 3))
    for s in range(3):
        minds = draw_minds(world, np.full(60_000, s), rng)
        drawn = answer_items(world, minds, rng)[:, :2]
        expected[:, s] = [(drawn == row[:2]).all(axis=1).mean() for row in answers]
    expected *= world.shares
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        answers_posterior(world, answers, n_points=1024), expected, atol=0.02
    )


def test_field_posterior_is_exact_for_a_single_field():
    world, model = make_world(4), field_model(4)
    # tenure, bills and the app are always known; everything else is missing but the method
    known = {"payment_method": np.arange(6), "bills_a_month": np.zeros(6, int)}
    known["tenure"] = np.full(6, 5)
    codes = FieldCodes(**{n: known.get(n, np.full(6, -1)) for n in FieldCodes.__annotations__})
    cells = (model.stages * world.shares[:, None]).ravel()
    cells = cells * model.tables["bills_a_month"][:, 0] * model.tables["has_app"][:, 0]
    cells = cells * age_and_tenure(model).sum(axis=1)[:, 5] * model.tables["payment_method"].T
    expected = cells.reshape(6, 4, 4).sum(axis=2)
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(fields_posterior(world, model, codes), expected, rtol=1e-9)


def test_scores_are_weighted():
    posterior = np.array([[0.9, 0.1], [0.4, 0.6]])
    score = oracle_score(posterior, np.array([0, 0]), np.array([3.0, 1.0]))
    assert score.accuracy == pytest.approx(0.825)
    assert score.hits == pytest.approx(0.75)


@pytest.mark.slow
@pytest.mark.parametrize("k", WORLDS)
def test_the_bands_hold_for_many_seeds(k):
    for seed in range(20):
        world, segments, answers = respond(k, 1500, seed)
        assert (
            0.87 < oracle_score(answers_posterior(world, answers, n_points=32), segments)[0] < 0.91
        )
        model = field_model(k)
        people = draw_people(model, world.shares, 60_000, seed)
        posterior = fields_posterior(world, model, people.codes)
        assert 0.565 < oracle_score(posterior, people.segments).accuracy < 0.585


@pytest.mark.slow
@pytest.mark.parametrize("k", WORLDS)
def test_a_classifier_that_learned_from_100_000_respondents_comes_close_and_not_beyond(k):
    from sklearn.linear_model import LogisticRegression

    world, segments, answers = respond(k, 110_000, seed=3)
    new = np.arange(100_000, 106_000)
    oracle = oracle_score(answers_posterior(world, answers[new], n_points=64), segments[new])
    X = np.where(answers == 0, 3.1, answers) - 3.1
    learned = LogisticRegression(max_iter=500).fit(X[:100_000], segments[:100_000])
    hits = learned.score(X[new], segments[new])
    assert -0.004 < oracle.hits - hits < 0.015


@pytest.mark.slow
@pytest.mark.parametrize("k", WORLDS)
def test_trees_that_learned_from_200_000_customers_come_close_and_not_beyond(k):
    from sklearn.ensemble import HistGradientBoostingClassifier

    world, model = make_world(k), field_model(k)
    people = draw_people(model, world.shares, 240_000, seed=7)
    X = np.column_stack([*vars(people.codes).values()]).astype(float)
    X[X == -1] = np.nan
    new = slice(200_000, None)
    learned = HistGradientBoostingClassifier(learning_rate=0.05, max_iter=120, random_state=0)
    learned.fit(X[:200_000], people.segments[:200_000])
    codes = FieldCodes(**{name: column[new] for name, column in vars(people.codes).items()})
    oracle = oracle_score(fields_posterior(world, model, codes), people.segments[new])
    assert -0.004 < oracle.hits - learned.score(X[new], people.segments[new]) < 0.015
