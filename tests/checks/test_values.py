import numpy as np
import pytest

from segkit import _checks as checks
from segkit.exceptions import MissingExtraError, SegkitError


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


@pytest.mark.parametrize("value", [True, False, np.True_])
def test_yes_and_no(value):
    checked = checks.check_boolean(value, name="exact")
    assert type(checked) is bool
    assert checked == value


@pytest.mark.parametrize("value", ["no", "False", 0, 1, None, [], np.ones(2, dtype=bool)])
def test_what_is_merely_true_or_false_to_python_is_refused(value):
    with pytest.raises(SegkitError, match=r"exact=.* was given; expected True or False"):
        checks.check_boolean(value, name="exact")


def test_texts():
    assert checks.check_text("a", name="title") == "a"
    assert checks.check_text(None, name="title") is None
    for wrong in (3, b"a", ["a"]):
        with pytest.raises(SegkitError, match=r"title=.* was given; expected text, or None"):
            checks.check_text(wrong, name="title")


def test_a_long_value_is_told_by_its_type():
    for name in ("check_boolean", "check_integer", "check_number", "check_share"):
        with pytest.raises(SegkitError, match="k is a ndarray, which was given; expected"):
            getattr(checks, name)(np.arange(50), name="k")


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


def test_tables_have_as_many_rows():
    checks.check_same_rows(3, 3, what="labels", other="X")
    with pytest.raises(SegkitError, match="labels has 2 rows but X has 3"):
        checks.check_same_rows(2, 3, what="labels", other="X")


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


def test_lists_and_names():
    assert checks.check_names(("a", "b"), name="fields") == ["a", "b"]
    assert checks.check_names({"b", "a"}, name="fields") == ["a", "b"]  # a set has no order
    assert checks.check_names("a", name="rows", alone=True) == ["a"]
    assert checks.check_list(np.array([1, 2]), name="order", of="segments") == [1, 2]
    for wrong in (None, 3, {"a": 1}, ["a", 1]):
        with pytest.raises(SegkitError, match="was given; expected a list of names"):
            checks.check_names(wrong, name="fields")
    with pytest.raises(SegkitError, match="order='abc' was given; expected a list of segments"):
        checks.check_list("abc", name="order", of="segments")


def test_mappings_and_numbers_of_processes():
    assert checks.check_mapping({"a": 1}, name="brand", example="{}") == {"a": 1}
    with pytest.raises(SegkitError, match="brand is 'red', a str; expected a dict such as"):
        checks.check_mapping("red", name="brand", example="{'color': '#000000'}")
    assert [checks.check_n_jobs(n) for n in (None, 1, -1)] == [None, 1, -1]
    for wrong in (0, 1.5, "2", True, 10**30):
        with pytest.raises(
            SegkitError, match=r"n_jobs=.* was given; expected a whole number of pro"
        ):
            checks.check_n_jobs(wrong)


def test_no_count_is_beyond_what_anything_could_hold():
    with pytest.raises(SegkitError, match="expected a whole number from 1 to 2147483647"):
        checks.check_integer(10**30, name="n_boot")
    with pytest.raises(SegkitError, match="expected a number of at least 0"):
        checks.check_number(10**400, name="prior")
