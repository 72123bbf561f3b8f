from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segkit import _checks as checks
from segkit._frames import matrix
from segkit.exceptions import MissingExtraError, NotFittedError, SegkitError


def test_long_lists_of_names_are_cut():
    assert checks.name_list("abcdefgh") == "`a`, `b`, `c`, `d`, `e`, `f` and 2 more"
    assert checks.name_list([]) == ""


def test_options():
    assert checks.check_option("ml", ("ml", "paf"), name="extraction") == "ml"
    with pytest.raises(SegkitError, match=r"extraction is a ndarray, which is not known; expected"):
        checks.check_option(np.arange(50), ("ml",), name="extraction")
    for wrong in ("ols", None, ["ml"]):
        with pytest.raises(SegkitError, match=r"extraction=.* is not known; .*'ml', 'paf'"):
            checks.check_option(wrong, ("ml", "paf"), name="extraction")


@pytest.mark.parametrize("value", [2, np.int64(5)])
def test_whole_numbers(value):
    checked = checks.check_integer(value, name="k", low=2, high=5)
    assert type(checked) is int
    assert checked == value


@pytest.mark.parametrize("value", [1, 6, 2.0, True, "3", None])
def test_what_is_no_whole_number_in_range_is_refused(value):
    with pytest.raises(SegkitError, match=r"k=.* was given; expected a whole number from 2 to 5"):
        checks.check_integer(value, name="k", low=2, high=5)
    with pytest.raises(SegkitError, match="at least 10"):
        checks.check_integer(value, name="k", low=10)


@pytest.mark.parametrize("value", [-1, np.inf, np.nan, True, "1", None])
def test_numbers(value):
    assert checks.check_number(np.float32(0.5), name="prior") == 0.5
    with pytest.raises(SegkitError, match=r"prior=.* expected a number of at least 0"):
        checks.check_number(value, name="prior")


@pytest.mark.parametrize("value", [0, 1, 1.5, np.nan, "0.5", True])
def test_shares(value):
    assert checks.check_share(0.9, name="coverage") == 0.9
    with pytest.raises(SegkitError, match=r"coverage=.* expected a share between 0 and 1"):
        checks.check_share(value, name="coverage")


@pytest.mark.parametrize("seed", [0, None, np.random.RandomState(1)])
def test_seeds(seed):
    assert isinstance(checks.check_random_state(seed), np.random.RandomState)


@pytest.mark.parametrize("seed", ["x", -1, 1.5])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(SegkitError, match=r"random_state=.* was given; expected a whole number"):
        checks.check_random_state(seed)


def test_frames(frame_kind):
    frame = frame_kind.make({"age": [1, 2]})
    assert checks.check_frame(frame, what="base") is frame
    with pytest.raises(SegkitError, match="base has 0 rows and 1 columns"):
        checks.check_frame(frame_kind.make({"age": []}), what="base")
    with pytest.raises(SegkitError, match="base is a list; expected a pandas or polars frame"):
        checks.check_frame([[1]], what="base")


def test_absent_columns_are_named_beside_those_that_are_there(frame_kind):
    frame = frame_kind.make({"age": [1, 2], "plan": ["a", "b"]})
    checks.check_columns(frame, ["age"], what="base")
    with pytest.raises(SegkitError, match="base lacks `region`, `tenure`; it has `age`, `plan`"):
        checks.check_columns(frame, ["region", "age", "tenure"], what="base")


def test_ids_occur_once(frame_kind):
    frame = frame_kind.make({"id": ["a", "b", "a"], "gap": [1.0, None, 2.0], "good": [3, 1, 2]})
    assert checks.ids_of(frame, "good", what="base").tolist() == [3, 1, 2]
    with pytest.raises(SegkitError, match=r"`id` of base holds 'a' more than once \(rows 0 and 2"):
        checks.ids_of(frame, "id", what="base")
    with pytest.raises(SegkitError, match="`gap` of base is missing in row 1"):
        checks.ids_of(frame, "gap", what="base")
    with pytest.raises(SegkitError, match="base lacks `key`"):
        checks.ids_of(frame, "key", what="base")


def test_ids_of_a_table_in_parts_occur_once(frame_kind):
    parts = [frame_kind.make({"id": ids}) for ids in (["a", "b"], ["c", "b"])]
    checks.check_unique_in_parts(lambda: parts[:1], name="id", what="the base")
    with pytest.raises(SegkitError, match=r"holds 'b' more than once \(rows 1 and 3\)"):
        checks.check_unique_in_parts(lambda: parts, name="id", what="the base")
    gap = frame_kind.make({"id": ["d", None]})
    with pytest.raises(SegkitError, match="`id` of the base is missing in row 3"):
        checks.check_unique_in_parts(lambda: [parts[0], gap], name="id", what="the base")
    checks.check_unique_in_parts(list, name="id", what="the base")


def test_tables_have_as_many_rows():
    checks.check_same_rows(3, 3, what="labels", other="X")
    with pytest.raises(SegkitError, match="labels has 2 rows but X has 3"):
        checks.check_same_rows(2, 3, what="labels", other="X")


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


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], "segments has 2 rows but the table has 3"),
        ([[0, 1], [1, 0], [0, 0]], r"segments has shape \(3, 2\)"),
        ([0, None, 1], r"segments is missing in 1 row\(s\) \(first: row 1\)"),
        ([0.0, 1.0, np.nan], r"segments is missing in 1 row\(s\) \(first: row 2\)"),
        ([1, 1, 1], "segments holds one segment only"),
    ],
)
def test_labels(labels, message):
    assert checks.check_labels(["a", 1, "a"], n=3).tolist() == ["a", 1, "a"]
    with pytest.raises(SegkitError, match=message):
        checks.check_labels(labels, n=3)


def test_labels_with_the_gaps_of_pandas_and_polars():
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for gappy in (pd.Series([0, None, 1], dtype="Int64"), pl.Series([0, None, 1])):
        with pytest.raises(SegkitError, match=r"missing in 1 row\(s\) \(first: row 1\)"):
            checks.check_labels(gappy)


def test_a_frame_is_no_label(frame_kind):
    with pytest.raises(SegkitError, match="segments is a frame; expected one label a row"):
        checks.check_labels(frame_kind.make({"a": [1, 2]}))


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
    with pytest.raises(TypeError):
        checks.check_fitted(SimpleNamespace())


def test_optional_packages():
    assert checks.require("json", extra="x").loads("1") == 1
    with pytest.raises(MissingExtraError, match=r'`no_such_package`.*pip install "segkit\[x\]"'):
        checks.require("no_such_package", extra="x")


def test_one_name_is_not_read_letter_by_letter():
    with pytest.raises(SegkitError, match=r"fields='age' is one text.*Write fields=\['age'\]"):
        checks.check_names("age", name="fields")


def test_segments_of_two_sides_share_a_name():
    checks.check_shared_names(["a", "b"], [], what="tables")
    with pytest.raises(SegkitError, match=r"have no segment in common: `0` and `S0`, `S1`.*Rename"):
        checks.check_shared_names(["0"], ["S0", "S1"], what="tables")
