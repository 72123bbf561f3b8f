import time

import narwhals as nw
import numpy as np
import pytest

from segkit import SegkitError
from segkit.datasets import make_payments_study
from segkit.datasets.made.fields import LEVELS


def same(a, b):
    return nw.from_native(a).to_pandas().equals(nw.from_native(b).to_pandas())


def test_every_table_has_its_rows_and_columns(small):
    shapes = {
        "answers": (400, 52),
        "fields": (400, 11),
        "links": (400, 3),
        "base": (4000, 12),
        "touchpoints": (400, 11),
    }
    for name, shape in shapes.items():
        table = getattr(small, name)
        assert table.shape == shape, name
        assert type(table).__module__.startswith(small.output)
    assert small.truth.loadings.shape == (24, 6)
    assert type(small.truth.loadings).__module__.startswith(small.output)
    assert len(small.truth.respondents) == len(small.truth.careless) == 400
    assert len(small.truth.customers) == 4000


def test_answers_pass_their_codebook(small):
    cleaned = small.codebook.clean(small.answers)
    assert same(cleaned[["imp_01"]], small.answers[["imp_01"]])
    items = nw.from_native(small.answers).to_pandas()[small.codebook.names("importance")]
    assert set(np.unique(items.to_numpy())[:5]) == {1, 2, 3, 4, 5}
    assert 0.02 < items.isna().to_numpy().mean() < 0.06


def test_respondents_are_customers_with_the_same_fields(small):
    base = nw.from_native(small.base).to_pandas().set_index("customer_id")
    links = nw.from_native(small.links).to_pandas()
    fields = nw.from_native(small.fields).to_pandas()
    of_base = base.loc[links["customer_id"]].reset_index(drop=True)
    assert of_base.astype(fields.dtypes.to_dict()).equals(fields)
    rows = links["customer_id"].to_numpy() - base.index[0]
    np.testing.assert_array_equal(small.truth.customers[rows], small.truth.respondents)


def test_the_seed_draws_the_people_and_nothing_else():
    args = {"n_respondents": 100, "n_customers": 600}
    one, again, other = (make_payments_study(**args, random_state=seed) for seed in (1, 1, 2))
    for name in ("answers", "fields", "base", "ledger", "maxdiff_tasks", "touchpoints", "accounts"):
        assert same(getattr(one, name), getattr(again, name)), name
        assert not same(getattr(one, name), getattr(other, name)), name
    assert same(one.truth.loadings, other.truth.loadings)
    np.testing.assert_array_equal(one.truth.sizes, other.truth.sizes)


def test_tables_do_not_depend_on_the_order_of_asking():
    args = {"n_respondents": 100, "n_customers": 600}
    one, other = make_payments_study(**args), make_payments_study(**args)
    first = [one.ledger, one.answers]
    second = [other.answers, other.ledger]
    assert same(first[0], second[1])
    assert same(first[1], second[0])


def test_pandas_and_polars_hold_the_same():
    pytest.importorskip("polars")
    args = {"n_respondents": 100, "n_customers": 600}
    a, b = (make_payments_study(**args, output=o) for o in ("pandas", "polars"))
    for name in ("answers", "fields", "base", "ledger", "links"):
        left = getattr(a, name)
        right = nw.from_native(getattr(b, name)).to_pandas().astype(left.dtypes.to_dict())
        assert left.equals(right), name


@pytest.mark.parametrize("k", [3, 4, 5, 6])
def test_segments_are_numbered_by_size(k):
    made = make_payments_study(n_segments=k, n_respondents=100, n_customers=50_000)
    sizes = np.bincount(made.truth.customers, minlength=k) / 50_000
    assert (np.diff(sizes) < 0).all()
    np.testing.assert_allclose(sizes, made.truth.sizes, atol=0.01)
    assert len(made.truth.names) == len(made.truth.jobs) == k


def test_weights_make_the_survey_representative():
    raw, weighted = [], []
    for seed in range(12):
        made = make_payments_study(n_respondents=1500, n_customers=20_000, random_state=seed)
        weight = made.answers["weight"].to_numpy()
        assert weight.mean() == pytest.approx(1)
        islands = (made.fields["region"] == LEVELS["region"][-1]).to_numpy()
        share = (made.base["region"] == LEVELS["region"][-1]).mean()
        raw.append(islands.mean() / share)
        weighted.append(np.average(islands, weights=weight) / share)
    assert np.mean(raw) > 1.5
    assert np.mean(weighted) == pytest.approx(1, abs=0.05)


def test_eight_percent_answer_carelessly_in_four_ways(made):
    kinds, counts = np.unique(made.truth.careless, return_counts=True)
    assert dict(zip(kinds.tolist(), counts.tolist(), strict=True)) == {
        "": 2760,
        "straight": 60,
        "alternating": 60,
        "random": 60,
        "partial": 60,
    }


def test_the_oracle_speaks_in_the_kind_of_the_tables(small):
    best = small.oracle(n_most=60)
    assert type(best).__module__.startswith(small.output)
    assert nw.from_native(best)["source"].to_list() == ["answers", "fields"]


@pytest.mark.parametrize("drift", ["mix", "profile", "fields", None])
def test_a_later_wave_is_a_study_of_the_same_kind(small, drift):
    later = small.next_wave(drift=drift)
    assert type(later) is type(small)
    assert later.answers.shape == small.answers.shape
    assert later.base.shape == small.base.shape
    assert later.day.isoformat() == "2026-06-30"
    links = nw.from_native(later.links).to_pandas()
    before = nw.from_native(small.links).to_pandas()
    both = links.merge(before, on="respondent", suffixes=("", "_before"))
    assert len(both) == links["panel"].sum() == 140
    assert (both["customer_id"] == both["customer_id_before"]).all()
    ids = nw.from_native(later.base)["customer_id"].to_numpy()
    assert len(set(ids.tolist())) == 4000
    assert links["customer_id"].isin(ids).all()
    assert same(later.answers, small.next_wave(drift=drift).answers)


def test_drifts_show_where_they_should(made):
    sizes = {
        drift: np.bincount(made.next_wave(drift=drift).truth.customers) / 100_000
        for drift in ("mix", "profile", None)
    }
    np.testing.assert_allclose(sizes["profile"], made.truth.sizes, atol=0.008)
    np.testing.assert_allclose(sizes[None], made.truth.sizes, atol=0.008)
    assert sizes["mix"][0] < 0.26
    assert sizes["mix"][3] > 0.24
    now, later = made, made.next_wave(drift="profile")
    saving = made.codebook.names("importance", block="saving")
    means = [
        wave.answers[saving].mean(axis=1)[wave.truth.respondents == 1].mean()
        for wave in (now, later)
    ]
    assert means[1] > means[0] + 0.3
    methods = set(made.next_wave(drift="fields").base["payment_method"].dropna())
    assert "card or wallet" in methods
    assert "card" not in methods


def test_waves_can_follow_each_other():
    made = make_payments_study(n_respondents=200, n_customers=2000)
    third = made.next_wave(months=6).next_wave(months=18, drift="mix")
    assert third.day.isoformat() == "2027-06-30"
    assert third.answers["respondent"].is_unique
    assert third.base["customer_id"].is_unique


def test_a_census_has_equal_weights_and_a_later_wave():
    made = make_payments_study(n_respondents=300, n_customers=300)
    assert (made.answers["weight"] == 1).all()
    assert len(made.next_wave(months=24).answers) > 100


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"n_segments": 2}, "n_segments=2 was given; expected a whole number from 3 to 6"),
        ({"n_segments": 9}, "n_segments=9 was given; expected a whole number from 3 to 6"),
        ({"n_respondents": 10}, "n_respondents=10 was given; expected a whole number at least 50"),
        ({"n_respondents": 2.5}, "n_respondents=2.5"),
        ({"n_customers": 1000}, "n_customers=1000 is less than n_respondents=3000"),
        ({"output": "spark"}, "output='spark' is not known; expected one of 'pandas', 'polars'"),
        ({"random_state": "x"}, "random_state='x'"),
    ],
)
def test_what_cannot_be_made_is_said(args, message):
    with pytest.raises(SegkitError, match=message):
        make_payments_study(**args)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"months": 0}, "months=0 was given; expected a whole number from 1 to 120"),
        ({"drift": "weather"}, "drift='weather' is not known; expected one of 'mix'"),
    ],
)
def test_a_wave_that_cannot_be_made_is_said(made, args, message):
    with pytest.raises(SegkitError, match=message):
        made.next_wave(**args)


def test_a_million_customers(capsys):
    start = time.perf_counter()
    made = make_payments_study(n_customers=1_000_000, n_respondents=500)
    assert made.base.shape == (1_000_000, 12)
    with capsys.disabled():
        print(f"\n1,000,000 made customers in {time.perf_counter() - start:.1f} s")  # noqa: T201
