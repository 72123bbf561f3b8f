import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import ncx2

from segkit.factors.fit.misfit import (
    comparative_fit,
    noncentrality_interval,
    p_value,
    rmsea_interval,
)


def test_p_and_noncentralities_are_rs(r_misfit):
    assert_allclose(p_value(30.0, 10), r_misfit["p"], rtol=1e-9)
    assert_allclose(noncentrality_interval(30.0, 10), r_misfit["noncentralities"], rtol=1e-6)


def test_the_interval_of_rmsea_holds_the_truth_in_nine_of_ten_samples():
    df, n, truth = 20, 500.0, 0.06
    drawn = ncx2.rvs(df, df * n * truth**2, size=2_000, random_state=np.random.default_rng(1))
    ends = np.array([rmsea_interval(t, df, n)[1:] for t in drawn])
    held = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()
    assert abs(held - 0.9) < 2.58 * np.sqrt(0.09 / 2_000)


def test_groups_and_scaling_enter_rmsea_as_steiger_and_brosseau_liard_write():
    one, two = rmsea_interval(50.0, 10, 400.0), rmsea_interval(50.0, 10, 400.0, n_groups=2)
    assert_allclose(two, np.sqrt(2.0) * np.array(one))
    assert_allclose(rmsea_interval(50.0, 10, 400.0, scaling=1.5)[0], np.sqrt(35.0 / 4_000.0))


def test_a_model_no_worse_than_chance_fits_entirely():
    assert rmsea_interval(9.0, 10, 400.0)[0] == 0.0
    tli, cfi = comparative_fit(9.0, 10, 300.0, 15)
    assert cfi == 1.0
    assert tli > 1.0


def test_excess_over_chance_is_compared_with_that_of_uncorrelated_items():
    tli, cfi = comparative_fit(40.0, 10, 315.0, 15)
    assert_allclose((tli, cfi), (1.0 - 3.0 / 20.0, 1.0 - 30.0 / 300.0))
    scaled = comparative_fit(40.0, 10, 315.0, 15, scaling=2.0, null_scaling=3.0)
    assert_allclose(scaled, (1.0 - 2.0 / 18.0, 1.0 - 20.0 / 270.0))


@pytest.mark.parametrize("df", [0, -1])
def test_without_degrees_of_freedom_nothing_is_tested(df):
    assert np.isnan(p_value(0.0, df))
    assert np.isnan(rmsea_interval(0.0, df, 100.0)).all()
    tli, cfi = comparative_fit(0.0, df, 300.0, 15)
    assert (np.isnan(tli), cfi) == (True, 1.0)


def test_what_is_not_known_stays_unknown():
    assert np.isnan(rmsea_interval(np.nan, 10, 100.0)).all()
    assert np.isnan(comparative_fit(np.nan, 10, 300.0, 15)).all()
    assert np.isnan(comparative_fit(20.0, 10, 15.0, 15)[0])
