import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors import FactorModel, correlation

METHODS = ["pearson", "spearman", "polychoric"]
each_method = pytest.mark.parametrize("method", METHODS)


def repeated(frame, w):
    return frame.loc[np.repeat(frame.index, w.astype(int))].reset_index(drop=True)


@each_method
def test_whole_weights_are_repeated_respondents(answers, whole_weights, method):
    weighted = correlation(answers, method, whole_weights)
    expected = correlation(repeated(answers, whole_weights), method)
    assert_allclose(weighted.matrix, expected.matrix, atol=1e-8)


@each_method
def test_unit_weights_change_nothing_and_their_scale_does_not_matter(answers, method):
    plain = correlation(answers, method)
    assert_array_equal(correlation(answers, method, np.ones(300)).matrix, plain.matrix)
    scaled = correlation(answers, method, np.full(300, 7.3))
    assert_allclose(scaled.matrix, plain.matrix, atol=1e-8)
    assert_allclose(scaled.effective_n, 300)


@each_method
@settings(max_examples=15)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_and_items_does_not_matter(answers, method, seed):
    rng = np.random.default_rng(seed)
    rows, items = rng.permutation(len(answers)), rng.permutation(answers.shape[1])
    plain = correlation(answers, method).matrix
    moved = correlation(answers.iloc[rows, items], method).matrix
    assert_allclose(moved, plain[np.ix_(items, items)], atol=1e-8)


@each_method
def test_pandas_and_polars_give_the_same_and_their_own_frames(answers, frame_kind, method):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    result = correlation(table, method)
    assert_allclose(result.matrix, correlation(answers.to_numpy(), method).matrix, atol=1e-12)
    assert type(result.frame()).__module__.startswith(frame_kind.name)
    assert type(result.repairs).__module__.startswith(frame_kind.name)
    assert list(result.frame().columns) == ["item_a", "item_b", "correlation", "n", "empty_cells"]


def test_rs_matrices_from_the_raw_answers_of_a_made_table(correlations):
    # the first pair of the reference has its whole contingency table in the file
    pair = correlations["pairs"]["list"][0]
    table = np.array(pair["table"])
    a, b = (np.repeat(index.ravel(), table.ravel()) + 1 for index in np.indices(table.shape))
    result = correlation(pd.DataFrame({pair["x"]: a, pair["y"]: b}), "polychoric")
    assert_allclose(result.matrix[0, 1], pair["rho"], atol=1e-4)


@pytest.mark.real_data
def test_bfi_equals_r(bfi, correlations):
    complete = bfi.dropna()
    for data, method, key, atol in [
        (complete, "pearson", "pearson_complete", 1e-10),
        (bfi, "pearson", "pearson_pairwise", 1e-10),
        (bfi, "polychoric", "polychoric_pairwise", 1e-4),
        (complete, "polychoric", "polychoric_complete", 1e-6),
    ]:
        result = correlation(data, method)
        assert_allclose(result.matrix, correlations.matrix(key), atol=atol, err_msg=key)
    thresholds = list(correlation(bfi, "polychoric").thresholds.values())
    assert_allclose(thresholds, correlations["thresholds_pairwise"]["values"], atol=1e-10)
    assert_allclose(
        correlation(bfi, "polychoric", missing="listwise").matrix,
        correlations.matrix("polychoric_complete"),
        atol=1e-6,
    )


@pytest.mark.real_data
def test_spearman_of_bfi_equals_pandas(bfi):
    complete = bfi.dropna()
    expected = complete.corr(method="spearman").to_numpy()
    assert_allclose(correlation(complete, "spearman").matrix, expected, atol=1e-10)


@pytest.mark.real_data
def test_tetrachoric_equals_r(data_folder, correlations):
    names = correlations["tetrachoric"]["items"]
    table = pd.read_csv(data_folder / "mcdonalds" / "mcdonalds.csv")[names] == "Yes"
    result = correlation(table, "tetrachoric")
    assert_allclose(result.matrix, correlations.matrix("tetrachoric"), atol=1e-4)
    assert_array_equal(result.matrix, correlation(table, "polychoric").matrix)


@pytest.mark.real_data
def test_polychoric_of_bfi_costs_little(bfi):
    correlation(bfi, "polychoric")
    seconds = []
    for _ in range(5):
        start = time.process_time()
        correlation(bfi, "polychoric")
        seconds.append(time.process_time() - start)
    assert min(seconds) <= 0.2


def test_auto_states_its_choice():
    rng = np.random.default_rng(0)
    ordinal = rng.integers(1, 6, (60, 3)).astype(float)
    continuous = rng.normal(size=(60, 2))
    for X, method, n in [
        (ordinal, "polychoric", "3 of 3"),
        (continuous, "pearson", "0 of 2"),
        (np.hstack([ordinal, continuous]), "mixed", "3 of 5"),
    ]:
        result = correlation(X, "auto")
        assert result.method == method
        assert f"{n} items hold whole numbers" in result.rule
        assert result.rule in result.summary()
        assert_array_equal(result.matrix, correlation(X, method).matrix)


def test_repairs_are_listed_pair_by_pair_and_warned_of():
    X = np.random.default_rng(1).integers(1, 6, (14, 8)).astype(float)
    with pytest.warns(SegkitWarning, match=r"not positive definite .* lists 28 changed pairs"):
        result = correlation(X, "polychoric")
    assert result.smallest_eigenvalue < 0
    assert np.linalg.eigvalsh(result.matrix)[0] > 0
    assert len(result.repairs) == result.n_repairs == 28
    moved = np.abs(result.repairs["after"] - result.repairs["before"])
    assert (np.diff(moved) <= 0).all()
    assert "which changed 28 pairs" in result.summary()


def test_a_pair_without_contrary_answers_is_held_and_named():
    a = np.tile([1.0, 2, 3], 10)
    X = pd.DataFrame({"a": a, "b": a, "c": np.repeat([1.0, 2, 3], 10)})
    with pytest.warns(SegkitWarning, match=r"`a - b` are correlated so strongly"):
        result = correlation(X, "polychoric")
    first = result.repairs.iloc[0]
    assert (first["item_a"], first["item_b"], first["before"]) == ("a", "b", 1.0)
    assert first["after"] == result.matrix[0, 1] == 0.9999
    assert "held within bounds" in result.summary()


@pytest.mark.parametrize(
    ("X", "method", "message"),
    [
        (np.ones((5, 2)), "pearson", r"`x1`, `x2` in X has the same answer everywhere"),
        (np.empty((0, 3)), "pearson", r"X has 0 sample\(s\)"),
        ([[1, np.nan], [2, np.nan]], "pearson", r"`x2` in X holds no answer at all"),
        ([[1, 0.5], [2, 2], [3, 1]], "polychoric", r"`x2` in X holds 0\.5 in row 0"),
        ([[1], [2], [3]], "pearson", r"the item `x1` alone; expected at least two items"),
        ([["a", "b"], ["c", "d"]], "pearson", r"does not read as numbers"),
        (
            [[1, 1], [2, 2], [3, 1]],
            "tetrachoric",
            r"`x1` in X take more than two different values \(up to 3\).*Use method='polychoric'",
        ),
        (
            [[1, 1], [2, 2], [3, 1]],
            "polyserial",
            r"all 2 items of X are ordinal .*expected both kinds\. Use method='polychoric'",
        ),
        (
            [[1.5, 1], [2, 2.2], [3, 1.1]],
            "polyserial",
            r"all 2 items of X are continuous .*Use method='pearson'",
        ),
        ([[1, 2], [2, 1], [3, 3]], "kendall", r"method='kendall' is not known; expected one of"),
        (
            [[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]],
            "pearson",
            r"`x1` and `x2` were answered together by 0 respondent",
        ),
        (
            [[1, 1], [1, 2], [2, np.nan], [np.nan, 3]],
            "pearson",
            r"`x1` or `x2` is constant among the respondents who answered both",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(X, method, message):
    with pytest.raises(SegkitError, match=message):
        correlation(X, method)


def test_missing_and_weights_are_checked(answers):
    with pytest.raises(SegkitError, match=r"missing='drop' is not known"):
        correlation(answers, missing="drop")
    with pytest.raises(SegkitError, match=r"sample_weight has shape \(3,\)"):
        correlation(answers, sample_weight=[1, 2, 3])


@pytest.mark.parametrize("w", [np.nan, np.inf, -1.0])
def test_weights_that_are_no_weights_are_refused_by_row(answers, w):
    weights = np.ones(300)
    weights[7] = w
    with pytest.raises(SegkitError, match=r"sample_weight is (nan|inf|-1\.0) in row 7"):
        correlation(answers, sample_weight=weights)
    with pytest.raises(SegkitError, match="sample_weight is zero everywhere"):
        correlation(answers, sample_weight=np.zeros(300))


@each_method
def test_respondents_without_weight_or_without_any_answer_do_not_count(answers, method):
    some = answers.copy()
    some.iloc[3] = np.nan
    w = np.ones(300)
    w[:2] = 0
    result = correlation(some, method, w)
    expected = correlation(answers.drop(index=[0, 1, 3]), method)
    assert_array_equal(result.matrix, expected.matrix)
    assert (result.n_respondents, result.n_unanswered) == (297, 1)
    assert "1 who answered nothing is left out" in result.summary()
    assert "answered nothing" not in expected.summary()


def test_a_category_that_nobody_chose_has_no_threshold(answers):
    full = answers.dropna()
    merged = full.assign(imp_01=full["imp_01"].replace(3.0, 2.0))
    result = correlation(merged, "polychoric")
    assert_array_equal(result.categories["imp_01"], [1, 2, 4, 5])
    assert result.thresholds["imp_01"].size == 3
    renamed = merged.assign(imp_01=merged["imp_01"].replace({4.0: 3.0, 5.0: 4.0}))
    assert_array_equal(correlation(renamed, "polychoric").matrix, result.matrix)


def test_an_item_with_two_of_five_answers_in_use_is_correlated_all_the_same(answers):
    two = answers.assign(imp_01=np.where(answers["imp_01"] > 3, 4.0, 2.0))
    result = correlation(two, "polychoric")
    assert result.thresholds["imp_01"].size == 1
    assert abs(result.matrix[0, 1] - correlation(answers, "polychoric").matrix[0, 1]) < 0.15


def test_more_items_than_people_give_a_matrix_that_the_model_refuses():
    X = np.random.default_rng(4).normal(size=(8, 12))
    result = correlation(X)
    assert abs(result.smallest_eigenvalue) < 1e-10
    with pytest.raises(SegkitError, match=r"singular .*with fewer respondents than items"):
        FactorModel(1, "pearson").fit(X)


def test_empty_cells_are_counted_pair_by_pair_and_said():
    a = np.repeat([1.0, 2, 3], [20, 20, 20])
    b = np.concatenate([np.tile([1.0, 2], 10), np.tile([1.0, 2, 3, 3], 5), np.tile([2.0, 3], 10)])
    result = correlation(pd.DataFrame({"a": a, "b": b}), "polychoric")
    assert result.frame()["empty_cells"].tolist() == [2]
    assert "1 of 1 pairs have an empty cell in their table; nothing was added" in result.summary()
    assert result.n_repairs == 0
