import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit.exceptions import SegkitError
from segkit.segments.three_step.covariate_design import check_design, covariate_columns


def test_text_is_each_answer_against_the_first_and_yes_against_no(frame_kind):
    table = frame_kind.make(
        {"age": [30, 40, None], "app": [True, False, None], "region": ["s", "n", "w"]}
    )
    found = covariate_columns(table)
    assert [(c.title, c.against) for c in found] == [
        ("age", None),
        ("app = True", "False"),
        ("region = s", "n"),
        ("region = w", "n"),
    ]
    assert_array_equal(found[0].values, [30, 40, np.nan])
    assert_array_equal(found[1].values, [1, 0, np.nan])
    assert_array_equal(found[3].values, [0, 0, 1])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"a": [1.0, 1, 1]}, "`a` in table is the same for everybody"),
        ({"a": ["x", "x", "x"]}, "`a = x` in table is the same for everybody"),
        ({"a": [False, False, False]}, "`a = False` in table is the same for everybody"),
        ({"a": [1.0, 2, 4], "b": [3.0, 5, 9]}, "`b` in table follows from the covariates before"),
        ({"a": [1.0, None, None]}, r"1 respondent\(s\) have all covariates"),
    ],
)
def test_what_says_nothing_is_named(frame_kind, table, words):
    columns = covariate_columns(frame_kind.make(table))
    design = np.column_stack([np.ones(3), *(c.values for c in columns)])
    with pytest.raises(SegkitError, match=words):
        check_design(design[~np.isnan(design).any(axis=1)], columns)
