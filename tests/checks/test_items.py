from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segkit import _checks as checks
from segkit._frames import matrix
from segkit.exceptions import NotFittedError, SegkitError


def test_items_are_read_whatever_the_frame(frame_kind):
    table = checks.check_items(frame_kind.make({"a": [1, None, 3], "b": [1.0, 2.0, 2.0]}))
    np.testing.assert_array_equal(table.values, [[1, 1], [np.nan, 2], [3, 2]])
    assert table.names == ("a", "b")


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"a": [1.0]}, {}, r"X has 1 sample\(s\) .* a minimum of 2 is required"),
        ({"a": [1.0, np.inf]}, {}, "`a` in X holds infinity in row 1"),
        ({"a": [1.0, 2], "b": [np.nan] * 2}, {}, "`b` in X holds no answer at all"),
        ({"a": [1.0, 2], "b": [4.0, 4]}, {}, "`b` in X has the same answer everywhere"),
        ({"a": [4.0, np.nan, 4]}, {}, r"`a` in X .*\(a constant item\)"),
        ({"a": [1.0, np.nan, 2]}, {"missing": False}, r"`a` in X is missing \(NaN\) in row 1, 1 "),
        ({"a": [1.0, 2]}, {"min_rows": 3}, "a minimum of 3 is required"),
    ],
)
def test_items_that_no_method_can_use_are_named(frame_kind, columns, options, message):
    with pytest.raises(SegkitError, match=message):
        checks.check_items(frame_kind.make(columns), **options)


def test_items_without_columns_are_refused():
    with pytest.raises(SegkitError, match=r"0 feature\(s\) \(shape=\(3, 0\)\)"):
        checks.check_items(np.empty((3, 0)))


def test_constant_and_unanswered_items_can_be_let_through(frame_kind):
    table = frame_kind.make({"a": [4.0, 4.0], "b": [None, np.nan]})
    read = checks.check_items(table, varying=False, answered=False)
    assert np.isnan(read.values[:, 1]).all()


def test_categories():
    good = matrix([[1, 2], [np.nan, 1]])
    checks.check_categories(good, most=2, otherwise="Say gaussian.")
    with pytest.raises(SegkitError, match=r"`x2` in X holds 1.5 in row 0; .*Say gaussian"):
        checks.check_categories(matrix([[1, 1.5]]), most=9, otherwise="Say gaussian.")
    many = matrix(np.arange(4.0)[:, None])
    with pytest.raises(SegkitError, match="`x1` in X takes 4 different values; expected at most 3"):
        checks.check_categories(many, most=3, otherwise="Say gaussian.")


@pytest.mark.parametrize(
    ("R", "message"),
    [
        (np.ones((2, 3)), r"R has shape \(2, 3\); expected a square"),
        ([[1, np.nan], [np.nan, 1]], "R holds missing or infinite values"),
        ([[2, 0.5], [0.5, 1]], "R has a diagonal that is not 1"),
        ([[1, 0.5], [0.4, 1]], "R is not symmetric"),
        ([[1, 1.5], [1.5, 1]], "R holds values beyond -1 and 1"),
    ],
)
def test_correlation_matrices(R, message):
    assert checks.check_correlation_matrix([[1, 0.5], [0.5, 1]]).values[0, 1] == 0.5
    with pytest.raises(SegkitError, match=message):
        checks.check_correlation_matrix(R)


def test_items_are_those_of_the_fit(frame_kind):
    model = KMeans()
    checks.check_same_items(model, frame_kind.make({"a": [1.0], "b": [2.0]}), first=True)
    assert (model.n_features_in_, list(model.feature_names_in_)) == (2, ["a", "b"])
    checks.check_same_items(model, frame_kind.make({"a": [5.0], "b": [6.0]}))
    with pytest.raises(SegkitError, match="Give the items of the fit"):
        checks.check_same_items(model, frame_kind.make({"b": [5.0], "a": [6.0]}))
    twice = pd.DataFrame([[1.0, 2.0]], columns=["a", "a"])
    with pytest.raises(SegkitError, match="The column name `a` occurs more than once"):
        checks.check_same_items(model, twice, first=True)


def test_fitted_or_not():
    checks.check_fitted(KMeans(2, n_init=1).fit([[0.0], [1.0]]))
    with pytest.raises(NotFittedError, match=r"This KMeans is not fitted yet. Call fit"):
        checks.check_fitted(KMeans())
    for wrong in (SimpleNamespace(), None, KMeans):
        with pytest.raises(
            SegkitError, match=r"model is a .*; expected an estimator that was fitted"
        ):
            checks.check_fitted(wrong)
