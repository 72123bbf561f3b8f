import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.change.tags import no_tags, tags_from_labels, tags_from_probabilities
from segkit.exceptions import SegkitError


@pytest.fixture
def tables(frame_kind):
    return (
        frame_kind.make({"tag": ["b", None, "a"], "age": [1, 2, 3]}),
        frame_kind.make({"tag": ["a", "c"], "age": [1, 2]}),
    )


def test_a_column_of_both_tables(tables):
    tags = tags_from_labels("tag", *tables)
    assert tags.segments == ("a", "b", "c")
    assert tags.before.tolist() == [1, 3, 0]
    assert tags.after.tolist() == [0, 2]
    assert tags.column == "tag"


def test_a_pair_of_labels_of_any_kind(tables):
    tags = tags_from_labels((np.array([10, 2, 2]), [2.0, None]), *tables)
    assert tags.segments == ("2", "10")
    assert tags.before.tolist() == [1, 0, 0]
    assert tags.after.tolist() == [0, 2]
    assert tags.column is None


def test_numbers_in_one_table_may_be_text_in_the_other_but_kinds_do_not_mix(tables):
    tags = tags_from_labels((["10", "2", ""], [2, 10]), *tables)
    assert tags.segments == ("2", "10")
    assert tags.before.tolist() == [1, 0, 2]  # an empty label is none
    assert tags.after.tolist() == [0, 1]
    with pytest.raises(SegkitError, match="`segments` in reference mixes kinds of values"):
        tags_from_labels(([1, "x", 1], ["x", 1]), *tables)


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ("segment", "reference lacks `segment`"),
        (([1, 2], [1, 2]), "segments of reference has 2 rows but reference has 3"),
        ((np.ones((3, 2)), [1, 2]), r"segments of reference is a ndarray of shape \(3, 2\)"),
        (([None] * 3, [np.nan] * 2), "segments is missing, empty or 'untagged' in every row"),
        ((["untagged"] * 3, [None] * 2), "segments is missing, empty or 'untagged' in every row"),
        (5, "segments is a int; expected the name of a column"),
    ],
)
def test_labels_that_do_not_fit_are_refused(tables, segments, message):
    with pytest.raises(SegkitError, match=message):
        tags_from_labels(segments, *tables)


def test_the_likeliest_segment_is_the_tag_unless_it_is_too_unsure():
    p = np.array([[0.6, 0.4], [0.5, 0.5], [0.1, 0.9]])
    assert tags_from_probabilities(p, p[:1], ["x", "y"], None).before.tolist() == [0, 0, 1]
    unsure = tags_from_probabilities(p, p[:1], ["x", "y"], 0.7)
    assert (unsure.before.tolist(), unsure.after.tolist()) == ([2, 2, 1], [2])


def test_no_tags_put_everybody_into_one_group():
    tags = no_tags(3, 2)
    assert tags.segments == ()
    assert tags.before.tolist() == [0, 0, 0]


def test_labels_of_other_names_in_each_table_are_refused():
    table = pd.DataFrame({"age": [1, 2]})
    with pytest.raises(SegkitError, match=r"no segment in common: `0`, `1` and `S0`, `S1`"):
        tags_from_labels(([0, 1], ["S0", "S1"]), table, table)
    # nobody tagged on one side says nothing of names
    assert tags_from_labels(([0, 1], [None, None]), table, table).after.tolist() == [2, 2]
