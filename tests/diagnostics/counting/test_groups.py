import numpy as np
import pytest

from segkit.diagnostics.counting.groups import order_groups, read_groups
from segkit.exceptions import SegkitError


@pytest.mark.parametrize(
    ("labels", "names", "at"),
    [
        (["b", None, "a", ""], ("a", "b", "untagged"), [1, 2, 0, 2]),
        ([2.0, None, 10.0], ("2", "10", "untagged"), [0, 2, 1]),
        ([True, False], ("False", "True", "untagged"), [1, 0]),
        ([None, None], ("untagged",), [0, 0]),
        (["untagged", "a"], ("a", "untagged"), [1, 0]),
        ([], ("untagged",), []),
    ],
)
def test_a_column_of_segments_becomes_groups(frame_kind, labels, names, at):
    table = frame_kind.make({"tag": labels})
    found, groups = read_groups(table, "tag")
    assert found == names
    assert groups.tolist() == at


def test_labels_may_stand_apart(frame_kind):
    table = frame_kind.make({"age": [1, 2, 3]})
    assert read_groups(table, np.array([1, 0, 1]))[1].tolist() == [1, 0, 1]
    assert read_groups(table, [None, "x", "x"])[1].tolist() == [1, 0, 0]
    assert read_groups(table, None) == (("untagged",), pytest.approx(np.zeros(3)))


def test_other_segments_are_refused(frame_kind):
    table = frame_kind.make({"age": [1, 2, 3]})
    with pytest.raises(SegkitError, match="segments of the table has 2 rows"):
        read_groups(table, ["a", "b"])
    with pytest.raises(SegkitError, match="lacks `tag`"):
        read_groups(table, "tag")
    with pytest.raises(SegkitError, match="one label a row"):
        read_groups(table, table)


def test_an_id_is_no_segment():
    with pytest.raises(SegkitError, match="more than 1000 different values"):
        order_groups(str(i) for i in range(2000))
