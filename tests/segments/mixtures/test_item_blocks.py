import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit._frames import Matrix, Origin
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments.mixtures.item_blocks import (
    Variances,
    build_mixture,
    check_answers,
    kinds_of,
    known_answers,
)

NAMES = ("q1", "q2")


def table(*columns):
    return Matrix(np.column_stack(columns).astype(float), NAMES, Origin())


def test_one_kind_is_the_kind_of_all():
    assert kinds_of("ordinal", NAMES) == ("ordinal", "ordinal")


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ("nominal", "items='nominal' is not known; expected one of 'categorical', 'ordinal'"),
        ({"q1": "ordinal", "q2": "likert"}, r"items\['q2'\]='likert' is not known"),
        ({"q1": "ordinal"}, "items gives no kind for `q2`"),
        ({"q1": "ordinal", "q2": "ordinal", "q9": "ordinal"}, "items names `q9`, not among"),
    ],
)
def test_a_kind_that_cannot_be_used_is_named(items, words):
    with pytest.raises(SegkitError, match=words):
        kinds_of(items, NAMES)


def test_codes_that_are_not_whole_are_named_with_the_remedy():
    broken = table([1, 2, 3], [1, 2.5, 3])
    with pytest.raises(SegkitError, match=r"`q2` in X holds 2.5 in row 1; .*'gaussian'"):
        check_answers(broken, ("gaussian", "ordinal"))
    check_answers(broken, ("ordinal", "gaussian"))


def test_too_many_answers_are_measurements():
    long = table(np.arange(150), np.arange(150) % 3)
    with pytest.raises(SegkitError, match="`q1` in X takes 150 different values"):
        check_answers(long, ("categorical", "categorical"))


def test_answers_that_the_fit_has_not_seen_are_missing_and_named():
    values = np.array([[1.0, 1.0], [2.0, 3.0]])
    mixture = build_mixture(
        values, np.ones(2), ("categorical", "ordinal"), 2, prior=0, variances=Variances(True, 0.01)
    )
    new = np.array([[9.0, 3.0], [1.0, 2.0]])
    with pytest.warns(SegkitWarning, match="`q1` holds 9; `q2` holds 2: answers that the fit has"):
        read = known_answers(new, mixture, NAMES)
    assert_array_equal(read, [[np.nan, 3], [1, np.nan]])
    assert new[0, 0] == 9
    assert known_answers(values, mixture, NAMES) is values
