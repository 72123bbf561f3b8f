"""Whether a field was recorded otherwise since it was counted: earlier rows are not needed.

What the forms of `recoding` need of the earlier table are shares of codes; of a number, how many
lie below each edge of its bins. Where it is known in which bin each of the same people was, the
evidence is better than any two tables can give: nobody but a recoding moves nearly all who held
a code to one other code at once.
"""

from collections.abc import Sequence

import numpy as np

from segkit._frames import Column
from segkit._result import percent
from segkit.diagnostics.change.codes import MOST_CODES, coded_since
from segkit.diagnostics.change.field_change import FieldChange
from segkit.diagnostics.change.recoding import (
    FEWEST,
    MOST_NAMED,
    USED,
    Recoding,
    as_recoded,
    code_moved,
    gap_coded,
    spelled,
)
from segkit.diagnostics.change.unit_in_bins import unit_from_counts, unit_of_people
from segkit.diagnostics.counting.counts import Counts
from segkit.diagnostics.counting.field_bins import FieldBins, value_text

__all__ = ["NEW", "recoded_in_counts", "recoded_since"]

NEW = -1
"""The earlier bin of somebody who was not there."""

NEARLY_ALL = 0.9  # of those who held a code are found at one other code
GAP = "missing"


def recoded_since(
    before: Counts,
    after: Column,
    held: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> Recoding | None:
    """Say whether a field was recorded otherwise since it was counted.

    Parameters
    ----------
    before : Counts
        The earlier counts of the field.
    after : Column
        Its later values.
    held : ndarray of shape (n,), optional
        The bin that each person of `after` was in earlier, `NEW` where they were not there; None
        where others were counted.
    weights : ndarray of shape (n,), optional
        Weights of `after`, where others were counted.

    Returns
    -------
    Recoding or None

    Notes
    -----
    First, whether nine of ten values have become gaps. Of the same people: a code of which nine of
    ten holders are found at one other code (renamed, merged into another, exchanged, turned into
    a gap or made of gaps), and `unit_of_people`. Of others: *spelled*, *gaps coded* and *code
    moved* of `recoding_of`, and `unit_from_counts`; a code under another name is not told without
    its people.

    Examples
    --------
    >>> from segkit.diagnostics.counting.field_bins import FieldBins
    >>> bins = FieldBins("plan", "level", "text", values=("basic", "family"))
    >>> held = np.repeat([0, 1], [60, 40])
    >>> before = Counts(bins, np.array([[60.0, 40, 0, 0]]), np.array([100.0]))
    >>> after = Column("plan", "text", "str", held.astype(float), ("basic", "household"))
    >>> recoded_since(before, after, held).detail
    '`family` is now called `household`'
    """
    cells, n = before.of(list(range(len(before.cells))))
    v = np.ones(after.values.size) if weights is None else weights
    told = _lost(before.bins, cells, after, v)
    if told is not None:
        return Recoding(after.name, *told)
    if held is not None:
        told = _carried(before, after, held) or _unit_of_people(before, after, held)
    else:
        coded = coded_since(before.bins, cells, n, after, v)
        told = None if coded is None else spelled(coded) or gap_coded(coded) or code_moved(coded)
        told = told or _unit_of_others(before, cells, n, (after, v))
    return None if told is None else Recoding(after.name, *told)


def recoded_in_counts(
    changes: Sequence[FieldChange],
    pairs: Sequence[tuple[Counts, Counts]],
    later: Sequence[Column],
    weights: np.ndarray,
) -> tuple[FieldChange, ...]:
    """Call the changes of fields that were recorded otherwise since they were counted by that name.

    Parameters
    ----------
    changes : sequence of FieldChange
        Of every field; those beyond chance are looked at.
    pairs : sequence of (Counts, Counts)
        The counts of each field.
    later : sequence of Column
        Its values in the current table.
    weights : ndarray of shape (n,)
        Their weights.
    """
    changed = {c.field for c in changes if c.kind != "stable"}
    found = {
        column.name: told
        for (before, _), column in zip(pairs, later, strict=True)
        if column.name in changed
        and (told := recoded_since(before, column, weights=weights)) is not None
    }
    return tuple(as_recoded(c, found.get(c.field)) for c in changes)


def _lost(
    bins: FieldBins, cells: np.ndarray, after: Column, v: np.ndarray
) -> tuple[str, str, float] | None:
    """Find a field that has hardly a value any more."""
    before = 1 - cells[bins.n_known] / cells.sum()
    gone = float(v @ _gaps(after) / v.sum())
    if before < USED or cells.sum() * before < FEWEST or 1 - gone > (1 - NEARLY_ALL) * before:
        return None
    evidence = f"{percent(1 - gone)} of the rows have a value, {percent(before)} had one before"
    return "its values are missing", evidence, float(before)


def _carried(before: Counts, after: Column, held: np.ndarray) -> tuple[str, str, float] | None:
    """Find codes whose people are found at one other code."""
    bins = before.bins
    now, codes = _coded(after)
    if len(codes) > MOST_CODES and bins.kind != "number":
        return None
    own, earlier = _codes(bins), bins.names()
    place = np.full(bins.n_bins, -1)
    place[own] = np.arange(len(own))
    at = np.where(held == NEW, -1, place[held])
    width = len(codes) + 1
    flat = (at * width + now)[at >= 0]
    table = np.bincount(flat, minlength=len(own) * width).reshape(-1, width)
    n_there = int(((held != NEW) & (held <= bins.n_known)).sum())
    pairs = []
    for i, a in enumerate(own):
        total, b = table[i].sum(), int(np.argmax(table[i]))
        if total < max(FEWEST, USED * n_there) or table[i, b] < NEARLY_ALL * total:
            continue
        if _name(codes, b) != earlier[a]:
            pairs.append((i, a, b))
    if not pairs:
        return None
    known = {earlier[a] for i, a in enumerate(own) if table[i].any()}
    moved = sum(table[i, b] for i, _, b in pairs)
    of_all = moved / sum(table[i].sum() for i, *_ in pairs)
    words = _words([(earlier[a], _name(codes, b)) for _, a, b in pairs], known)
    evidence = f"{percent(of_all)} of those who held it the day before moved together"
    return words, evidence, float(moved / max(n_there, 1))


def _codes(bins: FieldBins) -> list[int]:
    """Return the bins that are one code each; of bins of numbers only that of gaps."""
    if bins.kind == "number":
        return [bins.n_known]
    own = [] if bins.kind == "empty" else list(range(len(bins.values)))
    return [*own, bins.n_known]


def _gaps(after: Column) -> np.ndarray:
    """Return which rows have no value."""
    if not after.levels:
        return np.isnan(after.values)
    empty = np.array([*(level == "" for level in after.levels), True])  # -1 is the last
    return np.asarray(empty[after.values.astype(int)])


def _coded(after: Column) -> tuple[np.ndarray, Sequence[str] | np.ndarray]:
    """Return the code of each row, and what the codes are; gaps are the code after the last."""
    gap = _gaps(after)
    if after.levels:
        return np.where(gap, len(after.levels), after.values.astype(int)), after.levels
    found, at = np.unique(after.values[~gap], return_inverse=True)
    now = np.full(gap.size, found.size)
    now[~gap] = at
    return now, found


def _name(codes: Sequence[str] | np.ndarray, b: int) -> str:
    if b == len(codes):
        return GAP
    return codes[b] if isinstance(codes[b], str) else value_text(float(codes[b]))


def _words(pairs: list[tuple[str, str]], known: set[str]) -> str:
    told = []
    for old, new in pairs[:MOST_NAMED]:
        if old == GAP:
            told.append(f"gaps are now coded `{new}`")
        elif new == GAP:
            told.append(f"`{old}` is now a gap")
        else:
            told.append(f"`{old}` {'became' if new in known else 'is now called'} `{new}`")
    more = [f"and {len(pairs) - MOST_NAMED} more"] if len(pairs) > MOST_NAMED else []
    return ", ".join(told + more)


def _unit_of_people(
    before: Counts, after: Column, held: np.ndarray
) -> tuple[str, str, float] | None:
    if before.bins.kind != "number" or after.kind != "number":
        return None
    there = held != NEW
    found = unit_of_people(before.bins, held[there], after.values[there])
    return None if found is None else (*found, 1.0)


def _unit_of_others(
    before: Counts, cells: np.ndarray, n: float, weighted: tuple[Column, np.ndarray]
) -> tuple[str, str, float] | None:
    after, v = weighted
    if before.bins.kind != "number" or after.kind != "number":
        return None
    there = ~np.isnan(after.values) & (v > 0)
    found = unit_from_counts(before.bins, cells, n, after.values[there], v[there])
    return None if found is None else (*found, 1.0)
