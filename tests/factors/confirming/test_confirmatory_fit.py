import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors import confirmation
from segkit.factors.confirming.cases import Cases
from segkit.factors.confirming.confirmatory_fit import Independence

FIVE = {a: [f"{a}{j}" for j in range(1, 6)] for a in "ACENO"}
PLAIN = {"chi2": "chisq", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea", "srmr": "srmr",
         "rmsea_low": "rmsea.ci.lower", "rmsea_high": "rmsea.ci.upper"}  # fmt: skip
SCALED = {"chi2_scaled": "chisq.scaled", "scaling": "chisq.scaling.factor",
          "cfi_robust": "cfi.robust", "tli_robust": "tli.robust", "rmsea_robust": "rmsea.robust",
          "rmsea_robust_low": "rmsea.ci.lower.robust",
          "rmsea_robust_high": "rmsea.ci.upper.robust"}  # fmt: skip


@pytest.mark.real_data
def test_every_index_equals_lavaans(bfi, r_confirmatory):
    fit = confirmation(bfi, FIVE, missing="listwise").fit
    for estimator, names in (("ML", PLAIN), ("MLM", PLAIN | SCALED)):
        expected = r_confirmatory["single"][estimator]["fit"]
        for ours, theirs in names.items():
            assert_allclose(fit[ours], expected[theirs], rtol=1e-5, err_msg=ours)
    assert fit.df == 265
    assert fit.n == 2436


@pytest.mark.real_data
def test_bic_differs_between_models_as_lavaans_does(bfi, r_confirmatory):
    plain = confirmation(bfi, FIVE, missing="listwise").fit
    freed = confirmation(bfi, FIVE, missing="listwise", residuals=[("N1", "N2")]).fit
    single = r_confirmatory["single"]
    expected = single["residual"]["fit"]["bic"] - single["ML"]["fit"]["bic"]
    assert_allclose(freed.bic - plain.bic, expected, rtol=1e-5)


def test_independent_items_fit_independence():
    cases = Cases.of(np.random.default_rng(0).normal(size=(5_000, 4)), np.ones(5_000))
    null = Independence.of([cases.moments("abcd")], [cases])
    assert null.df == 6
    assert null.chi2 < 20
    assert_allclose(null.scaling, 1, atol=0.1)


def test_without_degrees_of_freedom_there_is_nothing_to_test():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 1)) + rng.normal(size=(300, 3))
    found = confirmation(X, {"x": ["x1", "x2", "x3"]})
    assert found.fit.df == 0
    assert found.reading == "untested"
    assert np.isnan([found.fit.p, found.fit.rmsea, found.fit.tli, found.fit.chi2_scaled]).all()
    assert "has nothing left to test" in found.summary()


def test_indices_are_read_as_attributes_by_key_and_as_a_frame():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    fit = confirmation(X, {"x": ["x1", "x2", "x3", "x4"]}).fit
    assert fit["df"] == fit.df == dict(fit)["df"]
    assert fit.frame()["index"].tolist() == list(fit)
    with pytest.raises(KeyError, match="gfi"):
        fit["gfi"]
