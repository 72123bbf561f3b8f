"""How one field is counted: bins that come from the reference and never change.

Missing values have a bin of their own, and so has every value the reference never held.
"""

import hashlib
import itertools
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from segkit._frames import Column
from segkit._weights import weighted_quantile, weighted_sd

__all__ = ["OTHER_LEVELS", "FieldBins", "make_bins", "value_text"]

FEW_VALUES = 10
DECILES = np.arange(1, 10) / 10
OTHER_LEVELS = "other levels"


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
    pooled : int
        How many texts of the reference have no bin of their own. Where there are any, one
        bin, "other levels", takes every text without a bin of its own, new ones included.

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
    pooled: int = 0

    @property
    def n_known(self) -> int:
        """The number of bins without those of missing and never seen values."""
        if self.kind == "number":
            return len(self.edges) + 1
        return len(self.values) + (self.pooled > 0)

    @property
    def n_bins(self) -> int:
        """The number of all bins."""
        return self.n_known + 2

    @property
    def unknown(self) -> int:
        """The bin of a value without a bin of its own: never seen, or other levels."""
        return len(self.values) if self.pooled else self.n_known + 1

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
            other = [OTHER_LEVELS] if self.pooled else []
            return [*(value_text(v) for v in self.values), *other, "missing", "never seen"]
        ends = [f"{e:g}" for e in self.edges]
        inner = [f"{a} to {b}" for a, b in itertools.pairwise(ends)]
        return [f"up to {ends[0]}", *inner, f"above {ends[-1]}", "missing", "never seen"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what stands at its default is left out."""
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        return {k: v for k, v in plain.items() if v or isinstance(v, str)}


def make_bins(
    column: Column, w: np.ndarray, *, max_levels: int | None = None, min_rows: int = 1
) -> FieldBins:
    """Learn the bins of a field from the reference.

    Parameters
    ----------
    column : Column
        The field in the reference.
    w : ndarray of shape (n,)
        Weights; values of weight zero are not looked at.
    max_levels : int, optional
        The most texts that get a bin each, the heaviest first; the rest is pooled.
    min_rows : int
        Texts that fewer rows hold are pooled.

    Returns
    -------
    FieldBins
        Numbers: bins between the weighted deciles, or one a value where there are at most
        ten. Texts: one bin a text.
    """
    if column.kind in ("text", "boolean"):
        return _level_bins(column, w, max_levels, min_rows)
    there = ~np.isnan(column.values) & (w > 0)
    # a zero has no sign here: the bins must not depend on the order of the rows
    x, w = _sorted(column.values[there] + 0.0, w[there])
    new = np.flatnonzero(np.diff(x))
    if x.size == 0:
        return FieldBins(column.name, "empty", "empty")
    scale = float(weighted_sd(x, w)) or 1.0
    if new.size < FEW_VALUES:
        distinct = x[[*new, -1]]
        return FieldBins(
            column.name, "value", "number", values=_floats(distinct),
            centres=_floats(distinct / scale),
        )  # fmt: skip
    edges = np.unique(_deciles(x, w))
    # where nearly everybody has the largest value, the bins are that value and the rest
    edges = edges[edges < x[-1]] if edges[0] < x[-1] else x[new[-1:]]
    ends = [0, *np.searchsorted(x, edges, side="right"), x.size]
    parts = [slice(a, b) for a, b in itertools.pairwise(ends)]
    centres = np.array([np.average(x[part], weights=w[part]) for part in parts]) / scale
    return FieldBins(
        column.name, "number", "number", edges=_floats(edges), centres=_floats(centres)
    )


def _sorted(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the values in order with their weights; numbers alone are sorted much quicker."""
    if (w == 1).all():
        return np.sort(x), w
    order = np.argsort(x, kind="stable")
    return x[order], w[order]


def _deciles(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the weighted deciles of sorted values, see `weighted_quantile`."""
    if not (w == 1).all():
        return weighted_quantile(x, DECILES, w)
    # a share that meets a step exactly must not fall past it by rounding
    return x[np.ceil(DECILES * x.size * (1 - 1e-12)).astype(int) - 1]


def value_text(value: Any) -> str:
    """Return a value as the text that names it: whole numbers without decimals, others exactly.

    Examples
    --------
    >>> value_text("gold"), value_text(3.0), value_text(0.25)
    ('gold', '3', '0.25')
    """
    if isinstance(value, str):
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _level_bins(column: Column, w: np.ndarray, max_levels: int | None, min_rows: int) -> FieldBins:
    there = (column.values >= 0) & (w > 0)
    at = column.values[there].astype(np.intp)
    n = len(column.levels)
    rows, sums = np.bincount(at, minlength=n), np.bincount(at, weights=w[there], minlength=n)
    held = [i for i in np.flatnonzero(rows).tolist() if column.levels[i] != ""]
    if not held:
        return FieldBins(column.name, "empty", "empty")
    kept = held
    if column.kind == "text":
        kept = [i for i in held if rows[i] >= min_rows]
        kept = sorted(kept, key=lambda i: (-sums[i], column.levels[i]))[:max_levels]
    names = tuple(sorted(column.levels[i] for i in kept))
    return FieldBins(column.name, "level", column.kind, values=names, pooled=len(held) - len(kept))


def _floats(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(v) for v in values)
