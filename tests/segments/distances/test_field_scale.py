import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from segkit._frames import Column
from segkit.exceptions import SegkitError
from segkit.segments.distances.field_scale import FieldScale, learn_scale, steps_code

ONES = np.ones(4)
AMOUNT = Column("spend", "number", "float64", np.array([2.0, np.nan, 4.0, 10.0]))
REGION = Column("region", "text", "str", np.array([1, 0, -1, 1]), ("east", "north", "west"))
PLAN = Column("plan", "text", "category", np.array([2, 0, -1, 0]), ("s", "m", "l"), ordered=True)


def test_the_type_of_a_column_says_what_it_is():
    kinds = [learn_scale(c, None, ONES).kind for c in (AMOUNT, REGION, PLAN)]
    assert kinds == ["numeric", "nominal", "ordinal"]
    assert learn_scale(PLAN, "nominal", ONES).kind == "nominal"


def test_amounts_go_from_0_to_1_and_no_further():
    scale = learn_scale(AMOUNT, None, ONES)
    new = Column("spend", "number", "int64", np.array([2.0, 6.0, 99.0, -5.0, np.nan]))
    places, unknown = scale.place(new)
    assert_allclose(places, [0, 0.5, 1, 0, np.nan])
    assert not unknown.any()


def test_only_rows_with_weight_make_the_range():
    assert learn_scale(AMOUNT, None, np.array([1.0, 1, 1, 0])).high == 4.0


def test_ordered_levels_are_steps_also_those_that_nobody_has():
    scale = learn_scale(PLAN, None, ONES)
    assert scale.levels == ("s", "m", "l")
    assert_allclose(scale.place(PLAN)[0], [1.0, 0, np.nan, 0])
    ranked = learn_scale(AMOUNT, "ordinal", ONES)
    assert_allclose(ranked.place(AMOUNT)[0], [0, np.nan, 0.5, 1])


def test_levels_not_seen_are_told_from_gaps():
    scale = learn_scale(REGION, None, ONES)
    assert scale.levels == ("east", "north")
    new = Column("region", "text", "str", np.array([0, 1, -1]), ("north", "west"))
    places, unknown = scale.place(new)
    assert_allclose(places, [1, np.nan, np.nan])
    assert_array_equal(unknown, [False, True, False])
    coded = learn_scale(AMOUNT, "nominal", ONES)
    places, unknown = coded.place(Column("spend", "number", "f", np.array([3.0, 4.0, np.nan])))
    assert_allclose(places, [np.nan, 1, np.nan])
    assert_array_equal(unknown, [True, False, False])


def test_a_field_that_is_all_gaps_later_is_all_gaps():
    empty = Column("region", "empty", "object", np.full(3, np.nan))
    for column in (AMOUNT, REGION, PLAN):
        places, unknown = learn_scale(column, None, ONES).place(empty)
        assert np.isnan(places).all()
        assert not unknown.any()
    places, unknown = learn_scale(AMOUNT, "ordinal", ONES).place(empty)
    assert np.isnan(places).all()
    assert not unknown.any()


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 12))
def test_steps_bring_the_absolute_difference_as_near_as_promised(a, b, n_steps):
    code = steps_code(np.array([a, b]), n_steps)
    short = abs(a - b) - np.square(code[0] - code[1]).sum()
    assert -1e-12 <= short <= 1 / (2 * n_steps) + 1e-12


@pytest.mark.parametrize(
    ("column", "kind", "words"),
    [
        (REGION, "numeric", "`region` was called numeric, but it holds text"),
        (REGION, "ordinal", "`region` was called ordinal.*whose order is not known"),
        (Column("day", "date", "datetime64", np.empty(0)), None, "`day` holds date values"),
        (Column("x", "empty", "object", np.full(4, np.nan)), None, "`x` holds no value at all"),
    ],
)
def test_what_is_no_field_is_refused_by_name(column, kind, words):
    with pytest.raises(SegkitError, match=words):
        learn_scale(column, kind, ONES)


def test_another_kind_than_in_the_fit_and_infinity_are_refused():
    with pytest.raises(SegkitError, match="`region` held text in the fit but number here"):
        FieldScale("region", "nominal", levels=("east",)).place(AMOUNT)
    with pytest.raises(SegkitError, match="`spend` held numbers in the fit but text here"):
        FieldScale("spend", "numeric", 0.0, 1.0).place(REGION)
    with pytest.raises(SegkitError, match="`x` holds infinity in row 1"):
        FieldScale("x", "numeric", 0.0, 1.0).place(
            Column("x", "number", "float64", np.array([1.0, np.inf]))
        )
