"""Invoices of a year, paid by habits that differ between the segments."""

from typing import Any

import numpy as np

from segkit.datasets.made.archetypes import Archetype
from segkit.datasets.made.people import People

__all__ = ["LEDGER_CUSTOMERS", "write_ledger"]

LEDGER_CUSTOMERS = 5_000
"""The ledger holds the invoices of at most so many customers, the first of the base."""

_MOST_BILLS = 6
_DAYS_TO_PAY = (14, 21, 30)
_FIXED_DAYS = (25, 25, 25, 1, 10, 15, 28)


def write_ledger(
    cast: tuple[Archetype, ...],
    people: People,
    customer_id: np.ndarray,
    until: np.datetime64,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Return the invoices of the twelve months before a day, as columns.

    Parameters
    ----------
    cast : tuple of Archetype
        The archetype of each segment.
    people : People
        The first customers of the base.
    customer_id : ndarray of shape (n,)
        Their numbers.
    until : numpy.datetime64
        The day of the extract: a payment after it is not known, the invoice is open.
    rng : numpy.random.Generator
        Draws habits and invoices.

    Returns
    -------
    dict of str to ndarray
        Sorted by the day of issue.
    """
    habits = _habits(cast, people, rng)
    bills = np.clip(people.codes.bills_a_month, 0, _MOST_BILLS).astype(int)
    who = np.repeat(np.arange(people.n), bills * 12)
    month = np.arange(len(who)) % 12
    first = until.astype("datetime64[M]") - np.timedelta64(12, "M")
    issued = (first + month).astype("datetime64[D]") + rng.integers(0, 28, len(who))
    due = issued + np.array(_DAYS_TO_PAY)[habits["terms"][who]]
    disputed = rng.random(len(who)) < habits["disputes"][who]
    paid = _paid(issued, due, disputed, {k: v[who] for k, v in habits.items()}, rng)
    paid[paid > until] = np.datetime64("NaT")
    amount = np.exp(np.log(habits["usual"][who]) + 0.35 * rng.standard_normal(len(who)))
    order = np.lexsort((who, issued))
    return {
        "customer_id": customer_id[who][order],
        "invoice_id": np.arange(1, len(who) + 1),
        "issued": issued[order],
        "due": due[order],
        "paid": paid[order],
        "amount": np.round(amount, 2)[order],
        "currency": np.where(habits["pounds"][who], "GBP", "EUR")[order].tolist(),
        "disputed": disputed[order],
    }


def _habits(
    cast: tuple[Archetype, ...], people: People, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Draw how each customer pays; reminders in the base and late payments go together."""
    n = people.n
    fixed, late, spread, disputes = np.array([a.habit for a in cast])[people.segments].T
    reminders = np.maximum(people.codes.late_reminders_12m, 0)
    amount = np.nan_to_num(people.codes.amount, nan=40.0)
    return {
        "fixed": rng.random(n) < fixed,
        "day": rng.choice(_FIXED_DAYS, n),
        "late": late + 1.5 * reminders + 2.0 * rng.standard_normal(n),
        "spread": spread,
        "disputes": np.minimum(disputes * rng.gamma(0.5, 2.0, n), 0.6),
        "terms": rng.integers(0, len(_DAYS_TO_PAY), n),
        "usual": amount / np.maximum(people.codes.bills_a_month, 1),
        "pounds": rng.random(n) < 0.03,
    }


def _paid(
    issued: np.ndarray,
    due: np.ndarray,
    disputed: np.ndarray,
    habit: dict[str, np.ndarray],
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the days of payment: the customer's fixed day, or around the due date."""
    days = np.rint(habit["late"] + habit["spread"] * rng.standard_normal(len(due)))
    free = due + days.astype(int)
    month = issued.astype("datetime64[M]")
    same = month.astype("datetime64[D]") + (habit["day"] - 1)
    following = (month + 1).astype("datetime64[D]") + (habit["day"] - 1)
    paid = np.where(habit["fixed"], np.where(same >= issued, same, following), free)
    settled = due + rng.integers(20, 90, len(due))
    return np.maximum(np.where(disputed, settled, paid), issued)
