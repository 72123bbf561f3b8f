import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binom

from segkit.exceptions import SegkitError
from segkit.factors import n_factors
from segkit.factors.retention import empirical_kaiser, kaiser, minimum_average_partial

SOURCES = ["pearson_complete", "pearson_pairwise", "polychoric_pairwise"]


@pytest.mark.parametrize("source", SOURCES)
def test_map_and_eigenvalues_equal_rs(correlations, r_retention, source):
    R = correlations.matrix(source)
    assert_allclose(minimum_average_partial(R)[1:11], r_retention["map"][source], atol=1e-9)
    eigenvalues = np.linalg.eigvalsh(R)[::-1]
    assert_allclose(eigenvalues, r_retention["eigenvalues"][source], atol=1e-9)
    assert kaiser(eigenvalues) == (np.array(r_retention["eigenvalues"][source]) > 1).sum()


@pytest.mark.real_data
def test_parallel_analysis_of_bfi_finds_rs_number_of_components(bfi, r_retention):
    for data, source in [(bfi.dropna(), SOURCES[0]), (bfi, SOURCES[1])]:
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
    assert count.counts == {"parallel": 3, "map": 3, "ekc": 3, "kaiser": 3}


@pytest.mark.parametrize("correlation", ["pearson", "polychoric"])
def test_four_needs_behind_ordinal_answers_are_counted(correlation):
    rng = np.random.default_rng(11)
    needs = rng.multivariate_normal(np.zeros(4), np.full((4, 4), 0.25) + 0.75 * np.eye(4), 600)
    latent = 0.7 * np.repeat(needs, 4, axis=1) + np.sqrt(0.51) * rng.normal(size=(600, 16))
    codes = np.digitize(latent, [-1.2, -0.3, 0.5, 1.3]).astype(float)
    assert n_factors(codes, correlation, n_iter=30).suggested == 4


def test_independent_items_have_no_factor_in_all_but_the_stated_share():
    found = [
        n_factors(np.random.default_rng(s).normal(size=(120, 6)), n_iter=40, random_state=s)
        for s in range(50)
    ]
    wrong = sum(count.suggested > 0 for count in found)
    assert binom.ppf(0.005, 50, 0.05) <= wrong <= binom.ppf(0.995, 50, 0.05)
    none = next(count for count in found if count.suggested == 0)
    assert "the items look independent" in none.reason


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


def test_the_empirical_kaiser_criterion_follows_its_definition():
    eigenvalues, n, p = np.array([2.6, 1.3, 0.9, 0.6, 0.35, 0.25]), 150, 6
    reference = [
        max((p - eigenvalues[:j].sum()) / (p - j) * (1 + np.sqrt(p / n)) ** 2, 1) for j in range(p)
    ]
    expected = next(j for j in range(p) if eigenvalues[j] <= reference[j])
    assert empirical_kaiser(eigenvalues, n) == expected


def test_frames_are_of_the_kind_given(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    count = n_factors(table, n_iter=5)
    assert type(count.frame()).__module__.startswith(frame_kind.name)
    assert count.frame()["method"].to_list() == ["parallel", "map", "ekc", "kaiser"]
    assert count.frame()["suggested"].to_list()[0] == count.suggested
    assert count.scree()["retained"].to_list() == [True] * 3 + [False] * 6


def test_the_summary_states_settings_and_disagreement(answers):
    text = n_factors(answers, n_iter=10, random_state=4).summary()
    for words in ["3 factor(s). Parallel analysis: eigenvalue 3", "null of 10 shuffles", "seed 4",
                  "all agree"]:  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_iter": 1}, r"n_iter=1 was given; expected a whole number at least 2"),
        ({"quantile": 95}, r"quantile=95 was given; expected a share"),
        ({"correlation": "kendall"}, r"correlation='kendall' is not known"),
        ({"random_state": "x"}, r"random_state='x' was given"),
    ],
)
def test_settings_are_checked(answers, arguments, message):
    with pytest.raises(SegkitError, match=message):
        n_factors(answers, **arguments)
