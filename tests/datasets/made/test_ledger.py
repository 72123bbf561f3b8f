import numpy as np

from segkit.datasets.made.ledger import LEDGER_CUSTOMERS


def test_invoices_are_of_the_first_customers_and_the_last_year(made):
    ledger = made.ledger
    assert ledger["customer_id"].isin(made.base["customer_id"][:LEDGER_CUSTOMERS]).all()
    assert ledger["invoice_id"].is_unique
    assert ledger["issued"].is_monotonic_increasing
    assert ledger["issued"].min().date().isoformat() >= "2024-06-01"
    assert ledger["issued"].max().date() < made.day
    assert (ledger["due"] > ledger["issued"]).all()
    paid = ledger["paid"].notna()
    assert (ledger["paid"] >= ledger["issued"])[paid].all()
    assert ledger["paid"].max().date() <= made.day
    assert 0 < 1 - paid.mean() < 0.05
    assert (ledger["amount"] > 0).all()
    assert set(ledger["currency"]) == {"EUR", "GBP"}


def test_habits_differ_between_segments(made):
    ledger = made.ledger
    segment = made.truth.customers[ledger["customer_id"] - made.base["customer_id"].iloc[0]]
    late = (ledger["paid"] - ledger["due"]).dt.days
    by_segment = late.groupby(segment).mean()
    assert by_segment[3] > by_segment[0] + 3  # on the move: late
    disputed = ledger["disputed"].groupby(segment).mean()
    assert disputed[2] > 3 * disputed[0]  # careful checkers dispute


def test_some_customers_always_pay_on_one_day(made):
    ledger = made.ledger[~made.ledger["disputed"]].dropna(subset="paid")
    days = ledger["paid"].dt.day.groupby(ledger["customer_id"]).agg(["nunique", "size"])
    often = days[days["size"] >= 24]
    share = (often["nunique"] <= 2).mean()
    assert 0.15 < share < 0.5


def test_reminders_in_the_base_go_with_late_payments(made):
    base = made.base.set_index("customer_id")["late_reminders_12m"].fillna(0)
    late = (made.ledger["paid"] - made.ledger["due"]).dt.days
    mean_late = late.groupby(made.ledger["customer_id"]).mean()
    reminded = base.reindex(mean_late.index) >= 3
    assert mean_late[reminded.to_numpy()].mean() > mean_late[~reminded.to_numpy()].mean() + 2
    assert np.isfinite(mean_late).all()
