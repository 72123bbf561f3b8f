"""The inner loops of tagging, written for numba: compiled once, then read from its cache.

Only `compiled` imports this file, and only where many rows wait: importing numba takes longer
than NumPy needs for a few thousand. All numbers are whole, in the same order of operations as
in NumPy, so that both give the same votes, tags and probabilities to the bit.

Each loop takes a block of rows whose arrays stay in the cache between one loop and the next.
"""

import numpy as np
from numba import njit

from segkit.typing_tool.models.lanes import reached_leaves

__all__ = ["add_votes", "bin_numbers", "decide_votes", "number_keys", "place_rows"]

ONE, LANE = np.uint64(1), np.uint64(16)
EVEN = np.uint64(0x0000FFFF0000FFFF)  # the first and third of four segments in a word
WHOLE = np.uint64(0xFFFFFFFF)
STEPS, CUT_BITS = 4096, 20
HASH, EMPTY = np.uint64(0x9E3779B97F4A7C15), -1  # Fibonacci hashing: 2**64 over the golden ratio


@njit(cache=True, nogil=True)
def place_rows(codes, steps, group, places):  # type: ignore[no-untyped-def]
    """Find the cells in which rows stand, one a group of fields.

    Parameters
    ----------
    codes : ndarray of shape (n_fields, n_rows), dtype uint8
        Codes, one line a field, all below 64; not checked.
    steps : ndarray of shape (n_fields, 64), dtype int64
        How far each code of a field moves on in the cells of its group.
    group : ndarray of shape (n_fields,), dtype int64
        The group of each field.
    places : ndarray of shape (n_rows, n_groups), unsigned
        Where the cells go.
    """
    places[:] = 0
    for f in range(codes.shape[0]):
        step, code, g = steps[f], codes[f], group[f]
        for r in range(code.size):
            places[r, g] += step[code[r]]


@njit(cache=True, nogil=True)
def add_votes(places, lines, leaves, votes):  # type: ignore[no-untyped-def]
    """Add the votes of all trees to `votes`, in place, eight trees at a time.

    Parameters
    ----------
    places : ndarray of shape (n_rows, n_groups), unsigned
        The cells in which each row stands.
    lines : ndarray of shape (n_eights, n_cells, 8), dtype uint64
        Leaves that stay open, by cell, for eight trees side by side.
    leaves : ndarray of shape (n_eights, n_words, 8, 64), dtype uint64
        Votes of the leaves, of four segments packed into a word of 16 bits each.
    votes : ndarray of shape (n_rows, n_segments), dtype int64
        Where the votes go.
    """
    n, n_words = places.shape[0], leaves.shape[1]
    # eight trees' votes fill 16 bits at most; all trees' need 32: two words for four segments
    sums = np.zeros((n, 2 * n_words), np.uint64)
    for eight in range(lines.shape[0]):
        line = lines[eight]
        for w in range(n_words):
            leaf = leaves[eight, w]
            for r in range(n):
                a, b, c, d, e, f, g, h = reached_leaves(line, places, r)
                low = (leaf[0, a] + leaf[1, b]) + (leaf[2, c] + leaf[3, d])
                high = (leaf[4, e] + leaf[5, f]) + (leaf[6, g] + leaf[7, h])
                sums[r, 2 * w] += (low + high) & EVEN
                sums[r, 2 * w + 1] += ((low + high) >> LANE) & EVEN
    for s in range(votes.shape[1]):
        word, shift = 2 * (s // 4) + s % 2, np.uint64(32 * (s % 4 // 2))
        for r in range(n):
            votes[r, s] += np.int64((sums[r, word] >> shift) & WHOLE)


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


# No division by zero to look for: every leaf holds `VOTES` votes (`forest` sees to it, and loading
# a tool checks it; the shares of a classifier sum to 1), and `Calibration` has multipliers and
# weights of at least 1.
@njit(cache=True, nogil=True, error_model="numpy")
def decide_votes(votes, multipliers, table, cut):  # type: ignore[no-untyped-def]
    """Return first, second, kept and probabilities of votes; see `Calibration.decide`.

    The probabilities of a segment lie side by side: they go into a column of their own.
    """
    n, k = votes.shape
    first, second = np.empty(n, np.intp), np.empty(n, np.intp)
    kept, probabilities = np.empty(n, np.bool_), np.empty((k, n))
    product = np.empty(k, np.int64)
    for r in range(n):
        total = np.int64(0)
        for s in range(k):
            product[s] = votes[r, s] * multipliers[s]
            total += product[s]
        a, b = _first_and_second(product)
        weights = np.int64(0)
        for s in range(k):
            # without a sign: both are positive, and such a division takes less time
            product[s] = table[np.uint64(product[s] * STEPS) // np.uint64(total)]
            weights += product[s]
        for s in range(k):
            probabilities[s, r] = product[s] / weights
        first[r], second[r] = a, b
        kept[r] = (product[a] << CUT_BITS) >= cut * weights
    return first, second, kept, probabilities.T


@njit(cache=True, nogil=True)
def bin_numbers(values, edges, codes):  # type: ignore[no-untyped-def]
    """Return the code of each number: of its bin, or the last of `codes` where it is missing.

    Six comparisons find one of 64 bins, each adding half of what is left to the place or nothing:
    no branch that the processor could guess wrongly.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Numbers; missing is NaN.
    edges : ndarray of shape (63,), dtype float64
        Upper edges of the bins, rising, then infinity.
    codes : ndarray of shape (65,), dtype uint8
        The code of each bin, the last that of a gap.
    """
    out = np.empty(values.size, np.uint8)
    for r in range(values.size):
        value = np.float64(values[r])
        at = np.uint64(32) * np.uint64(edges[31] < value)
        at += np.uint64(16) * np.uint64(edges[at + np.uint64(15)] < value)
        at += np.uint64(8) * np.uint64(edges[at + np.uint64(7)] < value)
        at += np.uint64(4) * np.uint64(edges[at + np.uint64(3)] < value)
        at += np.uint64(2) * np.uint64(edges[at + np.uint64(1)] < value)
        at += np.uint64(edges[at] < value)
        out[r] = codes[at] if value == value else codes[64]
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
