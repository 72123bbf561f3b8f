"""Figures with intervals, agreement beyond chance, the rule of one standard error."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from segkit.typing_tool.evaluation.agreement import stretch_of
from segkit.typing_tool.golden.curve import figures_of, kappa_of, shortest_as_good
from segkit.typing_tool.golden.nested import HeldOut


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
