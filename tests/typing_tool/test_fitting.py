import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.fitting import read_respondents


def test_the_order_of_rows_is_forgotten(frame_kind, people):
    made = people(200)
    w = np.random.default_rng(0).uniform(0.5, 2, 200)
    order = np.random.default_rng(1).permutation(200)
    turned = made.take(order)
    one = read_respondents(frame_kind.make(made.columns), made.segments, w, 5)
    two = read_respondents(frame_kind.make(turned.columns), turned.segments, w[order], 5)
    for a, b in zip(one.columns, two.columns, strict=True):
        np.testing.assert_array_equal(a.values, b.values)
    np.testing.assert_array_equal(one.truth, two.truth)
    np.testing.assert_array_equal(one.w, two.w)


def test_people_of_no_weight_are_left_out(frame_kind, people):
    made = people(200)
    w = np.ones(200)
    w[:50] = 0
    found = read_respondents(frame_kind.make(made.columns), made.segments, w, 5)
    assert found.w.size == 150
    # one label left among those with weight
    w[made.segments != 0] = 0
    with pytest.raises(SegkitError, match=r"one segment only \(1 class\) among respondents of"):
        read_respondents(frame_kind.make(made.columns), made.segments, w, 5)


def test_lengths_must_agree(frame_kind, people):
    made = people(20)
    fields = frame_kind.make(made.columns)
    with pytest.raises(SegkitError, match="segments has 19 rows but fields has 20; expected one"):
        read_respondents(fields, made.segments[:19], None, 2)
    with pytest.raises(SegkitError, match=r"sample_weight has shape \(19,\)"):
        read_respondents(fields, made.segments, np.ones(19), 2)
    with pytest.raises(SegkitError, match="segments is None; expected one label a respondent"):
        read_respondents(fields, None, None, 2)
