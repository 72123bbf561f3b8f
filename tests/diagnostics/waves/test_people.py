import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.diagnostics.waves.people import identify, read_ids
from segkit.exceptions import SegkitError


def test_rows_with_the_same_id_are_one_person():
    ids = (np.array(["a", "b", "c"], dtype=object), np.array(["c", "d"], dtype=object))
    found = identify(ids, np.ones((3, 1)), np.ones((2, 1)))
    assert (found.n, found.n_panel, found.known) == (4, 1, True)
    assert found.old[2] == found.new[0]


def test_without_ids_all_are_different():
    found = identify(None, np.ones((3, 1)), np.ones((2, 1)))
    assert (found.n, found.n_panel, found.known) == (5, 0, False)


def test_the_variance_of_a_difference_is_that_of_paired_and_of_separate_samples():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=50), rng.normal(size=50)
    parts = [((x - x.mean()) / 50)[:, None] for x in (a, b)]
    same = (np.arange(50), np.arange(50))
    paired = identify(same, a[:, None], b[:, None]).covariance(*parts)[0, 0]
    separate = identify(None, a[:, None], b[:, None]).covariance(*parts)[0, 0]
    assert_allclose(paired, (b - a).var(ddof=1) / 50)
    assert_allclose(separate, (a.var() + b.var()) / 50 * 100 / 99)


def test_samples_draw_both_waves_of_a_person_together():
    ids = (np.arange(30), np.arange(29, -1, -1))
    values = np.random.default_rng(0).normal(size=(30, 1))
    for old, new in identify(ids, values, values).draws(5, 0):
        assert_array_equal(old, new[::-1])


def test_samples_do_not_depend_on_the_order_of_the_rows():
    rng = np.random.default_rng(0)
    a, b, order = rng.normal(size=(20, 2)), rng.normal(size=(20, 2)), rng.permutation(20)
    plain = identify((np.arange(20), np.arange(10, 30)), a, b)
    moved = identify((np.arange(20)[order], np.arange(10, 30)), a[order], b)
    for (old, new), (old_moved, new_moved) in zip(
        plain.draws(3, 1), moved.draws(3, 1), strict=True
    ):
        assert_array_equal(old[order], old_moved)
        assert_array_equal(new, new_moved)


def test_ids_come_as_a_column_or_as_a_pair(frame_kind):
    old, new = (frame_kind.make({"who": ids, "x": [1.0, 2.0]}) for ids in (["a", "b"], ["b", "c"]))
    by_column = read_ids("who", old, new)
    by_pair = read_ids((old["who"], ["b", "c"]), old, new)
    for one, other in zip(by_column, by_pair, strict=True):
        assert one.tolist() == other.tolist()
    assert read_ids(None, old, new) is None


X = pd.DataFrame({"who": [1, 2], "x": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        ("id", "X_old lacks `id`"),
        (7, r"ids is a int; expected the name of a column of both waves, or a pair"),
        (([1, 2, 3], [1, 2]), "the ids of X_old has 3 rows but X_old has 2"),
        (([1, 1], [1, 2]), r"`ids` of X_old holds 1 more than once \(rows 0 and 1\)"),
        (([1, 2], [None, 2]), "`ids` of X_new is missing in row 0"),
        (([1, 2], ["1", "2"]), r"ids are int in X_old \(1\) and str in X_new \('1'\)"),
    ],
)
def test_ids_that_do_not_fit_are_named(ids, says):
    with pytest.raises(SegkitError, match=says):
        read_ids(ids, X, X)


def test_a_column_of_ids_needs_frames():
    with pytest.raises(SegkitError, match="X_old is an array; expected frames"):
        read_ids("who", np.ones((2, 2)), np.ones((2, 2)))
