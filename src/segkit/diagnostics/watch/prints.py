"""One 64-bit number a customer that changes whenever one of the fields does.

It is made of the values, not of their types in memory: the same customer has the same number
in pandas, polars, files or a database, in any order of rows and columns, on every machine.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from segkit._frames import Column

__all__ = ["prints"]

MISSING = np.uint64(0x9E3779B97F4A7C15)


def prints(columns: Sequence[Column]) -> np.ndarray:
    """Return the number of each row.

    Parameters
    ----------
    columns : sequence of Column
        The fields.

    Returns
    -------
    ndarray of shape (n_rows,), dtype int64

    Notes
    -----
    Each value becomes 64 bits (a number its own, a text those of its BLAKE2b digest), is
    mixed with those of its field's name, and the fields are added. Two different rows have the
    same number once in 2^64.

    Examples
    --------
    >>> age = Column("age", "number", "float", np.array([30.0, 31.0, 30.0]))
    >>> a, b, c = prints([age]).tolist()
    >>> a == c, a == b
    (True, False)
    """
    total = np.zeros(columns[0].values.size, dtype=np.uint64)
    for column in columns:
        key = _digest(column.name)
        if column.levels or column.kind in ("text", "boolean"):
            # few levels are mixed once and looked up; a gap stands last
            levels = [_digest(f"{column.kind}:{level}") for level in column.levels]
            # an empty text is a gap everywhere in segkit
            levels = [
                int(MISSING) if text == "" else digest
                for text, digest in zip(column.levels, levels, strict=True)
            ]
            table = _mixed(np.array([*levels, int(MISSING)], dtype=np.uint64) ^ np.uint64(key))
            total += table[column.values.astype(np.intp)]
        else:
            total += _mixed(_bits(column.values) ^ np.uint64(key))
    return total.view(np.int64)


def _bits(values: np.ndarray) -> np.ndarray:
    bits = (values + 0.0).view(np.uint64)  # minus zero becomes zero
    bits[np.isnan(values)] = MISSING
    return bits


def _mixed(bits: np.ndarray) -> np.ndarray:
    """Spread every bit over all 64 (the finaliser of SplitMix64; Steele et al. 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
