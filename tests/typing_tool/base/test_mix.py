import warnings

import numpy as np
import pytest

from segkit.exceptions import SegkitWarning
from segkit.typing_tool.base.mix import BaseSums, TypingError, segment_mix, typing_error
from segkit.typing_tool.models.calibration import Calibration


def mistaken(matrix, n_draws=50, noise=0.0):
    rng = np.random.default_rng(0)
    draws = matrix + noise * rng.normal(size=(n_draws, *matrix.shape))
    draws = np.clip(draws, 0.01, None)
    return TypingError(matrix, draws / draws.sum(axis=2, keepdims=True))


def base_of(mean, n=100_000):
    total = np.asarray(mean) * n
    counts = np.append(np.round(total).astype(int), 0)
    return BaseSums(counts, total, np.outer(mean, mean) * n)


MATRIX = np.array([[0.6, 0.3, 0.1], [0.3, 0.5, 0.2], [0.2, 0.2, 0.6]])


def test_sizes_are_solved_for():
    truth = np.array([0.2, 0.5, 0.3])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)
        mix = segment_mix(base_of(truth @ MATRIX), mistaken(MATRIX), ["a", "b", "c"])
    np.testing.assert_allclose(mix.frame()["corrected"], truth, atol=1e-4)
    assert mix.frame()["counted"].sum() == pytest.approx(1)


def test_impossible_means_are_held_to_the_simplex():
    with pytest.warns(SegkitWarning):
        mix = segment_mix(base_of([0.7, 0.28, 0.02]), mistaken(MATRIX, noise=0.01), [0, 1, 2])
    corrected = mix.frame()["corrected"]
    assert (corrected >= 0).all()
    assert corrected.sum() == pytest.approx(1)


def test_a_tool_that_knows_nothing_has_wide_intervals():
    blind = np.full((2, 2), 0.5) + np.array([[0.01, -0.01], [-0.01, 0.01]])
    mix = segment_mix(base_of([0.5, 0.5]), mistaken(blind, noise=0.02), [0, 1]).frame()
    assert (mix["high"] - mix["low"]).min() > 0.5


def test_small_bases_are_less_sure_than_large_ones():
    p = np.random.default_rng(0).dirichlet([1, 1, 1], 200)
    votes = np.round(p * 4096 * 100).astype(np.int64)
    sums = BaseSums.of(Calibration.neutral(3).decide(votes))
    large = BaseSums(sums.counts * 100, sums.total * 100, sums.products * 100)
    widths = []
    for base in (sums, large):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SegkitWarning)
            mix = segment_mix(base, mistaken(MATRIX), [0, 1, 2]).frame()
        widths.append((mix["high"] - mix["low"]).mean())
    assert widths[0] > 3 * widths[1]


def test_sums_of_parts_add_up():
    votes = np.random.default_rng(0).integers(1, 4096, (50, 3))
    decide = Calibration.neutral(3).decide
    whole = BaseSums.of(decide(votes))
    parts = BaseSums.of(decide(votes[:20])) + BaseSums.of(decide(votes[20:]))
    for name in ("counts", "total", "products"):
        np.testing.assert_allclose(getattr(whole, name), getattr(parts, name))


def test_typing_error_is_the_mean_probability_of_each_segments_people():
    rng = np.random.default_rng(0)
    labels, w = rng.integers(0, 2, 100), rng.uniform(0.5, 2, 100)
    p = rng.dirichlet([1, 1], 100)
    error = typing_error(p, np.eye(2)[labels], w, 0)
    for s in range(2):
        expected = np.average(p[labels == s], axis=0, weights=w[labels == s])
        np.testing.assert_allclose(error.matrix[s], expected)
    np.testing.assert_allclose(error.draws.mean(axis=0), error.matrix, atol=0.02)
    np.testing.assert_allclose(error.draws.sum(axis=2), 1)


def test_a_base_of_other_sizes_is_seen_through(small_tool, people):
    pandas = pytest.importorskip("pandas")
    fresh = people(30_000, seed=5)
    rng = np.random.default_rng(0)
    rows = np.flatnonzero(rng.random(30_000) < np.array([1.0, 0.25, 0.6])[fresh.segments])
    base = fresh.take(rows)
    truth = np.bincount(base.segments) / rows.size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)
        mix = small_tool.segment_mix(pandas.DataFrame(base.columns)).frame()
    # 600 respondents: the interval is wide, and holds the truth
    assert ((mix["low"] - 0.02 < truth) & (truth < mix["high"] + 0.02)).all()
    assert np.abs(mix["corrected"] - truth).sum() < np.abs(mix["counted"] - truth).sum()


def test_sizes_that_lie_far_apart_are_warned_of():
    with pytest.warns(SegkitWarning, match=r"Counted and corrected sizes differ by .*; segment b"):
        segment_mix(base_of([0.35, 0.45, 0.2]), mistaken(MATRIX), ["a", "b", "c"])


def test_summary_and_figure(small_tool, people):
    pandas = pytest.importorskip("pandas")
    mix = small_tool.segment_mix(pandas.DataFrame(people(2000, seed=9).columns))
    assert "Of 2000 customers, corrected for typing error: segment 0" in mix.summary()
    assert "is the largest" in mix.plot().get_title(loc="left")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_intervals_cover_the_sizes_of_a_base_of_other_sizes(people):
    from segkit.typing_tool import TypingTool

    pandas = pytest.importorskip("pandas")
    held = []
    for seed in range(100):
        made, fresh = people(1000, seed=seed), people(20_000, seed=10_000 + seed)
        tool = TypingTool(n_trees=100, n_folds=2, random_state=seed)
        tool.fit(pandas.DataFrame(made.columns), made.segments)
        rng = np.random.default_rng(seed)
        rows = np.flatnonzero(rng.random(20_000) < np.array([1.0, 0.3, 0.6])[fresh.segments])
        base = fresh.take(rows)
        truth = np.bincount(base.segments) / rows.size
        mix = tool.segment_mix(pandas.DataFrame(base.columns)).frame()
        held.append((mix["low"] <= truth) & (truth <= mix["high"]))
    # 95 % promised; 100 runs of three segments, 99 % binomial interval
    assert np.mean(held) > 0.95 - 2.58 * np.sqrt(0.95 * 0.05 / 100)
    assert np.mean(held, axis=0).min() >= 0.88
