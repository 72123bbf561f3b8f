"""Which row of one table is the same customer as a row of another, in any order."""

import warnings
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit._result import count_text
from segkit.diagnostics.moves.keys import Keys
from segkit.exceptions import SegkitError, SegkitWarning

__all__ = ["pair_customers", "pair_rows", "same_places"]

SPREAD = 8
"""Ids are looked up in a table where they span at most so many times as many numbers."""

NOBODY = -1


def same_places(n_before: int, n_after: int) -> np.ndarray:
    """Take people for the same row by row, where there are no ids."""
    if n_before != n_after:
        raise SegkitError(
            f"before has {count_text(n_before, 'row')} and after {n_after:,}, and no ids were "
            "given; expected the same customers row by row. Name the id column with ids=."
        )
    return np.arange(n_before)


def pair_customers(before: Keys, after: Keys, ids: tuple[Any, Any], name: str) -> np.ndarray:
    """Pair rows as `pair_rows` does, and warn where no customer is in both tables."""
    rows = pair_rows(before, after, ids, name)
    if rows.size and not (rows >= 0).any():
        warnings.warn(
            f"No `{name}` of before is in after: everybody counts as a leaver or an entrant. Check "
            "that both tables write the same ids the same way (leading zeros, blanks, prefixes).",
            SegkitWarning,
            stacklevel=4,
        )
    return rows


def pair_rows(before: Keys, after: Keys, ids: tuple[Any, Any], name: str) -> np.ndarray:
    """Return for each row of `before` the row of `after` with the same id, or -1.

    Parameters
    ----------
    before, after : Keys
        Ids as numbers.
    ids : tuple
        Both columns as they were given, which messages quote.
    name : str
        What the column is called.

    Returns
    -------
    ndarray of shape (n_before,), dtype int64

    Raises
    ------
    SegkitError
        When ids repeat within a table, or are numbers in one and text in the other.

    Notes
    -----
    Tables sorted by id are walked through side by side; ids that lie close together are
    looked up in a table of 4 bytes a possible id; others are sorted (24 bytes a row).
    """
    if before.kind != after.kind:
        raise SegkitError(
            f"`{name}` is a {before.kind} in before and a {after.kind} in after; expected the same "
            "kind in both. Turn one of them into the other's."
        )
    a, b = before.values, after.values
    if np.array_equal(a, b) and _rising(a):
        return np.arange(a.size)
    if _close(a, b):
        return _looked_up(a, b, ids, name)
    return _sorted_out(a, b, ids, name)


def _rising(keys: np.ndarray) -> bool:
    return bool((keys[1:] > keys[:-1]).all())


def _close(a: np.ndarray, b: np.ndarray) -> bool:
    low, high = min(int(a.min()), int(b.min())), max(int(a.max()), int(b.max()))
    return high - low < SPREAD * max(a.size, b.size)


def _looked_up(a: np.ndarray, b: np.ndarray, ids: tuple[Any, Any], name: str) -> np.ndarray:
    low = min(int(a.min()), int(b.min()))
    span = max(int(a.max()), int(b.max())) - low + 1
    for keys, given, what in ((a, ids[0], "before"), (b, ids[1], "after")):
        seen = np.zeros(span, dtype=bool)
        seen[keys - low] = True
        if np.count_nonzero(seen) < keys.size:
            _refuse_repeated(keys, given, name, what)
    row = np.full(span, NOBODY, dtype=np.int32 if b.size < 2**31 else np.int64)
    row[b - low] = np.arange(b.size, dtype=row.dtype)
    return row[a - low].astype(np.int64)


def _sorted_out(a: np.ndarray, b: np.ndarray, ids: tuple[Any, Any], name: str) -> np.ndarray:
    order_a, sorted_a = _in_order(a, ids[0], name, "before")
    order_b, sorted_b = _in_order(b, ids[1], name, "after")
    # searching for sorted keys walks through the other table once
    at = np.minimum(np.searchsorted(sorted_b, sorted_a), b.size - 1)
    row = np.where(sorted_b[at] == sorted_a, order_b[at], NOBODY)
    out = np.empty(a.size, dtype=np.int64)
    out[order_a] = row
    return out


def _in_order(keys: np.ndarray, given: Any, name: str, what: str) -> tuple[np.ndarray, np.ndarray]:
    if _rising(keys):
        return np.arange(keys.size), keys
    order = np.argsort(keys)
    ordered = keys[order]
    if not _rising(ordered):
        _refuse_repeated(keys, given, name, what)
    return order, ordered


def _refuse_repeated(keys: np.ndarray, given: Any, name: str, what: str) -> None:
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    repeated = np.sort(first[counts > 1])
    shown = [given[int(row)].as_py() for row in repeated[:3]]
    row = int(repeated[0])
    again = int(np.flatnonzero(keys == keys[row])[1])
    raise SegkitError(
        f"`{name}` of {what} holds {count_text(repeated.size, 'id')} more than once, in "
        f"{int(counts[counts > 1].sum()):,} of {count_text(keys.size, 'row')}: "
        f"{name_list(shown, most=3)} (`{shown[0]}` in rows {row} and {again}); expected one row a "
        "customer. Remove the repeated rows, or give the column that tells them apart."
    )
