import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit.segments.describing.marks import is_marker

CASES = [  # share?, value, overall, effect, clear -> marks
    (True, 0.45, 0.20, 0.0, True, True),  # 25 points
    (True, 0.40, 0.75, 0.0, True, True),  # below counts as well
    (True, 0.74, 0.50, 0.0, True, False),
    (True, 0.30, 0.20, 0.0, True, True),  # half of the overall share
    (True, 0.29, 0.20, 0.0, True, False),
    (True, 0.90, 0.20, 2.0, False, False),  # not clear
    (False, 5.0, 1.0, 0.79, True, False),  # a mean: its effect counts
    (False, 1.1, 1.0, -0.8, True, True),
    (False, 1.1, 1.0, np.nan, True, False),
]


@pytest.mark.parametrize("case", CASES)
def test_the_rule(case):
    *figures, marks = case
    assert bool(is_marker(*(np.array(f) for f in figures))) is marks


def test_arrays_of_segments_and_rows():
    is_share = np.array([True, False])
    value, overall = np.full((3, 2), 0.6), np.full((3, 2), 0.3)
    found = is_marker(is_share, value, overall, np.zeros((3, 2)), np.ones((3, 2), bool))
    assert_array_equal(found, [[True, False]] * 3)
