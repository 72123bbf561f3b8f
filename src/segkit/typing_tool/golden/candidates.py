"""Which questions may be asked together: batteries, seconds, must-haves, repeated items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segkit._checks import check_names, check_number, check_option, name_list
from segkit.exceptions import SegkitError

__all__ = ["BATTERIES", "Candidates", "Rules", "Unit", "read_candidates"]

BATTERIES = ("whole", "one")
"""What a battery asks for: all of its items or none; items of one battery at most."""


@dataclass(frozen=True)
class Rules:
    """What the list must keep to, as it was asked for.

    Attributes
    ----------
    max_items : int
        The most items.
    blocks : mapping of str to sequence of str, optional
        Items by battery.
    battery : {"whole", "one"}
        What a battery asks for.
    costs : mapping of str to float, optional
        Seconds an item; those it does not name take as long as the mean of the others.
    budget : float, optional
        The most seconds in all.
    must_have, leave_out : sequence of str
        Items that are asked anyway, and never.
    """

    max_items: int
    blocks: Mapping[str, Sequence[str]] | None = None
    battery: str = "whole"
    costs: Mapping[str, float] | None = None
    budget: float | None = None
    must_have: Sequence[str] = ()
    leave_out: Sequence[str] = ()


@dataclass(frozen=True)
class Unit:
    """Items that come together: one, or a whole battery.

    Attributes
    ----------
    items : tuple of int
        Their positions.
    cost : float
        Their seconds.
    block : int
        The battery that they are of; -1: none.
    """

    items: tuple[int, ...]
    cost: float
    block: int = -1


@dataclass(frozen=True)
class Candidates:
    """Units to choose from and what a choice must keep to.

    Attributes
    ----------
    units : tuple of Unit
        In the order of their first item.
    must_have : frozenset of int
        Units that are asked anyway.
    max_items : int
        The most items.
    budget : float
        The most seconds.
    one_block : bool
        Items of one battery at most.
    constant, repeated : tuple
        Items left aside: with one answer throughout; as (item, the one that it repeats).
    """

    units: tuple[Unit, ...]
    must_have: frozenset[int]
    max_items: int
    budget: float
    one_block: bool
    constant: tuple[int, ...] = ()
    repeated: tuple[tuple[int, int], ...] = ()

    def items_of(self, chosen: Sequence[int]) -> tuple[int, ...]:
        """Return the items of units, in their order."""
        return tuple(i for u in chosen for i in self.units[u].items)

    def cost_of(self, chosen: Sequence[int]) -> float:
        """Return the seconds that units take."""
        return float(sum(self.units[u].cost for u in chosen))

    def allows(self, chosen: Sequence[int]) -> bool:
        """Say whether units may be asked together."""
        blocks = {self.units[u].block for u in chosen} - {-1}
        return (
            len(self.items_of(chosen)) <= self.max_items
            and self.cost_of(chosen) <= self.budget * (1 + 1e-12)
            and not (self.one_block and len(blocks) > 1)
        )

    def next_units(self, chosen: Sequence[int]) -> list[int]:
        """Return what may come next: must-haves first."""
        left = [u for u in range(len(self.units)) if u not in chosen]
        owed = [u for u in left if u in self.must_have]
        return [u for u in owed or left if self.allows([*chosen, u])]


def read_candidates(names: Sequence[str], codes: np.ndarray, rules: Rules) -> Candidates:
    """Read the rules, and leave aside items that say nothing, or nothing of their own.

    Parameters
    ----------
    names : sequence of str
        The items.
    codes : ndarray of shape (n_respondents, n_items)
        Codes of their answers.
    rules : Rules
        What was asked for.

    Returns
    -------
    Candidates

    Raises
    ------
    SegkitError
        For items that are not there, in two batteries, both must-have and left out; costs
        that are none; must-haves that break the rules.
    """
    check_option(rules.battery, BATTERIES, name="battery")
    must = _positions(rules.must_have, names, "must_have")
    out = _positions(rules.leave_out, names, "leave_out")
    both = [names[i] for i in must if i in out]
    if both:
        raise SegkitError(
            f"{name_list(both)} is in must_have and in leave_out; expected one of the two."
        )
    block_of = _blocks(rules.blocks, names)
    cost = _costs(rules.costs, names)
    whole = rules.battery == "whole"
    tied = set(block_of) if whole else set()
    constant, repeated = _without_news(codes, [*must, *np.argsort(cost, kind="stable")])
    aside = {i for i in [*out, *constant, *repeated] if i not in must and i not in tied}
    aside |= {i for i in out if i in tied}
    units = _units(len(names), aside, block_of, cost, whole)
    found = Candidates(
        units,
        frozenset(u for u, unit in enumerate(units) if set(unit.items) & set(must)),
        rules.max_items,
        np.inf if rules.budget is None else check_number(rules.budget, name="budget"),
        not whole,
        tuple(sorted(aside & set(constant))),
        tuple((i, repeated[i]) for i in sorted(aside & set(repeated))),
    )
    _refuse_impossible(found, names)
    return found


def _positions(wanted: Sequence[str], names: Sequence[str], what: str) -> list[int]:
    wanted = check_names(wanted, name=what, alone=True)
    strange = [w for w in wanted if w not in names]
    if strange:
        raise SegkitError(
            f"{what} names {name_list(strange)}, which is not among the items "
            f"{name_list(list(names))}. Correct the name."
        )
    return [list(names).index(w) for w in dict.fromkeys(wanted)]


def _blocks(blocks: Mapping[str, Sequence[str]] | None, names: Sequence[str]) -> dict[int, int]:
    if blocks is not None and not isinstance(blocks, Mapping):
        raise SegkitError(
            f"blocks is a {type(blocks).__name__}; expected a mapping of a battery's name to its "
            "items, for example {'brand': ['q1', 'q2']}."
        )
    block_of: dict[int, int] = {}
    for b, (block, items) in enumerate((blocks or {}).items()):
        for i in _positions(items, names, f"blocks[{block!r}]"):
            if i in block_of:
                raise SegkitError(
                    f"`{names[i]}` is in two batteries of blocks; expected one. Take it out of "
                    f"`{block}` or of the other."
                )
            block_of[i] = b
    return block_of


def _costs(costs: Mapping[str, float] | None, names: Sequence[str]) -> np.ndarray:
    if costs is None:
        return np.ones(len(names))
    if not isinstance(costs, Mapping):
        raise SegkitError(
            f"costs is a {type(costs).__name__}; expected a mapping of items to seconds, for "
            "example {'q1': 8}."
        )
    at = _positions(list(costs), names, "costs")
    seconds = np.array([check_number(v, name=f"costs[{c!r}]") for c, v in costs.items()])
    if (seconds <= 0).any() or not seconds.size:
        raise SegkitError("costs holds no seconds, or zero; expected more than 0 for each item.")
    out = np.full(len(names), seconds.mean())
    out[at] = seconds
    return out


def _without_news(codes: np.ndarray, order: list[int]) -> tuple[list[int], dict[int, int]]:
    """Return constant items, and those that repeat an earlier one of `order` throughout."""
    constant: list[int] = []
    repeated: dict[int, int] = {}
    first: dict[bytes, int] = {}
    for i in dict.fromkeys(int(o) for o in order):
        _, at, inverse = np.unique(codes[:, i], return_index=True, return_inverse=True)
        if at.size == 1:
            constant.append(i)
            continue
        # answers by when they first occur: a copy, or a copy turned round, is the same
        same = at.argsort().argsort().astype(np.uint8)[inverse].tobytes()
        if same in first:
            repeated[i] = first[same]
        first.setdefault(same, i)
    return constant, repeated


def _units(
    n: int, aside: set[int], block_of: dict[int, int], cost: np.ndarray, whole: bool
) -> tuple[Unit, ...]:
    units: list[Unit] = []
    done = set(aside)
    for i in range(n):
        if i in done:
            continue
        b = block_of.get(i, -1)
        items = [j for j in range(n) if block_of.get(j) == b] if whole and b >= 0 else [i]
        items = [j for j in items if j not in done]
        done.update(items)
        units.append(Unit(tuple(items), float(cost[items].sum()), b))
    return tuple(units)


def _refuse_impossible(found: Candidates, names: Sequence[str]) -> None:
    if not found.units:
        raise SegkitError(
            "No item is left to ask: all are constant, or left out. Give items that differ "
            "between respondents."
        )
    must = sorted(found.must_have)
    if not found.allows(must):
        asked = name_list([names[i] for i in found.items_of(must)])
        raise SegkitError(
            f"must_have asks {asked} ({len(found.items_of(must))} items, "
            f"{found.cost_of(must):g} seconds), more than max_items={found.max_items}, the "
            "budget or one battery allows. Ask for fewer, or allow more."
        )
    if not found.next_units([]):
        raise SegkitError(
            f"No item fits max_items={found.max_items} and the budget of {found.budget:g} "
            "seconds. Allow more."
        )
