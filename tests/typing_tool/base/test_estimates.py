import numpy as np
import pytest

from segkit.typing_tool.base.estimates import by_likelihood, by_probabilities, by_tags
from segkit.typing_tool.base.typing_error import typing_error
from segkit.typing_tool.models.calibration import Decision

PRIOR = np.array([0.5, 0.3, 0.2])
TRUTH = np.array([0.15, 0.25, 0.6])


def people(n, sizes, seed, signal=1.2):
    """Draw segments, one normal field each, and the exact probabilities at the survey's sizes."""
    rng = np.random.default_rng(seed)
    segments = rng.choice(3, n, p=sizes)
    x = rng.normal(size=(n, 3)) + signal * np.eye(3)[segments]
    p = PRIOR * np.exp(signal * x)
    return segments, p / p.sum(axis=1, keepdims=True)


def decision_of(p):
    return Decision(p.argmax(axis=1), p.argmin(axis=1), np.ones(len(p), bool), p)


def three(survey_seed, base_seed, n=1000, n_base=5000, signal=1.2):
    segments, p = people(n, PRIOR, survey_seed, signal)
    error = typing_error(decision_of(p), np.eye(3)[segments], np.ones(n), survey_seed)
    truth, q = people(n_base, TRUTH, base_seed, signal)
    rng = np.random.default_rng(survey_seed)
    first = np.bincount(q.argmax(axis=1), minlength=3)
    return {
        "by_tags": by_tags(first, error, rng),
        "by_probabilities": by_probabilities(q.mean(axis=0), np.cov(q.T) / n_base, error, rng),
        "by_likelihood": by_likelihood(q, error, rng),
    }, np.bincount(truth, minlength=3) / n_base


def test_all_three_see_through_other_sizes():
    found, truth = three(0, 1, n=20_000, n_base=10_000)
    for estimate in found.values():
        np.testing.assert_allclose(estimate.share, truth, atol=0.03)
        assert estimate.share.sum() == pytest.approx(1)
        assert ((estimate.low <= estimate.share) & (estimate.share <= estimate.high)).all()


def test_a_tool_that_knows_nothing_has_wide_intervals():
    found, _ = three(0, 1, signal=0.05)
    for estimate in found.values():
        assert (estimate.high - estimate.low).min() > 0.4


@pytest.mark.parametrize("runs", [12, pytest.param(400, marks=pytest.mark.slow)])
def test_intervals_hold_the_sizes_at_exact_probabilities(runs, simulated):
    held = {}
    for seed in range(runs):
        found, truth = three(seed, 10_000 + seed, n_base=800)
        for name, e in found.items():
            held.setdefault(name, []).append((e.low <= truth) & (truth <= e.high))
    for name, hits in held.items():
        for s, hit in enumerate(np.sum(hits, axis=0)):
            simulated(f"{name}, segment {s}", hit, runs, 0.95, n_checks=9)


def test_the_order_of_customers_does_not_matter():
    segments, p = people(500, PRIOR, 0)
    error = typing_error(decision_of(p), np.eye(3)[segments], np.ones(500), 0)
    q = people(3000, TRUTH, 1)[1]
    one, other = (by_likelihood(rows, error, np.random.default_rng(0)) for rows in (q, q[::-1]))
    np.testing.assert_array_equal(one.share, other.share)
    np.testing.assert_array_equal(one.draws, other.draws)
