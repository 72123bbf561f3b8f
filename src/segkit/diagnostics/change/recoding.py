"""Whether a field was recorded otherwise, rather than its people having changed.

Four forms leave traces that people do not: a level under another name, a scale in another unit,
one code that moves overnight, and gaps that become a code (or back). Each is claimed on stated
evidence only, and none is proof: ask whoever keeps the base.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from segkit._frames import Column
from segkit._result import percent
from segkit._weights import effective_size
from segkit.diagnostics.change.codes import MOST_CODES, Coded, code_pair, relations
from segkit.diagnostics.change.distances import cramers_v
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.change.joint import FEWEST_ROWS
from segkit.diagnostics.change.unit import unit_change

__all__ = [
    "FEWEST",
    "MOST_NAMED",
    "USED",
    "Recoding",
    "as_recoded",
    "code_moved",
    "gap_coded",
    "recoded",
    "recoding_of",
    "spelled",
]

USED = 0.02
"""A code that less than 2 % of the rows hold is too rare to be told from chance."""
MOST_NAMED = 3
FEW_STEPS = 5  # numbers of fewer values are codes
HOLD = 5  # rows at least hold one step
KNOWN = 0.2  # of the rows at most hold a value of the other table's few steps
PART = 0.5  # of the rows of few steps at most hold a value of the other table: not a part of it
UNUSED = 0.05  # a code was out of use when it had less than a twentieth of its share
AS_MANY = 1.5  # shares of one code under two names differ by less than this factor
NEAR = 0.75  # its people are nearer to those of the old name than this share of the next nearest
CHANCE = 0.01
"""A code has come or gone when chance, whichever code it is, does the same in 1 of 100 tables."""
MOST_STEPS = 20  # numbers of more values are amounts or ages, not codes of a scale
FEWEST = 30.0  # rows behind a code before its people are compared with others


@dataclass(frozen=True)
class Recoding:
    """How a field was recorded otherwise.

    Attributes
    ----------
    field : str
        The field.
    detail : str
        What happened, in words.
    evidence : str
        Why it is not taken for a change of people.
    moved : float
        The share of rows behind it.
    """

    field: str
    detail: str
    evidence: str
    moved: float


@dataclass(frozen=True)
class _Field:
    """One field of both tables."""

    before: Column
    after: Column
    w: np.ndarray
    v: np.ndarray
    coded: Coded | None
    others: Sequence[tuple[np.ndarray, np.ndarray]]


def recoding_of(
    field: int,
    before: Sequence[Column],
    after: Sequence[Column],
    weights: tuple[np.ndarray, np.ndarray],
) -> Recoding | None:
    """Say whether a field was recorded otherwise in the second table.

    Parameters
    ----------
    field : int
        Its position; the other fields tell whose people are whose.
    before, after : sequence of Column
        The same fields of both tables.
    weights : pair of ndarray of shape (n,), (m,)
        Weights.

    Returns
    -------
    Recoding or None
        None also where a table is worth fewer than 50 rows.

    Notes
    -----
    In this order: *spelled*, new levels are gone ones but for capitals, spaces and signs;
    *renamed*, a code is gone, a new one has about its share, and on the other
    fields the new one's people are clearly nearest to the old one's (each table holds two codes or
    more: the rows of May are not those of August under another name); *gaps coded*, gaps became
    fewer by just the share of a code that was hardly used (or the other way round); *code moved*,
    a code between two used ones, hardly used before, is used by 2 % of the rows or more (or out of
    use now), which an ordered scale of at most 20 values that people move along does not do;
    *unit*, one factor of 1.9 or more, or one constant of a standard deviation or more, undoes four
    fifths of the change at once at all quantiles; *steps*, one table holds a few different numbers
    (income in bands), on five rows or more each, the other more than 60; hardly a row of the other
    holds one of these, and half of these rows at most hold a value of the other. Codes that came or
    went have done so beyond chance (1 %, adjusted for all codes of the field).
    """
    if min(effective_size(w) for w in weights) < FEWEST_ROWS:
        return None
    one, other = before[field], after[field]
    coded = code_pair(one, other, weights)
    others = relations(field, before, after, coded, weights) if coded else []
    found = _Field(one, other, *weights, coded, others)
    forms: list[Callable[[_Field], tuple[str, str, float] | None]] = [
        _spelled, _renamed, _gap_coded, _moved, _other_unit, _other_steps,
    ]  # fmt: skip
    for form in forms:
        told = form(found)
        if told is not None:
            return Recoding(one.name, *told)
    return None


def recoded(
    changes: Sequence[FieldChange],
    before: Sequence[Column],
    after: Sequence[Column],
    weights: tuple[np.ndarray, np.ndarray],
) -> tuple[FieldChange, ...]:
    """Call the changes of fields that were recorded otherwise by that name.

    Only fields that changed beyond chance are looked at.
    """
    changed = {c.field for c in changes if c.kind != "stable"}
    found = {
        r.field: r
        for i, column in enumerate(before)
        if column.name in changed and (r := recoding_of(i, before, after, weights)) is not None
    }
    return tuple(as_recoded(c, found.get(c.field)) for c in changes)


def as_recoded(change: FieldChange, found: Recoding | None) -> FieldChange:
    """Call a change beyond chance recoded, with the words and the evidence of a recoding."""
    if found is None or change.kind == "stable":
        return change
    return replace(
        change,
        kind="recoded",
        detail=found.detail,
        evidence=found.evidence,
        moved=max(change.moved, found.moved),
    )


def _spelled(f: _Field) -> tuple[str, str, float] | None:
    return None if f.coded is None else spelled(f.coded)


def spelled(c: Coded) -> tuple[str, str, float] | None:
    """Pair levels that are the same but for capitals, spaces and signs."""
    if c.ordered:
        return None
    gone, new = _changed(c)
    plain = {_plain(c.names[a]): a for a in gone}
    pairs = [(plain[_plain(c.names[b])], b) for b in new if _plain(c.names[b]) in plain]
    if not pairs:
        return None
    return _names(c, pairs), "the same names but for their spelling", _held(c, pairs)


def _renamed(f: _Field) -> tuple[str, str, float] | None:
    """Pair codes that vanished with new ones of about the same share and the same people."""
    c = f.coded
    if c is None or not f.others or not _has_choice(c):
        return None
    beyond = c.one_sided_p() <= CHANCE
    gone, new = (codes[beyond[codes]] for codes in _changed(c))
    gone = gone[c.p[gone] * c.n >= FEWEST]
    if gone.size == 0 or new.size == 0:
        return None
    pairs = [(a, b) for a, b in _nearest(f.others, c, gone, new) if _as_many(c.p[a], c.q[b])]
    if not pairs:
        return None
    shares = ", ".join(f"{percent(c.p[a], 1)} -> {percent(c.q[b], 1)}" for a, b in pairs)
    evidence = (
        f"about as many rows ({shares}), and on the {len(f.others)} other fields no old level has "
        "people as near"
    )
    return _names(c, pairs), evidence, _held(c, pairs)


def _has_choice(c: Coded) -> bool:
    """Say whether both tables hold two codes or more: one alone is nearest to any other."""
    return min((c.p * c.n >= FEWEST).sum(), (c.q * c.m >= FEWEST).sum()) > 1


def _changed(c: Coded) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes that went out of use, and those that came into it."""
    gone = np.flatnonzero((c.p >= USED) & (c.q < UNUSED * c.p))
    return gone, np.flatnonzero((c.q >= USED) & (c.p < UNUSED * c.q))


def _nearest(
    others: Sequence[tuple[np.ndarray, np.ndarray]], c: Coded, gone: np.ndarray, new: np.ndarray
) -> list[tuple[int, int]]:
    """Pair gone and new codes by their people, where no other old code comes near."""
    known = np.flatnonzero(c.p * c.n >= FEWEST)
    far = np.array([[_far(others, int(a), int(b)) for b in new] for a in known])
    rows = np.flatnonzero(np.isin(known, gone))
    out = []
    for i, b in zip(*linear_sum_assignment(far[rows]), strict=True):
        rest = np.delete(far[:, b], rows[i])
        if far[rows[i], b] < NEAR * rest.min(initial=np.inf):
            out.append((int(known[rows[i]]), int(new[b])))
    return out


def _as_many(before: float, after: float) -> bool:
    return 1 / AS_MANY < after / before < AS_MANY


def _names(c: Coded, pairs: Sequence[tuple[int, int]]) -> str:
    told = [f"`{c.names[a]}` is now called `{c.names[b]}`" for a, b in pairs[:MOST_NAMED]]
    more = [f"and {len(pairs) - MOST_NAMED} more"] if len(pairs) > MOST_NAMED else []
    return ", ".join(told + more)


def _held(c: Coded, pairs: Sequence[tuple[int, int]]) -> float:
    return float(sum(c.q[b] for _, b in pairs))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _gap_coded(f: _Field) -> tuple[str, str, float] | None:
    c = f.coded if f.coded is not None else _atoms(f)
    return None if c is None else gap_coded(c)


def gap_coded(c: Coded) -> tuple[str, str, float] | None:
    """Find a code whose share went where gaps came from, or came where they went."""
    if abs(c.gaps[1] - c.gaps[0]) < USED:
        return None
    fewer = c.gaps[0] - c.gaps[1]
    used, unused = (c.q, c.p) if fewer > 0 else (c.p, c.q)
    rise = np.where(unused < UNUSED * used, used - unused, 0.0)
    best = int(np.argmin(np.abs(rise - abs(fewer))))
    # two shares of one table each: what chance alone may part them by
    chance = 3 * np.sqrt(abs(fewer) * (1 / c.n + 1 / c.m))
    if rise[best] < USED or abs(rise[best] - abs(fewer)) > chance:
        return None
    if c.one_sided_p()[best] > CHANCE:
        return None
    code, gaps = c.names[best], f"{percent(c.gaps[0], 1)} -> {percent(c.gaps[1], 1)}"
    words = f"gaps are now coded `{code}`" if fewer > 0 else f"`{code}` is now a gap"
    evidence = (
        f"gaps {gaps} of the rows, `{code}` {percent(c.p[best], 1)} -> {percent(c.q[best], 1)}, "
        "by the same share within chance"
    )
    return words, evidence, float(abs(fewer))


def _moved(f: _Field) -> tuple[str, str, float] | None:
    return None if f.coded is None else code_moved(f.coded)


def code_moved(c: Coded) -> tuple[str, str, float] | None:
    """Find a code between used ones that came into use, or went out of it, at once."""
    if not c.ordered or len(c.names) > MOST_STEPS:
        return None
    low, high = np.minimum(c.p, c.q), np.maximum(c.p, c.q)
    overnight = (high >= USED) & (low < UNUSED * high)
    used = np.flatnonzero((low >= USED) & ~overnight)
    if used.size == 0:
        return None
    inside = overnight.copy()
    inside[: used[0]] = inside[used[-1] :] = False
    inside &= c.one_sided_p(_kept_beside(c, used)) <= CHANCE
    if not inside.any():
        return None
    return _told(c, int(np.argmax(np.where(inside, high, 0))))


def _kept_beside(c: Coded, used: np.ndarray) -> np.ndarray:
    """Return what share of its share each code would keep if it went as the used ones beside it."""
    fewer = c.q < c.p
    at = np.arange(len(c.names))
    right = np.minimum(np.searchsorted(used, at), used.size - 1)
    beside = used[np.maximum(right - 1, 0)], used[right]
    ratios = [np.where(fewer, c.q[u] / c.p[u], c.p[u] / c.q[u]) for u in beside]
    return np.asarray(np.minimum(1.0, np.minimum(*ratios)))


def _told(c: Coded, code: int) -> tuple[str, str, float]:
    change = c.q - c.p
    came = change[code] > 0
    shares = f"({percent(c.p[code], 1)} -> {percent(c.q[code], 1)})"
    if came:
        source = c.names[int(np.argmin(change))]
        return (
            f"code `{c.names[code]}` came into use {shares}",
            "it lies between codes that were in use all along, so people would have passed "
            f"through it; `{source}` lost most",
            float(change[code]),
        )
    source = c.names[int(np.argmax(change))]
    return (
        f"code `{c.names[code]}` went out of use {shares}",
        "it lies between codes that are still in use, so people would pass through it; "
        f"`{source}` gained most",
        float(-change[code]),
    )


def _other_unit(f: _Field) -> tuple[str, str, float] | None:
    sides = _numbers(f)
    found = None if sides is None else unit_change(*sides[0], *sides[1])
    return None if found is None else (*found, 1.0)


def _other_steps(f: _Field) -> tuple[str, str, float] | None:
    """Find a number that one table holds in a few steps, and the other in steps of its own."""
    sides = _numbers(f)
    if sides is None:
        return None
    steps = [np.unique(x) for x, _ in sides]
    few = int(steps[1].size < steps[0].size)
    # the values of a sample are few, too, but hardly one of them is there twice
    enough = effective_size(sides[few][1]) >= HOLD * steps[few].size
    many = steps[1 - few].size > MOST_CODES
    if not (many and FEW_STEPS <= steps[few].size <= MOST_CODES and enough):
        return None
    shared = [float(w @ np.isin(x, steps[1 - i])) / w.sum() for i, (x, w) in enumerate(sides)]
    if shared[1 - few] > KNOWN or shared[few] > PART:
        return None
    one, other = ("before", "now") if few else ("now", "before")
    words = f"in other steps: {steps[0].size:,} different values before, {steps[1].size:,} now"
    of_those = f"only {percent(shared[1 - few], 1)} of the values {one} are among those of {other}"
    return words, of_those, 1.0


def _numbers(f: _Field) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Return the known values and weights of both tables where these are numbers, and enough."""
    if f.before.kind != "number" or f.after.kind != "number":
        return None
    sides = [_there(f.before.values, f.w), _there(f.after.values, f.v)]
    if any(not w.size or effective_size(w) < FEWEST_ROWS for _, w in sides):
        return None
    return sides


def _there(values: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    there = ~np.isnan(values) & (w > 0)
    return values[there], w[there]


def _far(others: Sequence[tuple[np.ndarray, np.ndarray]], a: int, b: int) -> float:
    """Return how unlike the people of an old code and of a new one are, over other fields."""
    return float(np.mean([cramers_v(before[a], after[b]) for before, after in others]))


def _atoms(f: _Field) -> Coded | None:
    """Read the most frequent single values of a number with many."""
    if "number" not in (f.before.kind, f.after.kind):
        return None
    sides = [_there(f.before.values, f.w), _there(f.after.values, f.v)]
    found = np.unique(np.concatenate([_frequent(*side) for side in sides]))
    if found.size == 0:
        return None
    p, q = (
        np.array([u[x == value].sum() for value in found]) / total
        for (x, u), total in zip(sides, (f.w.sum(), f.v.sum()), strict=True)
    )
    gaps = (1 - sides[0][1].sum() / f.w.sum(), 1 - sides[1][1].sum() / f.v.sum())
    return Coded.of(tuple(f"{v:g}" for v in found), p, q, gaps, (f.w, f.v))


def _frequent(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    values, at = np.unique(x, return_inverse=True)
    share = np.bincount(at, weights=w) / max(w.sum(), 1e-300) if x.size else np.zeros(0)
    return values[share >= USED]
