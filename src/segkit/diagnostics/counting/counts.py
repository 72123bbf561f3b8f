"""Counts of one field over frozen bins: all that drift needs to know of a table.

The bins come from the reference and never change; the counts of two parts of a table add
up to those of the whole, so a large or a daily base is counted in parts, in any order.
Missing values have a bin of their own, and so has every value the reference never held.
"""

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._frames import Column
from segkit._weights import weighted_quantile, weighted_sd
from segkit.exceptions import SegkitError

__all__ = ["Counts", "FieldBins", "count", "make_bins", "merge"]

FEW_VALUES = 10
DECILES = np.arange(1, 10) / 10


@dataclass(frozen=True)
class FieldBins:
    """How one field is counted, learned from the reference once and then frozen.

    Attributes
    ----------
    field : str
        The field's name.
    kind : {"number", "value", "level", "empty"}
        "number": bins between edges; "value": a bin for each of at most ten numbers;
        "level": a bin for each text; "empty": the reference holds no value at all.
    holds : str
        What the reference holds: number, text, boolean or empty.
    edges : tuple of float
        The upper end of each bin but the last; a value on an edge is in the bin below it.
    values : tuple of float or str
        The numbers or texts that have a bin each.
    centres : tuple of float
        Where each bin lies, in standard deviations of the reference: its weighted mean
        there. Empty for texts.

    Notes
    -----
    The last two bins are those of missing and of never seen values.
    """

    field: str
    kind: str
    holds: str
    edges: tuple[float, ...] = ()
    values: tuple[Any, ...] = ()
    centres: tuple[float, ...] = ()

    @property
    def n_known(self) -> int:
        """The number of bins without those of missing and never seen values."""
        return len(self.edges) + 1 if self.kind == "number" else len(self.values)

    @property
    def n_bins(self) -> int:
        """The number of all bins."""
        return self.n_known + 2

    @property
    def version(self) -> str:
        """Twelve letters that change whenever the bins do."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]

    def names(self) -> list[str]:
        """Return the name of each bin.

        Examples
        --------
        >>> FieldBins("age", "number", "number", edges=(30.0, 50.0)).names()
        ['up to 30', '30 to 50', 'above 50', 'missing', 'never seen']
        """
        if self.kind != "number":
            return [*(_text(v) for v in self.values), "missing", "never seen"]
        ends = [f"{e:g}" for e in self.edges]
        inner = [f"{a} to {b}" for a, b in itertools.pairwise(ends)]
        return [f"up to {ends[0]}", *inner, f"above {ends[-1]}", "missing", "never seen"]


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
        Sums of weights of each value that the reference never held.
    """

    bins: FieldBins
    cells: np.ndarray
    squares: np.ndarray
    unseen: Mapping[str, np.ndarray] = field(default_factory=dict)

    def of(self, groups: slice | list[int]) -> tuple[np.ndarray, float]:
        """Return the cells of some groups together, and their effective n (0 where empty)."""
        cells = self.cells[groups].sum(axis=0)
        squares = float(self.squares[groups].sum())
        return cells, float(cells.sum() ** 2 / squares) if squares else 0.0


def make_bins(column: Column, w: np.ndarray) -> FieldBins:
    """Learn the bins of a field from the reference.

    Parameters
    ----------
    column : Column
        The field in the reference.
    w : ndarray of shape (n,)
        Weights; values of weight zero are not looked at.

    Returns
    -------
    FieldBins
        Numbers: bins between the weighted deciles, or one a value where there are at most
        ten. Texts: one bin a text.
    """
    if column.kind in ("text", "boolean"):
        at = np.unique(column.values[(column.values >= 0) & (w > 0)]).astype(int)
        held = sorted(column.levels[i] for i in at if column.levels[i] != "")
        kind = "level" if held else "empty"
        return FieldBins(column.name, kind, column.kind if held else "empty", values=tuple(held))
    there = ~np.isnan(column.values) & (w > 0)
    x, w = column.values[there], w[there]
    distinct = np.unique(x)
    if distinct.size == 0:
        return FieldBins(column.name, "empty", "empty")
    scale = float(weighted_sd(x, w)) or 1.0
    if distinct.size <= FEW_VALUES:
        return FieldBins(
            column.name, "value", "number", values=_floats(distinct),
            centres=_floats(distinct / scale),
        )  # fmt: skip
    edges = np.unique(weighted_quantile(x, DECILES, w))
    edges = edges[edges < distinct[-1]]
    at = np.searchsorted(edges, x, side="left")
    centres = np.bincount(at, weights=w * x) / np.bincount(at, weights=w) / scale
    return FieldBins(
        column.name, "number", "number", edges=_floats(edges), centres=_floats(centres)
    )


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
    codes = _encode(column, bins)
    groups = np.asarray(groups, dtype=np.intp)
    cells = _grouped(codes, groups, w, bins.n_bins, n_groups)
    squares = np.bincount(groups, weights=np.square(w), minlength=n_groups)
    new = codes == bins.n_known + 1
    found, at = np.unique(column.values[new], return_inverse=True)
    sums = _grouped(at, groups[new], w[new], found.size, n_groups).T
    names = [column.levels[int(v)] if column.levels else _text(v) for v in found]
    return Counts(bins, cells, squares, dict(zip(names, sums, strict=True)))


def merge(a: Counts, b: Counts) -> Counts:
    """Add the counts of two parts: exactly those of the whole, for whole-number weights.

    Raises
    ------
    SegkitError
        When the two were counted over different bins.
    """
    if a.bins != b.bins or a.cells.shape != b.cells.shape:
        raise SegkitError(
            f"Counts of `{a.bins.field}` (bins {a.bins.version}, {len(a.cells)} groups) and of "
            f"`{b.bins.field}` (bins {b.bins.version}, {len(b.cells)} groups) were given; expected "
            "the same field, bins and groups. Count both over the bins of one reference."
        )
    names = {**a.unseen, **b.unseen}
    none = np.zeros(len(a.cells))
    unseen = {name: a.unseen.get(name, none) + b.unseen.get(name, none) for name in names}
    return Counts(a.bins, a.cells + b.cells, a.squares + b.squares, unseen)


def _encode(column: Column, bins: FieldBins) -> np.ndarray:
    _refuse_another_kind(column, bins)
    missing, unseen = bins.n_known, bins.n_known + 1
    if column.kind in ("text", "boolean"):
        place = {value: i for i, value in enumerate(bins.values)} | {"": missing}
        lookup = np.array([place.get(v, unseen) for v in column.levels] + [missing])
        return np.asarray(lookup[column.values.astype(np.intp)])
    x = column.values
    if bins.kind == "number":
        codes = np.searchsorted(bins.edges, x, side="left")
    elif bins.kind == "value":
        known = np.array(bins.values)
        at = np.minimum(np.searchsorted(known, x), known.size - 1)
        codes = np.where(known[at] == x, at, unseen)
    else:
        codes = np.full(x.size, unseen)
    return np.where(np.isnan(x), missing, codes)


def _refuse_another_kind(column: Column, bins: FieldBins) -> None:
    if "empty" in (column.kind, bins.holds) or column.kind == bins.holds:
        return
    example = f", such as {column.levels[0]!r}" if column.levels else ""
    raise SegkitError(
        f"`{bins.field}` holds {bins.holds} values in the reference but {column.kind} values "
        f"({column.dtype}{example}) in the current table; expected the same kind. Turn it back "
        "into what it was, or leave the field out (fields=[...]) and say that it was recoded."
    )


def _grouped(
    codes: np.ndarray, groups: np.ndarray, w: np.ndarray, n_codes: int, n_groups: int
) -> np.ndarray:
    sums = np.bincount(groups * n_codes + codes, weights=w, minlength=n_groups * n_codes)
    return sums.reshape(n_groups, n_codes)


def _floats(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(v) for v in values)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"
