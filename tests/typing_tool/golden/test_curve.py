"""Figures with intervals, agreement beyond chance, the rule of one standard error."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from segkit.typing_tool.evaluation.agreement import stretch_of
from segkit.typing_tool.fitting import read_respondents
from segkit.typing_tool.golden.candidates import Rules, read_candidates
from segkit.typing_tool.golden.curve import figures_of, kappa_of, shortest_as_good
from segkit.typing_tool.golden.nested import HeldOut, nested_search
from segkit.typing_tool.golden.part import prepare


def test_intervals_are_as_wide_as_theory_says_widened_for_shared_training():
    right = (np.arange(1000) < 800).astype(float)[:, None]
    figure = figures_of(right, np.ones(1000), 5, 0)[0]
    assert figure.value == pytest.approx(0.8)
    error = np.sqrt(0.8 * 0.2 / 1000) * stretch_of(5)
    assert (figure.high - figure.low) / 2 == pytest.approx(1.96 * error, rel=0.15)


def test_the_difference_of_two_columns_has_an_interval_of_its_own():
    rng = np.random.default_rng(0)
    one = (rng.random(500) < 0.7).astype(float)
    values = np.stack([one, one, one - one], axis=1)
    figures = figures_of(values, np.ones(500), 5, 0, (-1.0, 1.0))
    assert (figures[2].value, figures[2].low, figures[2].high) == (0, 0, 0)
    assert figures[0].low == figures[1].low < figures[0].value


def test_weights_times_a_constant_and_weight_zero_change_nothing():
    rng = np.random.default_rng(0)
    values, w = (rng.random((300, 1)) < 0.6).astype(float), rng.uniform(0.5, 2, 300)
    one, two = (figures_of(values, k * w, 5, 0)[0] for k in (1, 7))
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high))
    assert one.value == pytest.approx(np.average(values[:, 0], weights=w))


def test_agreement_beyond_chance_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    truth, w = rng.integers(0, 3, 200), rng.integers(1, 4, 200).astype(float)
    p = rng.dirichlet(np.ones(3), (1, 200)) + np.eye(3)[truth]
    expected = cohen_kappa_score(truth, p[0].argmax(axis=1), sample_weight=w)
    assert kappa_of(HeldOut(p), np.eye(3)[truth], w) == pytest.approx(expected)
    one = np.tile(np.eye(3)[0], (1, 200, 1))
    assert kappa_of(HeldOut(one), np.eye(3)[truth], w) == pytest.approx(0)


def test_the_shortest_list_within_one_standard_error():
    noise = np.random.default_rng(0).normal(size=100)
    error = noise.std() / 10
    near, far = noise + 0.9 * error, noise + 1.1 * error
    assert shortest_as_good([far, near, noise], np.ones(100)) == 1
    assert shortest_as_good([far, far, noise], np.ones(100)) == 2
    assert shortest_as_good([noise, noise], np.ones(100)) == 0
    # four times the respondents: half the error
    four = [np.tile(v, 4) for v in (far, near, noise)]
    assert shortest_as_good(four, np.ones(400)) == 2


def two_of_four(n, seed):
    """Four items of five steps; a and c tell two segments apart, with much noise."""
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(seed)
    items = rng.integers(1, 6, (n, 4)).astype(float)
    pull = 0.9 * items[:, [0, 2]] + 1.5 * rng.gumbel(size=(n, 2))
    return pandas.DataFrame(items, columns=list("abcd")), pull.argmax(axis=1)


def one_study(n, seed):
    """The intervals of lists of one and two items, and how well their scorecards really do."""
    items, segments = two_of_four(n, seed)
    fresh, truth = two_of_four(5000, 10**6)
    people = read_respondents(items, segments, None, 5)
    part = prepare(people.columns, people.truth, people.w, seed)
    candidates = read_candidates(list("abcd"), part.codes, Rules(2))
    found = nested_search(people.columns, people.truth, people.w, candidates, 5, 1, seed)
    right = np.stack([held.right(people.truth) for held in found.lists], axis=1)
    codes = part.book.encode(fresh)
    really = []
    for step in found.steps:
        card, _ = part.card(step.items, step.parameters, step.spread)
        first = card.score(codes[:, list(step.items)]).argmax(axis=1)
        really.append((people.classes[first] == truth).mean())
    return figures_of(right, people.w, 5, seed), really


def check_coverage(n_studies, simulated):
    """Both lists together: intervals are widened on purpose, so they miss less than 1 in 20."""
    studies = [one_study(200, seed) for seed in range(n_studies)]
    for length in (0, 1):
        found = [(figures[length], really[length]) for figures, really in studies]
        # what the procedure reaches on new respondents, over all surveys of this size
        mean = np.mean([really for _, really in found])
        missed = sum(not f.low <= mean <= f.high for f, _ in found)
        what = f"accuracy missed, {length + 1} of 4 questions, 200 respondents"
        simulated(what, missed, n_studies, 0.05, n_checks=2, at_most=True)
        assert np.mean([f.value for f, _ in found]) == pytest.approx(mean, abs=0.03)


def test_intervals_hold_the_accuracy_on_new_respondents(simulated):
    check_coverage(20, simulated)


@pytest.mark.slow
def test_intervals_hold_the_accuracy_on_new_respondents_in_many_surveys(simulated):
    check_coverage(400, simulated)
