"""Rows of a base that hold the same codes are decided once.

A base of a few banded fields has some thousand combinations in millions of rows; one of many
fine fields has hardly any twice. A sample of one row in a hundred tells which it is. Each row's
decision depends on its codes alone, so it is the same either way.
"""

from collections.abc import Callable
from dataclasses import fields

import numpy as np

from segkit.typing_tool.models.calibration import Decision
from segkit.typing_tool.models.compiled import loops

__all__ = ["decide_once", "keys_of"]

SAMPLE = 100  # one row in so many is looked at first
LEAST = 20_000  # rows: below, nothing is worth looking for
WORTHWHILE = 0.5  # share of different rows up to which numbering them pays


def decide_once(
    decide: Callable[[np.ndarray], Decision], codes: np.ndarray, n_codes: np.ndarray
) -> Decision:
    """Return the decision on each row, asking once for each combination where that pays.

    Parameters
    ----------
    decide : callable
        From rows of codes to their decision.
    codes : ndarray of shape (n_rows, n_fields)
        Codes of the fields.
    n_codes : ndarray of shape (n_fields,)
        How many codes each field has.
    """
    if len(codes) < LEAST or not _pays(codes, n_codes):
        return decide(codes)
    rows, number = _numbered(keys_of(codes, n_codes))
    once = decide(codes[rows])
    # along the rows: each segment's probabilities are read from a short line of their own
    return Decision(*(np.take(getattr(once, f.name).T, number, -1).T for f in fields(Decision)))


def keys_of(codes: np.ndarray, n_codes: np.ndarray) -> np.ndarray:
    """Return one whole number a row that tells combinations of codes apart.

    Examples
    --------
    >>> keys_of(np.array([[0, 2], [1, 0]], dtype=np.uint8), np.array([2, 3]))
    array([2, 4], dtype=uint64)
    """
    keys = np.zeros(len(codes), dtype=np.uint64)
    for j, width in enumerate(_bits(n_codes)):
        keys <<= np.uint64(width)
        keys |= codes[:, j]
    return keys


def _bits(n_codes: np.ndarray) -> list[int]:
    return [int(n - 1).bit_length() for n in n_codes]


def _pays(codes: np.ndarray, n_codes: np.ndarray) -> bool:
    """Foretell the share of different rows from how often pairs of a sample are equal."""
    if sum(_bits(n_codes)) > 64:  # so many fields hardly ever repeat together
        return False
    sample = keys_of(codes[::SAMPLE], n_codes)
    times = np.unique(sample, return_counts=True)[1].astype(float)
    pairs = float((times * (times - 1)).sum())
    if not pairs:
        return False
    combinations = sample.size * (sample.size - 1) / pairs  # as if all were equally common
    different = combinations * -np.expm1(-len(codes) / combinations)
    return different < WORTHWHILE * len(codes)


def _numbered(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row of each different key, and which key each row has."""
    kernels = loops(keys.size)
    if kernels is None:
        _, rows, number = np.unique(keys, return_index=True, return_inverse=True)
        return rows, number
    slots = np.empty(1 << (2 * keys.size - 1).bit_length(), np.int32)
    number, rows = np.empty(keys.size, np.int32), np.empty(keys.size, np.int32)
    found = kernels.number_keys(keys, slots, number, rows)
    return rows[:found], number
