import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit._frames import Origin
from segkit.diagnostics.waves.lines import (
    COLUMNS,
    LIMITS,
    adjusted,
    interval,
    line_of,
    lines_frame,
    p_of,
)


def line(change, p, kind="profile", what="refitted"):
    return line_of(("0", kind, what, "speed", "sd"), (0, change, change, -1, 1, p), (5, 6, 9))


def test_p_values_are_normal_or_students():
    assert_allclose(p_of(np.array([1.96]), np.array([1.0])), 0.05, atol=1e-4)
    assert_allclose(p_of(np.array([2.262]), np.array([1.0]), 10), 0.05, atol=1e-4)
    assert_allclose(p_of(np.zeros(1), np.zeros(1)), 1.0)
    assert p_of(np.ones(1), np.zeros(1))[0] == 0.0
    assert np.isnan(p_of(np.ones(1), np.array([np.nan])))[0]


def test_intervals_hold_the_middle_and_widen_with_few_samples():
    change, error = np.array([0.5]), np.array([0.1])
    low, high = interval(change, error)
    assert_allclose((low + high) / 2, change)
    assert (interval(change, error, 20)[0] < low).all()


def test_a_change_must_be_beyond_chance_and_large_enough():
    lines = [line(0.5, 0.001), line(0.1, 0.001), line(0.5, 0.04), line(-0.5, 1e-6)]
    assert [x.changed for x in adjusted(lines, 0.05)] == [True, False, True, True]
    assert [x.changed for x in adjusted(lines, 0.01)] == [True, False, False, True]
    assert [x.p_adjusted for x in adjusted(lines[:3], 0.05)] == pytest.approx([0.003, 0.003, 0.04])


@pytest.mark.parametrize(
    ("kind", "what", "limit"),
    [
        ("size", "old model", 0.03),
        ("measurement", "loadings", 0.15),
        ("measurement", "intercept", 0.2),
        ("profile", "refitted", 0.3),
    ],
)
def test_each_kind_has_its_limit(kind, what, limit):
    assert limit in LIMITS.values()
    below, above = (line(limit + d, 0.0, kind, what) for d in (-1e-6, 1e-6))
    assert [x.changed for x in adjusted([below, above], 0.05)] == [False, True]


def test_a_line_without_p_has_not_changed():
    assert not adjusted([line(5.0, np.nan)], 0.05)[0].changed


def test_the_table_has_a_row_a_line():
    table = lines_frame([line(0.1, 0.2), line(0.2, 0.3)], Origin())
    assert tuple(table.columns) == COLUMNS
    assert table["n"].tolist() == [9, 9]
