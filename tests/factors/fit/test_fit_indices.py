import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors.extraction.extraction import extract
from segkit.factors.fit.fit_indices import fit_indices

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]


def implied(loadings):
    R = np.asarray(loadings) @ np.asarray(loadings).T
    np.fill_diagonal(R, 1.0)
    return R


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_every_index_equals_psychs(correlations, r_factors, source, method):
    fits = r_factors["fits"][source]
    loadings = fits["loadings"][f"{method} none"]["loadings"]
    got = fit_indices(correlations.matrix(source), implied(loadings), 5, fits["n"])
    for name, expected in fits[f"fit_{method}"].items():
        assert_allclose(got[name], expected, rtol=2e-5, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("source", SOURCES)
def test_principal_axes_fit_as_psychs_which_stop_earlier(correlations, r_factors, source):
    fits = r_factors["fits"][source]
    R = correlations.matrix(source)
    got = fit_indices(R, implied(extract(R, 5, "paf").loadings), 5, fits["n"])
    expected = fits["fit_paf"]
    for name in ("rmsea", "rmsea_low", "rmsea_high", "tli", "cfi", "rmsr"):
        assert_allclose(got[name], expected[name], atol=1e-3, err_msg=name)
    assert_allclose(got.chi2, expected["chi2"], rtol=1e-3)
    # a small difference of large numbers: as close as the chi-square it is made of
    assert_allclose(got.bic, expected["bic"], atol=1e-3 * expected["chi2"])


def test_a_model_that_holds_fits_perfectly():
    R = implied([[0.8], [0.7], [0.6], [0.5]])
    fit = fit_indices(R, R, 1, 300)
    assert fit.df == 2
    assert_allclose([fit.chi2, fit.rmsea, fit.rmsea_low, fit.rmsr], 0, atol=1e-10)
    assert_allclose([fit.p, fit.cfi], 1)
    assert fit.bic < 0


def test_without_degrees_of_freedom_there_is_nothing_to_test():
    R = implied([[0.8], [0.7], [0.6]])
    fit = fit_indices(R, R, 1, 300)
    assert fit.df == 0
    assert np.isnan([fit.p, fit.rmsea, fit.rmsea_high, fit.tli]).all()


def test_the_interval_of_rmsea_holds_the_estimate(correlations, r_factors):
    loadings = r_factors["fits"]["pearson_complete"]["loadings"]["minres none"]["loadings"]
    R = correlations.matrix("pearson_complete")
    few, many = (fit_indices(R, implied(loadings), 5, n) for n in (1_500, 15_000))
    for fit in (few, many):
        assert fit.rmsea_low <= fit.rmsea <= fit.rmsea_high
    assert few.rmsea_high - few.rmsea_low > many.rmsea_high - many.rmsea_low


def test_residuals_of_larger_pairs_count_more():
    R, model = np.eye(3), np.eye(3)
    R[0, 1] = R[1, 0] = 0.3
    sizes = np.full((3, 3), 100.0)
    even = fit_indices(R, model, 1, 100, sizes)
    assert_allclose(even.rmsr, fit_indices(R, model, 1, 100).rmsr)
    sizes[0, 1] = sizes[1, 0] = 20
    assert fit_indices(R, model, 1, 100, sizes).rmsr < even.rmsr


def test_indices_are_read_as_attributes_by_key_and_as_a_frame():
    R = implied([[0.8], [0.7], [0.6], [0.5]])
    fit = fit_indices(R, R, 1, 300)
    assert fit["df"] == fit.df == dict(fit)["df"]
    assert fit.frame()["index"].tolist() == list(fit)
    with pytest.raises(KeyError, match="gfi"):
        fit["gfi"]


def test_the_sentence_quotes_the_indices_or_says_that_nothing_can_be_tested():
    four, three = (
        implied([[v] for v in loadings]) for loadings in ((0.8, 0.7, 0.6, 0.5), (0.8, 0.7, 0.6))
    )
    assert fit_indices(four, four, 1, 300).sentence.startswith(
        "Fit: chi2(2) = 0.0, p = 1.000; RMSEA 0.000 ["
    )
    assert fit_indices(three, three, 1, 300).sentence == (
        "No degrees of freedom are left (df = 0): the fit cannot be tested."
    )
