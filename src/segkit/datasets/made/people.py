"""Customers drawn from the field model, as small integer codes, block by block."""

from dataclasses import dataclass, fields

import numpy as np

from segkit.datasets.made.fields import (
    AGES,
    AMOUNT_SD,
    MISSING_SHARE,
    STAGES,
    TICKETS,
    FieldModel,
    tenure_of,
)

__all__ = ["FieldCodes", "People", "draw_amount", "draw_people", "draw_traits", "take_people"]

_BLOCK = 250_000  # customers drawn at a time: bounds the memory of the draws


@dataclass(frozen=True)
class FieldCodes:
    """The fields of n customers as codes; -1 is missing (NaN for the amount).

    Attributes
    ----------
    age : ndarray
        Position in `fields.AGES`.
    region, household, payment_method : ndarray
        Position in `fields.LEVELS`.
    tenure : ndarray
        Tenths of a year.
    products : ndarray
        Number of products less one.
    bills_a_month, app_logins_30d, late_reminders_12m : ndarray
        Counts.
    autopay : ndarray
        0 or 1.
    amount : ndarray
        Euros a month.
    """

    age: np.ndarray
    region: np.ndarray
    household: np.ndarray
    tenure: np.ndarray
    products: np.ndarray
    payment_method: np.ndarray
    bills_a_month: np.ndarray
    app_logins_30d: np.ndarray
    autopay: np.ndarray
    late_reminders_12m: np.ndarray
    amount: np.ndarray

    @property
    def n(self) -> int:
        """The number of customers."""
        return len(self.age)


@dataclass(frozen=True)
class People:
    """Customers with what nobody sees.

    Attributes
    ----------
    segments, stages : ndarray of shape (n,)
        True segment and hidden life stage.
    ages : ndarray of shape (n,)
        True age as a position in `fields.AGES`, known or not.
    codes : FieldCodes
        What the base knows.
    """

    segments: np.ndarray
    stages: np.ndarray
    ages: np.ndarray
    codes: FieldCodes

    @property
    def n(self) -> int:
        """The number of customers."""
        return len(self.segments)


_TYPES = {"tenure": np.int16, "app_logins_30d": np.int16, "amount": np.float32}


def draw_people(model: FieldModel, shares: np.ndarray, n: int, seed: int) -> People:
    """Draw n customers; blocks have seeds of their own and memory stays bounded."""
    segments, stages, ages = (np.empty(n, dtype=np.uint8) for _ in range(3))
    codes = {f.name: np.empty(n, _TYPES.get(f.name, np.int8)) for f in fields(FieldCodes)}
    for block, start in enumerate(range(0, n, _BLOCK)):
        rows = slice(start, min(start + _BLOCK, n))
        rng = np.random.default_rng([seed, 0, block])
        size = rows.stop - rows.start
        edges = np.cumsum(shares)[:-1]
        segments[rows] = np.searchsorted(edges, rng.random(size), side="right")
        stages[rows] = _draw(model.urns["stage"], segments[rows], rng)
        cells = segments[rows].astype(np.intp) * STAGES + stages[rows]
        ages[rows] = _draw(model.urns["age"], cells, rng)
        tenure = tenure_of(_draw(model.urns["tenure"], cells, rng), AGES[ages[rows]])
        drawn = draw_traits(model, cells, ages[rows], tenure, rng)
        for name, column in codes.items():
            column[rows] = drawn[name]
    return People(segments, stages, ages, FieldCodes(**codes))


def draw_traits(
    model: FieldModel,
    cells: np.ndarray,
    ages: np.ndarray,
    tenure: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Draw the fields of customers whose segment, life stage, age and tenure are known."""
    out = {
        name: _draw(model.urns[name], cells, rng).astype(np.int16)
        for name in (
            "region", "household", "products", "payment_method", "bills_a_month",
            "app_logins_30d", "autopay", "late_reminders_12m",
        )
    }  # fmt: skip
    out["app_logins_30d"][_draw(model.urns["has_app"], cells, rng) == 0] = -1
    out["late_reminders_12m"][tenure < 10] = -1  # no full year to count in yet
    out["age"], out["tenure"] = ages.astype(np.int16), tenure
    for name, share in MISSING_SHARE.items():
        out[name][rng.random(len(cells), dtype=np.float32) < share] = -1
    out["amount"] = draw_amount(model, cells, out["bills_a_month"], rng)
    return out


def take_people(people: People, rows: np.ndarray) -> People:
    """Return the customers at some positions."""
    codes = {f.name: getattr(people.codes, f.name)[rows] for f in fields(FieldCodes)}
    return People(
        people.segments[rows], people.stages[rows], people.ages[rows], FieldCodes(**codes)
    )


def _draw(urns: np.ndarray, cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    tickets = rng.integers(0, TICKETS, size=len(cells), dtype=np.uint16)
    return urns[cells, tickets]


def draw_amount(
    model: FieldModel, cells: np.ndarray, bills: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Log-normal euros a month, in proportion to the bills; none without bills."""
    noise = rng.standard_normal(len(cells), dtype=np.float32)
    per_bill = np.exp(model.amount[cells].astype(np.float32) + AMOUNT_SD * noise)
    return np.where(bills > 0, np.round(per_bill * bills, 2), np.nan)
