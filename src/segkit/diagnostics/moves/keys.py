"""Ids as 64-bit numbers, so that tables of any size are joined by sorting or by looking up.

Whole numbers are themselves. Texts are mixed eight bytes at a time by multiplication and
shifts (the mixing steps of MurmurHash3): equal texts get equal numbers in every process, and
among ten million different ones two share a number once in some 400,000 tables.

References
----------
Appleby, A. (2011). MurmurHash3, the 64-bit finaliser.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import kind_of_type
from segkit._result import count_text
from segkit.exceptions import SegkitError

__all__ = ["Keys", "finalised", "keys_of"]

ODD = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
CHUNK = 1 << 15  # rows whose letters fit into the cache


@dataclass(frozen=True)
class Keys:
    """One number a row that tells its id apart.

    Attributes
    ----------
    values : ndarray of shape (n_rows,), dtype int64
        Equal where ids are equal.
    kind : {"number", "text", "date"}
        What the ids are.
    """

    values: np.ndarray
    kind: str


def keys_of(ids: Any, name: str, *, what: str) -> Keys:
    """Turn a column of ids into numbers.

    Parameters
    ----------
    ids : pyarrow.ChunkedArray or Array
        Whole numbers, text or dates.
    name, what : str
        The column and its table, for messages.

    Raises
    ------
    SegkitError
        For missing ids, or ids that are neither whole numbers, text nor dates.
    """
    import pyarrow as pa

    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    if pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_decode()
    _refuse_missing(whole, name, what)
    kind = kind_of_type(whole.type)
    if kind == "text":
        return Keys(_mixed(whole, pa), kind)
    if kind == "date":
        return Keys(
            np.asarray(whole.cast(pa.int64() if whole.type.bit_width == 64 else pa.int32())).astype(
                np.int64
            ),
            kind,
        )
    if kind != "number":
        raise SegkitError(
            f"`{name}` of {what} holds {whole.type}; expected ids that are whole numbers or text. "
            "Turn the column into text."
        )
    return Keys(_whole_numbers(whole, name, what, pa), kind)


def _refuse_missing(ids: Any, name: str, what: str) -> None:
    import pyarrow.compute as pc

    missing = np.asarray(pc.is_null(ids, nan_is_null=True))
    if missing.any():
        raise SegkitError(
            f"`{name}` of {what} is missing in {int(missing.sum()):,} of "
            f"{count_text(missing.size, 'row')} (first: row {int(np.argmax(missing))}); expected "
            "one id a row. Fill it, or drop these rows: nobody can tell who they are."
        )


def _whole_numbers(ids: Any, name: str, what: str, pa: Any) -> np.ndarray:
    if pa.types.is_integer(ids.type):
        # numbers beyond 2**63 wrap around and stay distinct
        return np.asarray(ids).astype(np.int64, copy=False)
    values = np.asarray(ids.cast(pa.float64()))
    broken = np.flatnonzero((values % 1 != 0) | (np.abs(values) >= 2**53))
    if broken.size:
        raise SegkitError(
            f"`{name}` of {what} holds {values[broken[0]]:g} in row {broken[0]}; expected whole "
            "numbers that decimals hold exactly, or text. Turn the column into text."
        )
    return values.astype(np.int64)


def _mixed(texts: Any, pa: Any) -> np.ndarray:
    """Return one number a text, from its bytes."""
    large = texts.cast(pa.large_string())
    _, offsets, data = large.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[large.offset : large.offset + len(large) + 1]
    raw = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)
    out = np.empty(len(large), dtype=np.uint64)
    for start in range(0, len(large), CHUNK):
        rows = slice(start, start + CHUNK)
        out[rows] = _mixed_part(raw, ends[start : start + CHUNK + 1])
    return out.view(np.int64)


def _mixed_part(raw: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Mix texts of equal length together."""
    lengths = np.diff(ends)
    out = np.empty(lengths.size, dtype=np.uint64)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        if rows.size == lengths.size:
            letters = raw[ends[0] : ends[-1]].reshape(rows.size, length)
        else:
            letters = raw[ends[rows][:, None] + np.arange(length)]
        out[rows] = _mixed_letters(letters)
    return out


def _mixed_letters(letters: np.ndarray) -> np.ndarray:
    n, length = letters.shape
    padded = np.zeros((n, -(-max(length, 1) // 8) * 8), dtype=np.uint8)
    padded[:, :length] = letters
    out = np.full(n, length, dtype=np.uint64)
    for word in padded.view("<u8").T:
        out = finalised((out * ODD) ^ word)
    return out


def finalised(h: np.ndarray) -> np.ndarray:
    """Spread numbers over all 64 bits, one to one."""
    shift = np.uint64(33)
    h = (h ^ (h >> shift)) * FIRST
    h = (h ^ (h >> shift)) * SECOND
    return np.asarray(h ^ (h >> shift))
