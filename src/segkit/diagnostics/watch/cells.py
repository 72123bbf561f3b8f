"""In which bin of each field a customer is: kept packed, so that the old can be subtracted."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from segkit._frames import Column
from segkit.diagnostics.counting.counts import bin_codes
from segkit.diagnostics.counting.table_bins import TableBins

__all__ = ["Counted", "cells_of", "count_cells", "pack", "unpack"]

Counted = dict[str, np.ndarray]
"""Counts (n_groups, n_bins) of each field."""

PACKED = np.dtype("<u2")


def cells_of(columns: Sequence[Column], bins: TableBins) -> np.ndarray:
    """Return the bin of each row and field (n_rows, n_fields)."""
    out = np.empty((columns[0].values.size, len(columns)), dtype=PACKED)
    for j, (column, field) in enumerate(zip(columns, bins.fields, strict=True)):
        out[:, j] = bin_codes(column, field)
    return out


def count_cells(cells: np.ndarray, groups: np.ndarray, bins: TableBins, n_groups: int) -> Counted:
    """Count rows by field, group and bin.

    Parameters
    ----------
    cells : ndarray of shape (n_rows, n_fields)
        From `cells_of`.
    groups : ndarray of shape (n_rows,)
        The group of each row.
    bins : TableBins
        The bins.
    n_groups : int
        The number of groups.

    Returns
    -------
    dict of str to ndarray of shape (n_groups, n_bins), dtype int64
        One a field.
    """
    groups = groups.astype(np.int64)
    out = {}
    for j, field in enumerate(bins.fields):
        flat = groups * field.n_bins + cells[:, j]
        counted = np.bincount(flat, minlength=n_groups * field.n_bins)
        out[field.field] = counted.reshape(n_groups, field.n_bins)
    return out


def pack(rows: np.ndarray) -> Any:
    """Return rows of small whole numbers as an Arrow array of bytes, one value a row."""
    import pyarrow as pa

    n, width = rows.shape
    data = np.ascontiguousarray(rows, dtype=PACKED)
    starts = np.arange(n + 1, dtype=np.int32) * np.int32(width * PACKED.itemsize)
    return pa.Array.from_buffers(pa.binary(), n, [None, pa.py_buffer(starts), pa.py_buffer(data)])


def unpack(values: Any, width: int) -> np.ndarray:
    """Return the rows that `pack` packed, `width` numbers each.

    Examples
    --------
    >>> unpack(pack(np.array([[1, 2], [3, 300]])), 2)
    array([[  1,   2],
           [  3, 300]], dtype=uint16)
    """
    n = len(values)
    if not n:
        return np.empty((0, width), dtype=PACKED)
    _, starts, data = values.buffers()  # rows of one width, without gaps between them
    start = np.frombuffer(starts, dtype=np.int32)[values.offset]
    found = np.frombuffer(data, dtype=PACKED, count=n * width, offset=int(start))
    return found.reshape(n, width)
