import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.factors import FactorModel, correlation
from segkit.factors.fit.scaled_fit import _traces_of_residuals, scaled_fit

PATTERN = np.kron(np.eye(2), np.array([[0.8], [0.7], [0.6], [0.5], [0.7]]))
# ours, lavaan's
NAMES = {
    "chi2": "chisq.scaled",
    "df": "df",
    "p": "pvalue.scaled",
    "rmsea": "rmsea.scaled",
    "rmsea_low": "rmsea.ci.lower.scaled",
    "rmsea_high": "rmsea.ci.upper.scaled",
    "tli": "tli.scaled",
    "cfi": "cfi.scaled",
}


def equals_lavaans(fit, expected, rtol):
    for name, theirs in NAMES.items():
        assert_allclose(fit[name], expected[theirs], rtol=rtol, atol=1e-6, err_msg=name)
    assert_allclose(1 / fit.scale, expected["chisq.scaling.factor"], rtol=1e-6)


@pytest.mark.parametrize(("case", "k"), [("complete", 2), ("one", 1), ("pairwise", 2)])
def test_the_scaled_fit_equals_lavaans(ordinal_made, ordinal_with_holes, r_ordinal, case, k):
    table = ordinal_with_holes if case == "pairwise" else ordinal_made.iloc[:, :8]
    model = FactorModel(k, rotation=None).fit(table)
    equals_lavaans(model.fit_, r_ordinal["efa"][case], rtol=1e-6)
    assert model.fit_.is_scaled
    assert not model.fit_naive_.is_scaled


@pytest.mark.real_data
def test_the_scaled_fit_of_bfi_equals_lavaans(bfi, r_ordinal):
    for table, case in ((bfi.dropna(), "bfi_complete"), (bfi, "bfi_pairwise")):
        equals_lavaans(FactorModel(5).fit(table).fit_, r_ordinal["efa"][case], rtol=1e-6)


def test_the_weighted_fit_equals_lavaans_up_to_the_effective_n(ordinal_made, r_ordinal):
    # lavaan's T is 399 times the squared residuals, ours Kish's n - 1 times
    w = np.array(r_ordinal["weights"])
    fit = FactorModel(2, rotation=None).fit(ordinal_made.iloc[:, :8], sample_weight=w).fit_
    expected = r_ordinal["efa"]["weighted"]
    theirs = expected["chisq.scaled"] - fit.shift
    assert_allclose((fit.chi2 - fit.shift) / theirs, (1 - 1 / fit.n) / (399 / 400), rtol=1e-6)
    assert_allclose(fit.scale * fit.n / 400, 1 / expected["chisq.scaling.factor"], rtol=1e-6)


def drawn(n, rng, cuts=(-1.2, -0.3, 0.8)):
    needs = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n)
    unique = np.sqrt(1 - np.square(PATTERN).sum(axis=1))
    return np.digitize(needs @ PATTERN.T + unique * rng.normal(size=(n, 10)), cuts).astype(float)


def rejected(extraction, n_runs, seed, *, holes=0.0, weighted=False, n=2_000):
    """Shares of scaled and of naive tests that reject a model that holds, at 5 %."""
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(n_runs):
        X = drawn(n, rng)
        X[rng.random(X.shape) < holes] = np.nan
        w = rng.gamma(4, 0.25, n) if weighted else None
        model = FactorModel(2, extraction=extraction, rotation=None).fit(X, sample_weight=w)
        out.append((model.fit_.p < 0.05, model.fit_naive_.p < 0.05))
    return np.sum(out, axis=0)


def test_a_model_that_holds_is_seldom_rejected(simulated):
    scaled, naive = rejected("minres", 60, 0, n=1_000)
    simulated("refused", scaled, 60, 0.05)
    assert naive / 60 > 0.3


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"extraction": "minres"},
        {"extraction": "ml"},
        {"extraction": "minres", "holes": 0.2, "weighted": True},
    ],
    ids=str,
)
def test_a_model_that_holds_is_rejected_at_the_promised_rate(options, simulated):
    scaled, naive = rejected(n_runs=1_000, seed=1, **options)
    simulated("refused", scaled, 1_000, 0.05)
    assert naive / 1_000 > 0.3


def test_too_few_factors_are_rejected():
    X = drawn(800, np.random.default_rng(2))
    assert FactorModel(1).fit(X).fit_.p < 1e-6
    assert FactorModel(1).fit(X).fit_.rmsea > 0.08


@pytest.mark.parametrize("extraction", ["minres", "paf", "wls", "ml"])
def test_rotation_order_and_the_scale_of_weights_do_not_matter(extraction):
    rng = np.random.default_rng(3)
    X, w = drawn(300, rng), rng.gamma(4, 0.25, 300)
    fit = FactorModel(2, extraction=extraction).fit(X, sample_weight=w).fit_
    rows, items = rng.permutation(300), rng.permutation(10)
    other = FactorModel(2, extraction=extraction, rotation="varimax")
    other.fit(X[np.ix_(rows, items)], sample_weight=5 * w[rows])
    for name in fit:
        assert_allclose(other.fit_[name], fit[name], rtol=1e-5, atol=1e-7, err_msg=name)


def test_two_extractions_of_a_model_that_holds_agree():
    X = drawn(2_000, np.random.default_rng(4))
    fits = [FactorModel(2, extraction=e).fit(X).fit_ for e in ("minres", "ml", "paf", "wls")]
    assert_allclose(fits[3].chi2, fits[0].chi2, rtol=0.05)
    assert_allclose(fits[1].chi2, fits[0].chi2, rtol=0.02)
    assert_allclose(fits[2].chi2, fits[0].chi2, rtol=1e-4)


def test_without_answers_or_ordinal_items_the_fit_is_naive(ordinal_with_holes):
    found = correlation(ordinal_with_holes, "polychoric")
    given = FactorModel(2).fit_correlation(found.matrix, 400)
    assert given.fit_ is given.fit_naive_
    pearson = FactorModel(2, "pearson").fit(ordinal_with_holes)
    assert pearson.fit_ is pearson.fit_naive_
    # a correlation result brings its answers along
    again = FactorModel(2).fit_correlation(found, 400)
    assert_allclose(again.fit_.chi2, FactorModel(2).fit(ordinal_with_holes).fit_.chi2)


def test_the_fit_is_computed_when_asked_for_and_anew_after_another_fit(ordinal_with_holes):
    model = FactorModel(2).fit(ordinal_with_holes)
    assert model._fit is None
    first = model.fit_
    assert model.fit_ is first
    assert "scaled for ordinal items; taken as of Pearson" in model.summary()
    model.set_params(n_factors=1).fit(ordinal_with_holes)
    assert model.fit_.df > first.df


def test_more_than_a_hundred_items_are_not_scaled_and_the_summary_says_so(
    ordinal_with_holes, monkeypatch
):
    monkeypatch.setattr("segkit.factors.fit.scaled_fit.MOST_PAIRS", 27)
    model = FactorModel(2).fit(ordinal_with_holes)
    assert model.fit_ is model.fit_naive_
    assert "take the correlations as Pearson's: compare models by them only" in model.summary()


def test_without_degrees_of_freedom_there_is_nothing_to_test():
    X = drawn(200, np.random.default_rng(5))[:, :3]
    fit = FactorModel(1).fit(X).fit_
    assert (fit.df, fit.chi2) == (0, 0)
    assert np.isnan([fit.p, fit.rmsea, fit.tli]).all()


def test_more_certain_correlations_are_scaled_up():
    X = drawn(500, np.random.default_rng(6))
    model = FactorModel(2, rotation=None).fit(X)
    covariance = model.correlation_.covariance()
    loadings = model.loadings_.drop(columns="item").to_numpy()
    R = model.correlation_.matrix
    once = scaled_fit(model.fit_naive_, R, loadings, "minres", covariance)
    twice = scaled_fit(model.fit_naive_, R, loadings, "minres", covariance / 2)
    assert_allclose(once.chi2, model.fit_.chi2)
    assert_allclose(twice.scale, 2 * once.scale)
    assert_allclose(twice.shift, once.shift)


def test_the_traces_are_those_of_the_whole_matrix():
    rng = np.random.default_rng(7)
    root, back, onto = rng.normal(size=(12, 12)), rng.normal(size=(12, 3)), rng.normal(size=(3, 12))
    covariance = root @ root.T
    traces = np.trace(covariance), np.square(covariance).sum()
    left = (np.eye(12) - back @ onto) @ covariance @ (np.eye(12) - back @ onto).T
    expected = np.trace(left), np.square(left).sum()
    assert_allclose(_traces_of_residuals(covariance, traces, back, onto), expected, rtol=1e-10)
