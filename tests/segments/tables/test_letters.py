import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as st

from segkit.segments.describing.contrasts import Group
from segkit.segments.tables.letters import adjust_families, compare_columns, holm, letters

# three columns on two lines: shares, then means
GROUPS = Group(
    n=np.array([[100.0, 40], [100, 50], [100, 8]]),
    mean=np.array([[0.6, 10], [0.4, 14], [0.42, 30]]),
    variance=np.array([[np.nan, 9], [np.nan, 16], [np.nan, 25]]),
)
IS_SHARE = np.array([True, False])


def compared(tested=(True, True), min_base=10.0):
    return compare_columns(GROUPS, np.arange(3), IS_SHARE, np.array(tested), min_base)


def test_pairs_by_hand():
    found = compared()
    assert_array_equal(found.first, [0, 0, 1])
    assert_array_equal(found.second, [1, 2, 2])
    assert_allclose(found.difference[:, 0], [0.2, 0.18, -0.02])
    assert found.p[0, 0] == pytest.approx(2 * st.norm.sf(0.2 / np.sqrt(0.25 * 2 / 100)))
    test = st.ttest_ind_from_stats(10, 3, 40, 14, 4, 50, equal_var=False)
    assert found.p[0, 1] == pytest.approx(test.pvalue)


def test_small_columns_and_lines_left_out_are_not_tested():
    assert_array_equal(np.isnan(compared().p), [[False, False], [False, True], [False, True]])
    assert np.isnan(compared(tested=(False, True)).p[:, 0]).all()
    assert not np.isnan(compared(min_base=8).p).any()


def test_a_cell_has_the_letters_of_the_columns_it_exceeds_in_order():
    found = compared(min_base=2)
    cells = letters(found, found.p, ["A", "B", "C"], 0.05)
    assert cells.tolist() == [["BC", ""], ["", "A"], ["", "AB"]]


def test_holm_steps_up_and_stops_at_one():
    # 0.01 x 4, 0.02 x 3, 0.03 x 2, then at least as large as the step before
    assert_allclose(holm(np.array([0.03, 0.01, 0.04, 0.02])), [0.06, 0.04, 0.06, 0.06])
    assert holm(np.array([0.6, 0.7])).max() == 1
    assert np.isnan(holm(np.array([np.nan]))).all()


def test_families_are_lines_or_the_table():
    rng = np.random.default_rng(0)
    p = [rng.random((3, 4)), rng.random((6, 4))]
    assert_allclose(adjust_families(p, "none", "row")[1], p[1])
    by_line = adjust_families(p, "holm", "row")
    assert_allclose(by_line[1][:, 2], holm(p[1][:, 2]))
    whole = adjust_families(p, "holm", "table")
    assert [part.shape for part in whole] == [(3, 4), (6, 4)]
    assert_allclose(np.concatenate([x.ravel() for x in whole]), holm(
        np.concatenate([x.ravel() for x in p])
    ))  # fmt: skip
    assert (whole[0] >= by_line[0] - 1e-12).all()
