import numpy as np
import pytest
from scipy import stats as st

from segkit.segments.describing.contrasts import Group
from segkit.segments.tables.association import of_means, of_shares

COUNTS = np.array([[30.0, 50, 20], [60, 30, 10], [25, 25, 50]])
SHARES = COUNTS / COUNTS.sum(axis=1, keepdims=True)
N = COUNTS.sum(axis=1)


def test_of_shares_is_the_chi_square_test_of_scipy():
    found = of_shares(SHARES, N, N)
    test = st.chi2_contingency(COUNTS, correction=False)
    assert found.statistic == pytest.approx(test.statistic)
    assert found.p == pytest.approx(test.pvalue)
    assert found.df == 4
    v = st.contingency.association(COUNTS.astype(int), method="cramer")
    assert found.value == pytest.approx(v)


def test_the_test_stands_on_effective_people_and_v_on_the_population():
    found = of_shares(SHARES, N / 2, 10 * N)
    assert found.statistic == pytest.approx(of_shares(SHARES, N, N).statistic / 2)
    assert found.value == pytest.approx(of_shares(SHARES, N, N).value)


def test_limits_none_and_complete():
    same = of_shares(np.tile([0.2, 0.8], (3, 1)), N, N)
    assert same.value == pytest.approx(0)
    assert same.p == pytest.approx(1)
    assert of_shares(np.eye(3), N, N).value == pytest.approx(1)


@pytest.mark.parametrize("shares", [np.ones((3, 1)), np.array([[1.0, 0]] * 3), SHARES[:1]])
def test_one_answer_or_one_column_has_no_association(shares):
    found = of_shares(shares, N[: len(shares)], N[: len(shares)])
    assert np.isnan([found.value, found.statistic, found.p]).all()


def test_two_columns_of_means_are_welch_squared():
    a, b = np.array([1.0, 2, 4, 9]), np.array([5.0, 6, 9])
    groups = Group(
        np.array([4.0, 3]), np.array([a.mean(), b.mean()]), np.array([a.var(ddof=1), b.var(ddof=1)])
    )
    found = of_means(groups, groups.n)
    test = st.ttest_ind(a, b, equal_var=False)
    assert found.statistic == pytest.approx(test.statistic**2)
    assert found.p == pytest.approx(test.pvalue)
    both = np.r_[a, b]
    between = 4 * (a.mean() - both.mean()) ** 2 + 3 * (b.mean() - both.mean()) ** 2
    assert found.value == pytest.approx(np.sqrt(between / (7 * both.var())))


def test_columns_without_spread_have_eta_and_no_test():
    groups = Group(np.array([5.0, 5]), np.array([1.0, 2]), np.zeros(2))
    found = of_means(groups, groups.n)
    assert found.value == pytest.approx(1)
    assert np.isnan(found.p)
    alike = of_means(Group(np.array([5.0, 5]), np.ones(2), np.zeros(2)), groups.n)
    assert np.isnan(alike.value)


def test_without_its_test_the_measure_stays():
    found = of_shares(SHARES, N, N)
    bare = found.untested()
    assert bare.value == found.value
    assert np.isnan([bare.statistic, bare.df, bare.p]).all()
