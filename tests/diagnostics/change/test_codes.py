import numpy as np
import pytest

from segkit._frames import Column
from segkit.diagnostics.change.codes import MOST_CODES, code_pair, relations


def number(values):
    return Column("status", "number", "float", np.array(values, dtype=float))


def text(codes, levels):
    return Column("plan", "text", "str", np.array(codes, dtype=float), levels)


def test_numbers_are_codes_by_size_and_gaps_have_none():
    before, after = number([2, -1, 2, np.nan]), number([10, 2])
    coded = code_pair(before, after, (np.array([1.0, 1, 2, 4]), np.ones(2)))
    assert coded.names == ("-1", "2", "10")
    assert coded.ordered
    assert coded.p.tolist() == pytest.approx([1 / 8, 3 / 8, 0])
    assert coded.q.tolist() == [0, 0.5, 0.5]
    assert coded.gaps == (0.5, 0.0)
    assert coded.before.tolist() == [1, 0, 1, 3]
    assert coded.after.tolist() == [2, 1]


def test_levels_nobody_has_and_empty_texts_are_no_codes():
    coded = code_pair(
        text([0, 1, -1], ("", "a", "unused")), text([0], ("b",)), (np.ones(3), np.ones(1))
    )
    assert coded.names == ("a", "b")
    assert coded.gaps[0] == pytest.approx(2 / 3)
    assert not coded.ordered


@pytest.mark.parametrize(
    "pair",
    [
        (number(np.arange(MOST_CODES + 1)), number([1])),
        (number([1]), text([0], ("a",))),
        (number([np.nan]), number([np.nan])),
    ],
)
def test_many_values_other_kinds_and_none_are_not_coded(pair):
    weights = tuple(np.ones(c.values.size) for c in pair)
    assert code_pair(*pair, weights) is None


def test_other_fields_are_counted_by_code():
    before = [text([0, 0, 1], ("a", "b")), number([1, 2, 2])]
    after = [text([0, -1], ("c",)), number([2, 3])]
    weights = (np.ones(3), np.ones(2))
    coded = code_pair(before[0], after[0], weights)
    ((a, b),) = relations(0, before, after, coded, weights)
    # rows: a, b, c, none; columns: 1, 2, missing, never seen
    assert a.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert b.tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
