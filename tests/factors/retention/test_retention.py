import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors import correlation, n_factors
from segkit.factors.retention.retention import QUICK_RULES


@pytest.mark.real_data
def test_parallel_analysis_of_bfi_finds_rs_number_of_components(bfi, r_retention):
    for data, source in [(bfi.dropna(), "pearson_complete"), (bfi, "pearson_pairwise")]:
        expected = r_retention["parallel"][source]
        count = n_factors(data, n_iter=50)
        assert count.suggested == expected["components"]
        assert_allclose(count.null_high, expected["quantile_95"], atol=0.02)


@pytest.mark.real_data
def test_ordinal_parallel_analysis_finds_the_five_of_bfi(bfi):
    count = n_factors(bfi, "polychoric", n_iter=50)
    assert count.suggested == 5
    assert count.counts["map"] == 5


@pytest.mark.parametrize("correlation", ["pearson", "polychoric"])
def test_made_factors_are_counted(answers, correlation):
    count = n_factors(answers, correlation, n_iter=30)
    assert count.suggested == 3
    assert count.counts == dict.fromkeys(QUICK_RULES, 3)


def skewed(latent):
    """Five-point answers, most of them at the upper end."""
    return 1.0 + np.digitize(latent, [-1.9, -1.2, -0.5, 0.4])


def n_found(latent, method, weighted, n_iter, seed):
    """The number of factors that parallel analysis finds behind skewed answers."""
    w = np.random.default_rng(seed).lognormal(0, 0.6, len(latent)) if weighted else None
    return n_factors(
        skewed(latent), method, n_iter, random_state=seed, sample_weight=w, methods=()
    ).suggested


def false_alarms(n_runs, n, method, weighted, n_iter, first=0):
    """In how many samples of independent items a factor is found; 5 % are promised."""
    wrong = 0
    for seed in range(first, first + n_runs):
        latent = np.random.default_rng([seed, n]).normal(size=(n, 8))
        wrong += n_found(latent, method, weighted, n_iter, seed) > 0
    return wrong


@pytest.mark.parametrize(("method", "weighted"), [("pearson", False), ("polychoric", True)])
def test_independent_items_have_a_factor_in_the_stated_share_only(method, weighted, simulated):
    wrong = false_alarms(60, 300, method, weighted, n_iter=39)
    simulated("independent items have a factor", wrong, 60, 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("n", [300, 1000])
@pytest.mark.parametrize("method", ["pearson", "polychoric"])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_rate_of_false_alarms_is_as_stated(n, method, weighted, simulated):
    wrong = false_alarms(400, n, method, weighted, n_iter=99, first=1000)
    simulated("independent items have a factor", wrong, 400, 0.05)


def test_the_reason_says_when_items_look_independent():
    count = n_factors(np.random.default_rng(0).normal(size=(120, 6)), n_iter=40)
    assert count.suggested == 0
    assert "the items look independent" in count.reason


def share_of_four_found(n_runs, n, method, weighted):
    """Four needs that correlate .3, four items each with loadings .45 to .8."""
    shared, found = np.full((4, 4), 0.3) + 0.7 * np.eye(4), 0
    for seed in range(n_runs):
        rng = np.random.default_rng([seed, n])
        needs = np.repeat(rng.multivariate_normal(np.zeros(4), shared, n), 4, axis=1)
        loadings = rng.uniform(0.45, 0.8, 16)
        latent = loadings * needs + np.sqrt(1 - loadings**2) * rng.normal(size=needs.shape)
        found += n_found(latent, method, weighted, 30, seed) == 4
    return found / n_runs


@pytest.mark.parametrize("method", ["pearson", "polychoric"])
def test_four_needs_behind_skewed_answers_are_counted(method):
    assert share_of_four_found(10, 1000, method, weighted=False) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("method", ["pearson", "polychoric"])
@pytest.mark.parametrize(
    ("n", "weighted", "least"), [(300, False, 0.85), (1000, False, 0.99), (1000, True, 0.97)]
)
def test_the_share_of_samples_in_which_four_needs_are_found(n, method, weighted, least):
    assert share_of_four_found(100, n, method, weighted) >= least


def test_the_order_of_rows_does_not_change_a_digit(answers):
    order = np.random.default_rng(0).permutation(len(answers))
    plain = n_factors(answers, "polychoric", n_iter=5)
    moved = n_factors(answers.iloc[order], "polychoric", n_iter=5)
    assert_array_equal(moved.null, plain.null)
    assert_allclose(moved.eigenvalues, plain.eigenvalues, atol=1e-9)


def test_weights_multiplied_by_a_constant_change_nothing(answers, whole_weights):
    plain = n_factors(answers, n_iter=5, sample_weight=whole_weights)
    scaled = n_factors(answers, n_iter=5, sample_weight=3.7 * whole_weights)
    assert scaled.counts == plain.counts
    assert_allclose(scaled.null, plain.null, atol=1e-9)


def test_frames_are_of_the_kind_given(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    count = n_factors(table, n_iter=5)
    assert type(count.frame()).__module__.startswith(frame_kind.name)
    assert tuple(count.frame()["method"].to_list()) == QUICK_RULES
    assert count.frame()["suggested"].to_list()[0] == count.suggested
    assert count.frame()["agrees"].to_list() == [True] * 6
    assert count.criteria()["method"].to_list()[:9] == ["parallel"] * 9
    assert count.scree()["retained"].to_list() == [True] * 3 + [False] * 6


def test_the_criteria_say_why_each_rule_gives_its_number(answers):
    count = n_factors(answers, n_iter=10, methods=QUICK_RULES)
    table = count.criteria().set_index("method")
    for name in ("map", "map_2000"):
        rule = table.loc[name]
        assert rule["n_factors"].iloc[rule["value"].argmin()] == count.counts[name]
    hull = table.loc["hull"]
    assert hull["n_factors"].iloc[np.nanargmax(hull["value"])] == count.counts["hull"]
    for name in ("parallel", "ekc", "kaiser"):
        rule = table.loc[name]
        assert (rule["value"] > rule["limit"]).sum() == count.counts[name]


def test_only_the_rules_asked_are_asked(answers):
    count = n_factors(answers, n_iter=5, methods=["kaiser", "map"])
    assert list(count.counts) == ["parallel", "map", "kaiser"]
    alone = n_factors(answers, n_iter=5, methods=())
    assert list(alone.counts) == ["parallel"]
    assert "Other rules" not in alone.summary()


def test_comparison_data_is_asked_by_name(answers):
    count = n_factors(answers, n_iter=5, methods="comparison_data")
    assert count.counts == {"parallel": 3, "comparison_data": 3}
    assert "made answers" in count.frame()["criterion"].to_list()[1]


def test_a_rule_that_gives_no_number_is_left_out_and_named(answers):
    count = n_factors(answers.iloc[:, :4], n_iter=5)
    assert count.not_applicable == ("hull",)
    assert "hull" not in count.frame()["method"].to_list()
    assert "hull gives no number here." in count.summary()


def test_what_few_items_do_not_determine_is_given_no_number():
    X = np.random.default_rng(0).normal(size=(100, 2))
    count = n_factors(X, n_iter=5, methods=["hull", "comparison_data"])
    assert count.counts == {"parallel": 0}
    assert count.not_applicable == ("hull", "comparison_data")


def test_more_items_than_respondents_are_counted_where_a_rule_can():
    count = n_factors(np.random.default_rng(0).normal(size=(30, 40)), n_iter=20)
    assert count.suggested == 0
    assert count.not_applicable == ("hull",)


def test_permuted_items_change_no_number(answers):
    order = np.random.default_rng(0).permutation(9)
    plain, moved = n_factors(answers, n_iter=20), n_factors(answers.iloc[:, order], n_iter=20)
    assert moved.counts == plain.counts
    assert_allclose(moved.eigenvalues, plain.eigenvalues, atol=1e-10)
    assert_allclose(moved.null.mean(axis=0), plain.null.mean(axis=0), atol=0.06)


def test_whole_weights_are_repeated_people_in_what_does_not_rest_on_n(answers, whole_weights):
    rows = np.repeat(np.arange(300), whole_weights.astype(int))
    weighted = n_factors(answers, n_iter=2, sample_weight=whole_weights)
    repeated = n_factors(answers.iloc[rows], n_iter=2)
    assert_allclose(weighted.eigenvalues, repeated.eigenvalues, atol=1e-10)
    for name in ("map", "map_2000", "kaiser"):
        assert_allclose(weighted.rules[name].value, repeated.rules[name].value, atol=1e-10)


@pytest.mark.parametrize("method", ["pearson", "polychoric"])
def test_correlations_computed_before_are_taken(answers, whole_weights, method):
    given = correlation(answers, method, sample_weight=whole_weights)
    reused = n_factors(answers, given, n_iter=5, sample_weight=whole_weights)
    again = n_factors(answers, method, n_iter=5, sample_weight=whole_weights)
    assert reused.correlation is given
    assert reused.counts == again.counts
    assert_array_equal(reused.null, again.null)


def test_correlations_keep_their_treatment_of_missing_answers(answers):
    given = correlation(answers, missing="listwise")
    assert_array_equal(
        n_factors(answers, given, n_iter=3).null,
        n_factors(answers, n_iter=3, missing="listwise").null,
    )


@pytest.mark.parametrize("method", ["spearman", "tetrachoric", "mixed", "auto"])
def test_every_kind_of_correlation_counts_the_made_factors(answers, method):
    table = (answers > 3).astype(float).mask(answers.isna()) if method == "tetrachoric" else answers
    if method == "mixed":
        noise = np.random.default_rng(0).normal(0, 0.2, 300)
        table = answers.assign(imp_09=answers["imp_09"] + noise)
    count = n_factors(table, method, n_iter=30)
    assert count.suggested == 3
    assert count.correlation.method == ("polychoric" if method == "auto" else method)


def test_full_information_changes_what_is_observed_only(answers):
    em, pairwise = (n_factors(answers, n_iter=5, missing=m) for m in ("em", "pairwise"))
    assert em.correlation.missing == "em"
    assert (em.eigenvalues != pairwise.eigenvalues).any()
    assert_array_equal(em.null, pairwise.null)
    assert em.counts == pairwise.counts


def test_correlations_of_other_answers_are_refused(answers, whole_weights):
    given = correlation(answers)
    with pytest.raises(SegkitError, match=r"its items are .*'imp_09'\], those of X are"):
        n_factors(answers.iloc[:, :8], given)
    with pytest.raises(SegkitError, match=r"its respondents are 300, those of X are 200"):
        n_factors(answers.iloc[:200], given)
    with pytest.raises(SegkitError, match=r"Give the X and sample_weight it came from"):
        n_factors(answers, given, sample_weight=whole_weights + 1)


def test_the_summary_names_the_rules_that_disagree_and_warns_of_short_correlated_factors():
    rng = np.random.default_rng(5)
    needs = rng.multivariate_normal(np.zeros(4), np.full((4, 4), 0.5) + 0.5 * np.eye(4), 300)
    X = 0.6 * np.repeat(needs, 3, axis=1) + 0.8 * rng.normal(size=(300, 12))
    count = n_factors(X, n_iter=20, methods=["ekc", "kaiser"])
    assert count.suggested < 4
    assert "ekc 4, kaiser 4 (ekc, kaiser disagree)." in count.summary()
    assert "parallel analysis finds too few; fit 4 (ekc) as well." in count.summary()
    alone = n_factors(X, n_iter=20, methods=["map"])
    assert "(map disagrees)" in alone.summary()
    assert "as well" not in alone.summary()


def test_the_summary_states_settings_and_disagreement(answers):
    text = n_factors(answers, n_iter=10, random_state=4).summary()
    for words in ["3 factors. Parallel analysis: eigenvalue 3", "null of 10 shuffles", "seed 4",
                  "all agree"]:  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_iter": 1}, r"n_iter=1 was given; expected a whole number at least 2"),
        ({"quantile": 95}, r"quantile=95 was given; expected a share"),
        ({"correlation": "kendall"}, r"correlation='kendall' is not known"),
        (
            {"methods": ["map", "scree"]},
            r"methods='scree' is not known; expected one of 'parallel'",
        ),
        ({"random_state": "x"}, r"random_state='x' was given"),
    ],
)
def test_settings_are_checked(answers, arguments, message):
    with pytest.raises(SegkitError, match=message):
        n_factors(answers, **arguments)


def test_a_warning_points_at_the_line_that_called():
    few = np.random.default_rng(0).integers(1, 4, size=(12, 14)).astype(float)
    with pytest.warns(SegkitWarning, match="was not positive definite") as told:
        n_factors(few, "polychoric", n_iter=2, methods=())
    assert {w.filename for w in told} == {__file__}


def test_few_shuffles_have_no_quantile_beyond_their_largest(answers):
    few = n_factors(answers, n_iter=19, quantile=0.99, methods=())
    assert "exceeds the largest of 19 shuffles" in few.reason
    assert_array_equal(few.null_high, few.null.max(axis=0))
    assert "exceeds the 95 % quantile of 19 shuffles" in n_factors(answers, n_iter=19).reason


def test_correlations_of_other_answers_with_the_same_names_are_refused(answers):
    full = answers.fillna(3)
    given = correlation(full)
    with pytest.raises(SegkitError, match=r"the mean of `imp_01` is 2\.897, that of X is 3\.897"):
        n_factors(full + 1, correlation=given)
    n_factors(full.iloc[::-1], correlation=given, n_iter=2, methods=())
