"""Counts of one field over frozen bins: all that drift needs to know of a table.

The counts of two parts of a table add up to those of the whole, so a large or a daily base is
counted in parts, in any order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from segkit._frames import Column
from segkit._result import count_text
from segkit.diagnostics.counting.field_bins import FieldBins, make_bins, value_text
from segkit.diagnostics.counting.rows import Rows
from segkit.exceptions import SegkitError

__all__ = [
    "Counts",
    "FieldBins",
    "another_kind",
    "bin_codes",
    "count",
    "count_rows",
    "make_bins",
    "merge",
]

MOST_UNSEEN = 200  # names kept a field; the cells count all
FEW_TO_COMPARE = 32  # comparing with each is many times quicker than one search among so few


@dataclass(frozen=True)
class Counts:
    """What was counted of one field, group by group.

    Attributes
    ----------
    bins : FieldBins
        The bins.
    cells : ndarray of shape (n_groups, n_bins)
        Sums of weights.
    squares : ndarray of shape (n_groups,)
        Sums of squared weights, for Kish's effective n.
    unseen : mapping of str to ndarray of shape (n_groups,)
        Sums of weights of each value that the reference never held: of the first 200 where
        there are more, numbers by size and texts by alphabet, so that parts still add up to
        the whole. The cells count all of them.
    holders : mapping of str to int
        The rows that hold each of them.
    """

    bins: FieldBins
    cells: np.ndarray
    squares: np.ndarray
    unseen: Mapping[str, np.ndarray] = field(default_factory=dict)
    holders: Mapping[str, int] = field(default_factory=dict)

    def of(self, groups: slice | list[int]) -> tuple[np.ndarray, float]:
        """Return the cells of some groups together, and their effective n (0 where empty)."""
        cells = self.cells[groups].sum(axis=0)
        squares = float(self.squares[groups].sum())
        return cells, float(cells.sum() ** 2 / squares) if squares else 0.0


def count(
    column: Column, bins: FieldBins, groups: np.ndarray, n_groups: int, w: np.ndarray
) -> Counts:
    """Count a field over frozen bins.

    Parameters
    ----------
    column : Column
        The field.
    bins : FieldBins
        From `make_bins`.
    groups : ndarray of shape (n,)
        The group of each row from 0 (say, its segment).
    n_groups : int
        The number of groups.
    w : ndarray of shape (n,)
        Weights.

    Returns
    -------
    Counts

    Raises
    ------
    SegkitError
        When the field holds another kind of value than in the reference.

    Examples
    --------
    >>> age = Column("age", "number", "float", np.array([20.0, 41, np.nan, 77]))
    >>> bins = FieldBins("age", "number", "number", edges=(30.0, 50.0))
    >>> count(age, bins, np.zeros(4, int), 1, np.ones(4)).cells
    array([[1., 1., 1., 1., 0.]])
    """
    return count_rows(column, bins, Rows.of(groups, n_groups, w))


def count_rows(column: Column, bins: FieldBins, rows: Rows) -> Counts:
    """Count a field over frozen bins; see `count`.

    Parameters
    ----------
    column : Column
        The field.
    bins : FieldBins
        From `make_bins`.
    rows : Rows
        The rows' groups and weights.
    """
    _refuse_another_kind(column, bins)
    if bins.kind == "number" and column.kind == "number" and rows.compared:
        return Counts(bins, _compared(column.values, bins, rows), rows.squares)
    codes = bin_codes(column, bins)
    cells = rows.sums(codes, bins.n_bins)
    return Counts(bins, cells, rows.squares, *_unseen(column, bins, codes, rows))


def merge(a: Counts, b: Counts) -> Counts:
    """Add the counts of two parts: exactly those of the whole, for whole-number weights.

    Raises
    ------
    SegkitError
        When the two were counted over different bins.
    """
    if a.bins != b.bins or a.cells.shape != b.cells.shape:
        raise SegkitError(
            f"Counts of `{a.bins.field}` (bins {a.bins.version}, "
            f"{count_text(len(a.cells), 'group')}) and of `{b.bins.field}` (bins {b.bins.version}, "
            f"{count_text(len(b.cells), 'group')}) were given; expected the same field, bins and "
            "groups. Count both over the bins of one reference."
        )
    names = first_unseen({**a.unseen, **b.unseen}, a.bins)
    none = np.zeros(len(a.cells))
    unseen = {name: a.unseen.get(name, none) + b.unseen.get(name, none) for name in names}
    holders = {name: a.holders.get(name, 0) + b.holders.get(name, 0) for name in names}
    return Counts(a.bins, a.cells + b.cells, a.squares + b.squares, unseen, holders)


def first_unseen(names: Iterable[str], bins: FieldBins) -> list[str]:
    """Return the names that are kept of many: an order that no part of a table can change."""
    numbers = bins.holds == "number"
    return sorted(names, key=lambda name: (float(name) if numbers else 0.0, name))[:MOST_UNSEEN]


def _compared(x: np.ndarray, bins: FieldBins, rows: Rows) -> np.ndarray:
    """Count how many numbers are at most each edge: quicker than looking up the bin of each."""
    cells = np.zeros((rows.n_groups, bins.n_bins))
    for row, part in zip(cells, rows.grouped(x), strict=True):
        below = [np.count_nonzero(part <= edge) for edge in bins.edges]
        missing = np.count_nonzero(np.isnan(part))
        row[: bins.n_known] = np.diff([0, *below, part.size - missing])
        row[bins.n_known] = missing
    return cells


def bin_codes(column: Column, bins: FieldBins) -> np.ndarray:
    """Return the number of the bin that each value falls into.

    Examples
    --------
    >>> age = Column("age", "number", "float", np.array([20.0, 41, np.nan, 77]))
    >>> bin_codes(age, FieldBins("age", "number", "number", edges=(30.0, 50.0)))
    array([0, 1, 3, 2])
    """
    missing, unseen = bins.n_known, bins.unknown
    if column.kind in ("text", "boolean"):
        place = {value: i for i, value in enumerate(bins.values)} | {"": missing}
        lookup = np.array([place.get(v, unseen) for v in column.levels] + [missing])
        return np.asarray(lookup[column.values.astype(np.intp)])
    x = column.values
    if bins.kind == "number":
        codes = _below(np.array(bins.edges), x)
    elif bins.kind == "value":
        known = np.array(bins.values)
        at = np.minimum(_below(known, x), known.size - 1)
        codes = np.where(known[at] == x, at, unseen)
    else:
        codes = np.full(x.size, unseen)
    codes[np.isnan(x)] = missing
    return codes.astype(np.intp)


def _below(ordered: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return how many of some rising numbers are below each value; of NaN, any number."""
    if ordered.size > FEW_TO_COMPARE:
        return np.searchsorted(ordered, x, side="left")
    below = np.zeros(x.size, dtype=np.uint8)
    for number in ordered:
        np.add(below, x > number, out=below)
    return below


def _unseen(
    column: Column, bins: FieldBins, codes: np.ndarray, rows: Rows
) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """Return the weights and rows of each value never seen before, of the first by their order."""
    new = np.flatnonzero((codes == bins.n_known + 1) & (rows.w > 0))
    if bins.kind == "empty" or new.size == 0:
        return {}, {}
    found, at = np.unique(column.values[new], return_inverse=True)
    if bins.holds == "number":
        texts = [value_text(v) for v in found[:MOST_UNSEEN]]
    else:
        texts = [column.levels[int(v)] for v in found]
    names = first_unseen(texts, bins)
    place = {name: i for i, name in enumerate(names)}
    rank = np.full(found.size, -1)
    rank[: len(texts)] = [place.get(text, -1) for text in texts]
    kept = rank[at] >= 0
    new, at = new[kept], rank[at][kept]
    sums = rows.at(new).sums(at, len(names)).T
    holders = np.bincount(at, minlength=len(names)).tolist()
    return dict(zip(names, sums, strict=True)), dict(zip(names, holders, strict=True))


def _refuse_another_kind(column: Column, bins: FieldBins) -> None:
    if "empty" in (column.kind, bins.holds) or column.kind == bins.holds:
        return
    example = f", such as {column.levels[0]!r}" if column.levels else ""
    raise another_kind(bins, column.kind, f"{column.dtype}{example}")


def another_kind(bins: FieldBins, kind: str, words: str) -> SegkitError:
    """Word the error of a field that holds another kind of value than in the reference."""
    return SegkitError(
        f"`{bins.field}` holds {bins.holds} values in the reference but {kind} values "
        f"({words}) in the current table; expected the same kind. Turn it back "
        "into what it was, or leave the field out (fields=[...]) and say that it was recoded."
    )
