"""The budget: the level of one test times all tests of a year is what is allowed."""

import pytest
from scipy.stats import norm

from segkit.diagnostics.watch.budget import Budget


@pytest.mark.parametrize(("allowed", "updates", "n_tests"), [(1, 365, 102), (0.5, 52, 14)])
def test_levels_add_up_to_the_budget(allowed, updates, n_tests):
    level = Budget(allowed, updates).level(n_tests)
    assert level * n_tests * updates == pytest.approx(allowed)
    assert norm.sf(Budget(allowed, updates).z(n_tests)) == pytest.approx(level)


def test_no_test_is_looser_than_one_in_twenty():
    assert Budget(1000, 1).level(1) == 0.05
