import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.factors import FactorModel, congruence, correlation
from segkit.factors.rotations.rotation import ROTATIONS

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]
OPTIONS = [
    {"n_factors": 3},
    {"n_factors": 3, "correlation": "pearson", "extraction": "ml", "rotation": "varimax"},
    {"n_factors": 2, "correlation": "spearman", "extraction": "paf", "rotation": None},
]
each_option = pytest.mark.parametrize("options", OPTIONS, ids=str)


def values(frame):
    return np.column_stack([frame[c].to_numpy() for c in frame.columns if c != "item"])


NOT_FOR_FACTORS = {
    "check_sample_weight_equivalence_on_dense_data": "its matrix is singular, which is an error",
    "check_dtype_object": "an object that is no number is a SegkitError, hence no TypeError",
}


# one factor of two items, or of checks' random or collinear columns, says how little it knows
@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
@parametrize_with_checks(
    [FactorModel(1, correlation="pearson")],
    expected_failed_checks=lambda _: NOT_FOR_FACTORS,
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("extraction", ["minres", "ml", "paf"])
@pytest.mark.parametrize("rotation", [None, "varimax", "promax", "oblimin"])
def test_loadings_phi_and_fit_equal_rs(correlations, r_factors, source, extraction, rotation):
    fits = r_factors["fits"][source]
    model = FactorModel(5, extraction=extraction, rotation=rotation)
    model.fit_correlation(correlations.frame(source), fits["n"])
    expected = fits["loadings"][f"{extraction} {rotation or 'none'}"]
    assert_allclose(values(model.loadings_), expected["loadings"], atol=2e-3)
    phi = np.eye(5) if expected["phi"] is None else expected["phi"]
    assert_allclose(model.factor_correlations_, phi, atol=2e-3)
    if "communalities" in expected:
        assert_allclose(model.communalities_, expected["communalities"], atol=2e-5)
        assert_allclose(model.variance_["ss_loadings"], expected["ss_loadings"], atol=5e-3)
    # R's principal axes stop earlier; bic is a small difference of large numbers
    rtol = 1e-3 if extraction == "paf" else 1e-4
    for name, index in fits[f"fit_{extraction}"].items():
        atol = rtol * fits[f"fit_{extraction}"]["chi2"] if name == "bic" else 1e-12
        # the p-values are 1e-200 and less
        if name != "p":
            assert_allclose(model.fit_[name], index, rtol=rtol, atol=atol, err_msg=name)
    assert model.fit_.p < 1e-190


@pytest.mark.real_data
def test_bfi_answers_give_rs_loadings(bfi, r_factors):
    for data, kind, source in [
        (bfi.dropna(), "pearson", SOURCES[0]),
        (bfi, "pearson", SOURCES[1]),
        (bfi, "polychoric", SOURCES[2]),
    ]:
        for rotation in ("oblimin", "varimax"):
            model = FactorModel(5, kind, rotation=rotation).fit(data)
            expected = r_factors["fits"][source]["loadings"][f"minres {rotation}"]
            assert_allclose(values(model.loadings_), expected["loadings"], atol=2e-3)
    for extraction, expected in r_factors["raw_pairwise"]["fits"].items():
        fit = FactorModel(5, "pearson", extraction).fit(bfi).fit_
        for name in ("chi2", "rmsea", "rmsea_low", "rmsea_high", "tli", "cfi", "rmsr", "bic"):
            assert_allclose(fit[name], expected[name], rtol=2e-4, err_msg=name)


@pytest.mark.real_data
def test_bfi_scores_equal_rs_up_to_the_standard_deviations_denominator(bfi, r_scores):
    complete = bfi.dropna()
    model = FactorModel(5, "pearson").fit(complete)
    scores = model.transform(complete.iloc[:20])
    n = len(complete)
    assert_allclose(values(scores) * np.sqrt((n - 1) / n), r_scores["scores"], atol=1e-4)


@each_option
def test_whole_weights_are_repeated_respondents(answers, whole_weights, options):
    weighted = FactorModel(**options).fit(answers, sample_weight=whole_weights)
    rows = np.repeat(np.arange(300), whole_weights.astype(int))
    repeated = FactorModel(**options).fit(answers.iloc[rows])
    assert_allclose(values(weighted.loadings_), values(repeated.loadings_), atol=1e-5)
    assert_allclose(
        values(weighted.transform(answers)), values(repeated.transform(answers)), atol=1e-5
    )


@each_option
def test_unit_weights_change_nothing(answers, options):
    plain = FactorModel(**options).fit(answers)
    weighted = FactorModel(**options).fit(answers, sample_weight=np.ones(300))
    assert_array_equal(values(weighted.loadings_), values(plain.loadings_))
    scaled = FactorModel(**options).fit(answers, sample_weight=np.full(300, 2.5))
    for name in plain.fit_.keys():  # noqa: SIM118
        assert_allclose(scaled.fit_[name], plain.fit_[name], rtol=1e-5, atol=1e-8)


@each_option
def test_row_order_does_not_matter_and_permuted_items_have_permuted_loadings(answers, options):
    rng = np.random.default_rng(2)
    rows, items = rng.permutation(300), rng.permutation(9)
    plain = FactorModel(**options).fit(answers)
    moved = FactorModel(**options).fit(answers.iloc[rows, items])
    assert_allclose(values(moved.loadings_), values(plain.loadings_)[items], atol=1e-5)
    scores = moved.transform(answers.iloc[rows, items])
    assert_allclose(values(scores), values(plain.transform(answers))[rows], atol=1e-5)
    assert scores.index.tolist() == rows.tolist()


def test_the_rotation_leaves_communalities_and_fit(answers):
    rotations = [r for r in ROTATIONS if r != "target"]
    models = [FactorModel(3, rotation=r).fit(answers) for r in rotations]
    for model in models[1:]:
        assert_allclose(model.communalities_, models[0].communalities_, atol=1e-9)
        assert_allclose(model.fit_.chi2, models[0].fit_.chi2)
    assert_allclose(models[0].communalities_ + models[0].uniquenesses_, 1)


def test_four_made_needs_are_found_again():
    rng = np.random.default_rng(5)
    pattern = np.kron(np.eye(4), np.array([[0.8], [0.75], [0.7], [0.65]]))
    phi = np.full((4, 4), 0.3) + 0.7 * np.eye(4)
    needs = rng.multivariate_normal(np.zeros(4), phi, 3_000)
    spread = np.sqrt(1 - np.diag(pattern @ phi @ pattern.T))
    latent = needs @ pattern.T + spread * rng.normal(size=(3_000, 16))
    codes = 1.0 + np.digitize(latent, [-1.3, -0.4, 0.6, 1.4])
    model = FactorModel(4).fit(codes)
    same = congruence(values(model.loadings_), pattern).query("matched")
    assert (same["congruence"] > 0.99).all()
    assert model.fit_.rmsea < 0.02
    scores = model.transform(codes)
    order = [int(b.removeprefix("factor_")) - 1 for b in same["b"]]
    r = np.corrcoef(scores.T, needs[:, order].T)[:4, 4:]
    assert (np.diag(r) > 0.8).all()
    assert_allclose(np.diag(r) ** 2, model.score_strength_, atol=0.1)


def test_frames_go_out_as_they_came_in(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    model = FactorModel(3).fit(table)
    for frame in (model.loadings_, model.structure_, model.variance_, model.transform(table),
                  model.loadings_table()):  # fmt: skip
        assert type(frame).__module__.startswith(frame_kind.name)
    assert list(model.loadings_.columns) == ["item", "factor_1", "factor_2", "factor_3"]
    assert list(model.transform(table).columns) == ["factor_1", "factor_2", "factor_3"]
    assert_allclose(values(model.transform(table)), model_of_array(answers), atol=1e-9)


def model_of_array(answers):
    scores = FactorModel(3).fit(answers.to_numpy()).transform(answers.to_numpy())
    assert isinstance(scores, np.ndarray)
    return scores


def test_new_people_may_miss_answers_even_a_whole_item(answers):
    model = FactorModel(3).fit(answers)
    new = answers.iloc[:5].copy()
    new["imp_01"] = np.nan
    assert np.isfinite(values(model.transform(new))).all()
    new.iloc[2] = np.nan
    with pytest.warns(SegkitWarning, match="1 people answered none of the items"):
        assert np.isnan(values(model.transform(new))[2]).all()


def test_answers_beyond_the_scale_are_warned_of(answers):
    model = FactorModel(3).fit(answers)
    new = answers.iloc[:5].copy()
    new.loc[0, "imp_04"] = 9
    with pytest.warns(SegkitWarning, match=r"`imp_04` holds answers beyond those seen in fit"):
        model.transform(new)


def test_thresholds_are_those_of_the_correlations(answers):
    model = FactorModel(3).fit(answers)
    assert model.thresholds_.keys() == set(answers.columns)
    expected = correlation(answers, "polychoric").thresholds["imp_01"]
    assert_array_equal(model.thresholds_["imp_01"], expected)
    assert FactorModel(3, "pearson").fit(answers).thresholds_ == {}


@pytest.mark.parametrize("method", ["pearson", "polychoric"])
def test_a_correlation_result_gives_the_model_of_its_answers(answers, whole_weights, method):
    found = correlation(answers, method, sample_weight=whole_weights)
    given = FactorModel(3).fit_correlation(found)
    model = FactorModel(3, method).fit(answers, sample_weight=whole_weights)
    assert_array_equal(values(given.loadings_), values(model.loadings_))
    assert_array_equal(given.transform(answers), model.transform(answers))
    assert (dict(given.fit_), dict(given.fit_naive_)) == (dict(model.fit_), dict(model.fit_naive_))
    assert list(given.feature_names_in_) == list(answers.columns)
    assert FactorModel(3).fit_correlation(found, 100).fit_naive_.n == 100
    with pytest.raises(
        SegkitError, match=r"X is a Correlation; expected answers.* fit_correlation"
    ):
        FactorModel(3).fit(found)


def test_a_bare_matrix_needs_n_and_cannot_score(answers):
    R = correlation(answers).matrix
    with pytest.raises(SegkitError, match=r"n_respondents=None was given; expected a whole number"):
        FactorModel(3).fit_correlation(R)
    model = FactorModel(3, "pearson").fit(answers).fit_correlation(R, 300)
    assert not hasattr(model, "feature_names_in_")
    with pytest.raises(SegkitError, match="fitted from a correlation matrix"):
        model.transform(answers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_factors": 6}, r"n_factors=6 was asked of 9 .* at most 5 factors apart .* from 1 to 5"),
        ({"n_factors": 0}, r"n_factors=0 was given; expected a whole number at least 1"),
        ({"n_factors": 2.0}, r"n_factors=2\.0 was given"),
        ({"extraction": "gls"}, r"extraction='gls' is not known; expected one of 'minres', 'ml'"),
        ({"rotation": "obliman"}, r"rotation='obliman' is not known"),
        ({"correlation": "kendall"}, r"correlation='kendall' is not known"),
        (
            {"scores": "anderson"},
            r"scores='anderson' is not known; expected one of 'regression', 'ba",
        ),
        ({"missing": "drop"}, r"missing='drop' is not known"),
        ({"n_starts": 0}, r"n_starts=0 was given"),
        ({"kaiser": "yes"}, r"kaiser='yes' was given; expected True or False"),
        ({"rotation": "target"}, r"rotation='target' was asked for and target is None"),
        ({"target": np.zeros((9, 3))}, r"target was given with rotation='oblimin'"),
        ({"rotation": "target", "target": np.zeros((9, 2))}, r"target has shape \(9, 2\)"),
    ],
)
def test_settings_are_checked(answers, options, message):
    with pytest.raises(SegkitError, match=message):
        FactorModel(**{"n_factors": 3, **options}).fit(answers)


def test_answers_that_cannot_be_used_are_refused_by_name(answers):
    model = FactorModel(3)
    constant = answers.assign(imp_03=4.0)
    with pytest.raises(SegkitError, match=r"`imp_03` in X has the same answer everywhere"):
        model.fit(constant)
    with pytest.raises(SegkitError, match=r"`imp_03` in X holds no answer at all"):
        model.fit(answers.assign(imp_03=np.nan))
    with pytest.raises(SegkitError, match=r"`imp_03` in X holds 'often' in row 0"):
        model.fit(answers.assign(imp_03="often"))
    with pytest.raises(SegkitError, match=r"X has 0 sample"):
        model.fit(answers.iloc[:0])
    with pytest.raises(SegkitError, match=r"`imp_03` in X holds 3\.5 in row 1"):
        model.fit(answers.assign(imp_03=[3.0] + [3.5] * 299))
    with pytest.raises(SegkitError, match=r"X has 2 feature\(s\).*expected at least 3"):
        model.fit(answers[["imp_01", "imp_02"]])


def test_repeated_items_are_refused_by_name(answers):
    doubled = answers.dropna().assign(imp_10=lambda d: d["imp_01"] + d["imp_02"])
    with pytest.raises(SegkitError, match=r"singular .*`imp_10`, .* are combinations"):
        FactorModel(3, "pearson").fit(doubled)


@pytest.mark.parametrize("extraction", ["minres", "ml", "paf", "wls"])
def test_a_heywood_case_is_warned_of_and_kept_by_name(answers, extraction):
    R = pd.DataFrame([[1, 0.84, 0.84], [0.84, 1, 0.49], [0.84, 0.49, 1]], columns=list("abc"))
    with pytest.warns(SegkitWarning, match=r"all the variance of `a` \(a Heywood case\)"):
        model = FactorModel(1, extraction=extraction).fit_correlation(R, 100)
    assert model.heywood_ == ("a",)
    assert "Heywood cases, at their bound: `a`." in model.summary()
    sound = FactorModel(3, extraction=extraction).fit(answers)
    assert sound.heywood_ == ()
    assert "Heywood" not in sound.summary()


@pytest.mark.parametrize("extraction", ["minres", "ml", "paf", "wls"])
def test_two_items_have_one_factor_with_equal_loadings_and_a_warning(extraction):
    R = pd.DataFrame([[1, -0.49], [-0.49, 1]], columns=["a", "b"])
    with pytest.warns(SegkitWarning, match=r"of two items rests on their one correlation"):
        model = FactorModel(1, extraction=extraction).fit_correlation(R, 200)
    assert_allclose(np.abs(values(model.loadings_)), 0.7, atol=1e-4)
    assert np.isnan([model.fit_.p, model.fit_.rmsea, model.fit_.tli]).all()
    with pytest.raises(SegkitError, match=r"X has 2 feature\(s\) .*expected at least 3"):
        FactorModel(2).fit_correlation(R, 200)


def test_two_ordinal_items_are_not_tested_either(answers):
    with pytest.warns(SegkitWarning, match="of two items"):
        model = FactorModel(1).fit(answers[["imp_01", "imp_02"]])
    assert model.fit_.df == -1
    assert "No degrees of freedom are left (df = -1)" in model.summary()


def test_the_target_may_be_the_loadings_of_another_model(answers):
    first = FactorModel(3).fit(answers)
    target = first.loadings_.iloc[::-1, [0, 2, 3, 1]]
    model = FactorModel(3, rotation="target", target=target).fit(answers)
    assert_allclose(values(model.loadings_), values(first.loadings_)[:, [1, 2, 0]], atol=1e-4)
    lacking = target.assign(item=["other", *target["item"][1:]])
    with pytest.raises(SegkitError, match=r"`imp_09` stand in the answers and not in column"):
        FactorModel(3, rotation="target", target=lacking).fit(answers)


def test_starts_that_disagree_are_warned_of_and_told(correlations):
    model = FactorModel(5, rotation="geomin", kaiser=True)
    with pytest.warns(SegkitWarning, match=r"geomin\) has no clear answer: another solution"):
        model.fit_correlation(correlations.frame("pearson_complete"), 2_436)
    assert model.n_optima_ == 2
    assert 0.5 < model.share_at_best_ < 1
    assert "the best of 2 found" in model.summary()
    alone = FactorModel(5, rotation="geomin", kaiser=True, n_starts=1)
    alone.fit_correlation(correlations.frame("pearson_complete"), 2_436)
    assert (alone.n_optima_, alone.share_at_best_) == (1, 1.0)


def test_other_items_than_those_of_fit_are_refused(answers):
    model = FactorModel(3).fit(answers)
    with pytest.raises(SegkitError, match="feature names"):
        model.transform(answers.rename(columns={"imp_01": "imp_99"}))
    with pytest.raises(NotFittedError, match="not fitted yet"):
        FactorModel().transform(answers)


def test_the_summary_states_settings_and_fit(answers):
    text = FactorModel(3).fit(answers).summary()
    for words in ["3 factors of 9 items by minres with oblimin rotation", "RMSEA", "BIC",
                  "300 respondents", "Scores (regression) correlate 0.8",
                  "scaled for ordinal items"]:  # fmt: skip
        assert words in text
