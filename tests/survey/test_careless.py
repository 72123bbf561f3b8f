import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.survey import careless

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "careless_bfi.json").read_text(encoding="utf-8")
)
SCALES = [np.arange(start, start + 5) for start in range(0, 25, 5)]
NAN = np.nan


@pytest.fixture(scope="module")
def bfi(data_folder):
    table = pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")
    return table.iloc[:, 1:26]


@pytest.fixture(scope="module")
def complete(bfi):
    return bfi.dropna().to_numpy(float)


def agrees(ours, key):
    theirs = REFERENCE["complete"][key]
    theirs = np.array([NAN if v is None else v for v in theirs], dtype=float)
    np.testing.assert_allclose(ours[REFERENCE["rows"]], theirs, rtol=1e-9, atol=1e-9)
    mean, sd = REFERENCE["moments"][key]
    np.testing.assert_allclose(np.nanmean(ours), mean, rtol=1e-9)
    np.testing.assert_allclose(np.nanstd(ours, ddof=1), sd, rtol=1e-9)


@pytest.mark.real_data
def test_indices_of_complete_answers_equal_those_of_r(complete):
    assert complete.shape == (2436, 25)
    agrees(careless.longest_run(complete), "longstring")
    agrees(careless.intra_individual_variability(complete), "irv")
    agrees(careless.mahalanobis(complete).squared, "mahalanobis")
    agrees(careless.even_odd(complete, SCALES), "even_odd")


@pytest.mark.real_data
def test_synonyms_equal_those_of_r(bfi, complete):
    pairs = careless.synonym_pairs(complete, 0.40)
    assert len(pairs) == REFERENCE["n_pairs"]
    for (i, j, r), (first, second, expected) in zip(pairs, REFERENCE["pairs"], strict=False):
        assert (bfi.columns[i], bfi.columns[j]) == (first, second)
        assert r == pytest.approx(expected, rel=1e-12)
    consistency = careless.pair_consistency(complete, pairs)
    agrees(consistency, "synonyms")
    assert np.isnan(consistency).sum() == REFERENCE["missing"]["synonyms"]


@pytest.mark.real_data
def test_indices_of_answers_with_gaps_equal_those_of_r(bfi):
    values = bfi.to_numpy(float)
    ours = {
        "longstring": careless.longest_run(values),
        "irv": careless.intra_individual_variability(values),
        "even_odd": careless.even_odd(values, SCALES),
    }
    for key, (mean, sd) in REFERENCE["all"].items():
        np.testing.assert_allclose(np.nanmean(ours[key]), mean, rtol=1e-9)
        np.testing.assert_allclose(np.nanstd(ours[key], ddof=1), sd, rtol=1e-9)


def slow_run(row):
    longest, current = 0, 0
    for k, value in enumerate(row):
        repeated = k > 0 and value == row[k - 1]
        current = current + 1 if repeated else 1
        longest = max(longest, current)
    return min(longest, sum(not np.isnan(v) for v in row))


@given(st.lists(st.sampled_from([1.0, 2.0, NAN]), min_size=1, max_size=12))
def test_the_longest_run_is_that_of_counting_by_hand(row):
    assert careless.longest_run(np.array([row])).tolist() == [slow_run(row)]


def test_a_run_ends_at_a_missing_answer_and_at_another_scale():
    row = np.array([[3.0, 3.0, NAN, 3.0, 3.0, 3.0]])
    assert careless.longest_run(row) == 3
    assert careless.longest_run(row, groups=np.array([0, 0, 0, 0, 1, 1])) == 2


@pytest.mark.parametrize(
    ("row", "longest"),
    [
        ([1, 5, 1, 5, 1, 5], 6),
        ([2, 1, 5, 1, 5, 3], 4),
        ([3, 3, 3, 3, 3, 3], 2),
        ([1, 5, 1, NAN, 1, 5], 3),
        ([4], 1),
        ([NAN], 0),
    ],
)
def test_alternation_goes_back_and_forth_between_two_answers(row, longest):
    assert careless.longest_alternation(np.array([row], dtype=float)) == longest


def test_variation_leaves_out_missing_answers():
    values = np.array([[1, 3, NAN], [2, 2, 2], [4, NAN, NAN], [NAN] * 3])
    np.testing.assert_allclose(
        careless.intra_individual_variability(values), [np.sqrt(2), 0, NAN, NAN]
    )


@pytest.fixture(scope="module")
def gaps():
    rng = np.random.default_rng(3)
    values = rng.normal(size=(300, 1)) + rng.normal(size=(300, 6))
    values[rng.random(values.shape) < 0.2] = NAN
    values[0] = NAN
    return values


def test_the_covariance_is_that_of_pairwise_complete_answers(gaps):
    np.testing.assert_allclose(careless.pairwise_covariance(gaps), pd.DataFrame(gaps).cov())


def test_the_distance_stands_on_the_observed_answers(gaps):
    found = careless.mahalanobis(gaps)
    cov, mean = pd.DataFrame(gaps).cov().to_numpy(), np.nanmean(gaps, axis=0)
    for row in (1, 17, 200):
        seen = ~np.isnan(gaps[row])
        d = (gaps[row] - mean)[seen]
        expected = d @ np.linalg.solve(cov[np.ix_(seen, seen)], d)
        assert found.squared[row] == pytest.approx(expected)
        assert found.n_answered[row] == seen.sum()
    assert np.isnan(found.squared[0])
    assert not found.repaired


def test_the_distance_does_not_depend_on_how_rows_are_batched(gaps, monkeypatch):
    whole = careless.mahalanobis(gaps).squared
    monkeypatch.setattr(careless, "_BATCH_NUMBERS", 7 * 36)
    np.testing.assert_allclose(careless.mahalanobis(gaps).squared, whole)


def test_the_distance_does_not_change_with_the_units_of_the_items(gaps):
    stretched = gaps * [1, 2, 5, 10, -1, 0.5] + 3
    np.testing.assert_allclose(
        careless.mahalanobis(stretched).squared, careless.mahalanobis(gaps).squared
    )


def test_items_that_say_the_same_or_nothing_do_not_break_the_distance():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(50, 2))
    found = careless.mahalanobis(np.column_stack([a, a[:, 0], np.full(50, 3.0)]))
    assert found.repaired
    assert np.isfinite(found.squared).all()
    assert (found.n_answered == 3).all()


def test_even_odd_by_hand():
    values = np.array([[1, 1, 3, 3, 5, 5], [1, 5, 3, 3, 5, 1], [1, 2, 2, 3, 3, 4], [3] * 6], float)
    scales = [np.array([0, 1]), np.array([2, 3]), np.array([4, 5])]
    np.testing.assert_allclose(careless.even_odd(values, scales), [1, -1, 1, NAN])
    r = np.corrcoef([1, 3, 2], [2, 2, 3])[0, 1]
    other = np.array([[1, 2, 3, 2, 2, 3]], float)
    np.testing.assert_allclose(careless.even_odd(other, scales), [2 * r / (1 + r)])


def test_consistency_without_pairs_is_missing():
    assert np.isnan(careless.pair_consistency(np.ones((4, 3)), [])).all()


def test_indices_do_not_depend_on_the_row_order(gaps):
    order = np.random.default_rng(1).permutation(len(gaps))
    np.testing.assert_allclose(
        careless.mahalanobis(gaps[order]).squared, careless.mahalanobis(gaps).squared[order]
    )
    pairs, turned = careless.synonym_pairs(gaps, 0.3), careless.synonym_pairs(gaps[order], 0.3)
    assert [p[:2] for p in turned] == [p[:2] for p in pairs]
