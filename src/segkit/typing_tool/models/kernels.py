"""The inner loops of tagging, written for numba: compiled once, then read from its cache.

Only `compiled` imports this file, and only where many rows wait: importing numba takes longer
than NumPy needs for a few thousand. All numbers are whole, in the same order of operations as
in NumPy, so that both give the same votes, tags and probabilities to the bit.

References
----------
Leiserson, C. E., Prokop, H. & Randall, K. H. (1998). Using de Bruijn sequences to index a
1 in a computer word. MIT: the place of the lowest bit by one multiplication.
"""

import numpy as np
from numba import njit

__all__ = ["LOWEST_BIT", "add_votes", "bin_numbers", "decide_votes", "number_keys"]

DE_BRUIJN = 0x03F79D71B4CB0A89
LOWEST_BIT = np.array([((DE_BRUIJN << i) % 2**64) >> 58 for i in range(64)])
"""Where a tree's i-th leaf stands in the tables of `add_votes`."""

ONE, TOP, SIX = np.uint64(1), np.uint64(58), np.uint64(DE_BRUIJN)
LANE_MASK, LANE = np.uint64(0xFFFF), 16
TREES_A_WORD = 15
STEPS, CUT_BITS = 4096, 20
HASH, EMPTY = np.uint64(0x9E3779B97F4A7C15), -1  # Fibonacci hashing: 2**64 over the golden ratio


@njit(cache=True, nogil=True)
def _and_tables(table, index, mask):  # type: ignore[no-untyped-def]
    """Join a tree's tables by AND, up to four a pass."""
    n_groups, n = index.shape
    mask[:] = ~np.uint64(0)
    j = 0
    while n_groups - j >= 4:
        a, b, c, d = index[j], index[j + 1], index[j + 2], index[j + 3]
        for r in range(n):
            mask[r] &= table[a[r]] & table[b[r]] & table[c[r]] & table[d[r]]
        j += 4
    if n_groups - j >= 2:
        a, b = index[j], index[j + 1]
        for r in range(n):
            mask[r] &= table[a[r]] & table[b[r]]
        j += 2
    if n_groups - j == 1:
        a = index[j]
        for r in range(n):
            mask[r] &= table[a[r]]


@njit(cache=True, nogil=True)
def _unpack(words, votes):  # type: ignore[no-untyped-def]
    """Add packed votes to the sums and clear them."""
    n, k = votes.shape
    for s in range(k):
        word, shift = words[s // 4], np.uint64(LANE * (s % 4))
        for r in range(n):
            votes[r, s] += np.int64((word[r] >> shift) & LANE_MASK)
    words[:] = np.uint64(0)


@njit(cache=True, nogil=True)
def add_votes(index, tables, leaves, votes):  # type: ignore[no-untyped-def]
    """Add the votes of all trees to `votes`, in place.

    Parameters
    ----------
    index : ndarray of shape (n_groups, n_rows), unsigned
        Where each row stands in a tree's tables, one line a group of fields.
    tables : ndarray of shape (n_trees, n_cells), dtype uint64
        Leaves that stay open.
    leaves : ndarray of shape (n_trees, n_words, 64), dtype uint64
        Packed votes of the leaves, in the order of `LOWEST_BIT`.
    votes : ndarray of shape (n_rows, n_segments), dtype int64
        Where the votes go.
    """
    n, n_trees, n_words = index.shape[1], tables.shape[0], leaves.shape[1]
    mask = np.empty(n, np.uint64)
    words = np.zeros((n_words, n), np.uint64)
    for tree in range(n_trees):
        _and_tables(tables[tree], index, mask)
        for w in range(n_words):
            leaf, word = leaves[tree, w], words[w]
            for r in range(n):
                lowest = mask[r] & (~mask[r] + ONE)
                word[r] += leaf[(lowest * SIX) >> TOP]
        if tree % TREES_A_WORD == TREES_A_WORD - 1:
            _unpack(words, votes)
    _unpack(words, votes)


@njit(cache=True, nogil=True)
def _first_and_second(product):  # type: ignore[no-untyped-def]
    """Return the places of the largest and the next; ties go to the first."""
    first, second = (0, 1) if product[0] >= product[1] else (1, 0)
    for s in range(2, product.size):
        if product[s] > product[first]:
            first, second = s, first
        elif product[s] > product[second]:
            second = s
    return first, second


@njit(cache=True, nogil=True)
def decide_votes(votes, multipliers, table, cut):  # type: ignore[no-untyped-def]
    """Return first, second, kept and probabilities of votes; see `Calibration.decide`."""
    n, k = votes.shape
    first, second = np.empty(n, np.intp), np.empty(n, np.intp)
    kept, probabilities = np.empty(n, np.bool_), np.empty((n, k))
    product = np.empty(k, np.int64)
    for r in range(n):
        total = np.int64(0)
        for s in range(k):
            product[s] = votes[r, s] * multipliers[s]
            total += product[s]
        a, b = _first_and_second(product)
        weights = np.int64(0)
        for s in range(k):
            product[s] = table[product[s] * STEPS // total]
            weights += product[s]
        for s in range(k):
            probabilities[r, s] = product[s] / weights
        first[r], second[r] = a, b
        kept[r] = (product[a] << CUT_BITS) >= cut * weights
    return first, second, kept, probabilities


@njit(cache=True, nogil=True)
def bin_numbers(values, edges, codes):  # type: ignore[no-untyped-def]
    """Return the code of each number: of its bin, or the last of `codes` where it is missing.

    Parameters
    ----------
    values : ndarray of shape (n,), dtype float64
        Numbers; missing is NaN.
    edges : ndarray of shape (n_bins - 1,), dtype float64
        Upper edges of the bins, rising.
    codes : ndarray of shape (n_bins + 1,), dtype uint8
        The code of each bin, then that of a gap.
    """
    out = np.empty(values.size, np.uint8)
    for r in range(values.size):
        value = values[r]
        low, left = 0, edges.size
        while left > 0:
            half = left >> 1
            if edges[low + half] < value:
                low += half + 1
                left -= half + 1
            else:
                left = half
        out[r] = codes[low] if value == value else codes[-1]
    return out


@njit(cache=True, nogil=True)
def number_keys(keys, slots, number, rows):  # type: ignore[no-untyped-def]
    """Give each distinct key its number, in the order in which they appear; return how many.

    Parameters
    ----------
    keys : ndarray of shape (n,), dtype uint64
        One whole number a row.
    slots : ndarray of shape (2**m,), dtype int32
        Room to work in, at least twice as long as `keys`.
    number : ndarray of shape (n,), dtype int32
        The number of each row's key, filled here.
    rows : ndarray of shape (n,), dtype int32
        The first row of each key, filled here.
    """
    slots[:] = EMPTY
    last = np.uint64(slots.size - 1)
    shift = np.uint64(32)
    found = 0
    for r in range(keys.size):
        at = ((keys[r] * HASH) >> shift) & last
        while slots[at] != EMPTY and keys[rows[slots[at]]] != keys[r]:
            at = (at + ONE) & last
        if slots[at] == EMPTY:
            slots[at] = found
            rows[found] = r
            found += 1
        number[r] = slots[at]
    return found
