"""The same customers some months later: they age, move between segments, leave and join.

Without drift the base is in a steady state: everything that happens to single customers
leaves the joint distribution of segment, life stage and fields exactly as it was, so a
drift that is found there is a false alarm. Four steps do this on the grid of (segment,
life stage, age, tenure): everybody ages; some change their segment given the rest; some
enter another life stage, as many as their age asks for; and where the grid now holds more
people than it should, some leave, new ones filling the places that hold too few.
"""

from dataclasses import dataclass

import numpy as np

from segkit.datasets.made.fields import STAGES, FieldModel, age_and_tenure, outcomes
from segkit.datasets.made.people import FieldCodes, People, draw_amount, draw_traits

__all__ = ["Turnover", "turn_over"]

# How likely a field keeps its value for a year when the customer stays in the segment
_KEPT = {
    "region": 0.97,
    "household": 0.93,
    "products": 0.85,
    "payment_method": 0.88,
    "bills_a_month": 0.70,
    "app_logins_30d": 0.55,
    "autopay": 0.92,
    "late_reminders_12m": 0.50,
}
_MOVING = 0.06  # share of customers a year who think their segment over
_MOVING_IN_MIX = 0.30


@dataclass(frozen=True)
class Turnover:
    """The base after some months.

    Attributes
    ----------
    people : People
        The customers, row by row those of before or the ones in their place.
    stayed : ndarray of bool of shape (n,)
        The row is still the same customer.
    moved : ndarray of bool of shape (n,)
        The customer stayed and changed segment.
    """

    people: People
    stayed: np.ndarray
    moved: np.ndarray


@dataclass(frozen=True)
class _Base:
    """A field model with the segment shares: the joint distribution of a whole base."""

    model: FieldModel
    shares: np.ndarray

    def grid(self) -> np.ndarray:
        """P(segment, stage, age, tenure), of shape (k, 4, n_ages, n_tenths)."""
        cells = (self.model.stages * self.shares[:, None]).ravel()
        joint = cells[:, None, None] * age_and_tenure(self.model)
        return joint.reshape(-1, STAGES, *joint.shape[1:])


def turn_over(
    people: People,
    now: tuple[FieldModel, np.ndarray],
    later: tuple[FieldModel, np.ndarray],
    months: int,
    rng: np.random.Generator,
) -> Turnover:
    """Let some months pass.

    Parameters
    ----------
    people : People
        The customers now.
    now, later : tuple of FieldModel and ndarray of shape (k,)
        The fields and the segment shares before and after.
    months : int
        How much time passes.
    rng : numpy.random.Generator
        Decides about single customers.
    """
    before, after = _Base(*now), _Base(*later)
    grid, target = before.grid(), after.grid()
    mix = not np.allclose(before.shares, after.shares)
    moving = 1 - (1 - (_MOVING_IN_MIX if mix else _MOVING)) ** (months / 12)
    ages, tenure = _aged(people, months, rng)
    grid = _aged_grid(grid, months)
    inside = (ages < grid.shape[2]) & (tenure < grid.shape[3])
    ages, tenure = np.minimum(ages, grid.shape[2] - 1), np.minimum(tenure, grid.shape[3] - 1)
    segments = _moved(people, ages, tenure, target, moving, rng)
    grid = (1 - moving) * grid + moving * grid.sum(axis=0) * _given_rest(target, 0)
    spot = np.array([segments, people.stages, ages, tenure]).astype(np.intp)
    spot[1] = _life_events(spot, _given_rest(grid, 1), _given_rest(target, 1), rng)
    grid = grid.sum(axis=1, keepdims=True) * _given_rest(target, 1)
    stayed = inside & (rng.random(people.n) < _thinning(grid, target)[tuple(spot)])
    moved = stayed & (spot[0] != people.segments)
    new = ~stayed | moved | (spot[1] != people.stages)
    spot[:, ~stayed] = _entrants(grid, target, int((~stayed).sum()), rng)
    traits = _carried(people.codes, before.model, after.model, spot, new, months, rng)
    small = [part.astype(np.uint8) for part in spot[:3]]
    return Turnover(People(small[0], small[1], small[2], traits), stayed, moved)


def _aged(people: People, months: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    years, rest = divmod(months, 12)
    birthday = rng.random(people.n) < rest / 12
    ages = people.ages.astype(np.intp) + years + birthday
    return ages, people.codes.tenure.astype(np.intp) + round(months * 10 / 12)


def _aged_grid(grid: np.ndarray, months: int) -> np.ndarray:
    years, rest = divmod(months, 12)
    tenths = round(months * 10 / 12)
    return (1 - rest / 12) * _shift(grid, years, tenths) + rest / 12 * _shift(
        grid, years + 1, tenths
    )


def _shift(grid: np.ndarray, years: int, tenths: int) -> np.ndarray:
    out = np.zeros_like(grid)
    n_ages, n_tenths = grid.shape[2:]
    if years < n_ages and tenths < n_tenths:
        out[:, :, years:, tenths:] = grid[:, :, : n_ages - years, : n_tenths - tenths]
    return out


def _given_rest(grid: np.ndarray, axis: int) -> np.ndarray:
    """P(segment or stage | the rest); where nobody is, anything will do."""
    whole = grid.sum(axis=axis, keepdims=True)
    return np.where(whole > 0, grid / np.where(whole > 0, whole, 1.0), 1 / grid.shape[axis])


def _moved(
    people: People,
    ages: np.ndarray,
    tenure: np.ndarray,
    target: np.ndarray,
    moving: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Give some customers a new segment, drawn given their stage, age and tenure."""
    segments = people.segments.astype(np.intp)
    who = np.flatnonzero(rng.random(people.n) < moving)
    below = _given_rest(target, 0).cumsum(axis=0)[:-1]
    marks = below[:, people.stages[who], ages[who], tenure[who]]
    segments[who] = (rng.random(len(who)) > marks).sum(axis=0)
    return segments


def _life_events(
    spot: np.ndarray, before: np.ndarray, after: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Let as few people as possible enter another life stage; the result follows `after`."""
    segments, stages, ages, tenure = spot
    was = before[tuple(spot)]
    keep = np.minimum(after[tuple(spot)], was) / np.where(was > 0, was, 1.0)
    who = np.flatnonzero(rng.random(len(stages)) >= keep)
    rest = np.maximum(after - before, 0.0)[segments[who], :, ages[who], tenure[who]].cumsum(axis=1)
    wanted = rng.random(len(who)) * rest[:, -1]
    out = stages.copy()
    out[who] = np.minimum((wanted[:, None] >= rest).sum(axis=1), STAGES - 1)
    return out


def _thinning(grid: np.ndarray, target: np.ndarray) -> np.ndarray:
    return np.minimum(1.0, target / np.where(grid > 0, grid, 1.0)) * (grid > 0)


def _entrants(grid: np.ndarray, target: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw (segment, stage, age, tenure) where the grid holds too few, of shape (4, n)."""
    marks = np.maximum(target - grid, 0.0).ravel().cumsum()
    flat = np.searchsorted(marks, rng.random(n) * marks[-1], side="right")
    return np.array(np.unravel_index(np.minimum(flat, len(marks) - 1), grid.shape))


def _carried(
    old: FieldCodes,
    before: FieldModel,
    after: FieldModel,
    spot: np.ndarray,
    new: np.ndarray,
    months: int,
    rng: np.random.Generator,
) -> FieldCodes:
    """Carry the fields of those who stayed over; draw those of new and moved customers."""
    cells, ages, tenure = spot[0] * STAGES + spot[1], spot[2], spot[3]
    out = draw_traits(after, cells, ages, tenure, rng)
    for name, yearly in _KEPT.items():
        values = getattr(old, name).astype(np.intp)
        first = name == "app_logins_30d"  # there the gap is an outcome, not a missing value
        carried = _coupled(
            values + first,
            cells,
            (outcomes(before, name), outcomes(after, name)),
            yearly ** (months / 12),
            rng,
        )
        known = (values >= 0) | first
        if name != "late_reminders_12m":  # its gap ends with the first year
            known |= ~new
            carried = np.where(values + first < 0, -1, carried - first)
        out[name] = np.where(~new & known, carried, out[name])
    out["age"] = np.where(~new & (old.age < 0), -1, np.where(new, out["age"], ages))
    same_bills = ~new & (out["bills_a_month"] == old.bills_a_month)
    amount = draw_amount(after, cells, out["bills_a_month"], rng)
    out["amount"] = np.where(same_bills, old.amount, amount)
    return FieldCodes(**{k: v.astype(getattr(old, k).dtype) for k, v in out.items()})


def _coupled(
    values: np.ndarray,
    cells: np.ndarray,
    tables: tuple[np.ndarray, np.ndarray],
    kept: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Turn draws from one table into draws from another, most of them unchanged.

    A value v is kept with probability ``kept * min(before, after) / before`` and else drawn
    from what is left of `after`, so the result follows `after` exactly.
    """
    before, after = tables
    overlap = kept * np.minimum(before, after)
    keep = overlap / np.where(before > 0, before, 1.0)
    again = rng.random(len(values)) >= keep[cells, np.maximum(values, 0)]
    rest = (after - overlap).cumsum(axis=1)
    marks = (rest / rest[:, -1:] + np.arange(len(rest))[:, None]).ravel()
    wanted = cells[again] + rng.random(int(again.sum()))
    out = values.copy()
    place = np.searchsorted(marks, wanted, side="right")
    out[again] = np.minimum(place - cells[again] * after.shape[1], after.shape[1] - 1)
    return out
