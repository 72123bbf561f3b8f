import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, wasserstein_distance

from segkit.diagnostics.change.distances import (
    appearance_p,
    average_p,
    chi_square_p,
    cramers_v,
    jensen_shannon,
    kolmogorov_smirnov,
    psi,
    psi_null,
    shares,
    wasserstein,
)

A = np.array([10.0, 20, 30, 40, 25])
B = np.array([22.0, 18, 30, 25, 30])


def test_psi_is_the_formula():
    p, q = A / A.sum(), B / B.sum()
    assert psi(A, B, A.sum(), B.sum()) == pytest.approx(((q - p) * np.log(q / p)).sum())


def test_psi_is_symmetric_and_zero_without_change():
    assert psi(A, B, 125, 125) == pytest.approx(psi(B, A, 125, 125))
    assert psi(A, 3 * A, 125, 375) == 0.0


def test_an_empty_bin_counts_as_half_a_respondent():
    a, b = np.array([90.0, 10.0]), np.array([100.0, 0.0])
    expected = (1 - 0.9) * np.log(1 / 0.9) + (0.005 - 0.1) * np.log(0.005 / 0.1)
    assert psi(a, b, 100, 100) == pytest.approx(expected)


def test_bins_that_both_leave_empty_add_nothing():
    wide = psi(np.append(A, 0), np.append(B, 0), 125, 125)
    assert wide == psi(A, B, 125, 125)


@pytest.mark.parametrize(("n", "m"), [(200, 200), (2000, 500), (20_000, 20_000)])
def test_the_null_quantile_of_psi_agrees_with_simulation(n, m):
    rng = np.random.default_rng(0)
    p = np.full(10, 0.1)
    draws = [psi(*pair, n, m) for pair in zip(
        rng.multinomial(n, p, 4000).astype(float), rng.multinomial(m, p, 4000), strict=True
    )]  # fmt: skip
    assert np.quantile(draws, 0.95) == pytest.approx(psi_null(n, m, 10), rel=0.1)


def test_a_fixed_rule_of_a_tenth_fires_without_drift_in_small_tables_and_never_in_large_ones():
    rng = np.random.default_rng(1)
    a, b = (rng.multinomial(200, np.full(10, 0.1), 2000).astype(float) for _ in "ab")
    fires = np.mean([psi(x, y, 200, 200) > 0.1 for x, y in zip(a, b, strict=True)])
    assert 0.3 < fires < 0.45
    assert psi_null(1e6, 1e6, 10, 0.99) == pytest.approx(0.00004, rel=0.1)


def test_one_bin_cannot_drift():
    assert psi_null(100, 100, 1) == 0.0
    assert chi_square_p(np.array([5.0]), np.array([9.0]), 5, 9) == 1.0


def test_the_chi_square_test_is_pearsons():
    table = np.array([A, B])
    expected = chi2_contingency(table, correction=False).pvalue
    assert chi_square_p(A, B, A.sum(), B.sum()) == pytest.approx(expected)


def test_rare_bins_are_pooled_before_the_test():
    rare = np.array([1.0, 2, 1, 60, 61]), np.array([2.0, 1, 2, 58, 62])
    pooled = np.array([[4.0, 60, 61], [5.0, 58, 62]])
    # 4.5 expected on either side is still fewer than five: the next bin joins
    pooled = np.array([pooled[:, 0] + pooled[:, 1], pooled[:, 2]]).T
    expected = chi2_contingency(pooled, correction=False).pvalue
    assert chi_square_p(*rare, 125, 125) == pytest.approx(expected)


def test_a_handful_of_rows_says_nothing():
    assert chi_square_p(np.array([3.0, 0]), np.array([0, 3.0]), 3, 3) == 1.0


def test_weights_only_count_as_their_effective_n():
    assert chi_square_p(A, B, 50, 50) == pytest.approx(chi_square_p(7 * A, 9 * B, 50, 50))
    assert chi_square_p(A, B, 50, 50) > chi_square_p(A, B, 125, 125)


def test_the_test_of_the_average_is_the_pooled_z_test():
    x, y = np.repeat(np.arange(5.0), A.astype(int)), np.repeat(np.arange(5.0), B.astype(int))
    both = np.r_[x, y]
    z = (y.mean() - x.mean()) / (both.std() * np.sqrt(1 / x.size + 1 / y.size))
    p = average_p(A, B, x.size, y.size, np.arange(5.0))
    assert p == pytest.approx(2 * (1 - _phi(abs(z))))
    assert average_p(A, 0 * B, 125, 0.0, np.arange(5.0)) == 1.0
    assert average_p(A[:1], B[:1], 125, 125, np.arange(1.0)) == 1.0


def _phi(z):
    from scipy.stats import norm

    return norm.cdf(z)


def test_cramers_v_is_that_of_equal_sizes():
    table = np.array([A / A.sum(), B / B.sum()]) * 1000
    chi2 = chi2_contingency(table, correction=False).statistic
    assert cramers_v(A, B) == pytest.approx(np.sqrt(chi2 / table.sum()))
    assert cramers_v(A, 500 * A) == pytest.approx(0, abs=1e-12)


def test_jensen_shannon_agrees_with_scipy():
    assert jensen_shannon(A, B) == pytest.approx(jensenshannon(A, B, base=2))


def test_wasserstein_agrees_with_scipy():
    at = np.array([-2.0, -0.5, 0.1, 1.0, 3.0])
    assert wasserstein(A, B, at) == pytest.approx(wasserstein_distance(at, at, A, B))


def test_kolmogorov_smirnov_is_the_largest_gap_of_the_running_shares():
    assert kolmogorov_smirnov(np.array([1.0, 1, 0, 0]), np.array([0, 1.0, 1, 0])) == 0.5


def test_a_level_in_one_table_only_is_a_coin_tossed_again_and_again():
    assert appearance_p(3, 100, 300, 1) == pytest.approx(0.25**3)
    assert appearance_p(3, 100, 300, 1000) == 1.0


def test_shares_of_nothing_are_zero():
    assert shares(np.zeros(3)).tolist() == [0, 0, 0]
