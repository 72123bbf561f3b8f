import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.stats import binom

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors import confirmation

FIVE = {a: [f"{a}{j}" for j in range(1, 6)] for a in "ACENO"}
NEEDS = {f"need_{k + 1}": [f"imp_{3 * k + j + 1:02d}" for j in range(3)] for k in range(3)}
PATTERN = np.kron(np.eye(2), np.ones((4, 1)))
TWO = {"x": ["x1", "x2", "x3", "x4"], "y": ["x5", "x6", "x7", "x8"]}


def made(n, seed, *, skewed=False):
    """Two needs that correlate .4 behind eight items of loading .7."""
    rng = np.random.default_rng(seed)
    needs = rng.multivariate_normal(np.zeros(2), [[1, 0.4], [0.4, 1]], n)
    X = 0.7 * needs @ PATTERN.T + np.sqrt(0.51) * rng.normal(size=(n, 8))
    return 1.0 + np.digitize(X, [-2.0, -1.5, -1.0, -0.2]) if skewed else X


def column(result, name):
    return np.asarray(result.frame()[name].to_list(), dtype=float)


@pytest.mark.real_data
@pytest.mark.parametrize(("errors", "estimator"), [("normal", "ML"), ("robust", "MLM")])
def test_lavaans_loadings_correlations_and_errors(bfi, r_confirmatory, errors, estimator):
    got = confirmation(bfi, FIVE, missing="listwise", errors=errors)
    expected = r_confirmatory["single"][estimator]
    theirs = expected["loadings"]
    assert got.frame()["item"].tolist() == theirs["item"]
    for ours, name in (("loading", "std"), ("raw", "raw")):
        # lavaan leaves the factors in the direction of its start
        assert_allclose(np.abs(column(got, ours)), np.abs(theirs[name]), atol=2e-5)
    for ours, name in (("se", "std_se"), ("raw_se", "raw_se")):
        assert_allclose(column(got, ours), theirs[name], rtol=1e-3)
    pairs = got.factor_correlations
    assert_allclose(pairs["correlation"].abs(), np.abs(expected["correlations"]["r"]), atol=2e-5)
    assert_allclose(pairs["se"], expected["correlations"]["se"], rtol=1e-3)


@pytest.mark.real_data
def test_lavaans_loadings_with_a_residual_correlation(bfi, r_confirmatory):
    got = confirmation(bfi, FIVE, missing="listwise", residuals=[("N1", "N2")])
    expected = r_confirmatory["single"]["residual"]
    assert_allclose(got.fit.chi2, expected["fit"]["chisq"], rtol=1e-6)
    assert_allclose(np.abs(column(got, "loading")), np.abs(expected["loadings"]["std"]), atol=2e-5)


@pytest.mark.real_data
def test_lavaans_loadings_with_weights(bfi, r_confirmatory):
    complete = bfi.dropna()
    w = 1 + (complete["A1"] + complete["C2"] + complete["O3"]) % 4
    got = confirmation(complete, FIVE, sample_weight=w)
    expected = r_confirmatory["single"]["weighted"]
    assert_allclose(np.abs(column(got, "loading")), np.abs(expected["loadings"]["std"]), atol=2e-5)
    assert_allclose(got.fit.n, expected["kish"])
    assert_allclose(got.fit.chi2 / got.fit.n, expected["fit"]["chisq"] / 2436, rtol=1e-6)
    assert_allclose(got.fit.srmr, expected["fit"]["srmr"], rtol=1e-5)
    assert_allclose(column(got, "raw_se"), expected["loadings"]["raw_se"], rtol=1e-3)


@pytest.mark.real_data
def test_ordinal_items_equal_lavaans_wlsmv(bfi, r_confirmatory):
    got = confirmation(bfi, FIVE, correlation="polychoric", missing="listwise")
    expected = r_confirmatory["single"]["WLSMV"]
    names = {"chi2": "chisq", "df": "df", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
             "rmsea_low": "rmsea.ci.lower", "rmsea_high": "rmsea.ci.upper", "srmr": "srmr",
             "chi2_scaled": "chisq.scaled", "scaling": "chisq.scaling.factor",
             "cfi_robust": "cfi.scaled", "tli_robust": "tli.scaled",
             "rmsea_robust": "rmsea.scaled", "rmsea_robust_low": "rmsea.ci.lower.scaled",
             "rmsea_robust_high": "rmsea.ci.upper.scaled"}  # fmt: skip
    for ours, theirs in names.items():
        assert_allclose(got.fit[ours], expected["fit"][theirs], rtol=1e-5, err_msg=ours)
    loadings = expected["loadings"]
    assert_allclose(np.abs(column(got, "loading")), np.abs(loadings["std"]), atol=1e-5)
    # lavaan divides by n - 1 here
    assert_allclose(column(got, "se"), loadings["se"], rtol=1e-3)
    hints = expected["modindices"]
    top = got.modifications.head(20)
    assert_allclose(top["chi2_drop"], hints["mi"], rtol=2e-3)
    assert [{a, b} for a, b in zip(top["item"], top["other"], strict=True)] == [
        {a, b} for a, b in zip(hints["rhs"], hints["lhs"], strict=True)
    ]
    assert "diagonally weighted least squares of polychoric correlations" in got.summary()


def test_few_categories_need_polychoric_correlations():
    X = made(4_000, 6)
    two = 1.0 + (X > 0.8)
    ordinal = confirmation(two, TWO, correlation="polychoric")
    assert_allclose(column(ordinal, "loading"), 0.7, atol=0.06)
    assert (column(confirmation(two, TWO), "loading") < 0.62).all()
    assert_allclose(column(ordinal, "loading"), column(ordinal, "raw"))


def test_mixed_items_are_confirmed_together():
    X = made(3_000, 7)
    X[:, :4] = 1.0 + np.digitize(X[:, :4], [-0.7, 0.6])
    got = confirmation(X, TWO, correlation="mixed")
    assert_allclose(column(got, "loading"), 0.7, atol=0.06)
    assert got.reading == "close"


def test_whole_weights_equal_repeated_rows(answers, whole_weights):
    weighted = confirmation(answers, NEEDS, sample_weight=whole_weights)
    rows = np.repeat(np.arange(300), whole_weights.astype(int))
    repeated = confirmation(answers.iloc[rows], NEEDS)
    assert_allclose(column(weighted, "loading"), column(repeated, "loading"), atol=1e-6)
    assert_allclose(weighted.fit.srmr, repeated.fit.srmr, rtol=1e-6)
    doubled = confirmation(answers, NEEDS, sample_weight=2 * whole_weights)
    for name in ("loading", "se"):
        assert_allclose(column(doubled, name), column(weighted, name), rtol=1e-7)
    assert_allclose(doubled.fit.chi2_scaled, weighted.fit.chi2_scaled, rtol=1e-7)


def test_the_order_of_rows_items_and_factors_does_not_matter(answers):
    rng = np.random.default_rng(0)
    plain = confirmation(answers, NEEDS)
    turned = dict(reversed(NEEDS.items()))
    moved = confirmation(answers.iloc[rng.permutation(300), rng.permutation(9)], turned)
    left = plain.frame().set_index("item").sort_index()
    right = moved.frame().set_index("item").sort_index()
    assert left["factor"].tolist() == right["factor"].tolist()
    for name in ("loading", "se", "raw", "explained"):
        assert_allclose(right[name], left[name], atol=1e-6)
    assert_allclose(moved.fit.chi2, plain.fit.chi2, rtol=1e-7)
    assert_allclose(moved.fit.scaling, plain.fit.scaling, rtol=1e-6)


def test_the_units_of_an_item_change_its_raw_loading_only(answers):
    wide = answers.assign(imp_01=10 * answers["imp_01"] + 3)
    plain, other = confirmation(answers, NEEDS), confirmation(wide, NEEDS)
    assert_allclose(other.fit.chi2_scaled, plain.fit.chi2_scaled, rtol=1e-7)
    assert_allclose(column(other, "loading"), column(plain, "loading"), atol=1e-7)
    assert_allclose(column(other, "raw")[0], 10 * column(plain, "raw")[0], rtol=1e-6)


def test_frames_go_out_as_they_came_in(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    got = confirmation(table, NEEDS)
    for frame in (got.frame(), got.factor_correlations, got.modifications):
        assert type(frame).__module__.startswith(frame_kind.name)
    assert_allclose(column(got, "loading"), column(confirmation(answers, NEEDS), "loading"))
    assert "`imp_" in got.summary()


def test_pairwise_uses_more_and_listwise_says_whom_it_left_out(answers):
    pairwise, listwise = (
        confirmation(answers, NEEDS),
        confirmation(answers, NEEDS, missing="listwise"),
    )
    assert pairwise.fit.n == 300
    n = int((~answers.isna().any(axis=1)).sum())
    assert listwise.n_left_out == 300 - n
    assert f"{300 - n} respondents with missing answers left out" in listwise.summary()
    assert "each pair of items over those who answered both" in pairwise.summary()
    assert_allclose(column(pairwise, "loading"), column(listwise, "loading"), atol=0.1)


def test_30_percent_missing_at_random_leaves_the_loadings():
    X = made(4_000, 3)
    X[np.random.default_rng(4).random(X.shape) < 0.3] = np.nan
    got = confirmation(X, TWO)
    assert_allclose(column(got, "loading"), 0.7, atol=0.05)
    # the gaps cost precision: the scaled test knows, the plain one does not
    assert got.fit.scaling > 1.3
    assert got.fit.p_scaled > 0.01


def test_the_table_holds_what_it_says(answers):
    got = confirmation(answers, NEEDS)
    frame = got.frame()
    assert frame["factor"].tolist() == [f for f, items in NEEDS.items() for _ in items]
    assert_allclose(frame["loading"] ** 2, frame["explained"], atol=1e-9)
    assert ((frame["low"] < frame["loading"]) & (frame["loading"] < frame["high"])).all()
    assert_allclose(got.loadings, frame["loading"])
    assert got.structure == NEEDS
    assert got.reading == "close"
    assert len(got.factor_correlations) == 3


def test_a_misplaced_item_is_the_first_hint_and_the_fit_is_poor():
    wrong = {"x": ["x1", "x2", "x3"], "y": ["x4", "x5", "x6", "x7", "x8"]}
    got = confirmation(made(1_000, 0), wrong)
    first = got.modifications.iloc[0]
    assert (first["kind"], first["item"], first["other"]) == ("loading", "x4", "x")
    assert got.reading == "poor"
    assert "the loading of `x4` on x" in got.summary()
    assert confirmation(made(1_000, 0), TWO).reading == "close"


def rates(n_runs, skewed, n=1_000, **settings):
    """How often the tests reject at 5 % and intervals of 95 % hold the truth."""
    rejected, scaled, covered = 0, 0, []
    # all items are made alike, so the mean of a large sample is the truth of each
    large = made(400_000, 99, skewed=skewed)
    truth = column(confirmation(large, TWO), "loading").mean()
    if settings:
        truth = 0.7  # of the latent answers
    for seed in range(n_runs):
        got = confirmation(made(n, 1_000 + seed, skewed=skewed), TWO, **settings)
        rejected += got.fit.p < 0.05
        scaled += got.fit.p_scaled < 0.05
        covered.append((column(got, "low") <= truth) & (truth <= column(got, "high")))
    return rejected, scaled, np.array(covered)


def within(count, n_runs, rate):
    low, high = binom.interval(0.99, n_runs, rate)
    return low <= count <= high


def test_the_tests_hold_their_level_in_few_runs(simulated):
    rejected, scaled, covered = rates(80, skewed=False)
    simulated("plain test refuses", rejected, 80, 0.05)
    simulated("scaled test refuses", scaled, 80, 0.05)
    assert 0.9 < covered.mean() < 0.99


@pytest.mark.slow
def test_the_tests_hold_their_level(simulated):
    rejected, scaled, covered = rates(500, skewed=False)
    simulated("plain test refuses", rejected, 500, 0.05)
    simulated("scaled test refuses", scaled, 500, 0.05)
    for at, count in enumerate(covered.sum(axis=0)):
        simulated(f"coverage, loading {at}", count, 500, 0.95, n_checks=8)


@pytest.mark.slow
def test_skewed_answers_need_the_scaled_test(simulated):
    rejected, scaled, covered = rates(500, skewed=True)
    assert not within(rejected, 500, 0.05)
    simulated("scaled test refuses", scaled, 500, 0.05)
    for at, count in enumerate(covered.sum(axis=0)):
        simulated(f"coverage, loading {at}", count, 500, 0.95, n_checks=8)


@pytest.mark.slow
def test_the_ordinal_test_holds_its_level(simulated):
    _, scaled, covered = rates(400, skewed=True, correlation="polychoric")
    simulated("scaled test refuses", scaled, 400, 0.05)
    for at, count in enumerate(covered.sum(axis=0)):
        simulated(f"coverage, loading {at}", count, 400, 0.95, n_checks=8)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"errors": "huber"}, r"errors='huber' is not known"),
        ({"correlation": "spearman"}, r"correlation='spearman' is not known"),
        (
            {"correlation": "polychoric", "errors": "normal"},
            r"errors='normal' was given with correlation='polychoric'; expected 'robust'",
        ),
        ({"missing": "em"}, r"missing='em' is not known"),
        ({"residuals": ["x1"]}, r"residuals holds 'x1'; expected pairs of different items"),
        ({"residuals": [("x1", "x1")]}, r"residuals holds \('x1', 'x1'\)"),
        ({"residuals": [("x1", "z")]}, r"residuals names `z`, which X does not have"),
    ],
)
def test_settings_are_checked(settings, message):
    with pytest.raises(SegkitError, match=message):
        confirmation(made(100, 0), TWO, **settings)


def test_structures_without_one_solution_are_refused():
    X = made(300, 0)
    with pytest.raises(SegkitError, match=r"has 4 parameters but the items only 3 variances"):
        confirmation(X[:, :2], {"x": ["x1", "x2"]})
    both = {"x": ["x1", "x2", "x3", "x4"], "y": ["x1", "x2", "x3", "x4", "x5"]}
    with pytest.raises(SegkitError, match=r"parameters but the items only|do not determine"):
        confirmation(X[:, :5], both)
    twins = {
        "x": ["x1", "x2", "x3", "x4", "x5"],
        "y": ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"],
    }
    with pytest.raises(SegkitError, match=r"The answers do not determine `"):
        confirmation(X, {**twins, "z": twins["y"]})


def test_too_few_respondents_are_refused():
    with pytest.raises(SegkitError, match=r"combinations of each other.*fewer respondents"):
        confirmation(made(7, 0), TWO)


def test_impossible_estimates_are_said():
    rng = np.random.default_rng(1)
    X = made(60, 2)
    X[:, 1] = X[:, 0] + 0.05 * rng.normal(size=60)
    with pytest.warns(SegkitWarning, match=r"The uniqueness of `x\d` is estimated at or below 0"):
        confirmation(X[:, :4], {"x": ["x1", "x2", "x3", "x4"]})


def test_one_factor_named_twice_is_said():
    halves = {"x": ["x1", "x2"], "y": ["x3", "x4"]}
    with pytest.warns(SegkitWarning, match=r"The correlation of `x with y` is estimated at 1 or"):
        confirmation(made(400, 1)[:, :4], halves)


def test_the_plot_is_the_table(answers):
    got = confirmation(answers, NEEDS)
    ax = got.plot()
    drawn = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert set(np.round(got.loadings, 9)) <= set(np.round(np.asarray(drawn, dtype=float), 9))
    assert [t.get_text() for t in ax.get_yticklabels()] == got.frame()["item"].tolist()
    assert ax.get_title(loc="left").startswith("Close fit (robust CFI")


def test_items_of_arrays_are_named_by_position():
    assert confirmation(made(200, 0), TWO).frame()["item"].tolist() == [*TWO["x"], *TWO["y"]]
    frame = pd.DataFrame(made(200, 0), columns=list("abcdefgh"))
    with pytest.raises(SegkitError, match=r"names `x1`, `x2`, `x3`, `x4`, which X does not have"):
        confirmation(frame, TWO)
