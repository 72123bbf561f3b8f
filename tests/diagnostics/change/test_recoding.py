import itertools

import numpy as np
import pandas as pd
import pytest

from segkit import datasets
from segkit.diagnostics import drift
from segkit.diagnostics.change.compared import compare_tables
from segkit.diagnostics.change.recoding import recoding_of

PLANS = np.array(["basic", "plus", "family", "student"])


def people(n, seed):
    """Plans go with age and amount; a code of delay; gaps."""
    rng = np.random.default_rng(seed)
    plan = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
    return pd.DataFrame(
        {
            "plan": PLANS[plan],
            "age": rng.normal(np.array([60, 45, 40, 22])[plan], 8).round(),
            "amount": rng.gamma(2, np.array([10, 20, 30, 5])[plan]).round(2),
            "delay": rng.choice([-1.0, 0, 1, 2, 3], n, p=[0.1, 0.6, 0.15, 0.1, 0.05]),
            "logins": np.where(rng.random(n) < 0.3, np.nan, rng.poisson(3 * (4 - plan))),
        }
    )


def found(before, after, weights=(None, None)):
    rows = compare_tables((before, after), weights, None, None, None).rows
    told = (recoding_of(i, rows.before, rows.after, (rows.w, rows.v)) for i in range(5))
    return {r.field: r.detail for r in told if r is not None}


BEFORE, AFTER = people(2000, 0), people(3000, 1)
NO_CODES = AFTER["delay"].mask(AFTER["delay"] == 1)


@pytest.mark.parametrize(
    ("change", "field", "detail"),
    [
        (lambda t: t["plan"].replace("family", "household"), "plan",
         "`family` is now called `household`"),
        (lambda t: t["plan"].replace({"family": "F2", "basic": "B1"}), "plan",
         "`basic` is now called `B1`, `family` is now called `F2`"),
        (lambda t: t["plan"].str.upper() + " ", "plan",
         "`basic` is now called `BASIC `, `family` is now called `FAMILY `, `plus` is now called "
         "`PLUS `, and 1 more"),
        (lambda t: 100 * t["amount"], "amount", "all values were multiplied by 100"),
        (lambda t: t["age"] + 1900, "age", "all values were raised by 1,900"),
        (lambda t: t["logins"].fillna(-9), "logins", "gaps are now coded `-9`"),
        (lambda t: (t["age"] // 5 * 5 + 2.5), "age",
         "in other steps: 81 different values before, 19 now"),
        (lambda t: t["amount"].mask(t.index % 10 == 0), "amount", None),
        (lambda t: t["delay"].replace(1, 2), "delay",
         "code `1` went out of use (15.8 % -> 0.0 %)"),
        (lambda t: t["plan"].where(t.index % 10 > 0, "crypto"), "plan", None),
        (lambda t: t["plan"].replace("student", "basic"), "plan", None),
        (lambda t: t["delay"] + (t.index % 3 == 0), "delay", None),
    ],
)  # fmt: skip
def test_each_form_is_told_from_what_people_do(change, field, detail):
    expected = {} if detail is None else {field: detail}
    assert found(BEFORE, AFTER.assign(**{field: change(AFTER)})) == expected


@pytest.mark.parametrize(
    ("change", "field", "detail"),
    [
        (lambda t: t["logins"].fillna(999), "logins", "`999` is now a gap"),
        (lambda t: t["delay"].replace(1, 2), "delay",
         "code `1` came into use (0.0 % -> 14.4 %)"),
        (lambda t: t["amount"] / 100, "amount", "all values were multiplied by 100"),
    ],
)  # fmt: skip
def test_the_way_back_is_told_too(change, field, detail):
    assert found(BEFORE.assign(**{field: change(BEFORE)}), AFTER) == {field: detail}


def test_nothing_is_claimed_without_a_change():
    for seed in range(0, 20, 2):
        assert found(people(400, seed), people(400, seed + 1)) == {}


def test_values_that_small_tables_lack_by_chance_are_not_recoded():
    # 47 ages and 15 jobs of some 200 people, who grow older: single ones vanish and come
    rng = np.random.default_rng(0)

    def few(n, shift):
        jobs = np.array([f"job {i:02d}" for i in range(15)])
        return pd.DataFrame(
            {
                "age": np.clip(rng.normal(38 + shift, 10, n).round(), 20, 66),
                "rating": np.clip(rng.normal(4 + shift / 8, 1.5, n).round(), 1, 7),
                "job": rng.choice(jobs, n),
                "visits": np.where(rng.random(n) < 0.02 + shift / 50, np.nan, rng.poisson(9, n)),
            }
        )

    for _ in range(40):
        tables = few(int(rng.integers(60, 260)), 0), few(int(rng.integers(60, 260)), 3)
        rows = compare_tables(tables, (None, None), None, None, None).rows
        told = [recoding_of(i, rows.before, rows.after, (rows.w, rows.v)) for i in range(4)]
        assert told == [None] * 4


def test_a_value_of_many_is_no_code_however_many_people_held_it():
    before = pd.DataFrame({"age": np.repeat(np.arange(20, 60), 100)})
    after = before[before["age"] != 39]
    assert "recoded" not in {c.kind for c in drift(before, after).changes}


def test_tables_too_small_to_compare_people_by_level_do_not_stop_the_run():
    before = pd.DataFrame({"plan": ["a"] * 20 + ["b"] * 20, "age": range(40)})
    after = before.assign(plan=["c"] * 20 + ["b"] * 20)
    assert drift(before, after).changes[0].kind == "new level"


def test_a_new_level_of_other_people_is_no_new_name():
    # the old level has gone, a new one has come, as many rows: but people unlike the old ones
    after = AFTER.copy()
    after = after[after["plan"] != "student"].reset_index(drop=True)
    old = after.index[after["plan"] == "basic"][:300]
    after.loc[old, "plan"] = "silver"
    assert found(BEFORE, after) == {}


def test_a_field_of_one_level_in_each_table_tells_nothing_of_names():
    months = [t.assign(month=name) for t, name in ((BEFORE, "May"), (AFTER, "August"))]
    month = next(c for c in drift(*months).changes if c.field == "month")
    assert month.kind == "new level"
    assert month.detail.startswith("`August` (100.0 %)")
    # an old level beside it is not enough either: all new people are at the only new level
    months[0].loc[:900, "month"] = "April"
    assert "recoded" not in {c.kind for c in drift(*months).changes}
    # but it is the same name in capitals, whatever else is there
    spelled = BEFORE.assign(month="May"), AFTER.assign(month="MAY")
    assert "`May` is now called `MAY`" in {c.detail for c in drift(*spelled).changes}


@pytest.mark.parametrize("field", ["plan", "logins", "amount"])
def test_tables_worth_fewer_than_50_rows_are_not_called_recoded(field):
    change = {
        "plan": lambda t: t["plan"].str.upper(),
        "logins": lambda t: t["logins"].fillna(-9),
        "amount": lambda t: 100 * t["amount"],
    }[field]

    def told(before, after):
        kinds = {c.kind for c in drift(before, after.assign(**{field: change(after)})).changes}
        return "recoded" in kinds

    assert told(BEFORE, AFTER)
    assert told(BEFORE, AFTER[:200])
    assert not told(BEFORE, AFTER[:49])
    assert not told(BEFORE[:49], AFTER)


def test_part_of_the_values_is_no_other_step():
    # nine of many amounts, as a small table, a promotion or one month has them
    amounts = np.unique(BEFORE["amount"])
    nine = pd.DataFrame({"amount": np.random.default_rng(0).choice(amounts[:900:100], 600)})
    for tables in ((BEFORE[["amount"]], nine), (nine, BEFORE[["amount"]])):
        assert {c.kind for c in drift(*tables).changes} == {"shift"}
    # a small table has few values for want of rows, and shares hardly one with another
    rng = np.random.default_rng(0)
    tables = [pd.DataFrame({"spend": rng.normal(mean, 1, n)}) for mean, n in ((0, 500), (0.8, 55))]
    for a, b in (tables, tables[::-1]):
        assert {c.kind for c in drift(a, b).changes} == {"shift"}


def test_the_rates_of_other_days_are_no_other_steps():
    rng = np.random.default_rng(0)
    may, august = (
        pd.DataFrame({"rate": rng.choice(np.round(rng.normal(at, 0.4, days), 3), 2000)})
        for at, days in ((1.3, 35), (1.5, 39))
    )
    assert {c.kind for c in drift(may, august).changes} == {"shift"}


def test_the_share_that_is_named_is_the_small_one():
    bands = AFTER.assign(age=AFTER["age"] // 5 * 5 + 2.5)
    there, back = (drift(*t).changes for t in ((BEFORE, bands), (bands, BEFORE)))
    assert {c.evidence for c in there if c.kind == "recoded"} == {
        "only 0.0 % of the values before are among those of now"
    }
    assert {c.evidence for c in back if c.kind == "recoded"} == {
        "only 0.0 % of the values now are among those of before"
    }


def test_weights_are_people():
    renamed = AFTER.assign(plan=AFTER["plan"].replace("family", "household"))
    w = np.random.default_rng(0).integers(1, 4, 2000)
    repeated = BEFORE.loc[BEFORE.index.repeat(w)]
    assert found(BEFORE, renamed, (w, None)) == found(repeated, renamed)


def test_drift_calls_it_recoded_and_gives_the_evidence(frame_kind):
    renamed = AFTER.assign(plan=AFTER["plan"].replace("family", "household"))
    tables = [frame_kind.make(t.to_dict("list")) for t in (BEFORE, renamed)]
    result = drift(*tables)
    assert result.verdict == "recalibrate"
    assert result.reasons[0] == (
        "`plan`, recoded: `family` is now called `household` (about as many rows (20.3 % -> "
        "19.3 %), and on the 4 other fields no old level has people as near). Undo it in the base "
        "before anything else."
    )
    row = next(c for c in result.changes if c.field == "plan")
    assert (row.kind, row.detail) == ("recoded", "`family` is now called `household`")


@pytest.mark.parametrize("seed", range(3))
def test_the_renamed_level_of_the_made_study_is_told(seed):
    made = datasets.make_payments_study(200, 4000, random_state=seed)
    for kind in ("fields", "mix", None):
        later = made.next_wave(drift=kind)
        bases = [s.base.drop(columns="customer_id") for s in (made, later)]
        recoded = {c.detail for c in drift(*bases).changes if c.kind == "recoded"}
        expected = {"`card` is now called `card or wallet`"} if kind == "fields" else set()
        assert recoded == expected


@pytest.mark.real_data
def test_the_last_month_of_the_credit_default_set_is_coded_otherwise(data_folder):
    table = datasets.fetch_credit_default().answers

    def month(at, amounts):
        named = {"status": f"PAY_{at}", "bill": f"BILL_AMT{amounts}", "paid": f"PAY_AMT{amounts}"}
        kept = {"limit": "LIMIT_BAL", "age": "AGE", "education": "EDUCATION"}
        return pd.DataFrame({new: table[old] for new, old in (named | kept).items()})

    months = [month(6, 6), month(5, 5), month(4, 4), month(3, 3), month(2, 2), month(0, 1)]
    recoded = [
        {c.field: c.detail for c in drift(a, b).changes if c.kind == "recoded"}
        for a, b in itertools.pairwise(months)
    ]
    assert recoded == [
        {}, {}, {}, {}, {"status": "code `1` came into use (0.1 % -> 12.3 %)"},
    ]  # fmt: skip


@pytest.mark.real_data
def test_income_in_bands_became_income_in_figures(data_folder):
    table = datasets.fetch_payment_choice().answers
    waves = [table[table["wave"] == year] for year in (2017, 2018)]
    kept = ["age", "education", "hh_income", "hh_size", "dc_adopt", "banp_adopt"]
    found = drift(
        *(t[kept] for t in waves),
        sample_weight=waves[0]["weight"],
        current_weight=waves[1]["weight"],
    )
    assert {c.field: c.detail for c in found.changes if c.kind == "recoded"} == {
        "hh_income": "in other steps: 18 different values before, 395 now"
    }
    assert found.reasons[0].startswith("`hh_income`, recoded: in other steps")
    items = [c for c in table.columns if c.startswith("assess_")]
    ratings = drift(
        *(t[items] for t in waves),
        sample_weight=waves[0]["weight"],
        current_weight=waves[1]["weight"],
    )
    assert (ratings.verdict, ratings.kinds) == ("keep", ())


@pytest.mark.real_data
def test_the_months_of_a_telephone_campaign_are_told_apart(data_folder):
    table = datasets.fetch_bank_marketing().answers
    table = table[table["year"] == 2008]
    fields = ["age", "job", "education", "contact", "campaign", "poutcome"]
    june, july = (table.loc[table["month"] == m, fields] for m in ("June", "July"))
    found = drift(june, july)
    assert found.verdict == "recalibrate"
    assert found.reasons[0].startswith("`contact`, new level: `cellular` (85.2 %)")
    assert "recoded" not in set(found.frame()["kind"])
    assert found.joint["auc"][0] > 0.9
    # of some 200 people a month, single ages vanish by chance
    table = datasets.fetch_bank_marketing().answers
    months = [t for _, t in table[table["year"] == 2010].groupby("month")]
    for one, other in itertools.combinations(months, 2):
        small = drift(one[fields], other[fields])
        assert "recoded" not in set(small.frame()["kind"])
    # one month's halves do not differ
    half = np.random.default_rng(0).random(len(july)) < 0.5
    assert drift(july[half], july[~half]).verdict == "keep"
