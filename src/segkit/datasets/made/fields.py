"""What the customer base knows: eleven fields from a small Bayesian network.

A customer has a segment s and a hidden life stage h drawn given s; given (s, h) the
fields are independent, except that tenure depends on age, and the monthly amount on the
number of bills. Every discrete field is drawn from an urn of 65,536 tickets for each
(s, h), so the probabilities are exactly known fractions and drawing is one table look-up:
millions of customers take seconds, and the oracle's likelihood has no approximation.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import nbinom

from segkit.datasets.made.world import FIELD_SCALE, World, make_world

__all__ = [
    "AGES",
    "LEVELS",
    "MISSING_SHARE",
    "STAGES",
    "TICKETS",
    "FieldModel",
    "age_and_tenure",
    "field_model",
    "longest_tenure",
    "outcomes",
    "tenure_of",
]

TICKETS = 65_536
STAGES = 4
AGES = np.arange(18, 96)
COMPANY_AGE = 240  # tenths of a year since the first customer joined
TENURE_STEPS = 256

LEVELS: dict[str, tuple[str, ...]] = {
    "region": ("North", "South", "East", "West", "Central", "Capital", "Islands"),
    "household": ("single", "couple", "family with children", "shared home"),
    "payment_method": (
        "direct debit", "e-invoice", "bank transfer", "mobile app", "card", "paper slip",
    ),
}  # fmt: skip
"""The levels of the text fields."""

MISSING_SHARE: dict[str, float] = {"age": 0.06, "household": 0.09, "payment_method": 0.02}
"""Share of each field that is missing at random; other gaps follow from what a field is."""

AMOUNT_SD = 0.45

# Log odds of the levels by life stage: young, family, midlife, senior
_STAGE = (0.22, 0.33, 0.25, 0.20)
_AGE = ((24.0, 4.5), (38.0, 7.0), (55.0, 7.0), (73.0, 8.0))
_REGION = ((0.0, 0.0, -0.2, 0.1, 0.1, 0.9, -0.9),) + ((0.0, 0.1, 0.0, 0.1, 0.1, 0.3, -0.8),) * 3
_HOUSEHOLD = (
    (0.6, 0.2, -1.2, 1.0), (-0.8, 0.0, 1.3, -0.9), (-0.2, 0.8, 0.3, -1.6), (0.5, 1.0, -2.5, -2.4),
)  # fmt: skip
_METHOD = (
    (-0.1, -0.3, 0.0, 0.9, 0.5, -1.8), (0.6, 0.4, 0.2, 0.2, 0.0, -1.2),
    (0.5, 0.4, 0.5, -0.5, -0.2, -0.4), (0.3, -0.3, 0.5, -1.4, -0.9, 0.7),
)  # fmt: skip
_TENURE = (0.0, 0.0, 0.2, 0.4)
_PRODUCTS = (0.55, 0.95, 1.0, 0.7)
_BILLS = (1.1, 2.0, 1.9, 1.6)
_REMINDERS = (-0.2, -0.5, -0.9, -1.3)
_AMOUNT = (4.2, 4.8, 4.8, 4.5)
_LOGINS = (2.6, 2.3, 1.9, 1.5)
_APP = (1.8, 1.2, 0.3, -0.9)
_AUTOPAY = (-0.6, 0.2, 0.3, -0.1)


@dataclass(frozen=True)
class FieldModel:
    """The fields given segment and life stage; cell ``s * 4 + h`` is a row of every table.

    Attributes
    ----------
    stages : ndarray of shape (k, 4)
        Probability of the life stage given the segment.
    tables : dict of ndarray of shape (4 k, n_values)
        Probability of each value of a discrete field in each cell, in 65,536ths.
    urns : dict of ndarray of shape (4 k, 65536)
        The same as tickets to draw from.
    amount : ndarray of shape (4 k,)
        Mean log of the amount per bill and month.
    """

    stages: np.ndarray
    tables: dict[str, np.ndarray]
    urns: dict[str, np.ndarray]
    amount: np.ndarray


@lru_cache(maxsize=8)
def field_model(
    n_segments: int, field_scale: float | None = None, *, recoded: bool = False
) -> FieldModel:
    """Return the field model of the world with so many segments.

    Parameters
    ----------
    n_segments : int
        3, 4, 5 or 6.
    field_scale : float or None
        How strongly the fields lean on the segment; None takes the calibrated value.
    recoded : bool
        The world a year later, when more customers use the app and paper goes.
    """
    world = make_world(n_segments)
    scale = FIELD_SCALE[n_segments] if field_scale is None else field_scale
    cells = _Cells(world, scale)
    tables = {name: _in_tickets(p) for name, p in _tables(cells, recoded).items()}
    stages = tables.pop("stage")[::STAGES]
    urns = {name: _urn(table) for name, table in tables.items()} | {"stage": _urn(stages)}
    return FieldModel(stages, tables, urns, cells.mix(_AMOUNT, "amount") - 1.9)


class _Cells:
    """Adds what a life stage does to a field and what a segment does to it, for every cell."""

    def __init__(self, world: World, scale: float) -> None:
        self.world, self.scale = world, scale

    def mix(self, by_stage: tuple[object, ...], trait: str) -> np.ndarray:
        """Return the sum for each cell, of shape (4 k,) or (4 k, n_levels)."""
        stage = np.array(by_stage, dtype=float)
        segment = np.array([getattr(a, trait) for a in self.world.cast], dtype=float)
        segment = self.scale * (segment - self.world.shares @ segment)
        both = segment[:, None] + stage[None]
        return both.reshape(-1, *both.shape[2:])


def _tables(cells: _Cells, recoded: bool) -> dict[str, np.ndarray]:
    k = cells.world.n_segments
    stage = np.log(_STAGE) + cells.scale * _centred(cells, "stage")
    method, app = cells.mix(_METHOD, "method"), cells.mix(_APP, "app")
    if recoded:
        method = method + np.array([0.0, 0.1, -0.3, 0.7, 0.2, -1.2])
        app = app + 0.7
    age = np.array([_normal(AGES, m, sd) for m, sd in _AGE])
    late = _negative_binomial(np.exp(cells.mix(_REMINDERS, "reminders")), 0.8, 13)
    return {
        "stage": np.repeat(_softmax(stage), STAGES, axis=0),
        "age": np.tile(age, (k, 1)),
        "region": _softmax(cells.mix(_REGION, "region")),
        "household": _softmax(cells.mix(_HOUSEHOLD, "household")),
        "tenure": _tenure(cells.mix(_TENURE, "tenure")),
        "products": _negative_binomial(np.exp(cells.mix(_PRODUCTS, "products")), 8.0, 9),
        "payment_method": _softmax(method),
        "bills_a_month": _negative_binomial(np.exp(cells.mix(_BILLS, "bills")), 3.0, 41),
        "app_logins_30d": _negative_binomial(np.exp(cells.mix(_LOGINS, "logins")), 0.7, 301),
        "has_app": _binary(app),
        "autopay": _binary(cells.mix(_AUTOPAY, "autopay")),
        "late_reminders_12m": late,
    }


def _centred(cells: _Cells, trait: str) -> np.ndarray:
    values = np.array([getattr(a, trait) for a in cells.world.cast])
    return values - cells.world.shares @ values


def longest_tenure(age: np.ndarray) -> np.ndarray:
    """Return the longest possible tenure in tenths of a year: since 17, since the founding."""
    return np.minimum((age - 17) * 10, COMPANY_AGE)


def tenure_of(step: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Return the tenure in tenths of a year, step 256ths of the longest possible one."""
    return step.astype(np.int32) * longest_tenure(age).astype(np.int32) // TENURE_STEPS


def age_and_tenure(model: FieldModel) -> np.ndarray:
    """Return P(age, tenure) in each cell, of shape (4 k, n_ages, n_tenths)."""
    ages, steps = model.tables["age"], model.tables["tenure"]
    longest = longest_tenure(AGES)
    joint = np.zeros((len(ages), len(AGES), longest.max()))
    for a, tenths in enumerate(longest):
        tenure = np.arange(TENURE_STEPS) * tenths // TENURE_STEPS
        for cell, row in enumerate(steps):
            joint[cell, a] = ages[cell, a] * np.bincount(tenure, row, minlength=joint.shape[2])
    return joint


def outcomes(model: FieldModel, name: str) -> np.ndarray:
    """Return the probabilities of a field in each cell, (4 k, n_values).

    Without the app there is no count of logins; that gap is an outcome and comes first.
    """
    if name != "app_logins_30d":
        return model.tables[name]
    no_app, has_app = model.tables["has_app"].T
    return np.column_stack([no_app, has_app[:, None] * model.tables[name]])


def _tenure(log_odds: np.ndarray) -> np.ndarray:
    """How much of the possible time a customer has stayed: Beta(1, b), many new customers."""
    edges = np.linspace(0, 1, TENURE_STEPS + 1)
    below = 1 - (1 - edges) ** (1.9 * np.exp(-log_odds))[:, None]
    return np.diff(below, axis=1)


def _negative_binomial(mean: np.ndarray, size: float, n_values: int) -> np.ndarray:
    """Return the chances of 0, 1, ... when the variance is mean + mean^2 / size."""
    p = np.asarray(nbinom.pmf(np.arange(n_values), size, (size / (size + mean))[:, None]))
    return p / p.sum(axis=1, keepdims=True)


def _normal(values: np.ndarray, mean: float, sd: float) -> np.ndarray:
    p = np.exp(-0.5 * np.square((values - mean) / sd))
    return p / p.sum()


def _binary(log_odds: np.ndarray) -> np.ndarray:
    yes = 1 / (1 + np.exp(-log_odds))
    return np.column_stack([1 - yes, yes])


def _softmax(logits: np.ndarray) -> np.ndarray:
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def _in_tickets(p: np.ndarray) -> np.ndarray:
    """Round probabilities to 65,536ths that sum to one (largest remainders)."""
    exact = p * TICKETS
    tickets = np.floor(exact).astype(np.int64)
    for row, rest in zip(tickets, exact - tickets, strict=True):
        row[np.argsort(-rest, kind="stable")[: TICKETS - row.sum()]] += 1
    return tickets / TICKETS


def _urn(table: np.ndarray) -> np.ndarray:
    tickets = np.rint(table * TICKETS).astype(np.int64)
    values = np.arange(table.shape[1], dtype=np.uint16)
    return np.array([np.repeat(values, row) for row in tickets])
