import numpy as np
import pytest

from segkit._frames import Origin, numeric_column
from segkit.diagnostics.change.mix import (
    change_error,
    corrected_sizes,
    counted_sizes,
    mix_frame,
    mix_reasons,
    stated_sizes,
)
from segkit.typing_tool.base.typing_error import TypingError


def tags(*counts):
    return np.repeat(np.arange(len(counts)), counts)


def test_counted_sizes_are_shares_of_the_tagged():
    sizes = counted_sizes(tags(30, 10, 60), np.ones(100), 2)
    assert sizes.share.tolist() == pytest.approx([0.75, 0.25])
    assert sizes.tags.tolist() == pytest.approx([0.3, 0.1, 0.6])
    assert (sizes.low < sizes.share).all()
    assert (sizes.share < sizes.high).all()


def test_wilsons_interval_covers():
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(300):
        sizes = counted_sizes((rng.random(150) < 0.1).astype(int), np.ones(150), 2)
        hits.append(sizes.low[1] <= 0.1 <= sizes.high[1])
    assert 0.91 <= np.mean(hits) <= 0.98


def test_intervals_do_not_change_with_the_unit_of_the_weights():
    w = np.random.default_rng(0).uniform(0.5, 2, 100)
    a, b = (counted_sizes(tags(30, 70), c * w, 2) for c in (1, 10))
    np.testing.assert_allclose(a.low, b.low)
    equal = counted_sizes(tags(30, 70), np.ones(100), 2)
    assert (a.high - a.low > equal.high - equal.low).all()


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_nobody_tagged_has_no_sizes(kind):
    sizes = counted_sizes(tags(0, 0, 5), np.ones(5), 2)
    assert np.isnan(sizes.share).all()
    frame = mix_frame(("0", "1"), sizes, sizes, change_error(sizes, sizes), Origin(kind))
    assert np.isnan(numeric_column(frame, "p_adjusted")).all()
    assert mix_reasons(frame, 0.05) == []


@pytest.fixture
def error():
    """A tool that gives 80 % to the right segment on average, known from 1000 respondents."""
    rng = np.random.default_rng(0)
    right = rng.normal(0.8, 0.01, (400, 2))
    rows = [np.stack([right[:, 0], 1 - right[:, 0]], axis=1)]
    rows.append(np.stack([1 - right[:, 1], right[:, 1]], axis=1))
    matrix, draws = np.array([[0.8, 0.2], [0.2, 0.8]]), np.stack(rows, axis=1)
    half, calm = np.array([0.5, 0.5]), np.zeros(3)
    many = (np.tile(half, (400, 1)), np.zeros((400, 3)))
    return TypingError(matrix, matrix, half, calm, draws, draws, *many)


def typed(share, n):
    """Probabilities .8 and .2, with `share` of the rows leaning to the first segment."""
    leaning = np.arange(n) < round(share * n)
    return np.where(leaning[:, None], [0.8, 0.2], [0.2, 0.8]), (~leaning).astype(int)


def test_corrected_sizes_undo_the_mistakes(error):
    sizes = corrected_sizes(*typed(0.7, 1000), np.ones(1000), error)
    assert sizes.share == pytest.approx([0.7, 0.3])
    assert sizes.averages.mean == pytest.approx([0.62, 0.38])
    assert sizes.counted == pytest.approx([0.7, 0.3])


def test_weighted_sizes_are_those_of_the_tool_on_repeated_rows(error):
    p, codes = typed(0.7, 1000)
    w = np.where(np.arange(1000) % 2 == 0, 3.0, 1.0)
    weighted = corrected_sizes(p, codes, w, error)
    times = w.astype(int)
    repeated = corrected_sizes(
        np.repeat(p, times, axis=0),
        np.repeat(codes, times),
        np.ones(times.sum()),
        error,
    )
    np.testing.assert_allclose(weighted.share, repeated.share)
    scaled = corrected_sizes(p, codes, 10 * w, error)
    np.testing.assert_allclose(weighted.low, scaled.low)


def test_most_of_the_tools_own_error_cancels_in_a_change(error):
    before = corrected_sizes(*typed(0.70, 10_000), np.ones(10_000), error)
    after = corrected_sizes(*typed(0.66, 10_000), np.ones(10_000), error)
    paired, apart = change_error(before, after, error), change_error(before, after)
    assert (paired < 0.6 * apart).all()
    frame = mix_frame(("a", "b"), before, after, paired, Origin())
    assert frame["change"].tolist() == pytest.approx([-0.04, 0.04])
    assert mix_reasons(frame, 0.05)[0] == "Segment a shrank from 70.0 % to 66.0 %."


def test_a_change_below_three_points_is_no_reason(error):
    before, after = (
        counted_sizes(tags(n, 100_000 - n), np.ones(100_000), 2) for n in (50_000, 52_000)
    )
    frame = mix_frame(("0", "1"), before, after, change_error(before, after), Origin())
    assert (frame["p_adjusted"] < 1e-6).all()
    assert mix_reasons(frame, 0.05) == []


def test_stated_sizes_are_read_from_frames_and_results(frame_kind):
    table = frame_kind.make({"corrected": [0.6, 0.4], "low": [0.5, 0.3], "high": [0.7, 0.5]})

    class Stated:
        def frame(self):
            return table

        def summary(self):
            return ""

    for stated in (table, Stated()):
        sizes = stated_sizes(stated, tags(50, 50), np.ones(100), 2)
        assert sizes.share.tolist() == [0.6, 0.4]
        assert sizes.counted.tolist() == [0.5, 0.5]


def test_columns():
    sizes = counted_sizes(tags(30, 70), np.ones(100), 2)
    frame = mix_frame(("0", "1"), sizes, sizes, change_error(sizes, sizes), Origin())
    assert list(frame.columns) == [
        "segment", "before", "before_low", "before_high", "counted_before", "after", "after_low",
        "after_high", "counted_after", "change", "low", "high", "p_adjusted",
    ]  # fmt: skip
    assert frame["p_adjusted"].tolist() == [1.0, 1.0]
