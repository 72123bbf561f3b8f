import importlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segkit import SegkitError
from segkit._frames import column, numeric_column
from segkit.survey import opportunity

COLUMNS = ["item", "segment", "importance", "satisfaction", "opportunity", "low", "high", "n"]
IMPORTANCE = {"queue": [5, 4, 5, 2], "reminder": [3, 5, 2, 1], "cash": [None, 5, 4, 4]}
SATISFACTION = {"queue": [2, 5, 1, 3], "reminder": [4, 5, 4, 2], "cash": [1, None, 2, 4]}


def made(n=400, p=5, seed=0, gaps=0.1):
    rng = np.random.default_rng(seed)
    names = [f"need_{j}" for j in range(p)]
    tables = []
    for _k in range(2):
        codes = np.clip(np.round(rng.normal(3.3, 1.2, (n, p)) + rng.normal(0, 0.6, p)), 1, 5)
        codes[rng.random((n, p)) < gaps] = np.nan
        tables.append(pd.DataFrame(codes, columns=names))
    return tables[0], tables[1], rng.integers(0, 3, n), rng.uniform(0.3, 3, n)


def test_the_score_of_a_small_table_is_that_of_counting_by_hand(frame_kind):
    frame = frame_kind.make(IMPORTANCE)
    result = opportunity(frame, frame_kind.make(SATISFACTION), n_boot=20)
    table = result.frame()
    assert type(table) is type(frame)
    assert list(table.columns) == [*COLUMNS, "n_importance", "n_satisfaction"]
    assert column(table, "item").tolist() == ["queue", "reminder", "cash"]
    assert column(table, "segment").tolist() == ["all"] * 3
    np.testing.assert_allclose(numeric_column(table, "importance"), [7.5, 2.5, 10])
    np.testing.assert_allclose(numeric_column(table, "satisfaction"), [2.5, 7.5, 10 / 3])
    np.testing.assert_allclose(numeric_column(table, "opportunity"), [12.5, 2.5, 10 + 20 / 3])
    assert column(table, "n").tolist() == [4, 4, 2]
    assert column(table, "n_satisfaction").tolist() == [4, 4, 3]


def test_columns_are_paired_by_name(frame_kind):
    names = list(SATISFACTION)[::-1]
    turned = frame_kind.make({name: SATISFACTION[name] for name in names})
    one = opportunity(frame_kind.make(IMPORTANCE), frame_kind.make(SATISFACTION), n_boot=5)
    other = opportunity(frame_kind.make(IMPORTANCE), turned, n_boot=5)
    for name in ("opportunity", "low", "high"):
        np.testing.assert_array_equal(
            numeric_column(one.frame(), name), numeric_column(other.frame(), name)
        )


def test_each_segment_is_scored_as_if_it_stood_alone():
    imp, sat, segments, w = made()
    table = opportunity(imp, sat, segments, w, n_boot=0).frame()
    assert table["segment"].unique().tolist() == ["all", "0", "1", "2"]
    for k in range(3):
        inside = segments == k
        alone = opportunity(imp[inside], sat[inside], sample_weight=w[inside], n_boot=0).frame()
        rows = table[table["segment"] == str(k)].reset_index(drop=True)
        for name in ("importance", "satisfaction", "opportunity", "n", "n_importance"):
            np.testing.assert_allclose(rows[name], alone[name])
    everybody = opportunity(imp, sat, sample_weight=w, n_boot=0).frame()
    np.testing.assert_allclose(table["opportunity"][:5], everybody["opportunity"])


def test_segments_may_have_names():
    imp, sat, segments, _ = made()
    table = opportunity(imp, sat, np.array(["b", "a", "c"])[segments], n_boot=0).frame()
    assert table["segment"].unique().tolist() == ["all", "a", "b", "c"]
    as_numbers = opportunity(imp, sat, segments.astype(float), n_boot=0).frame()
    assert as_numbers["segment"].unique().tolist() == ["all", "0", "1", "2"]


@settings(max_examples=25)
@given(
    ratings=arrays(float, (12, 4), elements=st.sampled_from([1.0, 2, 3, 4, 5, np.nan])),
    weights=arrays(int, 12, elements=st.integers(1, 4)),
)
def test_whole_weights_equal_repeated_rows(ratings, weights):
    ratings[:2] = [[1, 5, 4, 4], [5, 2, 3, 5]]
    imp = pd.DataFrame(ratings[:, :2], columns=["a", "b"])
    sat = pd.DataFrame(ratings[:, 2:], columns=["a", "b"])
    weighted = opportunity(imp, sat, sample_weight=weights, n_boot=0).frame()
    rows = np.repeat(np.arange(12), weights)
    repeated = opportunity(imp.iloc[rows], sat.iloc[rows], n_boot=0).frame()
    for name in ("importance", "satisfaction", "opportunity"):
        np.testing.assert_allclose(weighted[name], repeated[name], atol=1e-12)


def test_unit_weights_and_the_size_of_weights_change_nothing():
    imp, sat, segments, w = made()
    plain = opportunity(imp, sat, segments, n_boot=30).frame()
    unit = opportunity(imp, sat, segments, np.ones(len(imp)), n_boot=30).frame()
    pd.testing.assert_frame_equal(plain, unit, atol=1e-10)
    one = opportunity(imp, sat, segments, w, n_boot=30).frame()
    ten = opportunity(imp, sat, segments, 10 * w, n_boot=30).frame()
    pd.testing.assert_frame_equal(one, ten, atol=1e-10)


def test_people_of_weight_zero_are_not_there():
    imp, sat, segments, w = made()
    w[::3] = 0
    inside = w > 0
    one = opportunity(imp, sat, segments, w, n_boot=20).frame()
    other = opportunity(imp[inside], sat[inside], segments[inside], w[inside], n_boot=20).frame()
    pd.testing.assert_frame_equal(one, other, atol=1e-10)


def test_the_seed_gives_the_same_intervals_in_any_row_order(monkeypatch):
    imp, sat, segments, w = made()
    one = opportunity(imp, sat, segments, w, n_boot=40, random_state=3).frame()
    order = np.random.default_rng(0).permutation(len(imp))
    # the function hides the module of its name in the package
    module = importlib.import_module("segkit.survey.opportunity")
    monkeypatch.setattr(module, "_BATCH_NUMBERS", 7 * len(imp))
    other = opportunity(
        imp.iloc[order], sat.iloc[order], segments[order], w[order], n_boot=40, random_state=3
    ).frame()
    pd.testing.assert_frame_equal(one, other, atol=1e-10)
    third = opportunity(imp, sat, segments, w, n_boot=40, random_state=4).frame()
    assert not np.allclose(one["low"], third["low"])


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    # shares of .7 important and .4 satisfied: a score of 7 + 3
    hits = []
    for seed in range(60):
        codes = np.where(rng.random((200, 4)) < [0.7, 0.7, 0.4, 0.4], 5.0, 1.0)
        imp = pd.DataFrame(codes[:, :2], columns=["a", "b"])
        sat = pd.DataFrame(codes[:, 2:], columns=["a", "b"])
        table = opportunity(imp, sat, n_boot=200, random_state=seed).frame()
        hits.append((table["low"] <= 10) & (table["high"] >= 10))
    assert 0.89 <= np.mean(hits) <= 0.99


def test_planned_gaps_leave_the_shares_unbiased():
    imp, sat, *_ = made(n=6000, gaps=0.0)
    rng = np.random.default_rng(1)
    seen = rng.random(imp.shape) < 0.3
    full = opportunity(imp, sat, n_boot=0).frame()
    part = opportunity(imp.where(seen), sat.where(seen), n_boot=0).frame()
    np.testing.assert_allclose(part["importance"], full["importance"], atol=0.5)


def test_another_scale_has_its_own_two_highest_codes():
    imp = pd.DataFrame({"a": [10, 9, 8, 0]})
    sat = pd.DataFrame({"a": [10, 1, 1, 1]})
    table = opportunity(imp, sat, scale=(0, 10), n_boot=0).frame()
    assert table["importance"][0] == 5
    assert table["satisfaction"][0] == 2.5


def test_a_need_that_a_segment_never_rated_is_empty_there_only():
    imp, sat, segments, _ = made()
    sat.loc[segments == 1, "need_0"] = np.nan
    table = opportunity(imp, sat, segments, n_boot=20).frame()
    empty = table[(table["item"] == "need_0") & (table["segment"] == "1")].iloc[0]
    assert np.isnan([empty["satisfaction"], empty["opportunity"], empty["low"]]).all()
    assert empty["n"] == 0
    assert table["opportunity"].isna().sum() == 1


def test_the_summary_can_be_quoted():
    imp, sat, segments, w = made(n=80)
    summary = opportunity(imp, sat, segments, w, n_boot=20, random_state=7).summary()
    assert "Opportunity of 5 needs over 80 respondents" in summary
    assert "answered 4 or 5 on 1-5, weighted" in summary
    assert "95 % of 20 respondent bootstraps, seed 7" in summary
    assert "rows stand on fewer than 30 respondents" in summary


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"satisfaction": {"queue": [1, 2, 3, 4]}}, "only importance has `reminder`, `cash`"),
        (
            {"satisfaction": {**SATISFACTION, "extra": [1, 2, 3, 4]}},
            "only satisfaction has `extra`; expected the same needs under the same names",
        ),
        (
            {"satisfaction": {k: v[:3] for k, v in SATISFACTION.items()}},
            "satisfaction has 3 rows but importance has 4",
        ),
        (
            {"importance": {**IMPORTANCE, "queue": [5, 4, 6, 6]}},
            r"`queue` in importance holds 6 in 2 row\(s\) \(first: row 2\); the scale is 1-5",
        ),
        (
            {"importance": {**IMPORTANCE, "queue": [5.0, 4.0, 4.5, 1.0]}},
            "`queue` in importance holds 4",
        ),
        (
            {"importance": {**IMPORTANCE, "queue": [None] * 4}},
            "`queue` in importance holds no answer at all",
        ),
        ({"scale": (1, 2)}, r"scale=\(1, 2\) was given; expected its lowest and highest code"),
        ({"scale": 5}, "scale=5 was given"),
        ({"scale": (1.0, 5.0)}, r"scale=\(1.0, 5.0\) was given; expected .* whole numbers"),
        ({"n_boot": -1}, "n_boot=-1 was given"),
        ({"level": 95}, "level=95 was given; expected a share"),
        ({"segments": [0, 0, 0, 0]}, "segments holds one segment only"),
        ({"segments": [0, 1]}, "segments has 2 rows but the table has 4"),
        ({"sample_weight": [1, 2]}, "sample_weight has shape"),
    ],
)
def test_what_cannot_be_scored_is_refused(frame_kind, changes, message):
    given = {"importance": IMPORTANCE, "satisfaction": SATISFACTION, **changes}
    frames = [frame_kind.make(given.pop(name)) for name in ("importance", "satisfaction")]
    with pytest.raises(SegkitError, match=message):
        opportunity(*frames, **given)


def test_arrays_are_refused():
    with pytest.raises(SegkitError, match="importance is a ndarray; expected a pandas or polars"):
        opportunity(np.ones((3, 2)), np.ones((3, 2)))
