import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.grouping import read_groupings

ROWS = np.array([2, 0, 1])


def test_a_frame_is_read_by_column_in_the_order_of_the_fit(frame_kind):
    frame = frame_kind.make({"origin": ["b", "a", None], "age": [3, 1, 3]})
    origin, age = read_groupings(frame, 3, ROWS)
    assert (origin.name, origin.groups, origin.code.tolist()) == ("origin", ("a", "b"), [-1, 1, 0])
    assert (age.name, age.groups, age.code.tolist()) == ("age", ("1", "3"), [1, 1, 0])


def test_a_column_keeps_its_name_and_whole_numbers_stay_whole():
    pandas = pytest.importorskip("pandas")
    (found,) = read_groupings(pandas.Series([2.0, np.nan, 1.0], name="band"), 3, ROWS)
    assert (found.name, found.groups, found.code.tolist()) == ("band", ("1", "2"), [0, 1, -1])
    (plain,) = read_groupings(["x", "y", "x"], 3, ROWS)
    assert (plain.name, plain.groups) == ("group", ("x", "y"))


def test_what_are_no_groups_is_refused(frame_kind):
    with pytest.raises(SegkitError, match="groups has 2 rows but fields has 3; expected one row"):
        read_groupings(frame_kind.make({"a": ["x", "y"]}), 3, ROWS)
    with pytest.raises(SegkitError, match=r"`a` in groups holds 1 group\(s\) among respondents"):
        read_groupings(frame_kind.make({"a": ["x", "x", "x"]}), 3, ROWS)
    with pytest.raises(SegkitError, match="`a` in groups holds 40 different values; expected at"):
        read_groupings(frame_kind.make({"a": list(range(40))}), 40, np.arange(40))
