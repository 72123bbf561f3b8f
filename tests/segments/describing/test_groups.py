"""Groups that may overlap: read, compared with everybody outside, as segments are."""

import numpy as np
import pandas as pd
import pytest

from segkit import SegkitError
from segkit.segments import Scheme, profile
from segkit.segments.describing.groups import read_groups

RNG = np.random.default_rng(3)
N = 200
TABLE = {"age": RNG.normal(45, 12, N).tolist(), "app": (RNG.random(N) < 0.4).tolist()}
IN_A, IN_B = RNG.random(N) < 0.5, RNG.random(N) < 0.3


def test_labels_and_schemes_are_groups_without_overlap():
    found = read_groups([1, 0, -1, 1])
    assert found.names == (0, 1)
    assert found.membership.tolist() == [[0, 1], [1, 0], [0, 0], [0, 1]]
    named = read_groups(Scheme([0, 0, 1], names=["A", "B"]))
    assert named.names == ("A", "B")
    assert named.codes.tolist() == [0, 0, 1]


def test_a_group_that_overlaps_is_compared_with_all_outside_it(frame_kind):
    groups = frame_kind.make({"a": IN_A.tolist(), "b": IN_B.tolist()})
    found = profile(frame_kind.make(TABLE), groups).frame()
    assert type(found).__module__.startswith(frame_kind.name)
    for name, member in (("a", IN_A), ("b", IN_B)):
        alone = profile(pd.DataFrame(TABLE), np.where(member, "in", "out")).frame()
        for column in ("n", "value", "overall", "difference", "low", "high", "effect"):
            here = np.array(found[column])[np.array(found["segment"]) == name]
            there = alone.loc[alone["segment"] == "in", column].to_numpy()
            np.testing.assert_allclose(here, there, rtol=1e-12)


def test_two_groups_without_overlap_are_two_segments():
    table = pd.DataFrame(TABLE)
    groups = pd.DataFrame({"a": IN_A, "b": ~IN_A})
    apart = profile(table, np.where(IN_A, "a", "b")).frame()
    pd.testing.assert_frame_equal(profile(table, groups).frame(), apart)


def test_half_a_member_counts_half_on_each_side():
    share = np.where(IN_A, 1.0, 0.0)
    share[:20] = 0.25
    w = RNG.uniform(0.5, 2, N)
    found = profile(pd.DataFrame(TABLE), pd.DataFrame({"a": share}), sample_weight=w).frame()
    age = np.array(TABLE["age"])
    inside, outside = (np.average(age, weights=w * m) for m in (share, 1 - share))
    assert found["value"][0] == pytest.approx(inside)
    assert found["difference"][0] == pytest.approx(inside - outside)
    assert found["overall"][0] == pytest.approx(np.average(age, weights=w))


def test_everybody_counts_of_groups_and_only_the_labelled_of_segments():
    table = pd.DataFrame(TABLE)
    assert profile(table, pd.DataFrame({"a": IN_A})).n_respondents == N
    labels = np.where(IN_A, 0, -1)
    labels[-1] = 1
    assert profile(table, labels).n_respondents == (labels >= 0).sum()


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([0.2, 1.5], r"`a` in labels holds 1.5 in row 1; expected yes/no or a membership"),
        ([0.2, 0.4], r"`a` in labels has no member"),
        ([1.0, np.nan], r"`a` in labels is missing"),
    ],
)
def test_what_is_no_membership_is_refused(column, message):
    with pytest.raises(SegkitError, match=message):
        profile(pd.DataFrame({"age": [1.0, 2.0]}), pd.DataFrame({"a": column}))
