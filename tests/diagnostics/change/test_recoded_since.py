"""What was recorded otherwise since it was counted: of the same people, and of others."""

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.change.recoded_since import NEW, recoded_since
from segkit.diagnostics.counting.counts import Counts, bin_codes, count, make_bins
from segkit.diagnostics.counting.fields import read_field


def people(n, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "plan": rng.choice(["basic", "family", "plus"], n, p=[0.5, 0.3, 0.2]),
            "amount": rng.gamma(2, 30, n).round(2),
            "delay": rng.choice([-1.0, 0, 1, 2, 3], n, p=[0.1, 0.6, 0.15, 0.1, 0.05]),
            "logins": np.where(rng.random(n) < 0.2, np.nan, rng.poisson(20, n)),
            "online": rng.random(n) < 0.4,
        }
    )


BEFORE, OTHERS = people(2000, 0), people(3000, 1)


def read(table, field):
    return read_field(table, field, what="the base")


def counted(table, field):
    column = read(table, field)
    w = np.ones(len(table))
    bins = make_bins(column, w)
    return count(column, bins, np.zeros(len(table), int), 1, w), bin_codes(column, bins)


def of_people(field, change, table=BEFORE):
    before, held = counted(table, field)
    found = recoded_since(before, read(table.assign(**{field: change(table)}), field), held)
    return None if found is None else found.detail


def of_others(field, change):
    before, _ = counted(BEFORE, field)
    found = recoded_since(before, read(OTHERS.assign(**{field: change(OTHERS)}), field))
    return None if found is None else found.detail


SWAPPED = {"basic": "plus", "plus": "basic"}


@pytest.mark.parametrize(
    ("field", "change", "detail"),
    [
        ("plan", lambda t: t["plan"].replace("family", "household"),
         "`family` is now called `household`"),
        ("plan", lambda t: t["plan"].replace(SWAPPED),
         "`basic` became `plus`, `plus` became `basic`"),
        ("plan", lambda t: t["plan"].replace("plus", "basic"), "`plus` became `basic`"),
        ("plan", lambda t: t["plan"].mask(t["plan"] == "plus"), "`plus` is now a gap"),
        ("plan", lambda t: t["plan"].where(t["plan"] == ""), "its values are missing"),
        ("delay", lambda t: t["delay"].replace(1, 2), "`1` became `2`"),
        ("delay", lambda t: t["delay"] + 1,
         "`-1` became `0`, `0` became `1`, `1` became `2`, and 2 more"),
        ("logins", lambda t: t["logins"].fillna(-9), "gaps are now coded `-9`"),
        ("amount", lambda t: 12 * t["amount"], "all values were multiplied by 12"),
        ("online", lambda t: ~t["online"], "`False` became `True`, `True` became `False`"),
        ("plan", lambda t: t["plan"], None),
        ("plan", lambda t: np.random.default_rng(3).permutation(t["plan"]), None),
        ("plan", lambda t: t["plan"].where(t.index % 4 > 0, "crypto"), None),
        ("amount", lambda t: t["amount"].mask(t.index % 3 == 0), None),
        ("delay", lambda t: t["delay"] + (t.index % 3 == 0), None),
    ],
)  # fmt: skip
def test_of_the_same_people_each_form_is_told_from_what_people_do(field, change, detail):
    assert of_people(field, change) == detail


@pytest.mark.parametrize(
    ("field", "change", "detail"),
    [
        ("plan", lambda t: t["plan"].str.upper(),
         "`basic` is now called `BASIC`, `family` is now called `FAMILY`, `plus` is now called "
         "`PLUS`"),
        ("delay", lambda t: t["delay"].replace(1, 2), "code `1` went out of use (15.4 % -> 0.0 %)"),
        ("amount", lambda t: 12 * t["amount"], "all values were multiplied by 12"),
        ("amount", lambda t: t["amount"] * np.nan, "its values are missing"),
        # without its people a new name may be a new offer
        ("plan", lambda t: t["plan"].replace("family", "household"), None),
        ("plan", lambda t: t["plan"], None),
        ("amount", lambda t: 1.2 * t["amount"], None),
    ],
)  # fmt: skip
def test_of_others_what_counts_can_show_is_told(field, change, detail):
    assert of_others(field, change) == detail


def test_newcomers_are_no_evidence():
    before, held = counted(BEFORE, "plan")
    renamed = read(BEFORE.assign(plan=BEFORE["plan"].replace("family", "household")), "plan")
    assert recoded_since(before, renamed, np.full(held.size, NEW)) is None
    half = np.where(np.arange(held.size) % 2, held, NEW)
    assert recoded_since(before, renamed, half).detail == "`family` is now called `household`"


def test_a_code_of_twenty_people_is_too_rare():
    few = BEFORE.copy()
    few["plan"] = few["plan"].where(few.index >= 20, "trial")
    assert of_people("plan", lambda t: t["plan"].replace("trial", "test"), few) is None


def test_groups_are_taken_together():
    before, held = counted(BEFORE, "plan")
    parts = Counts(before.bins, np.vstack([before.cells * 0.25] * 4), before.squares.repeat(4) / 4)
    renamed = read(BEFORE.assign(plan=BEFORE["plan"].replace("family", "household")), "plan")
    assert recoded_since(parts, renamed, held) == recoded_since(before, renamed, held)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_claimed_of_people_who_change_now_and_then(seed):
    fresh = people(2000, 50 + seed)
    changes = np.random.default_rng(seed).random(2000) < 0.2
    for field in BEFORE.columns:
        assert of_people(field, lambda t, f=field: t[f].mask(changes, fresh[f])) is None
        assert of_others(field, lambda t, f=field: t[f]) is None


def test_of_amounts_only_what_is_told_is_named(monkeypatch):
    from segkit.diagnostics.change import recoded_since as module

    named = []
    monkeypatch.setattr(module, "value_text", lambda v: named.append(v) or f"{v:g}")
    table = BEFORE.assign(amount=BEFORE["amount"].where(BEFORE.index % 5 > 0))
    told = of_people("amount", lambda t: t["amount"].fillna(-9), table)
    assert told == "gaps are now coded `-9`"
    assert set(named) == {-9.0}
