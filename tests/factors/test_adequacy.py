import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors import correlation, factorability

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]


def assert_equals_r(result, reference):
    assert_allclose(result.kmo, reference["kmo"], rtol=1e-8)
    assert_allclose(result.kmo_per_item, reference["kmo_per_item"], rtol=1e-8)
    assert_allclose(result.bartlett_chi2, reference["bartlett_chi2"], rtol=1e-8)
    assert result.bartlett_df == reference["bartlett_df"]
    assert result.bartlett_p < 1e-300


@pytest.mark.parametrize("source", SOURCES)
def test_rs_matrices_give_rs_figures(correlations, source):
    result = factorability(correlations.frame(source), correlations[source]["n"])
    assert_equals_r(result, correlations[source])


@pytest.mark.real_data
def test_yes_and_no_of_mcdonalds_give_rs_figures(data_folder, correlations):
    answers = pd.read_csv(data_folder / "mcdonalds" / "mcdonalds.csv").iloc[:, :11] == "Yes"
    assert_equals_r(factorability(answers.astype(float)), correlations["mcdonalds_phi"])


@pytest.mark.real_data
def test_bfi_answers_give_rs_figures(bfi, correlations):
    assert_equals_r(factorability(bfi.dropna()), correlations["pearson_complete"])
    assert_equals_r(factorability(bfi), correlations["pearson_pairwise"])
    poly, reference = factorability(bfi, correlation="polychoric"), correlations[SOURCES[2]]
    assert_allclose(poly.kmo, reference["kmo"], rtol=1e-4)
    assert_allclose(poly.kmo_per_item, reference["kmo_per_item"], rtol=1e-4)
    assert_allclose(poly.bartlett_chi2, reference["bartlett_chi2"], rtol=1e-4)


def test_factor_analyzer_gives_the_same(answers):
    package = pytest.importorskip("factor_analyzer")
    complete = answers.dropna()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        per_item, overall = package.calculate_kmo(complete)
        chi2, p = package.calculate_bartlett_sphericity(complete)
    result = factorability(complete)
    assert_allclose(result.kmo, overall)
    assert_allclose(result.kmo_per_item, per_item)
    assert_allclose(result.bartlett_chi2, chi2)
    assert_allclose(result.bartlett_p, p, atol=1e-300)


def test_correlations_and_answers_give_the_same(answers):
    from_answers = factorability(answers, correlation="polychoric")
    from_result = factorability(correlation(answers, "polychoric"))
    assert from_result.kmo == from_answers.kmo
    assert from_result.bartlett_chi2 == from_answers.bartlett_chi2


@pytest.mark.parametrize("missing", ["pairwise", "listwise", "em"])
def test_missing_answers_are_treated_as_the_correlations_treat_them(answers, missing):
    from_answers = factorability(answers, missing=missing)
    from_result = factorability(correlation(answers, missing=missing))
    assert from_result.kmo == from_answers.kmo
    assert from_result.bartlett_chi2 == from_answers.bartlett_chi2
    assert from_answers.n == (answers.dropna() if missing == "listwise" else answers).shape[0]


def test_weighted_correlations_bring_kishs_n(answers, whole_weights):
    given = correlation(answers, sample_weight=whole_weights)
    result = factorability(given)
    assert result.n == given.effective_n
    assert result.bartlett_chi2 == factorability(answers, sample_weight=whole_weights).bartlett_chi2
    assert factorability(given, n_respondents=300).n == 300


def test_a_table_of_correlations_keeps_its_kind_and_its_names(correlations, frame_kind):
    reference = correlations["pearson_complete"]
    R = correlations.frame("pearson_complete")
    result = factorability(frame_kind.make({name: R[name].to_list() for name in R}), 2436)
    assert_equals_r(result, reference)
    assert result.names == tuple(correlations["items"])
    assert type(result.frame()).__module__.startswith(frame_kind.name)


def test_a_table_of_pandas_names_its_rows(answers):
    given = factorability(answers.corr(), len(answers))
    assert_allclose(given.kmo, factorability(answers).kmo, rtol=1e-10)
    with pytest.raises(SegkitError, match=r"X has a diagonal that is not 1; .*Covariances are"):
        factorability(answers.cov())


def test_a_bare_matrix_is_not_given_a_hundred_respondents(correlations):
    """psych's cortest.bartlett takes n = 100 where none is given; here there is no test."""
    assert np.isnan(factorability(correlations.frame("pearson_complete")).bartlett_p)


def test_a_matrix_without_n_has_no_test():
    result = factorability(np.full((3, 3), 0.4) + 0.6 * np.eye(3))
    assert np.isnan(result.bartlett_chi2)
    assert "needs the number of respondents" in result.summary()


def test_whole_weights_change_the_measure_and_kishs_n_the_test(answers, whole_weights):
    weighted = factorability(answers, sample_weight=whole_weights)
    rows = np.repeat(np.arange(300), whole_weights.astype(int))
    assert_allclose(weighted.kmo, factorability(answers.iloc[rows]).kmo, rtol=1e-10)
    doubled = factorability(answers, sample_weight=2 * whole_weights)
    assert_allclose(doubled.bartlett_chi2, weighted.bartlett_chi2, rtol=1e-10)


def test_items_move_with_their_figures(answers):
    order = np.random.default_rng(0).permutation(9)
    plain, moved = factorability(answers), factorability(answers.iloc[:, order])
    assert_allclose(moved.kmo_per_item, plain.kmo_per_item[order], rtol=1e-10)


def test_independent_items_have_a_test_that_does_not_reject():
    X = np.random.default_rng(3).normal(size=(200, 6))
    assert factorability(X).bartlett_p > 0.05
    assert factorability(X).kmo < 0.6


def test_the_frame_is_of_the_kind_given_and_begins_with_overall(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    frame = factorability(table).frame()
    assert type(frame).__module__.startswith(frame_kind.name)
    assert frame["item"].to_list() == ["overall", *answers.columns]
    assert set(frame["reading"].to_list()) <= {
        "marvelous", "meritorious", "middling", "mediocre", "miserable", "unacceptable"
    }  # fmt: skip


def test_the_summary_names_the_weakest_item(answers):
    result = factorability(answers)
    weakest = answers.columns[np.argmin(result.kmo_per_item)]
    assert f"lowest for `{weakest}`" in result.summary()
    assert "p < .001" in result.summary()


def test_the_weakest_items_stand_at_the_bottom_of_the_plot(answers):
    result = factorability(answers)
    ax = result.plot()
    drawn = ax.collections[1].get_offsets()[:, 0]
    assert_allclose(drawn, np.sort(result.kmo_per_item))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.ones((4, 4)), r"The correlation matrix is singular .*combinations of each other"),
        (np.array([[1.0, 0.5], [0.4, 1.0]]), r"X is not symmetric; expected a correlation matrix"),
        (np.array([[1.0, 1.5], [1.5, 1.0]]), r"X holds values beyond -1 and 1"),
        (np.array([[1.0, np.nan], [np.nan, 1.0]]), r"X holds missing or infinite values"),
        (pd.DataFrame({"a": [1.0, 2, 3], "b": [4.0, 4, 4]}), r"`b` in X has the same answer"),
        (np.empty((0, 2)), r"X has 0 sample"),
    ],
)
def test_what_cannot_be_used_is_refused(X, message):
    with pytest.raises(SegkitError, match=message):
        factorability(X)


def test_settings_are_checked():
    with pytest.raises(SegkitError, match=r"n_respondents=2 was given"):
        factorability(np.eye(3), 2)
    with pytest.raises(SegkitError, match=r"correlation='kendall' is not known"):
        factorability(np.eye(3), correlation="kendall")
